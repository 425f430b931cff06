import { FileType, Uri, window, workspace, type LogOutputChannel } from "vscode";
import { linesOf } from "../../api/lines";
import { ApiFailure } from "../../api/failure";
import { isObject, parseJson } from "../../api/json";
import { toBase64 } from "../../chat/base64";
import { csvRows } from "../../chat/batch/csv";
import { candidateOf, idMaker, type Candidate } from "../../chat/batch/draft";
import { piecesOf } from "../../chat/batch/files";
import { fillTemplate, variablesOf } from "../../chat/batch/template";
import type { CodeAttachment, UserTurn } from "../../chat/conversation";
import { pathTo } from "../../chat/conversation";
import type { ConversationList } from "../../chat/conversationList";
import type { ConversationStore } from "../../chat/conversationStore";
import { openFile } from "#env";
import { requestFor } from "../../chat/request";
import { prepareRequest } from "../answer";
import type { Chat } from "../chat";
import { looksLikeImage, readImage } from "../images";
import { parametersOf, setting } from "../settings";
import type { Target } from "../target";
import type { DrawImage } from "../fitImages";
import { offer, type Toolbox } from "../tools/toolbox";
import type { NewAttachment } from "../newAttachment";
import { UserProblem } from "../userProblem";
import { displayName } from "../workspaceNames";
import { showInputBox } from "../notifications";

/** What requests are made from, before they are read. */
export interface Source {
  readonly name: string;
  candidates(target: Target): AsyncIterable<Candidate>;
}

export interface SourceParts {
  readonly chat: Chat;
  readonly store: ConversationStore;
  readonly list: ConversationList;
  readonly toolbox: Toolbox;
  readonly drawImage: DrawImage;
  readonly log: LogOutputChannel;
}

/** No text file of more bytes is sent whole. */
const MAX_TEXT = 1_000_000;

/** Asks what the batch is made from; undefined when the user cancels. */
export async function pickSource(parts: SourceParts, files: readonly Uri[]): Promise<Source | undefined> {
  if (files.length > 0) return fromFiles(parts, files);
  const kinds = [
    { label: "$(json) A File of Requests", detail: "JSONL with custom_id and params on each line", from: "requests" },
    {
      label: "$(table) A Table and a Prompt",
      detail: "CSV or JSONL; the prompt has {{names}} of columns",
      from: "table",
    },
    { label: "$(files) Files and a Prompt", detail: "One request for each image or text file", from: "files" },
    { label: "$(folder) A Folder and a Prompt", detail: "The same for all files in a folder", from: "folder" },
    {
      label: "$(comment-discussion) Conversations",
      detail: "Their last questions, asked again",
      from: "conversations",
    },
  ] as const;
  const picked = await window.showQuickPick(kinds, { title: "Create Batch", placeHolder: "What is it made from?" });
  switch (picked?.from) {
    case "requests":
      return one(await pickFiles({ Requests: ["jsonl", "ndjson"] }), fromRequests);
    case "table":
      return one(await pickFiles({ Tables: ["csv", "tsv", "jsonl", "ndjson"] }), (file) => fromTable(parts, file));
    case "files":
      return fromFiles(parts, await pickFiles({}, true));
    case "folder": {
      const folders = await window.showOpenDialog({
        canSelectFolders: true,
        canSelectFiles: false,
        title: "Create Batch",
      });
      return fromFiles(parts, folders ?? []);
    }
    case "conversations":
      return pickConversations(parts);
    case undefined:
      return undefined;
  }
}

async function pickFiles(filters: Record<string, string[]>, canSelectMany = false): Promise<Uri[]> {
  return (await window.showOpenDialog({ title: "Create Batch", openLabel: "Use", filters, canSelectMany })) ?? [];
}

function one<T>([file]: readonly Uri[], use: (file: Uri) => T): T | undefined {
  return file && use(file);
}

function fromRequests(file: Uri): Source {
  return {
    name: displayName(file),
    async *candidates() {
      for await (const { line, text } of numberedLines(file)) yield candidateOf(`line ${line}`, text);
    },
  };
}

