import type { StoredConversation } from "../../chat/conversationStore";
import { UserProblem } from "../userProblem";
import { moreNote, partOf, READ_MORE } from "./results";
import type { Tool } from "./tool";

/** Reads on in the result of an earlier call that was too long to be sent whole. */
export function readMore(stored: StoredConversation): Tool {
  return {
    definition: {
      name: READ_MORE,
      description:
        "Reads on in the result of an earlier tool call that was cut because it was too long. Such a result ends with a note that says which result and offset to give.",
      input_schema: {
        type: "object",
        properties: {
          result: { type: "string", description: "The result, as the note at its end names it." },
          offset: { type: "integer", minimum: 0, description: "The first character to read." },
        },
        required: ["result", "offset"],
        additionalProperties: false,
      },
    },
    source: "Sidenote",
    effect: "none",
    describe: ({ offset }) => `Reads on in an earlier result, from character ${Number(offset)}`,
    async call({ result, offset }) {
      const found = [...stored.conversation.turns.values()]
        .flatMap((turn) => (turn.role === "results" ? turn.results : []))
        .find(({ call, whole }) => call === result && whole);
      if (!found?.whole) throw new UserProblem(`There is no result “${String(result)}” that was cut.`);
      const text = new TextDecoder().decode(await stored.readAttachment(found.whole.sha256));
      const from = Number(offset);
      if (from >= text.length) throw new UserProblem(`The result has ${text.length} characters only.`);
      const { part, end } = partOf(text, from);
      const note = end < text.length ? `\n\n${moreNote(found.call, end, text.length)}` : "";
      return { content: [{ type: "text", text: part + note }] };
    },
  };
}
