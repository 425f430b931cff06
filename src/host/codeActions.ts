import {
  CodeAction,
  CodeActionKind,
  languages,
  Range,
  Uri,
  workspace,
  type Diagnostic,
  type Disposable,
  type TextDocument,
} from "vscode";
import type { CodeAttachment } from "../chat/conversation";
import { codeTitle } from "../chat/messages";
import { lastEditor } from "./lastEditor";
import type { Question } from "./turns";
import { codeAround } from "./selection";
import { UserProblem } from "./userProblem";

/** More than these say the same again. */
const MOST_PROBLEMS = 10;

/** "Explain with Sidenote" and "Fix with Sidenote" at a light bulb: on problems, else on a selection. */
export function offerCodeActions(): Disposable {
  return languages.registerCodeActionsProvider(
    "*",
    {
      provideCodeActions(document, range, { diagnostics, only }) {
        const kind = diagnostics.length > 0 ? CodeActionKind.QuickFix : CodeActionKind.RefactorRewrite;
        if ((only && !only.contains(kind)) || (diagnostics.length === 0 && range.isEmpty)) return [];
        const about = diagnostics.length > 0 ? "Problem" : "Selection";
        const place = diagnostics.length > 0 ? [document.uri, range] : [];
        return ["Explain", "Fix"].map((verb) => {
          const action = new CodeAction(`${verb} with Sidenote`, kind);
          action.command = { command: `sidenote.${verb.toLowerCase()}${about}`, title: action.title, arguments: place };
          return action;
        });
      },
    },
    { providedCodeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite] },
  );
}

/**
 * The question about the problems at a place: where a light bulb was, else at the cursor of the active editor.
 * @throws UserProblem when there is no problem there
 */
export async function problemQuestion(wish: "explain" | "fix", uri: unknown, range: unknown): Promise<Question> {
  const { document, place } = await placeOf(uri, range);
  const found = languages
    .getDiagnostics(document.uri)
    .filter((it) => it.range.intersection(place))
    .slice(0, MOST_PROBLEMS);
  const [first] = found;
  if (!first) throw new UserProblem("There is no problem at this place.");
  const code = await codeAround(document, first.range);
  return { text: textFor(wish, code.attachment, found), attachments: [code] };
}

function textFor(wish: "explain" | "fix", code: CodeAttachment, problems: readonly Diagnostic[]): string {
  const many = problems.length > 1;
  const request =
    wish === "fix"
      ? `Fix ${many ? "these problems" : "this problem"} in ${codeTitle(code)} and show the corrected code:`
      : `Explain ${many ? "these problems" : "this problem"} in ${codeTitle(code)}: what ${many ? "they mean" : "it means"} and what causes ${many ? "them" : "it"} here.`;
  return `${request}\n\n${problems.map((it) => `- ${problemText(it)}`).join("\n")}`;
}

/** "line 3: Cannot find name 'x'. (ts 2304)" */
export function problemText({ range, message, source, code }: Diagnostic): string {
  const number = typeof code === "object" ? code.value : code;
  const origin = [source, number].filter((it) => it !== undefined && it !== "").join(" ");
  return `line ${range.start.line + 1}: ${message}${origin === "" ? "" : ` (${origin})`}`;
}

async function placeOf(uri: unknown, range: unknown): Promise<{ document: TextDocument; place: Range }> {
  if (uri instanceof Uri && range instanceof Range)
    return { document: await workspace.openTextDocument(uri), place: range };
  const editor = lastEditor();
  if (!editor) throw new UserProblem("Open a file and put the cursor on the problem.");
  return { document: editor.document, place: editor.selection };
}
