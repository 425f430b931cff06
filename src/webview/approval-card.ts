import { showControls } from "../shared/directionControls";
import type { ApprovalView } from "../shared/views";
import { element, icon, textButton } from "./dom";
import * as icons from "./icons";
import type { Services } from "./services";

/** What the user is asked about a call, in its line. The host made all of its words, and decides what an answer may do. */
export function approvalCard(services: Services): {
  readonly element: HTMLElement;
  show(approval: ApprovalView | undefined): void;
} {
  const root = element("div", { class: "tool-approval" });
  let shown: string | undefined;
  let parts: HTMLElement | undefined;

  function draw(approval: ApprovalView): void {
    const { id, caution, details, forChat } = approval;
    const post = (choice: "once" | "chat" | "acceptAll" | "show") => () =>
      services.post({ type: "approve", id, choice });
    const reason = element("input", {
      type: "text",
      "aria-label": "Tell Claude why not",
      placeholder: "Tell Claude why not",
      maxlength: "1000",
    });
    const deny = () => services.post({ type: "deny", id, reason: reason.value });
    reason.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) deny();
    });
    parts = approval.parts && element("ul", { class: "approval-parts", "aria-label": "Changes" });
    const allow = (label: string, choice: "once" | "chat" | "acceptAll", className?: string) =>
      unhurried(textButton(label, post(choice), className));
    const buttons = approval.parts
      ? [
          allow("Accept All", "acceptAll"),
          textButton("Reject All", deny, "button quiet"),
          textButton("Show Changes", post("show"), "button quiet"),
        ]
      : [
          allow("Allow Once", "once"),
          ...(forChat ? [allow("Allow for This Chat", "chat", "button quiet")] : []),
          textButton("Deny", deny, "button quiet"),
        ];
    const group = element(
      "div",
      { class: "approval", role: "group", "aria-label": approval.parts ? "Accept the change?" : "Allow the call?" },
      ...(caution === undefined
        ? []
        : [element("p", { class: "approval-caution" }, icon(icons.warning), showControls(caution))]),
      element(
        "dl",
        {},
        ...details.flatMap(({ label, text }) => [
          element("dt", {}, label),
          element("dd", {}, wholeText(showControls(text))),
        ]),
      ),
      ...(parts ? [parts] : []),
      element("div", { class: "buttons" }, ...buttons, reason),
    );
    root.replaceChildren(group);
    services.announce([caution, ...details.map(({ label, text }) => `${label}: ${text}`)].filter(Boolean).join(". "));
  }

  function drawParts({ id, parts: list = [] }: ApprovalView): void {
    const focused = document.activeElement?.getAttribute("data-part");
    parts?.replaceChildren(
      ...list.map(({ first, removed, added, decision }, part) => {
        const decide = (choice: "accept" | "reject") => () => services.post({ type: "decidePart", id, part, choice });
        const name = `Line ${first}: ${removed} removed, ${added} added`;
        const button = (label: string, choice: "accept" | "reject") => {
          const made = textButton(label, decide(choice), "button quiet");
          made.setAttribute("aria-label", `${label} change ${part + 1}`);
          made.dataset["part"] = `${part} ${choice}`;
          return made;
        };
        const state = decision === "lost" ? "you changed these lines" : decision;
        return element(
          "li",
          {},
          element("span", {}, name),
          decision === "open"
            ? element("div", { class: "buttons" }, button("Accept", "accept"), button("Reject", "reject"))
            : element("em", {}, state),
        );
      }),
    );
    if (focused) parts?.querySelector<HTMLElement>("button")?.focus(); // the one that was pressed is gone
  }

  return {
    element: root,
    show(approval) {
      if (!approval) {
        shown = undefined;
        root.replaceChildren();
        return;
      }
      if (shown !== approval.id) draw(approval);
      shown = approval.id;
      drawParts(approval);
    },
  };
}

/** A text to decide by. Where not all of it is seen at once, it says so. */
function wholeText(text: string): HTMLElement {
  const pre = element("pre", { tabindex: "0", dir: "ltr" }, text);
  const more = element("p", { class: "approval-more", hidden: "" }, "There is more: scroll to read all of it.");
  const look = () => (more.hidden = pre.scrollTop + pre.clientHeight >= pre.scrollHeight - 1);
  new ResizeObserver(look).observe(pre);
  pre.addEventListener("scroll", look, { passive: true });
  return element("div", {}, pre, more);
}

/** How long a question stands before it can be allowed, in milliseconds. */
const LOOK_FIRST = 500;

/** Questions follow each other in one place: the second press of a double click must not allow what nobody has seen. */
function unhurried(button: HTMLButtonElement): HTMLButtonElement {
  button.disabled = true;
  setTimeout(() => (button.disabled = false), LOOK_FIRST);
  return button;
}
