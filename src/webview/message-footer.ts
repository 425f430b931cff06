import { showControls } from "../shared/directionControls";
import type { FailureView, MessageView } from "../shared/views";
import { confirmPress, dotted, element, icon, iconButton, textButton } from "./dom";
import * as icons from "./icons";
import { menuButton, type MenuItem } from "./menu-button";
import type { Services } from "./services";
import { usageText } from "./text";

/** A remark below a message. */
export function noteLine(note: string): HTMLElement {
  return element("p", { class: "note" }, icon(icons.info), element("span", {}, showControls(note)));
}

const ACTIONS = {
  setKey: { label: "Set API Key", type: "setKey" },
  selectModel: { label: "Select Model", type: "selectModel" },
  showLog: { label: "Show Log", type: "showLog" },
} as const;

/** What went wrong and what can be done about it. */
export function failureBox(services: Services, message: string, failure: FailureView): HTMLElement {
  const buttons = element("div", { class: "buttons" });
  const add = (label: string, press: () => void) =>
    buttons.append(textButton(label, press, buttons.hasChildNodes() ? "button quiet" : "button"));
  if (failure.retryable) add("Retry", () => services.post({ type: "retry", message }));
  if (failure.parameter !== undefined) {
    add(`Send Without ${showControls(failure.parameter)}`, () => services.post({ type: "sendWithout", message }));
  }
  if (failure.action) {
    const { label, type } = ACTIONS[failure.action];
    add(label, () => services.post({ type }));
  }
  const text = element(
    "div",
    {},
    element("p", {}, showControls(failure.message)),
    element("p", { class: "advice" }, showControls(failure.advice)),
    buttons,
  );
  return element("div", { class: "failure" }, icon(icons.error), text);
}

/** What can be done with a message. `edit` opens the box for that. */
export function messageActions(services: Services, message: string, role: MessageView["role"], edit: () => void) {
  const copy = () => {
    services.post({ type: "copyMessage", message });
    services.announce("Copied.");
  };
  if (role === "user") return { copy, edit };
  return {
    copy,
    regenerate: () => services.post({ type: "retry", message }),
    regenerateWith: () => services.post({ type: "retry", message, chooseModel: true }),
    continue: () => services.post({ type: "continue", message }),
  };
}

/** The same as buttons, in a line below the message. */
export function actionBar(
  services: Services,
  { id: message, state, cut, model, siblings, usage }: MessageView,
  actions: ReturnType<typeof messageActions>,
): HTMLElement {
  const stopped = state === "stopped" ? [element("span", { class: "stopped" }, icon(icons.stop), "Stopped")] : [];
  const versions = siblings ? [siblingSwitch(services, message, siblings)] : [];
  const items: MenuItem[] = [
    { label: "Copy Whole Chat", press: () => services.post({ type: "copyChat" }) },
    { label: "New Chat with All up to Here", press: () => services.post({ type: "copyConversation", message }) },
    { label: "Delete from Here…", press: () => services.post({ type: "deleteBranch", message }) },
  ];
  const more = (first: readonly MenuItem[]) => menuButton(services, "More Actions", () => [...first, ...items]);
  if ("edit" in actions) {
    const menu = more([{ label: "Copy", press: actions.copy }]);
    return element("div", { class: "actions" }, iconButton("Edit", icons.edit, actions.edit), menu, ...versions);
  }
  const copy = iconButton("Copy", icons.copy, () => {
    actions.copy();
    confirmPress(copy);
  });
  const regenerate = iconButton("Regenerate", icons.refresh, actions.regenerate);
  const menu = more([
    { label: "Regenerate with Another Model…", press: actions.regenerateWith },
    ...(cut || state !== "complete" ? [{ label: GO_ON, press: actions.continue }] : []),
  ]);
  return element("div", { class: "actions" }, ...stopped, ...versions, copy, regenerate, menu, facts(model, usage));
}

const GO_ON = "Let Claude Go On";

/** Says that the answer is not all that was asked for, and why; `goOn` is offered where the model can. */
export function endingBox(label: string, note: string, goOn?: () => void): HTMLElement {
  const text = element("div", {}, element("strong", {}, label), element("p", {}, showControls(note)));
  if (goOn) text.append(element("div", { class: "buttons" }, textButton(GO_ON, goOn, "button quiet")));
  return element("div", { class: "failure early" }, icon(icons.warning), text);
}

/** "‹ 2 of 3 ›" between the versions of a message. */
function siblingSwitch(
  services: Services,
  message: string,
  { index, count }: NonNullable<MessageView["siblings"]>,
): HTMLElement {
  const go = (step: number) => () => services.post({ type: "sibling", message, step });
  const previous = iconButton("Previous Version", icons.chevron, go(-1));
  const next = iconButton("Next Version", icons.chevron, go(1));
  previous.disabled = index <= 1;
  next.disabled = index >= count;
  return element("span", { class: "siblings" }, previous, `${index} of ${count}`, next);
}

/** What the answer took. */
function facts(model: string | undefined, usage: MessageView["usage"]): HTMLElement {
  const { short, long } = usage ? usageText(usage) : { short: [], long: "" };
  const name = showControls(model ?? "");
  const title = [name, long].filter(Boolean).join("\n");
  return element("span", { class: "facts dotted", title }, ...dotted([name, ...short]));
}