async function fromTable({ chat }: SourceParts, file: Uri): Promise<Source | undefined> {
  const template = await showInputBox({
    title: "Create Batch",
    prompt: "The prompt; {{name}} stands for the column of that name.",
    placeHolder: "Translate {{text}} into {{language}}.",
    ignoreFocusOut: true,
  });
  if (!template) return undefined;
  const wanted = variablesOf(template);
  return {
    name: displayName(file),
    async *candidates(target) {
      const id = idMaker();
      const rows = /\.(csv|tsv)$/i.test(file.path) ? csvValues(file) : jsonValues(file);
      for await (const row of rows) {
        const where = `line ${row.line}`;
        if (!("values" in row)) {
          yield { where, problem: row.problem };
          continue;
        }
        const missing = wanted.find((name) => !row.values.has(name));
        if (missing !== undefined) {
          yield { where, problem: `There is no value for {{${missing}}}.` };
          continue;
        }
        const given = row.values.get("custom_id") ?? row.values.get("id");
        const customId = given !== undefined && given !== "" ? given : id(`row-${row.line}`);
        yield request(chat, target, { where, customId, text: fillTemplate(template, row.values) });
      }
    },
  };
}

type Row =
  | { readonly line: number; readonly values: ReadonlyMap<string, string> }
  | { readonly line: number; readonly problem: string };

async function* csvValues(file: Uri): AsyncGenerator<Row, void, void> {
  let header: readonly string[] | undefined;
  let last = 1;
  try {
    for await (const { line, cells } of csvRows(linesOf(bytesOf(file)))) {
      last = line;
      if (header) yield { line, values: new Map(header.map((name, index) => [name, cells[index] ?? ""])) };
      else header = cells.map((name) => name.trim());
    }
  } catch (error) {
    if (error instanceof UserProblem) throw error;
    yield { line: last, problem: error instanceof Error ? error.message : "It is not CSV." };
  }
}

async function* jsonValues(file: Uri): AsyncGenerator<Row, void, void> {
  for await (const { line, text } of numberedLines(file)) {
    const value = parseJson(text);
    if (!isObject(value)) yield { line, problem: "It is not a JSON object." };
    else {
      const asString = (it: unknown) => (typeof it === "string" ? it : JSON.stringify(it));
      yield { line, values: new Map(Object.entries(value).map(([name, it]) => [name, asString(it)])) };
    }
  }
}

async function* numberedLines(file: Uri) {
  let line = 0;
  for await (const text of linesOf(bytesOf(file))) {
    line++;
    if (text.trim() !== "") yield { line, text };
  }
}

/** In pieces where the file is on this machine; elsewhere VS Code has whole files only. */
async function* bytesOf(file: Uri): AsyncGenerator<Uint8Array, void, void> {
  try {
    if (file.scheme !== "file") {
      yield await workspace.fs.readFile(file);
      return;
    }
    yield* piecesOf(openFile(file));
  } catch {
    throw new UserProblem(`“${displayName(file)}” cannot be read. Was it moved or deleted?`);
  }
}

async function fromFiles({ chat }: SourceParts, chosen: readonly Uri[]): Promise<Source | undefined> {
  const files: Uri[] = [];
  for (const uri of chosen) for await (const file of filesBelow(uri)) files.push(file);
  if (chosen.length === 0) return undefined;
  const images = files.filter(looksLikeImage);
  const texts = files.filter((file) => !looksLikeImage(file));
  let used = files;
  if (images.length > 0 && texts.length > 0) {
    const items = [
      { label: `${images.length} images`, files: images },
      { label: `${texts.length} other files`, files: texts },
      { label: "All", files },
    ];
    const picked = await window.showQuickPick(items, {
      title: "Create Batch",
      placeHolder: "Which files?",
      ignoreFocusOut: true,
    });
    if (!picked) return undefined;
    used = picked.files;
  }
  if (used.length === 0) throw new UserProblem("There are no files to send.");
  const text = await showInputBox({
    title: "Create Batch",
    prompt: `What is asked about each of the ${used.length} files.`,
    value: used === images || texts.length === 0 ? (setting("describe.prompt") ?? "") : "",
    ignoreFocusOut: true,
  });
  if (!text) return undefined;
  return {
    name: chosen.length === 1 && chosen[0] ? displayName(chosen[0]) : `${used.length} files`,
    async *candidates(target) {
      const id = idMaker();
      for (const file of used) {
        const where = displayName(file);
        try {
          const added = looksLikeImage(file) ? await readImage(file) : { attachment: await readCode(file) };
          yield request(chat, target, { where, customId: id(where), text, added, input: file.toString() });
        } catch (error) {
          if (!(error instanceof UserProblem)) throw error;
          yield { where, problem: error.message };
        }
      }
    },
  };
}

