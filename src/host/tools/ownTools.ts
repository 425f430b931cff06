import { canRunCommands, runCommand } from "#env";
import * as v from "valibot";
import { workspace } from "vscode";
import { isObject, type JsonObject } from "../../api/json";
import { UserProblem } from "../userProblem";
import { textOutput, typedOutput } from "./kit";
import { schemaProblem } from "./schema";
import type { Tool, ToolOutput, ToolSource } from "./tool";

/** Seconds after which a command is ended that has no limit of its own. */
const DEFAULT_TIMEOUT = 60;

/** Longer output of a command is not kept, in bytes. */
const LONGEST_OUTPUT = 1_000_000;

const words = v.pipe(v.array(v.string()), v.minLength(1));
const common = {
  name: v.pipe(v.string(), v.regex(/^[a-zA-Z0-9_-]{1,64}$/, "its name must be 1 to 64 letters, digits, _ or -.")),
  description: v.optional(v.string(), ""),
  inputSchema: v.custom<JsonObject>(isObject, "its inputSchema must be a JSON schema."),
};

/** An entry of the setting `sidenote.tools`. */
const definition = v.variant("answer", [
  v.object({ ...common, answer: v.literal("ask") }),
  v.object({ ...common, answer: v.literal("text"), text: v.string("its text is missing.") }),
  v.object({
    ...common,
    answer: v.literal("command"),
    command: v.message(words, 'its command must be a list of words, such as ["python3", "weather.py"].'),
    folder: v.optional(v.string()),
    timeout: v.optional(v.pipe(v.number(), v.minValue(1)), DEFAULT_TIMEOUT),
  }),
]);
type Definition = v.InferOutput<typeof definition>;
type CommandDefinition = Extract<Definition, { answer: "command" }>;

/**
 * The functions that the user has written into `sidenote.tools`, which no workspace can set.
 * @param onProblem hears once of each entry that cannot be used, in a sentence
 */
export function ownTools(onProblem: (sentence: string) => void): ToolSource {
  const told = new Set<string>();
  const tell = (sentence: string) => {
    if (!told.has(sentence)) onProblem(sentence);
    told.add(sentence);
  };
  return {
    tools() {
      const entries: unknown = workspace.getConfiguration("sidenote").get("tools");
      if (!Array.isArray(entries)) return [];
      return entries.flatMap((entry: unknown, index): Tool[] => {
        const read = readDefinition(entry);
        if ("problem" in read) {
          const name =
            isObject(entry) && typeof entry["name"] === "string" ? `“${entry["name"]}”` : `number ${index + 1}`;
          tell(`The tool ${name} in sidenote.tools cannot be used: ${read.problem}`);
          return [];
        }
        // A command runs with the rights of the user, in a folder that nobody vouches for.
        return read.definition.answer === "command" && !workspace.isTrusted ? [] : [toolOf(read.definition)];
      });
    },
  };
}

/** An entry of the setting, or what is wrong with it. */
function readDefinition(entry: unknown): { readonly definition: Definition } | { readonly problem: string } {
  const parsed = v.safeParse(definition, isObject(entry) ? { answer: "ask", ...entry } : entry);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const own = issue.message.startsWith("its ")
      ? issue.message
      : `${v.getDotPath(issue) ?? "it"} is not as it should be.`;
    return { problem: own };
  }
  const problem = schemaProblem(parsed.output.inputSchema);
  return problem === undefined ? { definition: parsed.output } : { problem };
}

function toolOf(own: Definition): Tool {
  const { name, description, inputSchema } = own;
  const base = { definition: { name, description, input_schema: inputSchema }, source: "Your function" };
  switch (own.answer) {
    case "ask":
      return {
        ...base,
        effect: "none",
        describe: summaryOf,
        call: async (_input, context) => typedOutput(await context.askUser()),
      };
    case "text":
      return { ...base, effect: "none", describe: summaryOf, call: async () => textOutput(own.text) };
    case "command":
      return commandTool(base, own);
  }
}

function commandTool(base: Pick<Tool, "definition" | "source">, own: CommandDefinition): Tool {
  const command = own.command.join(" ");
  const run = async (input: JsonObject, signal: AbortSignal): Promise<ToolOutput> => {
    if (!canRunCommands)
      throw new UserProblem("Commands cannot be run here: VS Code runs in a browser, without a computer behind it.");
    const { exitCode, stdout, stderr, end } = await runCommand({
      command: own.command,
      input: JSON.stringify(input),
      folder: folderOf(own),
      timeout: own.timeout * 1000,
      longest: LONGEST_OUTPUT,
      signal,
    });
    signal.throwIfAborted();
    if (end === "timeout")
      throw new UserProblem(said(`The command was ended after ${own.timeout} seconds.`, stdout, stderr));
    if (end === "missing") throw new UserProblem(`The command “${own.command[0]}” was not found.`);
    if (exitCode !== 0 && end !== "tooLong")
      throw new UserProblem(said(`The command failed with exit code ${exitCode}.`, stdout, stderr));
    return textOutput(end === "tooLong" ? `${stdout}\n[The rest of the output is left out.]` : stdout);
  };
  return {
    ...base,
    effect: "runs",
    describe: () => `Runs ${command}`,
    async prepare(input) {
      const folder = folderOf(own);
      return {
        subject: { type: "command", command, folder: folder ?? "" },
        details: [
          { label: "Command", text: command },
          ...(folder === undefined ? [] : [{ label: "Folder", text: folder }]),
          { label: "Input", text: JSON.stringify(input, null, 2) },
        ],
        run: ({ signal }) => run(input, signal),
      };
    },
    call: (input, { signal }) => run(input, signal),
  };
}

/** Where the command runs: the folder of the setting, else the first one of the workspace that is on this machine. */
function folderOf({ folder }: CommandDefinition): string | undefined {
  return folder ?? workspace.workspaceFolders?.find(({ uri }) => uri.scheme === "file")?.uri.fsPath;
}

function said(sentence: string, stdout: string, stderr: string): string {
  return [sentence, stderr.trim(), stdout.trim()].filter((part) => part !== "").join("\n\n");
}

/** "For “Paris” and “3”": the input in short. */
function summaryOf(input: JsonObject): string {
  const values = Object.values(input).map((value) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return `“${text.length > 60 ? `${text.slice(0, 60)}…` : text}”`;
  });
  return values.length === 0 ? "Without input" : `For ${values.join(" and ")}`;
}
