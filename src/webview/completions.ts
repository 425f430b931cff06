import type { MentionView, PromptView } from "../shared/views";
import { replaceText } from "./dom";
import type { Services } from "./services";
import { createSuggestions, matching, type Suggestion, type Suggestions } from "./suggestions";

/** What opens above the message box while a name is typed. */
export interface Completions extends Pick<Suggestions, "element" | "press"> {
  /** The text or the place of the cursor has changed. */
  update(): void;
}

/** Offers prompts after a "/" that begins the text, and what can be attached after an "@". */
export function createCompletions(services: Services, input: HTMLTextAreaElement): Completions {
  const suggestions = createSuggestions(input, "Suggestions");
  /** Asked for once each time that a "/" begins the text. */
  let prompts: Promise<readonly PromptView[]> | undefined;
  let asked = 0;

  async function update(): Promise<void> {
    const mine = ++asked;
    const found = await find().catch(() => []);
    if (mine === asked) suggestions.show(found); // what was typed since then counts
  }

  async function find(): Promise<readonly Suggestion[]> {
    const name = /^\/([\p{L}\p{N}._-]*)$/u.exec(input.value)?.[1];
    if (name !== undefined) {
      prompts ??= services.request("prompts", {});
      return matching(await prompts, name, (prompt) => prompt.name).map(promptSuggestion);
    }
    prompts = undefined;
    const typed = mentionBefore(input);
    if (typed === undefined) return [];
    return (await services.request("mentions", { typed })).map(mentionSuggestion);
  }

  function promptSuggestion({ id, name, description, origin }: PromptView): Suggestion {
    return {
      label: `/${name}`,
      detail: description,
      ...(origin === "builtIn" ? {} : { mark: origin === "user" ? "yours" : "workspace" }),
      choose() {
        replaceText(input, "", 0, input.value.length);
        services.post({ type: "usePrompt", id });
      },
    };
  }

  function mentionSuggestion({ id, label, detail }: MentionView): Suggestion {
    return {
      label,
      detail,
      choose() {
        const typed = mentionBefore(input) ?? "";
        replaceText(input, "", input.selectionStart - typed.length - 1, input.selectionStart);
        services.post({ type: "mention", id });
      },
    };
  }

  return { element: suggestions.element, press: (event) => suggestions.press(event), update: () => void update() };
}

/** What stands between an "@" that begins a word and the cursor. */
function mentionBefore({ value, selectionStart, selectionEnd }: HTMLTextAreaElement): string | undefined {
  if (selectionStart !== selectionEnd) return undefined;
  return /(?:^|[\s(])@([^\s@]{0,200})$/.exec(value.slice(0, selectionStart))?.[1];
}