/** Hidden files, packages and links are left out: a link could lead to what the folder's owner has no business with. */
async function* filesBelow(uri: Uri): AsyncGenerator<Uri, void, void> {
  const { type } = await workspace.fs.stat(uri);
  if ((type & FileType.Directory) === 0) {
    yield uri;
    return;
  }
  for (const [name, kind] of (await workspace.fs.readDirectory(uri)).toSorted(([a], [b]) => a.localeCompare(b))) {
    if (name.startsWith(".") || name === "node_modules" || (kind & FileType.SymbolicLink) !== 0) continue;
    const below = Uri.joinPath(uri, name);
    if (kind === FileType.Directory) yield* filesBelow(below);
    else yield below;
  }
}

/** Not as a document of VS Code: thousands of those would be slow. */
async function readCode(file: Uri): Promise<CodeAttachment> {
  const name = displayName(file);
  let text: string;
  try {
    if ((await workspace.fs.stat(file)).size > MAX_TEXT) throw new UserProblem(`“${name}” has more than 1 MB.`);
    text = new TextDecoder("utf-8", { fatal: true }).decode(await workspace.fs.readFile(file));
  } catch (error) {
    if (error instanceof UserProblem) throw error;
    throw new UserProblem(`“${name}” cannot be read as text.`);
  }
  if (text.trim() === "") throw new UserProblem(`“${name}” is empty.`);
  if (text.includes("\0")) throw new UserProblem(`“${name}” is not a text file.`);
  const language = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? "text";
  return { type: "code", id: crypto.randomUUID(), name, language, text };
}

interface Asked {
  readonly where: string;
  readonly customId: string;
  readonly text: string;
  readonly added?: NewAttachment;
  readonly input?: string;
}

/** A question of its own, with the settings and the chat's parameters of now, and without tools: nobody would run them. */
function request(chat: Chat, target: Target, { where, customId, text, added, input }: Asked): Candidate {
  const attachments = added ? [added.attachment] : [];
  const turn: UserTurn = { role: "user", id: "", parent: null, text, attachments };
  const images = new Map<string, string>();
  if (added?.attachment.type === "image" && added.bytes) images.set(added.attachment.sha256, toBase64(added.bytes));
  const model = { ...target, endpoint: target.endpoint.id };
  const { request: params, notes } = requestFor([turn], model, parametersOf(chat.conversation), images);
  return { where, customId, params, notes, ...(input !== undefined && { input }) };
}

async function pickConversations(parts: SourceParts): Promise<Source | undefined> {
  const { list } = parts;
  await list.load();
  await list.refresh();
  const items = list.summaries().map(({ id, title }) => ({ label: title, id }));
  const picked = await window.showQuickPick(items, {
    title: "Create Batch",
    placeHolder: "Whose last question is asked again?",
    canPickMany: true,
    ignoreFocusOut: true,
  });
  return picked && picked.length > 0 ? fromConversations(picked, parts) : undefined;
}

/** The last question of each, with what its chat would send now. Exported for tests. */
export function fromConversations(
  chosen: readonly { readonly label: string; readonly id: string }[],
  { store, toolbox, ...parts }: Pick<SourceParts, "store" | "toolbox" | "drawImage" | "log">,
): Source {
  /** Nobody answers calls in a batch: what the server itself runs is all that can be offered. */
  const atServer = { ...toolbox, sources: [] };
  return {
    name: chosen.length === 1 ? (chosen[0]?.label ?? "") : `${chosen.length} conversations`,
    async *candidates(target) {
      const id = idMaker();
      for (const { label: where, id: conversation } of chosen) {
        const stored = await store.open(conversation);
        const path = stored ? pathTo(stored.conversation) : [];
        const last = path.findLastIndex(({ role }) => role === "user");
        if (!stored || last < 0) {
          yield { where, problem: "It has no question." };
          continue;
        }
        try {
          const built = await prepareRequest(stored, path.slice(0, last + 1), target, { ...parts, toolbox: atServer });
          const { tools } = offer(toolbox, parametersOf(stored.conversation), stored, target.capabilities);
          const notes = tools.length > 0 ? [...built.notes, WITHOUT_TOOLS] : built.notes;
          yield { where, customId: id(where), params: built.request, notes };
        } catch (error) {
          if (!(error instanceof UserProblem || error instanceof ApiFailure)) throw error;
          yield { where, problem: error.message };
        }
      }
    },
  };
}

const WITHOUT_TOOLS =
  "Tools that run on this computer were left out: nobody could answer their calls. Those that run at the server stay.";
