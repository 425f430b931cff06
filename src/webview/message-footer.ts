import type { FailureView, MessageView } from "../shared/protocol";
import { confirmPress, element, icon, iconButton, textButton } from "./dom";
import { menuButton, type MenuItem } from "./menu";
import type { Services } from "./services";
import { showControls, usageText } from "./text";

/** A remark below a message. */
export function noteLine(note: string): HTMLElement {
  return element("p", { class: "note" }, icon("info"), element("span", {}, showControls(note)));
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
  return element("div", { class: "failure" }, icon("error"), text);
}

/** What can be done with a message, in a line below it. `any`: there is something in it; `edit` opens the box for that. */
export function messageActions(
  services: Services,
  { id: message, role, state, model, siblings, usage }: MessageView,
  { any, edit }: { readonly any: boolean; readonly edit: () => void },
): HTMLElement {
  const stopped = state === "stopped" ? [element("span", { class: "stopped" }, icon("stop"), "Stopped")] : [];
  const versions = siblings ? [siblingSwitch(services, message, siblings)] : [];
  const menu = menuButton("More Actions", menuItems(services, message, role));
  if (role === "user") {
    return element("div", { class: "actions" }, iconButton("Edit", "edit", edit), menu, ...versions);
  }
  const copy = iconButton("Copy", "copy", () => {
    services.post({ type: "copyMessage", message });
    services.announce("Copied.");
    confirmPress(copy);
  });
  const regenerate = iconButton("Regenerate", "refresh", () => services.post({ type: "retry", message }));
  const tools = any ? [copy, regenerate, menu, facts(model, usage)] : [];
  return element("div", { class: "actions" }, ...stopped, ...versions, ...tools);
}

function menuItems(services: Services, message: string, role: MessageView["role"]): MenuItem[] {
  const ofAnswer: MenuItem[] = [
    {
      label: "Regenerate with Another Model…",
      press: () => services.post({ type: "retry", message, chooseModel: true }),
    },
    { label: "Let Claude Go On", press: () => services.post({ type: "continue", message }) },
  ];
  return [
    ...(role === "assistant" ? ofAnswer : []),
    { label: "New Chat with All up to Here", press: () => services.post({ type: "copyConversation", message }) },
    { label: "Delete from Here…", press: () => services.post({ type: "deleteBranch", message }) },
  ];
}

/** "‹ 2 of 3 ›" between the versions of a message. */
function siblingSwitch(
  services: Services,
  message: string,
  { index, count }: NonNullable<MessageView["siblings"]>,
): HTMLElement {
  const go = (step: number) => () => services.post({ type: "sibling", message, step });
  const previous = iconButton("Previous Version", "previous", go(-1));
  const next = iconButton("Next Version", "next", go(1));
  previous.disabled = index <= 1;
  next.disabled = index >= count;
  return element("span", { class: "siblings" }, previous, `${index} of ${count}`, next);
}

function facts(model: string | undefined, usage: MessageView["usage"]): HTMLElement {
  const made = element("span", { class: "facts" });
  const { short, long } = usage ? usageText(usage) : { short: "", long: "" };
  made.textContent = [showControls(model ?? ""), short].filter(Boolean).join(" · ");
  made.title = [showControls(model ?? ""), long].filter(Boolean).join("\n");
  return made;
}
