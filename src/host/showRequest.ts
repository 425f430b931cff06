import { env, window, workspace } from "vscode";
import type { RequestPreview } from "../api/client";
import type { Chat } from "./chat";
import { showInformationMessage } from "./notifications";

/** Longer texts of base64 are cut in the document, in characters: an editor cannot show megabytes in a line. */
const LONGEST_DATA = 200;

/** Opens the exact body of the request that would be sent, or was sent last, and offers it as a curl command. No secrets. */
export async function showRequest(chat: Chat): Promise<void> {
  const { request, sent } = await chat.preview();
  let cut = false;
  const content = JSON.stringify(
    JSON.parse(request.body),
    (key, value: unknown) => {
      if (key !== "data" || typeof value !== "string" || value.length <= LONGEST_DATA) return value;
      cut = true;
      return `${value.slice(0, LONGEST_DATA)}… (${value.length} characters)`;
    },
    2,
  );
  await window.showTextDocument(await workspace.openTextDocument({ language: "json", content }), { preview: false });
  const sentence = sent ? "This was sent last." : "This would be sent now.";
  const shortened = cut ? " Long data is shortened here; the curl command has all of it." : "";
  const choice = await showInformationMessage(sentence + shortened, "Copy as curl");
  if (choice) await env.clipboard.writeText(curlOf(request));
}

/** The request for a POSIX shell; `$KEY` is for the person who runs it. */
export function curlOf({ url, headers, body }: RequestPreview): string {
  const lines = [
    `curl ${quoted(url)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${withVariables(`${name}: ${value}`)}`),
    `--data-binary ${quoted(body)}`,
  ];
  return lines.join(" \\\n  ");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Double quotes where a variable has to be filled in. */
function withVariables(text: string): string {
  return /\$(KEY|SECRET)$/.test(text) ? `"${text}"` : quoted(text);
}
