import { costText } from "../shared/cost";
import { showControls } from "../shared/directionControls";
import type { AttachmentView, ChatView, DraftView, TotalsView } from "../shared/views";
import { attachmentChip } from "./attachments";
import type { Completions } from "./completions";
import { dotted, element, icon, iconButton, isComposing, replaceText } from "./dom";
import * as icons from "./icons";
import type { Recall } from "./recall";
import type { Services } from "./services";
import { toSendText, totalsText } from "./text";

export interface Composer {
  readonly element: HTMLElement;
  focus(): void;
  /** Puts text into the box when it is empty. */
  suggest(text: string): void;
  /** Puts text into the box in the place of what is there. */
  setDraft(draft: DraftView): void;
  setBusy(busy: boolean): void;
  setModel(model: ChatView["model"]): void;
  setTotals(totals: TotalsView): void;
  setTools(tools: ChatView["tools"]): void;
  setToSend(toSend: ChatView["toSend"]): void;
  setAttachments(attachments: readonly AttachmentView[]): void;
  /** Shows a sentence above the box until the user goes on. */
  notice(sentence: string): void;
}

/** Shows these chips. The focus stays on the button of the same place, or goes to the box when there is none any more. */
function keepFocus(chips: HTMLElement, shown: readonly HTMLElement[], input: HTMLElement): void {
  const focused = document.activeElement;
  const chip = [...chips.children].findIndex((it) => it.contains(focused));
  const button = [...(chips.children[chip]?.querySelectorAll("button") ?? [])].findIndex((it) => it === focused);
  chips.replaceChildren(...shown);
  if (chip === -1) return;
  const buttons = shown[Math.min(chip, shown.length - 1)]?.querySelectorAll("button");
  (buttons?.[Math.min(button, buttons.length - 1)] ?? input).focus();
}

