/** How a commit message is asked for and read. Nothing of VS Code. */

/** Characters of the whole diff and of one file in it: more tells no more about what a commit is for. */
const LONGEST_DIFF = 120_000;
const LONGEST_FILE = 20_000;

/** A diff short enough to be sent: of each long file the beginning, and the names of those that did not fit. */
export function shortened(diff: string): string {
  const left: string[] = [];
  let room = LONGEST_DIFF;
  const parts = diff.split(/^(?=diff --git )/m).map((part) => {
    const cut =
      part.length > LONGEST_FILE ? `${part.slice(0, LONGEST_FILE)}\n[… the rest of this file is left out]\n` : part;
    if (cut.length <= room) {
      room -= cut.length;
      return cut;
    }
    left.push(/^diff --git a\/(.*?) b\//.exec(part)?.[1] ?? "a file");
    return "";
  });
  return parts.join("") + (left.length > 0 ? `[left out: ${left.join(", ")}]\n` : "");
}

/** The question for the message. @param recent messages of the repository, the newest first */
export function commitQuestion(recent: readonly string[], draft: string): string {
  const style = recent.map((message) => `<message>\n${message.trim().slice(0, 600)}\n</message>`).join("\n");
  return [
    "Write the commit message for the changes in the attached diff. Say what changes and, where the diff shows it, why. Reply with the message alone.",
    recent.length > 0
      ? `Write it in the style of the recent messages of this repository: language, tense, prefix, length, with or without a body.\n${style}`
      : "A first line of at most 72 characters in the imperative; a body only if there is more to say.",
    ...(draft.trim() === "" ? [] : [`The author has begun it like this: ${draft.trim().slice(0, 1000)}`]),
  ].join("\n\n");
}

/** The message in a reply, without a fence or quotes around it. */
export function commitMessageIn(reply: string): string {
  const text = reply.trim();
  const fenced = /^(?:[^\n]*:\s*\n+)?```[^\n]*\n([^]*?)\n?```\s*$/.exec(text)?.[1] ?? text;
  return fenced
    .replace(/^(?:commit message|message):\s*/i, "")
    .replace(/^(["'`])([^\n]*)\1$/, "$2")
    .trim();
}
