import type { ContentBlock } from "../api/types";
import { TITLE_LENGTH, type AssistantTurn, type UserTurn } from "./conversation";

/** What the model sees of the question and of the answer, in characters each. */
const SEEN = 2000;

/** Room for models that always think; the title itself takes a few tokens. */
export const TITLE_TOKENS = 2000;

/** The question that asks for the title of a conversation. */
export function titleQuestion(question: UserTurn, answer: AssistantTurn): UserTurn {
  const names = question.attachments.map(({ name }) => name).join(", ");
  const text = [
    "Write a title of at most six words for the conversation below, in its language. Reply with the title alone.",
    `<question>\n${[names, question.text].filter(Boolean).join("\n").slice(0, SEEN)}\n</question>`,
    `<answer>\n${textOf(answer.content).slice(0, SEEN)}\n</answer>`,
  ].join("\n\n");
  return { role: "user", id: "", parent: null, text, attachments: [] };
}

/** The title in a model's reply, without what often surrounds it; undefined when there is none, or a whole essay. */
export function titleIn(content: readonly ContentBlock[]): string | undefined {
  const [line = "", ...others] = textOf(content).trim().split("\n");
  const title = line
    .replace(/^(#+\s+|title:\s*)+/i, "")
    .replaceAll(/^["'“„«*_`]+|["'”“»*_`.]+$/g, "")
    .trim();
  return title === "" || title.length > TITLE_LENGTH || others.length > 0 ? undefined : title;
}

function textOf(content: readonly ContentBlock[]): string {
  return content.map((block) => (block.type === "text" ? block.text : "")).join("");
}
