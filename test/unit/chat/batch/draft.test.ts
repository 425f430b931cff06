import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capabilitiesOf } from "../../../../src/api/capabilities";
import { BatchStore, REQUESTS } from "../../../../src/chat/batch/batchStore";
import { csvRows } from "../../../../src/chat/batch/csv";
import { candidateOf, idMaker, MOST, prepareDraft, readDraft, type Candidate } from "../../../../src/chat/batch/draft";
import { requestProblems } from "../../../../src/chat/batch/problems";
import { fillTemplate, variablesOf } from "../../../../src/chat/batch/template";
import { nodeDisk } from "../../../support/nodeDisk";

const params = { model: "claude-haiku-4-5", max_tokens: 1000, messages: [{ role: "user", content: "Hi" }] };

describe("the draft of a batch", () => {
  let root: string;
  let store: BatchStore;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "batch-"));
    store = new BatchStore(nodeDisk(root));
  });
  afterEach(() => rm(root, { recursive: true }));

  async function* from(candidates: Iterable<Candidate>) {
    yield* candidates;
  }

  /** The bytes of an "image" are its size here, those of a "PDF" its pages. */
  const files = {
    imageSize(data: string) {
      const [width = 0, height = 0] = data.split("x").map(Number);
      return width > 0 ? { width, height } : undefined;
    },
    pageCount: (data: string) => Number(data) || undefined,
  };

  const prepare = (candidates: Iterable<Candidate>, signal = new AbortController().signal, most = MOST) =>
    prepareDraft(from(candidates), {
      most,
      store,
      name: "test",
      endpoint: { id: "anthropic", baseUrl: "https://api.anthropic.com" },
      way: "batch",
      capabilities: (model) => capabilitiesOf(model),
      wireRequest: (custom_id, request) => JSON.stringify({ custom_id, params: request }),
      files,
      onProgress: () => {},
      signal,
    });

  it("says what is wrong by line, and takes the rest", async () => {
    const lines = [
      JSON.stringify({ custom_id: "a", params }),
      "{",
      JSON.stringify({ custom_id: "a", params }),
      JSON.stringify({ custom_id: "no spaces", params: { ...params, stream: true } }),
      JSON.stringify({ custom_id: "b", params: { ...params, model: "claude-sonnet-5-5", temperature: 0.5 } }),
      JSON.stringify({ custom_id: "c", params: { ...params, max_tokens: 1e6 } }),
      JSON.stringify({ custom_id: "d", params, other: 1 }),
      JSON.stringify({ custom_id: "e", params }),
    ];
    const { draft, first } = await prepare(lines.map((line, index) => candidateOf(`line ${index + 1}`, line)));
    assert.deepEqual(
      draft.problems.map(({ where, text }) => `${where}: ${text}`),
      [
        "line 2: It is not a JSON object.",
        "line 3: The custom_id “a” stands above already.",
        "line 4: The custom_id “no spaces” is not 1 to 64 letters, digits, “_” and “-”.",
        "line 4: “stream” is not allowed in a batch.",
        "line 5: claude-sonnet-5-5 does not take “temperature”.",
        "line 6: “max_tokens” is 1000000; claude-haiku-4-5 allows 64000.",
        "line 7: “other” is not allowed beside custom_id and params.",
      ],
    );
    assert.equal(draft.requests, 2);
    assert.ok(draft.cost);
    assert.equal(draft.cost.batch.most * 2, draft.cost.normal.most);
    assert.ok(first);
    assert.equal(await readFile(join(root, first, REQUESTS), "utf8"), `${lines[0]}\n${lines[7]}\n`);
    assert.deepEqual(await readDraft(store, first), draft);
    assert.deepEqual(
      (await store.list()).map(({ state, requests, model }) => [state, requests, model]),
      [["draft", 2, "claude-haiku-4-5"]],
    );
  });

  /** Of a request with a file. */
  async function tokensOf(model: string, source: object, type = "image"): Promise<number> {
    const messages = [{ role: "user", content: [{ type, source }] }];
    const { draft } = await prepare([{ where: "", customId: "a", params: { ...params, model, messages } }]);
    return draft.inputTokens;
  }

  it("counts the tokens of an image as the model sees it", async () => {
    const of = (data: string) => ({ type: "base64", media_type: "image/png", data });
    const [standard, high] = ["claude-haiku-4-5", "claude-opus-5-5"];
    const rest = (await tokensOf(standard, of("28x28"))) - 1;
    // As the Messages API's page on images has it.
    assert.equal(await tokensOf(standard, of("200x200")), rest + 64);
    assert.equal(await tokensOf(standard, of("1000x1000")), rest + 1296);
    assert.equal(await tokensOf(high, of("1000x1000")), rest + 1296);
    const large = [await tokensOf(standard, of("6000x4000")), await tokensOf(high, of("6000x4000"))];
    assert.ok((large[0] ?? 0) - rest <= 1568 && (large[0] ?? 0) - rest > 1450, `${large[0]}`);
    assert.ok((large[1] ?? 0) - rest <= 4784 && (large[1] ?? 0) - rest > 4500, `${large[1]}`);
    assert.equal(await tokensOf(standard, of("damaged")), rest + 1600);
    assert.ok((await tokensOf(standard, { type: "url", url: "https://a.b/c.png" })) > rest + 1600);
  });

  it("counts the pages of a PDF as text and images", async () => {
    const of = (data: string) => ({ type: "base64", media_type: "application/pdf", data });
    for (const model of ["claude-haiku-4-5", "claude-opus-5-5"]) {
      const rest = (await tokensOf(model, of("hidden"), "document")) - 1600;
      const page = (await tokensOf(model, of("1"), "document")) - rest;
      // 1,500 to 3,000 for the text, and an image as large as the model sees a page.
      assert.ok(page > 1500 + 1400 && page < 3000 + 2200, `${page}`);
      assert.equal(await tokensOf(model, of("40"), "document"), rest + 40 * page);
    }
  });

  it("becomes several batches where one would be too large", async () => {
    assert.deepEqual(MOST, { requests: 100_000, bytes: 256_000_000 });
    const five = Array.from({ length: 5 }, (_, id) => ({ where: `${id}`, customId: `${id}`, params }));
    const byCount = await prepare(five, undefined, { ...MOST, requests: 2 });
    const line = JSON.stringify({ custom_id: "0", params }).length + 1;
    const byBytes = await prepare(five, undefined, { ...MOST, bytes: 15 + 2 * line });
    for (const { draft } of [byCount, byBytes]) {
      const records = await Promise.all(draft.parts.map((id) => store.read(id)));
      assert.deepEqual(
        records.map((record) => [record?.name, record?.requests, record?.bytes]),
        [
          ["test (1 of 3)", 2, 15 + 2 * line],
          ["test (2 of 3)", 2, 15 + 2 * line],
          ["test (3 of 3)", 1, 15 + line],
        ],
      );
    }
    const none = await prepare(five, undefined, { ...MOST, bytes: 20 });
    assert.deepEqual([none.first, none.draft.problemCount], [undefined, 5]);
  });

  it("leaves nothing behind when it is cancelled", async () => {
    const abort = new AbortController();
    const candidates = function* () {
      yield { where: "", customId: "a", params };
      abort.abort();
      yield { where: "", customId: "b", params };
    };
    await assert.rejects(prepare(candidates(), abort.signal));
    assert.deepEqual(await readdir(root), []);
  });

  it("keeps what a later version has added to a record, and leaves records of one alone", async () => {
    const { first } = await prepare([{ where: "", customId: "a", params }]);
    assert.ok(first);
    const file = `${first}/batch.json`;
    const text = new TextDecoder().decode(await store.disk.read(file));
    await store.disk.write(file, new TextEncoder().encode(JSON.stringify({ ...JSON.parse(text), later: [1] })));
    await store.update(first, () => ({ state: "sending" }));
    const after = JSON.parse(new TextDecoder().decode(await store.disk.read(file))) as Record<string, unknown>;
    assert.deepEqual([after["later"], after["state"]], [[1], "sending"]);
    await store.disk.write(file, new TextEncoder().encode(JSON.stringify({ ...after, version: 2 })));
    assert.deepEqual(await store.list(), []);
    assert.equal(await store.update(first, () => ({ state: "ended" })), undefined);
  });
});

