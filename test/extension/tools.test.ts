import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ToolView } from "../../src/shared/views";
import { Uri } from "vscode";
import { capabilitiesOf } from "../../src/api/capabilities";
import { ConversationStore } from "../../src/chat/conversationStore";
import { storageDisk } from "../../src/host/storageDisk";
import { storeResult } from "../../src/host/tools/results";
import { fixture, idle, setUserSettings, useSimulatedChat } from "./support";

/** What the simulated model shall call. */
const calling = (...calls: object[]) => `[[call]]\n\`\`\`json\n${JSON.stringify(calls)}\n\`\`\``;

const schema = { type: "object", properties: { location: { type: "string" } }, required: ["location"] };
const weather = { name: "get_weather", description: "Tells the weather.", inputSchema: schema };

describe("tools", () => {
  const use = useSimulatedChat();
  let start = 0;

  beforeEach(() => {
    start = use.api.requests.length;
  });
  afterEach(() => setUserSettings({ tools: undefined, "exchange.maxRounds": undefined }));

  async function ask(text: string): Promise<void> {
    await use.parts.chat.ask({ text, attachments: [] });
    await idle(use.parts.chat);
  }

  const requests = () =>
    use.api.requests
      .slice(start)
      .flatMap(({ path, body }) => (path === "/v1/messages" ? [body as Record<string, unknown>] : []));
  const tools = (): ToolView[] =>
    use.parts.chat.view().messages.flatMap(({ blocks }) => blocks.filter((block) => block.type === "tool"));
  const results = () => JSON.stringify((requests().at(-1)?.["messages"] as unknown[] | undefined)?.at(-1));

  /** Resolves when a line of a call is as it shall be. */
  async function line(state: ToolView["state"], count = 1): Promise<void> {
    const there = () => tools().filter((tool) => tool.state === state).length >= count;
    if (there()) return;
    await new Promise<void>((resolve) => {
      const subscription = use.parts.chat.onChange(() => {
        if (!there()) return;
        subscription.dispose();
        resolve();
      });
    });
  }

  /** A program of our own: it gets the input and does what the script says with it. */
  function program(script: string): readonly string[] {
    const file = join(mkdtempSync(join(tmpdir(), "sidenote-tool-")), "tool.js");
    writeFileSync(
      file,
      `let input = ""; process.stdin.on("data", (it) => (input += it)).on("end", () => { ${script} });`,
    );
    return [process.execPath, file];
  }

  it("ask the user, two calls at once, and send both answers in one message", async () => {
    await setUserSettings({ tools: [weather] });
    const { chat } = use.parts;
    await chat.ask({
      text: calling(
        { name: "get_weather", input: { location: "Paris" } },
        { name: "get_weather", input: { location: "Rome" } },
      ),
      attachments: [],
    });
    await line("asking", 2);
    assert.equal(chat.view().status.kind, "tools");
    const [paris, rome] = tools();
    chat.answerCall(rome?.call ?? "", { text: "No data", images: [], failed: true });
    chat.answerCall(paris?.call ?? "", { text: "18 °C", images: [], failed: false });
    await idle(chat);
    assert.deepEqual(
      tools().map(({ name, state, source, result }) => [name, state, source, result]),
      [
        ["get_weather", "done", "Your function", [{ type: "text", text: "18 °C" }]],
        ["get_weather", "failed", "Your function", [{ type: "text", text: "No data" }]],
      ],
    );
    assert.equal(tools()[0]?.input, '{\n  "location": "Paris"\n}');
    assert.match(results(), /18 °C.*"is_error":true/);
    const answer = chat.view().messages.at(-1);
    assert.match(JSON.stringify(answer?.blocks), /it answered `18 °C`/);
  });

  it("give a fixed text, and are read from the journal as they were", async () => {
    await setUserSettings({ tools: [{ ...weather, answer: "text", text: "Rain" }] });
    await ask(calling({ name: "get_weather", input: { location: "Paris" } }));
    const before = use.parts.chat.view().messages;
    await use.parts.chat.flush();
    const again = use.parts.reopen();
    await again.chat.opened();
    assert.deepEqual(again.chat.view().messages, before);
  });

  it("run a program with the input on its standard input, and no shell in between", async () => {
    const command = program("process.stdout.write('It is ' + JSON.parse(input).location + process.argv.slice(2))");
    await setUserSettings({ tools: [{ ...weather, answer: "command", command: [...command, "$(id)", "; ls"] }] });
    await ask(calling({ name: "get_weather", input: { location: "$(whoami) `id` \"'" } }));
    assert.deepEqual(tools()[0]?.result, [{ type: "text", text: "It is $(whoami) `id` \"'$(id),; ls" }]);
    assert.equal(tools()[0]?.allowedBy, "once");
    assert.ok((tools()[0]?.milliseconds ?? -1) >= 0);
  });

  it("tell the model how a program failed", async () => {
    const failing = { ...weather, answer: "command", command: program("console.error('no network'); process.exit(3)") };
    const missing = { ...weather, name: "missing", answer: "command", command: ["/nowhere/at-all"] };
    const slow = {
      ...weather,
      name: "slow",
      answer: "command",
      timeout: 1,
      command: program("setInterval(() => {}, 1000)"),
    };
    await setUserSettings({ tools: [failing, missing, slow] });
    await ask(calling(...["get_weather", "missing", "slow"].map((name) => ({ name, input: { location: "A" } }))));
    assert.deepEqual(
      tools().map(({ state, result }) => [state, result[0]?.type === "text" && result[0].text]),
      [
        ["failed", "The command failed with exit code 3.\n\nno network"],
        ["failed", "The command “/nowhere/at-all” was not found."],
        ["failed", "The command was ended after 1 seconds."],
      ],
    );
  });

  it("are ended with all that they started when the user stops, and the chat goes on", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sidenote-stop-"));
    const started = join(folder, "pid");
    const child = `require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]).pid`;
    const command = program(`require("fs").writeFileSync(${JSON.stringify(started)}, String(${child}));`);
    await setUserSettings({ tools: [{ ...weather, answer: "command", command }] });
    const { chat } = use.parts;
    await chat.ask({ text: calling({ name: "get_weather", input: { location: "A" } }), attachments: [] });
    await line("running");
    while (!existsSync(started) || readFileSync(started, "utf8") === "")
      await new Promise((resolve) => setImmediate(resolve));
    chat.stop();
    await idle(chat);
    assert.equal(tools()[0]?.state, "cancelled");
    const pid = Number(readFileSync(started, "utf8"));
    const alive = () => {
      try {
        process.kill(pid, 0);
        return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8")); // ended, and nobody has looked yet
      } catch {
        return false;
      }
    };
    while (alive()) await new Promise((resolve) => setImmediate(resolve));
    await ask("Thanks");
    assert.equal(chat.view().messages.at(-1)?.state, "complete");
    assert.match(results(), /stopped the call.*"is_error":true.*Thanks/);
  });

  it("are not run with an input that does not fit, nor when there is no such tool", async () => {
    await setUserSettings({ tools: [{ ...weather, answer: "text", text: "Rain" }] });
    await ask(
      calling(
        { name: "get_weather", input: { location: 7 } },
        { name: "get_weather", input: {} },
        { name: "no_such", input: {} },
      ),
    );
    const texts = tools().map(({ state, result }) => `${state}: ${result[0]?.type === "text" ? result[0].text : ""}`);
    assert.match(texts[0] ?? "", /^failed: The input does not fit.*location.*string/);
    assert.match(texts[1] ?? "", /^failed: The input does not fit.*location/);
    assert.match(texts[2] ?? "", /^failed: There is no tool “no_such”\. There are: get_weather/);
  });

  it("cut a long result, keep all of it, and let the model read on", async () => {
    const long = Array.from({ length: 9000 }, (_, n) => `Line ${n}`).join("\n");
    await setUserSettings({ tools: [{ ...weather, answer: "text", text: long }] });
    await ask(calling({ name: "get_weather", input: { location: "A" } }));
    const [first] = tools();
    const shown = first?.result[0]?.type === "text" ? first.result[0].text : "";
    const [, call = "", offset = ""] = /with result "(.*?)" and offset (\d+) reads on/.exec(shown) ?? [];
    assert.equal(call, first?.call);
    assert.ok(results().length < 60_000);
    await ask(calling({ name: "read_more_of_result", input: { result: call, offset: Number(offset) } }));
    const more = tools()[1]?.result[0];
    assert.ok(more?.type === "text");
    assert.ok(more.text.startsWith(long.slice(Number(offset), Number(offset) + 100)));
    assert.match(shown, new RegExp(`^Line 0\n.*`));
  });

  it("keep the images of a result beside the conversation, and say of others why they are not sent", async () => {
    const saved = new Map<string, Uint8Array>();
    const stored = {
      ...new ConversationStore(storageDisk(Uri.file(tmpdir()), "conversations"), (error) =>
        assert.fail(String(error)),
      ).create(),
      saveAttachment: async (sha256: string, bytes: Uint8Array) => void saved.set(sha256, bytes),
    };
    const bytes = readFileSync(fixture("images/photo.jpg").fsPath);
    const image = (data: Buffer) => ({
      type: "image" as const,
      source: { type: "base64" as const, media_type: "image/png" as const, data: data.toString("base64") },
    });
    const limits = capabilitiesOf("claude-sonnet-5-5").images;
    const blocks = [{ type: "text" as const, text: "Seen:" }, image(bytes), image(Buffer.from("no image"))];
    const { content } = await storeResult("c", blocks, stored, limits);
    const [text, photo, broken] = content;
    assert.deepEqual(text, { type: "text", text: "Seen:" });
    assert.ok(photo?.type === "image");
    assert.equal(photo.mediaType, "image/jpeg", "told from its bytes, not from what the tool says");
    assert.deepEqual([...saved.keys()], [photo.sha256]);
    assert.ok(broken?.type === "text");
    assert.match(broken.text, /“Image 2” is not an image/);
    const tooMany = await storeResult("c", [image(bytes)], stored, undefined);
    assert.match(JSON.stringify(tooMany.content), /This model takes no images/);
  });

  it("ask anew below results: Regenerate works for what came after them", async () => {
    await setUserSettings({ tools: [{ ...weather, answer: "text", text: "Rain" }] });
    await ask(calling({ name: "get_weather", input: { location: "A" } }));
    const { chat } = use.parts;
    const before = requests().at(-1)?.["messages"];
    await chat.retry(chat.view().messages.at(-1)?.id ?? "");
    await idle(chat);
    assert.deepEqual(requests().at(-1)?.["messages"], before);
    assert.deepEqual(chat.view().messages.at(-1)?.siblings, { index: 2, count: 2 });
    assert.equal(tools().length, 1);
  });

  it("stop at a limit, and go on when the user says so", async () => {
    await setUserSettings({ tools: [{ ...weather, answer: "text", text: "Rain" }], "exchange.maxRounds": 1 });
    const { chat } = use.parts;
    const asking = new Promise<void>((resolve) => {
      const subscription = chat.onChange(() => {
        if (chat.view().status.kind !== "goOn") return;
        subscription.dispose();
        resolve();
      });
    });
    await chat.ask({ text: calling({ name: "get_weather", input: { location: "A" } }), attachments: [] });
    await asking;
    assert.equal(requests().length, 1);
    chat.consent();
    await idle(chat);
    assert.equal(requests().length, 2);
  });

  it("say what is wrong with an entry of the setting, and leave the others", async () => {
    await setUserSettings({
      tools: [
        { name: "bad name", inputSchema: schema },
        { ...weather, inputSchema: { type: "string" } },
        { ...weather, answer: "text", text: "Rain" },
      ],
    });
    await ask("Hello");
    assert.deepEqual(
      (requests().at(-1)?.["tools"] as { name: string }[] | undefined)?.map(({ name }) => name),
      ["get_weather", "read_more_of_result"],
    );
    assert.match(use.parts.log(), /“bad name” in sidenote.tools cannot be used: its name/);
    assert.match(
      use.parts.log(),
      /“get_weather” in sidenote.tools cannot be used: its inputSchema must have "type": "object"/,
    );
  });

  it("that run at the server are shown with what they gave back, and statements with their sources", async () => {
    const { chat } = use.parts;
    await setUserSettings({ tools: undefined });
    await chat.choices.setParameter("tools", ["web_search", "code_execution"]);
    await ask("[[search]]");
    const [search] = tools();
    assert.deepEqual([search?.state, search?.description], ["done", "Searches the web for “weather in Paris”"]);
    assert.deepEqual(search?.result[0], {
      type: "link",
      title: "Weather in Paris",
      url: "https://weather.example/paris",
    });
    const blocks = chat.view().messages.at(-1)?.blocks ?? [];
    assert.deepEqual(
      blocks.map(({ type }) => type),
      ["text", "tool", "text"],
      "what goes on is one text",
    );
    const said = blocks[2];
    assert.ok(said?.type === "text");
    assert.match(
      said.text,
      /^According to the web, Paris has 18 °C and a light wind\[\\\[1\\\]\]\(<https:\/\/weather\.example\/paris>\), and Rome/,
    );
    assert.deepEqual(
      said.citations?.map(({ number, quote }) => [number, quote]),
      [
        [1, "Paris has 18 °C and a light wind."],
        [2, "Rome has 25 °C and no cloud."],
      ],
    );
    await ask("[[search error=max_uses_exceeded]]");
    assert.equal(tools().at(-1)?.state, "failed");
    assert.deepEqual(tools().at(-1)?.result, [{ type: "text", text: "It failed: max uses exceeded." }]);
    await ask("[[run]]");
    assert.deepEqual(tools().at(-1)?.result, [
      { type: "text", text: "Plotted 12 values.\n" },
      { type: "file", file: "file_plot" },
    ]);
    await ask("Thanks");
    assert.equal(requests().at(-1)?.["container"], "container_sim");
  });
});
