import type { Attachment, CodeAttachment } from "../chat/conversation";
import { codeTitle } from "../chat/messages";
import { findSecrets, redact, type Secret } from "../chat/secrets";
import { setting } from "./settings";
import { asWorkspaceFile, Exclusions } from "./tools/workspaceFiles";
import { UserProblem } from "./userProblem";
import { findByName } from "./workspaceNames";
import { askInDialog } from "./notifications";

/** A text with credentials in it. */
interface Finding {
  readonly attachment: CodeAttachment;
  readonly secrets: readonly Secret[];
}

/** How many places the question names; the others are counted. */
const MOST_NAMED = 12;

/**
 * Looks at what comes from files before it is sent for the first time: for credentials, and for files that git or
 * `.sidenoteignore` leave out. `sidenote.redaction` says whether the user is asked.
 *
 * @returns the attachments to send; those that were redacted say so
 * @throws UserProblem when the user does not want to send them
 */
export async function cleared(attachments: readonly Attachment[]): Promise<readonly Attachment[]> {
  const policy = setting("redaction");
  if (policy === "off") return attachments;
  const findings = findingsIn(attachments);
  const ignored = [...(await ignoredAmong(attachments)).values()];
  if (findings.length + ignored.length === 0) return attachments;
  const asks = policy === "ask" || ignored.length > 0;
  const wishes = asks ? await ask([...ignored, ...findings.flatMap(placesOf)], findings.length > 0) : "redact";
  return wishes === "redact" ? allRedacted(attachments, findings) : attachments;
}

/** What may leave this computer without a question, such as to be counted, unless the user wants none of this. */
export async function clearedForNow(attachments: readonly Attachment[]): Promise<readonly Attachment[]> {
  if (setting("redaction") === "off") return attachments;
  const ignored = await ignoredAmong(attachments);
  const certain = attachments.filter((attachment) => !ignored.has(attachment.id));
  return allRedacted(certain, findingsIn(certain));
}

function findingsIn(attachments: readonly Attachment[]): Finding[] {
  return attachments.flatMap((attachment): Finding[] => {
    if (attachment.type !== "code" || attachment.redacted !== undefined) return [];
    const secrets = findSecrets(attachment.text, attachment.name);
    return secrets.length > 0 ? [{ attachment, secrets }] : [];
  });
}

/** A sentence for each file of the workspace that is usually kept out, by the attachment's id. */
async function ignoredAmong(attachments: readonly Attachment[]): Promise<Map<string, string>> {
  const exclusions = new Exclusions();
  const sentences = new Map<string, string>();
  for (const { id, name } of attachments) {
    const uri = await findByName(name);
    const file = uri && (await asWorkspaceFile(uri));
    const reason = file && (await exclusions.reasonFor(file));
    if (reason) sentences.set(id, `${name} ${reason}`);
  }
  return sentences;
}

async function ask(places: readonly string[], secrets: boolean): Promise<"redact" | "send"> {
  const lines = places.slice(0, MOST_NAMED).map((place) => `• ${place}`);
  if (places.length > MOST_NAMED) lines.push(`… and ${places.length - MOST_NAMED} more`);
  const choice = await askInDialog(
    secrets ? "There are secrets in what you send." : "You are about to send what is usually left out.",
    lines.join("\n"),
    ...(secrets ? ["Redact and Send", "Send as It Is"] : ["Send"]),
  );
  if (choice === undefined) throw new UserProblem("Nothing was sent. Your message is still in the box.");
  return choice === "Redact and Send" ? "redact" : "send";
}

/** "src/db.ts, line 2: a private key", by the lines of the file. */
function placesOf({ attachment, secrets }: Finding): string[] {
  const { name, lines, text } = attachment;
  return secrets.map(({ start, kind }) => {
    const line = (lines?.[0] ?? 1) + text.slice(0, start).split("\n").length - 1;
    return `${codeTitle({ name, lines: [line, line] })}: ${kind}`;
  });
}

function allRedacted(attachments: readonly Attachment[], findings: readonly Finding[]): readonly Attachment[] {
  const clean = new Map(
    findings.map(({ attachment, secrets }): [string, CodeAttachment] => [
      attachment.id,
      { ...attachment, text: redact(attachment.text, secrets), redacted: secrets.length },
    ]),
  );
  return attachments.map((attachment) => clean.get(attachment.id) ?? attachment);
}
