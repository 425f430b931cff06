import { codeTools } from "./code-tools";
import { codeView, type CodeView } from "./code-view";
import { element } from "./dom";
import { placeFootnotes } from "./footnotes";
import { fixColumns } from "./long-table";
import type { MarkdownElement, MarkdownNode } from "./markdown-nodes";
import { markdownStream, type MarkdownUpdate } from "./markdown-stream";
import type { Services } from "./services";

/** A text in markdown that may still grow. */
export interface MarkdownView {
  readonly element: HTMLElement;
  /** Takes more text; it is drawn by `update`. */
  append(text: string): void;
  /** Draws what is new. */
  update(): void;
  /** Draws the end of the text. */
  finish(): void;
}

/** A section is closed when it has this many characters. */
const SECTION_SIZE = 6000;
/** While a text grows, its last section is laid out and painted with each update. It was seen, so its height is known later. */
const GROWING_SECTION_SIZE = 1500;

/** So many closed sections are put together as one: the browser looks at each of them in every frame. */
const TOGETHER = 8;
/** So many stay on their own: they are near what is seen. */
const ALONE = 3;
/** Pixels between them and what is seen, at least. */
const FAR = 2000;

/** Text is taken in slices of so many characters: what a hostile one can cost grows faster than its length. */
const SLICE = 8000;
/** More text than this is drawn a slice a frame. */
const MOST_AT_ONCE = 200_000;

/**
 * Finished blocks are drawn once and stay. They are kept in sections that the browser skips while they are off the screen
 * (`content-visibility` in the style sheet), so that the layout of a long answer costs what is visible.
 */
export function markdownView(services: Services): MarkdownView {
  const stream = markdownStream();
  const root = element("div", { class: "markdown" });
  let section = newSection();
  /** Those before it that are still on their own. */
  const closed: HTMLElement[] = [];
  /** Where those before them are put together, and how many are in it. */
  let together = section;
  let inTogether = 0;
  /** The nodes of the section from here on are the tail. */
  let tailStart = 0;
  let tail: readonly MarkdownNode[] = [];
  let size = 0;
  /** Text that the stream has not got yet. */
  let waiting = "";
  let ended = false;
  let slicing = false;

  function newSection(): HTMLElement {
    const made = element("div", { class: "section" });
    root.append(made);
    return made;
  }

  /** Draws the nodes in the place of the tail; the first `final` of them are not looked at again. */
  function draw({ nodes, final }: MarkdownUpdate, sectionSize: number): void {
    let start = 0;
    for (const [index, node] of nodes.slice(0, final).entries()) {
      size += textLength([node]);
      if (size < sectionSize) continue;
      closeSection(nodes.slice(start, index + 1));
      start = index + 1;
    }
    drawPart(nodes.slice(start));
    tailStart += final - start;
    tail = nodes.slice(final);
  }

  function drawPart(nodes: readonly MarkdownNode[]): void {
    patch(services, section, tailStart, tail, nodes);
    for (let child = section.children[tailStart]; child; child = child.nextElementSibling ?? undefined) {
      if (!child.hasAttribute("dir")) child.setAttribute("dir", "auto"); // a block reads as its first letter does
    }
  }

  /** Draws the last nodes of the section; what else is in the tail goes on in the next one. */
  function closeSection(last: readonly MarkdownNode[]): void {
    const rest = [...section.children].slice(tailStart + last.length);
    const next = newSection();
    next.append(...rest);
    // A rule with :has() would be looked at for each element that is drawn.
    root.closest("article")?.classList.add("in-sections");
    drawPart(last);
    section.style.setProperty("--characters", String(size)); // tells how high it will be, about
    closed.push(section);
    section = next;
    tail = tail.slice(last.length);
    tailStart = 0;
    size = 0;
  }

  /**
   * Puts the oldest closed section into the one before it when nobody sees it, has selected in it or stands in it. What moves
   * loses its layout, and gets none there until it is seen again: so one a time. Nothing has been changed in this frame yet, so
   * that measuring costs nothing.
   */
  function putTogether(): void {
    const [oldest] = closed;
    if (!oldest) return;
    const { top, bottom } = oldest.getBoundingClientRect();
    const far = bottom < -FAR || top > innerHeight + FAR;
    if (!far || !getSelection()?.isCollapsed || root.contains(document.activeElement)) return;
    closed.shift();
    if (inTogether++ === 0) {
      together = oldest;
      return;
    }
    if (inTogether === TOGETHER) inTogether = 0;
    // Without "auto" the browser forgets how high it was alone; once it is whole, it shall remember again.
    const height = `${bottom - together.getBoundingClientRect().top}px`;
    together.style.setProperty("contain-intrinsic-block-size", inTogether ? height : `auto ${height}`);
    together.append(...oldest.children);
    oldest.remove();
  }

  /** Draws what waits; when that is too much, a slice of it, and the rest in the next frames. */
  function drawSome(): void {
    slicing ||= waiting.length > MOST_AT_ONCE;
    while (waiting.length > SLICE) {
      takeSlice();
      if (!slicing) continue;
      requestAnimationFrame(drawSome);
      return;
    }
    slicing = false;
    if (!ended) {
      takeSlice();
      return;
    }
    stream.append(waiting);
    waiting = "";
    drawEnd();
  }

  function takeSlice(): void {
    stream.append(waiting.slice(0, SLICE));
    waiting = waiting.slice(SLICE);
    draw(stream.update(), ended ? SECTION_SIZE : GROWING_SECTION_SIZE);
  }

  function drawEnd(): void {
    const update = stream.finish();
    draw(update, SECTION_SIZE);
    const blocks = [...root.querySelectorAll(":scope > .section > *")];
    for (const [place, node] of update.redone) {
      const made = create(services, node);
      if (made instanceof Element) made.setAttribute("dir", "auto");
      blocks[place]?.replaceWith(made);
    }
    placeFootnotes(root);
    services.withPart(import("./workspace-links"), ({ linkWorkspace }) => void linkWorkspace(services, root));
  }

  return {
    element: root,
    append: (text) => (waiting += text),
    update() {
      // One, or some of many: where updates are dear they are few, and each brings more.
      for (let more = closed.length - ALONE; more > 0; more -= 4) putTogether();
      if (!slicing) drawSome();
    },
    finish() {
      ended = true;
      if (!slicing) drawSome();
    },
  };
}

