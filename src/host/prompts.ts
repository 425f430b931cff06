import * as v from "valibot";
import { env, Uri, workspace } from "vscode";
import { codeTitle } from "../chat/messages";
import type { PromptView } from "../shared/views";
import type { Chat } from "./chat";
import { findEndpoint } from "./endpoints";
import { lastEditor } from "./lastEditor";
import { showInputBox } from "./notifications";
import {
  fillIn,
  keyOf,
  parsePromptFile,
  promptName,
  variablesOf,
  type Prompt,
  type PromptVariable,
} from "./promptFile";
import { activeFile, codeAtCursor } from "./selection";
import { splitModel } from "./target";
import type { NewCode } from "./newAttachment";
import { UserProblem } from "./userProblem";
import { displayName } from "./workspaceNames";
import { notSearched } from "./workspaceSources";

/** A prompt and where it comes from. */
interface ListedPrompt extends Prompt {
  /** Of a workspace's prompt, relative to the workspace. */
  readonly file?: string;
  readonly origin: PromptView["origin"];
}

/** Longer files and further ones are no prompts but a mistake, or meant to harm. */
const MOST_FILES = 200;
const LONGEST_FILE = 100_000;

const builtIn: readonly Prompt[] = [
  {
    name: "explain",
    description: "Explain the selected code",
    text: "Explain ${selection}: what it does, how it does it, and what to watch out for. Be brief and concrete.",
  },
  {
    name: "fix",
    description: "Find and fix what is wrong with the selected code",
    text: "Find what is wrong with ${selection}, say why, and show the corrected code.",
  },
  {
    name: "document",
    description: "Write documentation comments for the selected code",
    text: "Write documentation comments for ${selection}, in the way that is usual for ${language}. Change nothing else and show the whole code.",
  },
  {
    name: "test",
    description: "Write tests for the selected code",
    text: "Write tests for ${selection}: the usual case, the limits, and bad input. Use the test framework that the code suggests.",
  },
  {
    name: "review",
    description: "Review the selected code",
    text: "Review ${selection}. List real problems only, the worst first: what is wrong, where, and how to mend it.",
  },
  {
    name: "summarise",
    description: "Summarise the file",
    text: "Summarise ${file} in a few sentences, then list its main parts.",
  },
];

/** An entry of `sidenote.prompts`. */
const entrySchema = v.union([
  v.string(),
  v.object({
    text: v.string(),
    description: v.exactOptional(v.string()),
    model: v.exactOptional(v.string()),
    tools: v.exactOptional(v.array(v.string())),
  }),
]);

/** The user's own, from `sidenote.prompts`; entries of the wrong shape are marked by the settings editor and left out. */
function ownPrompts(): Prompt[] {
  const value: unknown = workspace.getConfiguration("sidenote").get("prompts");
  const entries = Object.entries(typeof value === "object" && value !== null ? value : {});
  return entries.flatMap(([name, entry]: [string, unknown]) => {
    const prompt = v.safeParse(entrySchema, entry);
    if (!prompt.success) return [];
    const fields = typeof prompt.output === "string" ? { text: prompt.output } : prompt.output;
    return [{ description: fields.text, ...fields, name: promptName(name) }];
  });
}