describe("what a batch is made from", () => {
  const rows = async (text: string) => {
    const lines = (async function* () {
      yield* text.split("\n");
    })();
    const found: (string | number)[][] = [];
    for await (const { line, cells } of csvRows(lines)) found.push([line, ...cells]);
    return found;
  };

  it("reads CSV with quotes, line ends in cells, any separator", async () => {
    assert.deepEqual(await rows('a,b\r\n"x, ""y""\n2",z\r\n\r\nlast,'), [
      [1, "a", "b"],
      [2, 'x, "y"\n2', "z"],
      [5, "last", ""],
    ]);
    assert.deepEqual(await rows("a;b\n1,5;2"), [
      [1, "a", "b"],
      [2, "1,5", "2"],
    ]);
    assert.deepEqual(await rows('a"b,"c'), [[1, 'a"b', "c"]]);
    await assert.rejects(rows('a\n"never'), /line 2/);
  });

  it("fills a template, once", () => {
    const template = "Translate {{ text }} into {{language}}: {{text}}";
    assert.deepEqual(variablesOf(template), ["text", "language"]);
    const values = new Map([
      ["text", "{{language}} $&"],
      ["language", "German"],
    ]);
    assert.equal(fillTemplate(template, values), "Translate {{language}} $& into German: {{language}} $&");
  });

  it("makes ids that the API takes, each once", () => {
    const make = idMaker();
    assert.deepEqual(
      [make("images/a b.png"), make("images/a-b.png"), make("日本"), make("é")],
      ["images-a-b-png", "images-a-b-png-2", "request", "request-2"],
    );
    assert.ok(make("x".repeat(200)).length <= 64);
  });

  it("knows what models refuse", () => {
    const problems = (more: object, side = 0) =>
      requestProblems(
        { ...params, ...more },
        (model) => capabilitiesOf(model),
        () => ({ width: 10, height: side }),
      );
    assert.deepEqual(problems({}), []);
    assert.deepEqual(problems({ model: "claude-sonnet-5-5", temperature: 1, top_p: 1 }), []);
    assert.equal(
      problems({ model: "claude-sonnet-5-5", thinking: { type: "enabled", budget_tokens: 2000 } }).length,
      1,
    );
    assert.equal(problems({ model: "claude-opus-5-5", tool_choice: { type: "any" } }).length, 1);
    assert.equal(problems({ output_config: { effort: "low" } }).length, 1);
    assert.equal(problems({ messages: [] }).length, 1);
    const image = { type: "image", source: { type: "base64", media_type: "image/png", data: "x".repeat(6_000_000) } };
    const result = { type: "tool_result", tool_use_id: "t", content: [image] };
    assert.match(problems({ messages: [{ role: "user", content: [result] }] })[0] ?? "", /larger than/);
    const small = { ...image, source: { ...image.source, data: "" } };
    const images = (count: number) => ({
      messages: [{ role: "user", content: Array.from({ length: count }, () => small) }],
    });
    assert.deepEqual([problems(images(20), 8000), problems(images(21), 2000)], [[], []]);
    assert.match(problems(images(1), 8001)[0] ?? "", /8001 pixels on a side; at most 8000/);
    assert.match(problems(images(21), 2001)[0] ?? "", /at most 2000 are allowed with more than 20 images/);
    let deep: unknown = [];
    for (let depth = 0; depth < 10_000; depth++) deep = [deep];
    assert.match(problems({ messages: deep })[0] ?? "", /too deep/);
  });
});