function textLength(nodes: readonly MarkdownNode[]): number {
  let length = 0;
  for (const node of nodes) {
    if (typeof node === "string") length += node.length;
    else if (node.tag === "code-block") length += (node.kept ?? 0) + node.text.length;
    else length += textLength(node.children);
  }
  return length;
}

const codeViews = new WeakMap<Node, CodeView>();

/** Turns the children of `parent` from `first` on, which show `before`, into `after`. What did not change stays. */
function patch(
  services: Services,
  parent: Element,
  first: number,
  before: readonly MarkdownNode[],
  after: readonly MarkdownNode[],
): void {
  // Children are taken from the list before any of it changes its place.
  let child = parent.childNodes[first] ?? null;
  for (const [index, node] of after.entries()) {
    const old = before[index];
    if (!child || old === undefined) {
      parent.append(create(services, node));
      continue;
    }
    const following: ChildNode | null = child.nextSibling;
    if (!reuse(services, child, old, node)) child.replaceWith(create(services, node));
    child = following;
  }
  for (let extra = child; extra;) {
    const following: ChildNode | null = extra.nextSibling;
    extra.remove();
    extra = following;
  }
}

/** Makes `child`, which shows `old`, show `node`; false when it takes another child. */
function reuse(services: Services, child: ChildNode, old: MarkdownNode, node: MarkdownNode): boolean {
  if (typeof old === "string" || typeof node === "string") {
    if (typeof old !== "string" || typeof node !== "string" || !(child instanceof Text)) return false;
    if (node.startsWith(old)) {
      if (node.length > old.length) child.appendData(node.slice(old.length));
    } else {
      child.data = node;
    }
    return true;
  }
  if (old.tag === "code-block" || node.tag === "code-block") {
    if (old.tag !== "code-block" || node.tag !== "code-block" || old.language !== node.language) return false;
    if ((node.kept ?? 0) < (old.kept ?? 0)) return false;
    codeViews.get(child)?.setText(node.text, node.open ?? false, node.kept);
    return true;
  }
  const kept = node.kept ?? 0;
  const more = kept - (old.kept ?? 0);
  if (!(child instanceof Element) || more < 0 || !sameElement(old, node)) return false;
  if (old.className !== node.className) child.className = node.className ?? "";
  patch(services, child, kept, old.children.slice(more), node.children);
  if (node.tag === "tbody") fixColumns(child);
  return true;
}

function sameElement(a: MarkdownElement, b: MarkdownElement): boolean {
  return (
    a.tag === b.tag &&
    (a.className === b.className || a.tag === "ul" || a.tag === "ol") && // a list can become loose
    a.href === b.href &&
    a.start === b.start &&
    a.checked === b.checked &&
    a.label === b.label
  );
}

/** The only place where a reply becomes DOM. */
function create(services: Services, node: MarkdownNode): Element | Text {
  if (typeof node === "string") return document.createTextNode(node);
  if (node.tag === "code-block") {
    const view = codeView(services, node.language, (code) => codeTools(services, node.language, code));
    codeViews.set(view.element, view);
    view.setText(node.text, node.open ?? false);
    return view.element;
  }
  const made = element(node.tag);
  if (node.className) made.className = node.className;
  if (node.label !== undefined) made.dataset["label"] = node.label;
  // The page itself handles clicks on links; the tooltip shows where one leads.
  if (made instanceof HTMLAnchorElement && node.href) {
    made.href = node.href;
    made.title = node.href;
  }
  if (made instanceof HTMLOListElement && node.start !== undefined) made.start = node.start;
  if (made instanceof HTMLInputElement) {
    made.type = "checkbox";
    made.setAttribute("aria-label", node.checked ? "Done" : "To do");
    made.checked = node.checked ?? false;
    made.disabled = true;
  }
  made.append(...node.children.map((child) => create(services, child)));
  if (node.className === "table") for (const body of made.querySelectorAll("tbody")) fixColumns(body);
  return made;
}