async function workspacePrompts(): Promise<ListedPrompt[]> {
  const patterns = ["**/.github/prompts/*.prompt.md", "**/.sidenote/prompts/*.md"];
  const found = await Promise.all(patterns.map((it) => workspace.findFiles(it, notSearched(), MOST_FILES)));
  const prompts = await Promise.all(found.flat().map(readPrompt));
  return prompts.filter((it) => it !== undefined).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Undefined for a file that cannot be read, is too long or is no text. */
async function readPrompt(uri: Uri): Promise<ListedPrompt | undefined> {
  try {
    if ((await workspace.fs.stat(uri)).size > LONGEST_FILE) return undefined;
    const source = new TextDecoder("utf-8", { fatal: true }).decode(await workspace.fs.readFile(uri));
    const prompt = parsePromptFile(uri.path.slice(uri.path.lastIndexOf("/") + 1), source);
    return { ...prompt, file: displayName(uri), origin: "workspace" };
  } catch {
    return undefined;
  }
}

/** All prompts: the user's own, then the workspace's, then those that come with Sidenote. */
async function allPrompts(): Promise<ListedPrompt[]> {
  return [
    ...ownPrompts().map((it) => ({ ...it, origin: "user" as const })),
    ...(workspace.isTrusted ? await workspacePrompts() : []),
    ...builtIn.map((it) => ({ ...it, origin: "builtIn" as const })),
  ];
}

function idOf({ origin, file, name }: ListedPrompt): string {
  return `${origin}:${file ?? name}`;
}

/** What "/" offers. */
export async function listPrompts(): Promise<PromptView[]> {
  return (await allPrompts()).map((prompt) => {
    const { name, description, origin, file } = prompt;
    return { id: idOf(prompt), name, description: description.slice(0, 200), origin, ...(file && { file }) };
  });
}

/** What came of a prompt: the text for the message box, and what the user should know before sending it. */
export interface UsedPrompt {
  readonly text: string;
  readonly notice?: string;
}

/**
 * Fills in a prompt for the message box. Code that it is about goes beside the message. Undefined when the user did not answer
 * what it asks for.
 * @throws UserProblem when there is no such prompt any more, or nothing is there that it needs
 */
export async function usePrompt(chat: Chat, id: string): Promise<UsedPrompt | undefined> {
  const prompt = (await allPrompts()).find((it) => idOf(it) === id);
  if (!prompt) throw new UserProblem("This prompt is not there any more.");
  const filled = await fillPrompt(prompt);
  if (!filled) return undefined;
  await chat.messageBox.attach(filled.attachments);
  const notice = await noticeOf(chat, prompt);
  return { text: filled.text, ...(notice && { notice }) };
}

/** The text with what it asks for, and the code that it is about. */
async function fillPrompt(
  prompt: Prompt,
): Promise<{ readonly text: string; readonly attachments: readonly NewCode[] } | undefined> {
  const values = new Map<string, string>();
  const attachments: NewCode[] = [];
  for (const variable of variablesOf(prompt.text)) {
    const value = await valueOf(variable, prompt.name, attachments);
    if (value === undefined) return undefined;
    values.set(keyOf(variable), value);
  }
  return { text: fillIn(prompt.text, (variable) => values.get(keyOf(variable)) ?? ""), attachments };
}

async function valueOf(variable: PromptVariable, prompt: string, attachments: NewCode[]): Promise<string | undefined> {
  switch (variable.kind) {
    case "selection": {
      const code = await codeAtCursor(`The prompt “${prompt}” is about selected code: open a file and select some.`);
      attachments.push(...code);
      return code.map(({ attachment }) => codeTitle(attachment)).join(", ");
    }
    case "file": {
      const file = activeFile(`The prompt “${prompt}” is about a file: open one.`);
      attachments.push(file);
      return codeTitle(file.attachment);
    }
    case "language":
      return lastEditor()?.document.languageId ?? "the language of the code";
    case "clipboard":
      return env.clipboard.readText();
    case "date":
      return new Date().toLocaleDateString("sv"); // ISO 8601, in the user's time zone
    case "input":
      return showInputBox({
        title: `/${prompt}`,
        prompt: variable.hint || variable.name,
        ignoreFocusOut: true,
      });
  }
}

/** Chooses the model and the tools that a prompt of the user names, and says so. What a workspace asks for is told, not done. */
async function noticeOf(chat: Chat, { origin, file, model, tools }: ListedPrompt): Promise<string | undefined> {
  const wishes = [
    ...(model === undefined ? [] : [`the model ${model}`]),
    ...(tools?.length ? [`the tools ${tools.join(", ")}`] : []),
  ];
  if (origin === "workspace") {
    const asked = wishes.length > 0 ? ` It asks for ${wishes.join(" and ")}; nothing was changed.` : "";
    return `From the workspace (${file ?? ""}): read it before you send it.${asked}`;
  }
  if (wishes.length === 0) return undefined;
  if (model !== undefined) {
    const found = findEndpoint(splitModel(model).endpoint);
    if ("problem" in found) return `The prompt asks for the model ${model}, which was not chosen. ${found.problem}`;
    await chat.choices.setModel(model);
  }
  if (tools?.length) await chat.choices.setTools(tools);
  return `The prompt has chosen ${wishes.join(" and ")} for this chat.`;
}
