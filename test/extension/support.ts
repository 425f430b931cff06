import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  ConfigurationTarget,
  EventEmitter,
  LogLevel,
  Uri,
  workspace,
  type LogOutputChannel,
  type Memento,
  type SecretStorage,
  window,
} from "vscode";
import { Budget } from "../../src/host/budget";
import { Chat } from "../../src/host/chat";
import { BatchStore } from "../../src/chat/batch/batchStore";
import { ConversationList } from "../../src/chat/conversationList";
import { ConversationStore } from "../../src/chat/conversationStore";
import { findEndpoint } from "../../src/host/endpoints";
import type { DrawImage } from "../../src/host/fitImages";
import type { Disk } from "../../src/chat/disk";
import { Keys } from "../../src/host/keys";
import { ModelPreferences } from "../../src/host/modelPreferences";
import { storageDisk } from "../../src/host/storageDisk";
import type { Directory } from "../../src/host/target";
import { ownTools } from "../../src/host/tools/ownTools";
import type { Approvals } from "../../src/host/tools/tool";
import { Models } from "../../src/host/models";
import { startSimulatedApi, type SimulatedApi } from "../support/api/server";

/** The parts of the extension, joined as `activate` joins them, on storage that the test can look into. */
export interface TestChat {
  readonly chat: Chat;
  readonly store: ConversationStore;
  readonly list: ConversationList;
  readonly budget: Budget;
  readonly directory: Directory;
  /** Where conversations are stored. */
  readonly folder: string;
  readonly keys: Keys;
  readonly secrets: ReadonlyMap<string, string>;
  /** Everything that was logged, as one text. */
  log(): string;
  /** Everything that was written to disk, as one text. */
  stored(): string;
  /** What the window remembers, as one text. */
  remembered(): string;
  /** The same storage and memory in a new window. */
  reopen(): TestChat;
}

/**
 * @param spoil makes the disk a bad one, until the storage is opened again
 * @param drawImage as the page would; unless it is given, nothing can be decoded
 */
export function testChat(
  environment: (name: string) => string | undefined = () => undefined,
  spoil?: (disk: Disk) => Disk,
  drawImage: DrawImage = async () => undefined,
): TestChat {
  const storage = Uri.file(mkdtempSync(join(tmpdir(), "sidenote-")));
  return open(storage, new Map(), new Map(), environment, drawImage, spoil);
}

function open(
  storage: Uri,
  secrets: Map<string, string>,
  memory: Map<string, unknown>,
  environment: (name: string) => string | undefined,
  drawImage: DrawImage,
  spoil: (disk: Disk) => Disk = (disk) => disk,
): TestChat {
  const lines: string[] = [];
  const keys = new Keys(fakeSecrets(secrets), environment);
  const disk = spoil(storageDisk(storage, "conversations"));
  const store = new ConversationStore(disk, (error) => lines.push(`Not stored: ${String(error)}`));
  const list = new ConversationList(disk, (error) => lines.push(String(error)));
  const log = fakeLog(lines);
  const batches = new BatchStore(storageDisk(storage, "batches"));
  const budget = new Budget({
    list,
    batches: () => batches.spending(),
    flush: () => store.flush(),
    memory: fakeMemento(memory),
    log,
  });
  const directory = { keys, models: new Models(keys), preferences: new ModelPreferences(fakeMemento(memory)) };
  const own = ownTools((sentence) => lines.push(sentence));
  const toolbox = { sources: [own], own, approvals: allowAll };
  const chat = new Chat({
    store,
    directory,
    memory: fakeMemento(memory),
    log,
    toolbox,
    drawImage,
    spending: budget,
  });
  chat.onAnswered(({ conversation }) => budget.answered(conversation.id));
  return {
    chat,
    store,
    list,
    budget,
    directory,
    folder: join(storage.fsPath, "conversations"),
    keys,
    secrets,
    log: () => lines.join("\n"),
    stored: () => readTree(storage.fsPath),
    remembered: () => JSON.stringify([...memory]),
    reopen: () => open(storage, secrets, memory, environment, drawImage),
  };
}

/** Lets every call run, as a user who trusts all of them. */
const allowAll: Approvals = {
  allow: async (tool, input) => ({ allowed: true, by: "once", run: (context) => tool.call(input, context) }),
};

