import { pageChannel } from "../shared/channel";
import type { Change, HostMessage, PageMessage } from "../shared/protocol";
import type { ChatView, DraftView } from "../shared/views";
import { createAnnouncer, liveRegion } from "./announcer";
import { citedAt } from "./citations";
import { createComposer, type Composer } from "./composer";
import { element, isComposing, isFindKey } from "./dom";
import { footnoteTarget } from "./footnotes";
import type { Find } from "./find";
import { createFrames } from "./frames";
import { createHighlighting } from "./highlighting";
import { createInbox, isHostMessage } from "./inbox";
import { createLazyDrawing } from "./lazy-drawing";
import { fileOf, isAllowedLink, symbolOf } from "./links";
import { warmUp } from "./message-view";
import { act, actAtPlace, watchPlaces } from "./place";
import { createScrolling, type Place } from "./scrolling";
import { createParametersButton } from "./parameters-button";
import type { Reader } from "./reading";
import type { Services } from "./services";
import { setupScreen, startScreen } from "./start-screens";
import { createTranscript } from "./transcript";

/** What outlives the page, which VS Code throws away whenever the view is hidden. */
interface PageState {
  /** Of the conversation that was shown. */
  readonly conversation: string;
  readonly box: DraftView;
  readonly place: Place;
}

declare function acquireVsCodeApi(): {
  postMessage(message: PageMessage): void;
  getState(): PageState | undefined;
  setState(state: PageState): void;
};

const vscode = acquireVsCodeApi();
const kept: PageState = { conversation: "", box: { text: "" }, place: { end: true }, ...vscode.getState() };
const channel = pageChannel((message) => vscode.postMessage(message));
const announcer = createAnnouncer();
const reading = liveRegion();
let reader: Reader | undefined;
const log = element("div", {
  class: "log",
  role: "log",
  "aria-label": "Conversation",
  "aria-live": "off",
  tabindex: "0",
});
const frames = createFrames(drawChanges);
const highlighting = createHighlighting(log, frames);
const services: Services = {
  ...channel,
  announce: (sentence) => announcer.announce(sentence),
  hush: () => reader?.hush(),
  highlighting,
  withReader(use) {
    if (reader) return use(reader);
    services.withPart(import("./reading"), ({ createReader }) => {
      reader ??= createReader(reading, (language) => highlighting.languageName(language));
      use(reader);
    });
  },
  withPart(part, use) {
    part.then(use, () => composer.notice("A part of Sidenote could not be loaded. Reload the window."));
  },
};

let { conversation: shown, box: draft } = kept;
/** The draft as the host knows it. */
let told = draft;
const setup = setupScreen(services);
const transcript = createTranscript(services, startScreen(), setup.element);
const parameters = createParametersButton(
  services,
  (panel) => conversation.after(panel),
  () => composer.focus(),
);
const composer: Composer = createComposer(
  services,
  draft,
  (typed) => {
    draft = typed;
    keepSoon();
  },
  parameters.element,
);
log.append(transcript.element);
const scrolling = createScrolling(log, transcript.element, () => transcript.messages, keepSoon);
const lazyDrawing = createLazyDrawing(log, () => transcript.messages);
const heading = element("h1", { class: "visually-hidden" }, "Sidenote");
const conversation = element("main", { class: "conversation" }, heading, log, scrolling.jump);

let keeping: ReturnType<typeof setTimeout> | undefined;

/** Keeps draft and place, but not with every key and pixel. */
function keepSoon(): void {
  keeping ??= setTimeout(keep, 100);
}

function keep(): void {
  clearTimeout(keeping);
  keeping = undefined;
  vscode.setState({ conversation: shown, box: draft, place: scrolling.place() });
  if (draft !== told) channel.post({ type: "draft", conversation: shown, draft });
  told = draft;
}

/** Each conversation has a message box of its own: what stands in it follows. */
function showConversation(id: string): void {
  if (id === shown) return;
  keepNow();
  shown = id;
  reader?.hush();
  setDraft({ text: "" });
}

/** Takes what was kept, or typed in another page, unless something else is being typed here. */
function takeDraft(id: string, next: DraftView): void {
  if (id === shown && draft === told) setDraft(next);
}

function setDraft(next: DraftView): void {
  draft = next;
  told = next;
  composer.setDraft(next);
  keepSoon();
}

/** The page may be thrown away before the time is up. */
function keepNow(): void {
  if (keeping !== undefined) keep();
}

globalThis.addEventListener("pagehide", keepNow);
document.addEventListener("visibilitychange", keepNow);

let snapshot: ChatView | undefined;
/** Messages that are still to come, before all others. */
let missing = 0;
let changes: Change[] = [];
let busy = false;
/** Where the reader was and shall be again, as soon as its message is there. */
let wanted: Place | undefined = kept.place;

/** Draws what has come since the last time. */
function drawChanges(): void {
  // Text at the end of a message brings no other message into view.
  const moves = snapshot !== undefined || changes.some(({ type }) => type !== "append");
  if (snapshot) {
    transcript.reset(snapshot.messages);
    showView(snapshot);
    snapshot = undefined;
  }
  // Of the pieces of a long conversation one a frame, unless nothing is seen before the right one is there.
  const piece = wanted ? -1 : changes.findIndex(({ type }) => type === "earlier");
  for (const change of changes.splice(0, piece + 1 || changes.length)) apply(change);
  if (changes.length > 0) frames.request();
  transcript.update();
  scrolling.grown();
  goToWanted();
  if (moves) lazyDrawing.check();
}

