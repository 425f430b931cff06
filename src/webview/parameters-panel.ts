import { showControls } from "../shared/directionControls";
import type { PanelParameter, ParametersView, ParameterView } from "../shared/views";
import { element, icon, iconButton, isComposing, textButton } from "./dom";
import * as icons from "./icons";
import type { Services } from "./services";
import { linesOf, textOfLines } from "./text";

export interface ParametersPanel {
  readonly element: HTMLElement;
  show(view: ParametersView): void;
  open(): void;
  close(): void;
}

/** Text is stored so long after the last key, in milliseconds, and when the box is left. */
const PAUSE = 500;

type Choice = readonly [value: string, label: string];

const NOT_SET: Choice = ["", "Not set"];
const CHOICES: { readonly [N in PanelParameter]?: readonly Choice[] } = {
  thinking: [
    ["default", "As the model does"],
    ["on", "On"],
    ["off", "Off"],
    ["betweenTools", "Between tool calls"],
  ],
  effort: [NOT_SET, ...["low", "medium", "high", "xhigh", "max"].map((level): Choice => [level, level])],
  caching: [
    ["off", "Off"],
    ["5m", "5 minutes"],
    ["1h", "1 hour"],
  ],
  citations: [
    ["off", "Off"],
    ["on", "On"],
  ],
};

const LABELS: Record<PanelParameter, string> = {
  systemPrompt: "System prompt",
  thinking: "Thinking",
  effort: "Effort",
  maxTokens: "Max tokens",
  temperature: "Temperature",
  topP: "Top-p",
  topK: "Top-k",
  stopSequences: "Stop sequences",
  prefill: "Prefill",
  caching: "Caching",
  citations: "Citations of documents",
};

/** What stands in an empty box, or explains one. */
const HELP: { readonly [N in PanelParameter]?: string } = {
  systemPrompt: "None",
  prefill: "None: the answer begins by itself",
  stopSequences: "None; one a line, \\n is a line break",
  temperature: "Not set",
  topP: "Not set",
  topK: "Not set",
};

const SOURCES: Record<ParameterView["source"], string> = {
  default: "Default",
  user: "From your settings",
  workspace: "From this workspace’s settings",
  profile: "From the profile",
  chat: "Set in this chat",
};

/**
 * Edits what goes with the messages of this chat. The host checks every value, and says what is wrong in a sentence.
 * @param button tells whether the panel is open
 * @param closed it was closed and had the focus
 */
export function createParametersPanel(services: Services, button: HTMLElement, closed: () => void): ParametersPanel {
  const profileName = element("bdi");
  const profile = element("button", { type: "button", class: "model-button" }, profileName, icon(icons.chevron));
  profile.addEventListener("click", () => services.post({ type: "selectProfile" }));
  const head = element(
    "div",
    { class: "panel-head" },
    element("h2", {}, "Parameters"),
    profile,
    iconButton("Close Parameters", icons.close, close),
  );
  const list = element("div", { class: "panel-fields" });
  const root = element("section", { class: "panel", "aria-label": "Parameters", hidden: "" }, head, list);
  const fields = new Map<PanelParameter, Field>();

  function open(): void {
    root.hidden = false;
    button.setAttribute("aria-expanded", "true");
    services.post({ type: "parametersOpened" });
    profile.focus();
  }

  function close(): void {
    const focused = root.contains(document.activeElement);
    root.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (focused) closed();
  }

  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || isComposing(event)) return;
    event.stopPropagation(); // it closes the panel and does not stop an answer
    close();
  });

  return {
    element: root,
    open,
    close,
    show(view) {
      const name = view.profile === null ? "No Profile" : showControls(view.profile);
      profileName.textContent = name;
      profile.setAttribute("aria-label", `Profile: ${name}`);
      for (const parameter of view.fields) {
        const known = fields.get(parameter.name);
        const shown = known ?? createField(services, parameter.name);
        if (!known) {
          fields.set(parameter.name, shown);
          list.append(shown.element);
        }
        shown.show(parameter);
      }
    },
  };
}