/** Resolves when no answer is running. */
export async function idle(chat: Chat): Promise<void> {
  if (!chat.busy) return;
  await new Promise<void>((resolve) => {
    const subscription = chat.onBusy((busy) => {
      if (busy) return;
      subscription.dispose();
      resolve();
    });
  });
}

/** Resolves when the next text of an answer comes. */
export async function nextText(chat: Chat): Promise<void> {
  await new Promise<void>((resolve) => {
    const subscription = chat.onChange((changes) => {
      if (!changes.some(({ type }) => type === "append")) return;
      subscription.dispose();
      resolve();
    });
  });
}

/** A promise that the test settles when it wants to. */
export function deferred<T>(): { readonly promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve: (value) => resolve(value) };
}

/** Changes user settings; `undefined` takes one back. */
export async function setUserSettings(settings: Readonly<Record<string, unknown>>): Promise<void> {
  for (const [name, value] of Object.entries(settings)) {
    await workspace.getConfiguration("sidenote").update(name, value, ConfigurationTarget.Global);
  }
}

function fakeSecrets(values: Map<string, string>): SecretStorage {
  const changed = new EventEmitter<{ key: string }>();
  return {
    get: async (key) => values.get(key),
    keys: async () => [...values.keys()],
    store: async (key, value) => {
      values.set(key, value);
      changed.fire({ key });
    },
    delete: async (key) => {
      values.delete(key);
      changed.fire({ key });
    },
    onDidChange: changed.event,
  };
}

function fakeMemento(values: Map<string, unknown>): Memento {
  return {
    keys: () => [...values.keys()],
    get: <T>(key: string, fallback?: T) => (values.has(key) ? values.get(key) : fallback) as T,
    update: async (key: string, value: unknown) =>
      void (value === undefined ? values.delete(key) : values.set(key, value)),
  };
}

export function fakeLog(lines: string[]): LogOutputChannel {
  const write = (...values: unknown[]) => void lines.push(values.map(String).join(" "));
  return {
    name: "test",
    logLevel: LogLevel.Trace,
    onDidChangeLogLevel: new EventEmitter<LogLevel>().event,
    trace: write,
    debug: write,
    info: write,
    warn: write,
    error: write,
    append: write,
    appendLine: write,
    replace: write,
    clear: () => undefined,
    show: () => undefined,
    hide: () => undefined,
    dispose: () => undefined,
  };
}

function readTree(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.name}\n${readFileSync(join(entry.parentPath, entry.name), "latin1")}`)
    .join("\n");
}

/** A file of the sample workspace that the tests run in. */
export function fixture(path: string): Uri {
  const folder = workspace.workspaceFolders?.[0];
  if (!folder) throw new Error("the tests need the sample workspace");
  return Uri.joinPath(folder.uri, path);
}

/** Looks like a real key, so that a leak would be one. */
export const KEY = "sk-ant-test03-0123456789abcdefghijklmnop";

/** For the tests of a `describe`: a simulated API, the settings that lead to it, and for each test a chat that has its key. */
export function useSimulatedChat(): { readonly api: SimulatedApi; readonly parts: TestChat } {
  let api: SimulatedApi;
  let parts: TestChat;

  before(async () => {
    api = await startSimulatedApi({ key: KEY, tokensPerSecond: Infinity });
    await setUserSettings({
      endpoints: { simulated: { name: "Simulated", baseUrl: api.url, auth: "x-api-key" } },
      model: "simulated/claude-sonnet-5-5",
    });
  });

  after(async () => {
    await setUserSettings({ endpoints: undefined, model: undefined });
    await api.close();
  });

  beforeEach(async () => {
    parts = testChat();
    const found = findEndpoint("simulated");
    if ("problem" in found) throw new Error(found.problem);
    await parts.keys.store(found.endpoint, KEY);
  });

  return {
    get api() {
      return api;
    },
    get parts() {
      return parts;
    },
  };
}

/** Skips a test where no terminal starts, as in the server of the oldest VS Code on some systems, and says so. */
export async function needsTerminals(test: Mocha.Context): Promise<void> {
  const terminal = window.createTerminal("Probe");
  const given = new Promise<undefined>((resolve) => setTimeout(resolve, 8000));
  const process = await Promise.race([terminal.processId, given]);
  terminal.dispose();
  if (process !== undefined) return;
  console.log("  not run: no terminal starts in this VS Code");
  test.skip();
}