function apply(change: Change): void {
  if (change.type === "view") {
    showView(change.view);
    return;
  }
  if (change.type === "earlier") {
    missing -= change.messages.length;
    wanted ??= scrolling.place();
  }
  if (change.type === "append") scrolling.added("text");
  if (change.type === "message" && !transcript.message(change.message.id)) scrolling.added("message");
  if (!transcript.apply(change)) inbox.lost();
}

/** Nothing is seen until the reader is in place: the page does not jump. */
function goToWanted(): void {
  if (!wanted) return;
  const there = scrolling.restore(wanted) || (missing <= 0 && scrolling.restore({ end: true }));
  if (there) wanted = undefined;
  log.classList.toggle("waiting", !there);
}

const inbox = createInbox({
  snapshot(view, earlier) {
    showConversation(view.conversation);
    // Another conversation is shown from its end.
    wanted ??= view.messages.some(({ id }) => transcript.message(id)) ? scrolling.place() : { end: true };
    snapshot = view;
    missing = earlier;
    changes = [];
    frames.request(true);
  },
  changes(more) {
    changes.push(...more);
    frames.request();
  },
  resync: () => channel.post({ type: "resync" }),
});

function showView(view: Partial<ChatView>): void {
  if (view.status) {
    busy = view.status.kind !== "idle";
    transcript.setStatus(view.status);
    composer.setBusy(busy);
  }
  if (view.model) composer.setModel(view.model);
  if (view.parameters) parameters.show(view.parameters);
  if (view.totals) composer.setTotals(view.totals);
  if (view.tools) composer.setTools(view.tools);
  if (view.toSend !== undefined) composer.setToSend(view.toSend);
  if (view.font) showFont(view.font);
  if (view.attachments) composer.setAttachments(view.attachments);
  if (view.setup !== undefined) {
    setup.element.hidden = view.setup === null;
    composer.element.hidden = view.setup !== null;
    if (view.setup) setup.show(view.setup.endpoint);
  }
}

function showFont({ family, size }: ChatView["font"]): void {
  document.body.style.setProperty("--chat-font-family", family);
  document.body.style.setProperty("--chat-font-size", size === null ? null : `${size}px`);
}

let find: Find | undefined;

/** Opens the box for finding. What is typed before its script is there comes into it. */
function openFind(): void {
  const from = document.activeElement;
  const selected = String(getSelection());
  const early = element("input", { class: "visually-hidden", "aria-label": "Find in conversation" });
  if (!find) {
    conversation.append(early);
    early.focus();
  }
  const part = import("./find").finally(() => {
    if (document.activeElement === early && from instanceof HTMLElement) from.focus({ preventScroll: true });
    early.remove();
  });
  services.withPart(part, ({ createFind }) => {
    find ??= createFind({
      conversation,
      log,
      messages: () => transcript.messages,
      reveal: (rect) => scrolling.reveal(rect),
      announce: (sentence) => announcer.announce(sentence),
    });
    find.open(from, selected, early.value);
  });
}

/** Draws an image for the host. */
function drawImage(image: Extract<HostMessage, { type: "drawImage" }>): void {
  import("./drawing")
    .then(({ draw }) => draw(image))
    .then(
      (data) => channel.post({ type: "imageDrawn", id: image.id, data }),
      () => channel.post({ type: "imageDrawn", id: image.id }),
    );
}

function receive(message: HostMessage): void {
  switch (message.type) {
    case "snapshot":
    case "update":
      return inbox.receive(message);
    case "focus":
      return composer.element.hidden ? setup.button.focus() : composer.focus();
    case "find":
      return openFind();
    case "editParameters":
      return parameters.open();
    case "drawImage":
      return drawImage(message);
    case "draft":
      return takeDraft(message.conversation, message.draft);
    case "suggestion":
      return composer.suggest(message.text);
    case "notice":
      return composer.notice(message.text);
    case "act":
      return actAtPlace(message.page, message.action);
    case "reply":
    case "refusal":
      channel.receive(message);
  }
}

globalThis.addEventListener("blur", keepNow);
globalThis.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
  if (isHostMessage(data)) receive(data);
});

watchPlaces();

// VS Code does not tell that a webview of the side bar has the focus, so no key binding of ours is found there.
document.addEventListener(
  "keydown",
  (event) => {
    if (!isFindKey(event)) return;
    event.preventDefault();
    event.stopPropagation();
    openFind();
  },
  { capture: true },
);

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && busy && !isComposing(event)) channel.post({ type: "stop" });
});

const app = document.querySelector("#app") ?? document.body;
// Ahead of VS Code's own listener on the document, which would open the link without asking the host.
app.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link) return;
  event.preventDefault();
  event.stopPropagation();
  const file = fileOf(link);
  const symbol = symbolOf(link);
  const note = footnoteTarget(link) ?? citedAt(link);
  if (note) {
    scrolling.reveal(() => note.getBoundingClientRect());
    note.focus({ preventScroll: true });
  } else if (symbol !== undefined) channel.post({ type: "openSymbol", name: symbol });
  else if (file) channel.post({ type: "openFile", ...file });
  else if (isAllowedLink(link.href)) channel.post({ type: "openLink", href: link.href });
});
app.append(conversation, composer.element, announcer.element, reading);
channel.post({ type: "ready" });

// What is wanted soon, or has to be there at once when it is wanted, is loaded after the first paint.
requestIdleCallback(() => {
  services.withPart(import("./inputs"), ({ takeInputs }) =>
    takeInputs({
      services,
      app,
      log,
      messages: () => transcript.messages.map((it) => it.element),
      act,
      say: (sentence) => composer.notice(sentence),
    }),
  );
  services.withPart(import("./code-highlighter"), (highlighter) => highlighting.start(highlighter));
  import("./find").catch(() => undefined); // told when it is wanted
  warmUp(services);
});