interface Field {
  readonly element: HTMLElement;
  show(view: ParameterView): void;
}

function createField(services: Services, name: PanelParameter): Field {
  const id = `parameter-${name}`;
  const label = LABELS[name];
  const control = createControl(name);
  control.id = id;
  control.setAttribute("aria-describedby", `${id}-source ${id}-hint ${id}-problem`);
  const source = element("span", { id: `${id}-source` });
  const reset = textButton("Reset", () => void send(undefined), "link");
  reset.setAttribute("aria-label", `Reset ${label}`);
  const hint = element("p", { class: "hint", id: `${id}-hint` });
  const problem = element("p", { class: "problem", id: `${id}-problem`, hidden: "" });
  const about = element("div", { class: "about" }, source, reset);
  const root = element("div", { class: "field" }, element("label", { for: id }, label), control, about, hint, problem);
  /** What the host knows, as it stands in the control. */
  let stored = "";
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** @param value undefined: back to what profile and settings say */
  async function send(value: ParameterView["value"] | undefined): Promise<void> {
    clearTimeout(timer);
    let sentence = "";
    try {
      if (value === undefined) control.value = stored; // so that what is reset may replace it
      await services.request("setParameter", { name, ...(value !== undefined && { value }) });
    } catch (error) {
      sentence = showControls(error instanceof Error ? error.message : String(error));
      services.announce(sentence);
    }
    problem.textContent = sentence;
    problem.hidden = sentence === "";
    control.setAttribute("aria-invalid", String(sentence !== ""));
  }

  function commit(): void {
    if (control.value === stored) return;
    stored = control.value;
    const value = valueOf(name, stored);
    void send(value === null && name === "maxTokens" ? undefined : value);
  }

  control.addEventListener("change", commit);
  control.addEventListener("input", () => {
    clearTimeout(timer);
    if (control instanceof HTMLTextAreaElement) timer = setTimeout(commit, PAUSE);
  });

  return {
    element: root,
    show({ value, source: from, refusal, hint: more, unavailable }) {
      const text = Array.isArray(value) ? textOfLines(value) : String(value ?? "");
      // What is being typed stays: it is stored in a moment.
      if (control.value === stored || document.activeElement !== control) control.value = text;
      stored = text;
      if (control instanceof HTMLSelectElement) {
        for (const option of control.options) option.disabled = unavailable?.includes(option.value) ?? false;
      }
      control.disabled = refusal !== undefined;
      root.classList.toggle("refused", refusal !== undefined);
      source.textContent = SOURCES[from];
      const hadFocus = document.activeElement === reset;
      reset.hidden = from !== "chat";
      if (hadFocus && reset.hidden) control.focus();
      hint.textContent = showControls(refusal ?? more ?? "");
      hint.hidden = hint.textContent === "";
    },
  };
}

function createControl(name: PanelParameter): HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement {
  const choices = CHOICES[name];
  if (choices) {
    return element("select", {}, ...choices.map(([value, label]) => element("option", { value }, label)));
  }
  const placeholder = HELP[name] ?? "";
  if (name === "systemPrompt" || name === "prefill" || name === "stopSequences") {
    return element("textarea", { rows: name === "systemPrompt" ? "3" : "1", dir: "auto", placeholder });
  }
  return element("input", { type: "text", inputmode: "decimal", autocomplete: "off", placeholder });
}

/** What was typed, as the protocol has it. A number that is none goes as it is: the host says what is wrong. */
function valueOf(name: PanelParameter, text: string): ParameterView["value"] {
  if (name === "stopSequences") return linesOf(text);
  if (text.trim() === "") return null;
  const isText = CHOICES[name] !== undefined || name === "systemPrompt" || name === "prefill";
  const number = Number(text.trim().replace(",", "."));
  return isText || Number.isNaN(number) ? text : number;
}
