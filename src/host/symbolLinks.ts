import { commands, window, type QuickPickItem, type SymbolInformation } from "vscode";
import { openAt } from "./fileLinks";
import { asWorkspaceFile } from "./tools/workspaceFiles";
import { UserProblem } from "./userProblem";

/**
 * The symbols that answers name, as links. The providers that know them belong to other extensions, which may be slow and cannot
 * be stopped: they are asked one question at a time, and what they do not tell soon stays text.
 */

/** Milliseconds for all symbols of a text. */
const PATIENCE = 2000;
/** Milliseconds for one that the user wants to see. */
const MORE_PATIENCE = 10_000;
/** What was found is believed for so many milliseconds. */
const BELIEVED = 30_000;
/** So many names are kept, at most. */
const MOST_KEPT = 2000;

const known = new Map<string, { readonly found: boolean; readonly until: number }>();
/** The last question to the providers. */
let asked: Promise<unknown> = Promise.resolve();

/** Which of these names are defined in the workspace, as far as that is told in time. */
export async function findSymbols(names: readonly string[], patience = PATIENCE): Promise<boolean[]> {
  const end = Date.now() + patience;
  if (known.size + names.length > MOST_KEPT) known.clear();
  for (const name of new Set(names)) {
    if ((known.get(name)?.until ?? 0) > Date.now()) continue;
    const found = await definitionsOf(name, end);
    if (!found) break;
    known.set(name, { found: found.length > 0, until: Date.now() + BELIEVED });
  }
  return names.map((name) => known.get(name)?.found ?? false);
}

/** Opens the editor where a symbol is defined; the user chooses when that is in several places. */
export async function openSymbol(name: string): Promise<void> {
  const found = await definitionsOf(name, Date.now() + MORE_PATIENCE);
  if (!found)
    throw new UserProblem("The extensions for this language do not tell where it is defined. Try again later.");
  if (found.length === 0) throw new UserProblem(`“${name}” is not defined in the workspace any more.`);
  const definition = found.length === 1 ? found[0] : await window.showQuickPick(found, { title: `Go to ${name}` });
  if (definition) await openAt(definition.uri, definition.range);
}

type Definition = QuickPickItem & SymbolInformation["location"];

/** Undefined when it is not told until `end`, in milliseconds since 1970. */
async function definitionsOf(name: string, end: number): Promise<Definition[] | undefined> {
  const [own = "", container] = name
    .replace(/\(\)$/, "")
    .split(/\.|::|#/)
    .toReversed();
  const answer = asked.then(async () => {
    if (Date.now() >= end) return undefined;
    return commands.executeCommand<SymbolInformation[] | undefined>("vscode.executeWorkspaceSymbolProvider", own);
  });
  asked = answer.catch(() => undefined);
  const late = timeOut(end - Date.now());
  const symbols = await Promise.race([
    answer.then(
      (it) => it ?? [],
      () => [],
    ),
    late.promise,
  ]);
  late.cancel();
  if (!symbols) return undefined;

  const definitions = new Map<string, Definition>();
  for (const { name: label, containerName, location } of symbols) {
    // "total()", "total(int)": providers write functions as they like.
    if (label.replace(/\(.*$/s, "") !== own) continue;
    if (container && containerName.split(/\W+/).at(-1) !== container) continue;
    const file = await asWorkspaceFile(location.uri);
    if (!file || /(^|\/)node_modules\//.test(file.path)) continue;
    const description = `${file.name}:${location.range.start.line + 1}`;
    definitions.set(description, {
      label,
      description,
      ...(containerName && { detail: containerName }),
      uri: location.uri,
      range: location.range,
    });
  }
  return [...definitions.values()];
}

function timeOut(milliseconds: number): { readonly promise: Promise<undefined>; cancel(): void } {
  let timer: unknown;
  const promise = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, milliseconds));
  });
  return { promise, cancel: () => clearTimeout(timer) };
}
