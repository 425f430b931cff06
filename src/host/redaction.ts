import { window } from "vscode";
import type { Attachment, CodeAttachment } from "../chat/conversation";
import { codeTitle } from "../chat/messages";
import { findSecrets, redact, type Secret } from "../chat/secrets";
import { setting } from "./settings";
import { UserProblem } from "./userProblem";

/** A place in an attachment that should not leave this computer. */
interface Finding {
  readonly attachment: CodeAttachment;
  readonly secrets: readonly Secret[];
}

/** How many places the question names; the others are counted. */
const MOST_NAMED = 12;

/**
 * Looks for credentials in what comes from files, before it is sent for the first time. `sidenote.redaction` says what happens:
 * the user is asked, or they are redacted, or they are sent.
 *
 * @returns the attachments to send; those that were redacted say so
 * @throws UserProblem when the user does not want to send them
 */
export async function withoutSecrets(attachments: readonly Attachment[]): Promise<readonly Attachment[]> {
  const policy = setting("redaction");
  if (policy === "off") return attachments;
  const findings = findingsIn(attachments);
  if (findings.length === 0) return attachments;
  if (policy === "ask" && !(await redactionWanted(findings))) return attachments;
  return allRedacted(attachments, findings);
}

/** What may leave this computer without a question, such as to be counted: redacted, unless the user wants none of this. */
export function redactedForNow(attachments: readonly Attachment[]): readonly Attachment[] {
  return setting("redaction") === "off" ? attachments : allRedacted(attachments, findingsIn(attachments));
}

function findingsIn(attachments: readonly Attachment[]): Finding[] {
  return attachments.flatMap((attachment): Finding[] => {
    if (attachment.type !== "code" || attachment.redacted !== undefined) return [];
    const secrets = findSecrets(attachment.text, attachment.name);
    return secrets.length > 0 ? [{ attachment, secrets }] : [];
  });
}

function allRedacted(attachments: readonly Attachment[], findings: readonly Finding[]): readonly Attachment[] {
  const clean = new Map(findings.map(({ attachment, secrets }) => [attachment.id, redacted(attachment, secrets)]));
  return attachments.map((attachment) => clean.get(attachment.id) ?? attachment);
}

async function redactionWanted(findings: readonly Finding[]): Promise<boolean> {
  const places = findings.flatMap(({ attachment, secrets }) =>
    secrets.map(
      (secret) => `• ${codeTitle({ name: attachment.name })}, line ${lineOf(attachment, secret)}: ${secret.kind}`,
    ),
  );
  const more = places.length > MOST_NAMED ? [`… and ${places.length - MOST_NAMED} more`] : [];
  const choice = await window.showWarningMessage(
    places.length === 1 ? "A secret would be sent." : `${places.length} secrets would be sent.`,
    { modal: true, detail: [...places.slice(0, MOST_NAMED), ...more].join("\n") },
    "Redact and Send",
    "Send as It Is",
  );
  if (choice === undefined) throw new UserProblem("Nothing was sent. Your message is still in the box.");
  return choice === "Redact and Send";
}

function redacted(attachment: CodeAttachment, secrets: readonly Secret[]): CodeAttachment {
  return { ...attachment, text: redact(attachment.text, secrets), redacted: secrets.length };
}

/** In the file, 1-based. */
function lineOf({ lines, text }: CodeAttachment, { start }: Secret): number {
  return (lines?.[0] ?? 1) + text.slice(0, start).split("\n").length - 1;
}