/** The message box. `draft` is what was typed before; `changed` gets what is typed now, `parameters` opens their panel. */
export function createComposer(
  services: Services,
  draft: DraftView,
  changed: (draft: DraftView) => void,
  parameters: HTMLButtonElement,
): Composer {
  const input = element("textarea", { "aria-label": "Message", placeholder: "Ask Claude", rows: "1", dir: "auto" });
  input.value = draft.text;
  const chips = element("ul", { class: "chips", "aria-label": "Attachments", hidden: "" });
  const notice = element("p", { class: "notice", hidden: "" });
  const warning = element("p", { class: "notice", hidden: "" });
  const attach = iconButton("Attach", icons.attach, () => services.post({ type: "attach" }));
  const modelName = element("bdi");
  const model = element("button", { type: "button", class: "model-button" }, modelName, icon(icons.chevron));
  model.addEventListener("click", () => services.post({ type: "selectModel" }));
  const toolsOn = element("span");
  const tools = element("button", { type: "button", class: "model-button tools-button" }, icon(icons.tools), toolsOn);
  tools.addEventListener("click", () => services.post({ type: "selectTools" }));
  const totals = element("span", { class: "totals dotted", "aria-hidden": "true" });
  // Read out with the box, and not with each key.
  const facts = element("span", { class: "visually-hidden", id: "to-send" });
  input.setAttribute("aria-describedby", facts.id);
  const send = iconButton("Send", icons.send, () => void submit());
  const stop = iconButton("Stop", icons.stop, () => services.post({ type: "stop" }));
  stop.hidden = true;
  const choices = element("div", { class: "choices" }, attach, parameters, model, tools);
  const bar = element("div", { class: "bar" }, choices, totals, send, stop);
  const box = element("div", { class: "box" }, chips, input, bar, facts);
  const root = element("section", { class: "composer", "aria-label": "Your message" }, notice, warning, box);
  let completions: Completions | undefined;
  let completing = false;
  let recall: Recall | undefined;
  /** What was put aside for a recalled message before `recall` was there. */
  let keptAside = draft.aside;

  const chipById = new Map<string, { readonly view: string; readonly element: HTMLElement }>();
  let busy = false;
  let sending = false;
  let toSend: ChatView["toSend"] = null;
  let chatTotals: TotalsView = { cost: null, context: null, contextWindow: null };

  function refresh(): void {
    send.disabled = sending || (input.value.trim() === "" && chipById.size === 0);
  }

  function showTotals(): void {
    const chat = totalsText(chatTotals);
    const mine = toSend && toSendText(toSend);
    // What is to be sent holds all before it: of the chat, only what it has cost is left to say.
    const short = mine ? [...mine.short, chatTotals.cost ? `chat ${costText(chatTotals.cost)}` : ""] : chat.short;
    const long = [mine?.long ?? "", chat.long].filter(Boolean);
    totals.replaceChildren(...dotted(short));
    totals.title = long.join("\n");
    facts.textContent = long.join(" ");
  }

  function edited(): void {
    const aside = putAside();
    changed({ text: input.value, ...(aside !== undefined && { aside }) });
    refresh();
  }

  function putAside(): string | undefined {
    return recall ? recall.aside : keptAside;
  }

  function resetRecall(aside: string | undefined): void {
    keptAside = aside;
    recall?.reset(aside);
  }

  /** Up at the first line and Down at the last one go over what was asked before. */
  function browse({ key, shiftKey, altKey, ctrlKey, metaKey }: KeyboardEvent): void {
    const up = key === "ArrowUp";
    if ((!up && (key !== "ArrowDown" || putAside() === undefined)) || shiftKey || altKey || ctrlKey || metaKey) return;
    const { value, selectionStart: place, selectionEnd } = input;
    if (place !== selectionEnd || (up ? value.slice(0, place) : value.slice(place)).includes("\n")) return;
    services.withPart(import("./recall"), ({ createRecall }) => {
      if (!recall) {
        recall = createRecall(input, () => services.request("asked", {}));
        recall.reset(keptAside);
      }
      setTimeout(() => recall?.moved(up, { value, place })); // the key has moved the cursor by then
    });
  }

  /** Offers what may be meant by a name that is typed. */
  function complete(): void {
    completions?.update();
    if (completions || completing || !/[/@]/.test(input.value)) return;
    completing = true;
    const part = import("./completions").finally(() => (completing = false));
    services.withPart(part, ({ createCompletions }) => {
      completions = createCompletions(services, input);
      box.before(completions.element);
      completions.update();
    });
  }

  function say(sentence: string): void {
    notice.textContent = showControls(sentence);
    notice.hidden = false;
    services.announce(sentence);
  }

  /** The text leaves the box only when the host has it. */
  async function submit(): Promise<void> {
    if (send.disabled || busy) return;
    const text = input.value;
    notice.hidden = true;
    sending = true;
    refresh();
    try {
      await services.request("send", { text });
      // What was typed meanwhile stays.
      const rest = input.value.startsWith(text) ? input.value.slice(text.length) : input.value;
      input.value = rest || (putAside() ?? "");
      resetRecall(undefined);
    } catch (error) {
      say(error instanceof Error ? error.message : String(error));
    } finally {
      sending = false;
      edited();
      input.focus();
    }
  }

  input.addEventListener("input", () => {
    notice.hidden = true;
    edited();
    if (!recall?.putting) complete();
  });
  input.addEventListener("keydown", (event) => {
    if (completions?.press(event)) return;
    if (!isComposing(event)) browse(event);
    if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
    event.preventDefault();
    if (busy) say("Claude is still answering. Wait for the end, or stop it with Escape.");
    else void submit();
  });
  // A click between the buttons is meant for the box.
  box.addEventListener("click", ({ target }) => {
    if (target === box || target === bar || target === choices) input.focus();
  });
  refresh();

  return {
    element: root,
    focus: () => input.focus(),
    suggest(text) {
      if (input.value === "") replaceText(input, text, 0, 0);
    },
    setDraft({ text, aside }) {
      if (input.value === text && putAside() === aside) return;
      const focused = document.activeElement === input;
      input.value = text;
      chips.after(input); // put in anew, it forgets what could be undone: that was another text
      if (focused) input.focus();
      resetRecall(aside);
      refresh();
    },
    setBusy(isBusy) {
      if (isBusy === busy) return;
      busy = isBusy;
      const pressed = document.activeElement === send || document.activeElement === stop;
      send.hidden = busy;
      stop.hidden = !busy;
      if (pressed) input.focus();
    },
    setModel({ id, label }) {
      const name = showControls(label);
      const family = /^claude[ -]/i.exec(name)?.[0] ?? ""; // a narrow view leaves it out
      modelName.replaceChildren(element("span", { class: "family" }, family), name.slice(family.length));
      model.title = `Model: ${showControls(id)}`;
      model.setAttribute("aria-label", `Model: ${name}`);
    },
    setTools({ on, restricted }) {
      toolsOn.textContent = on === 0 || restricted ? "" : String(on);
      const state = restricted
        ? "Tools are off: the workspace is not trusted"
        : `${on === 0 ? "No tool is" : on === 1 ? "1 tool is" : `${on} tools are`} on in this chat`;
      tools.title = state;
      tools.setAttribute("aria-label", `Tools: ${state}`);
      tools.classList.toggle("off", restricted);
    },
    setTotals(view) {
      chatTotals = view;
      showTotals();
    },
    setToSend(view) {
      toSend = view;
      showTotals();
      const { problem = "" } = view ?? {};
      if (problem !== "" && problem !== warning.textContent) services.announce(showControls(problem));
      warning.textContent = showControls(problem);
      warning.hidden = problem === "";
    },
    setAttachments(attachments) {
      const before = new Map(chipById);
      chipById.clear();
      for (const attachment of attachments) {
        const known = before.get(attachment.id);
        const view = JSON.stringify(attachment);
        const same = known?.view === view;
        chipById.set(attachment.id, same ? known : { view, element: attachmentChip(services, attachment) });
      }
      keepFocus(
        chips,
        [...chipById.values()].map(({ element: chip }) => chip),
        input,
      );
      chips.hidden = chipById.size === 0;
      if (chipById.size > before.size) chips.scrollTop = chips.scrollHeight; // what was added is seen
      refresh();
    },
    notice: say,
  };
}
