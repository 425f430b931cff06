import { MOST_BYTES, MOST_FILES, type GivenFile } from "../shared/given";
import { element } from "./dom";
import type { Services } from "./services";
import { fileSize } from "./text";

/** All that are dragged from the Explorer or from tabs, one a line. */
const DRAGGED = "application/vnd.code.uri-list";
const URIS = "text/uri-list";

/** What browsers call a picture that was copied, not a file. */
const COPIED_PICTURE = "image.png";

/**
 * Takes files that are pasted or dropped anywhere in the page. Returns what shows that they can be dropped.
 * @param say tells the user what cannot be taken
 */
export function takeFiles(services: Services, say: (sentence: string) => void): HTMLElement {
  const target = element("div", { class: "drop-target", hidden: "" }, element("span", {}, "Drop to attach"));
  /** What is dragged began in the page itself: text, or a link. */
  let own = false;

  const takes = ({ types }: DataTransfer) => !own && [DRAGGED, URIS, "Files"].some((it) => types.includes(it));

  async function give(files: readonly File[]): Promise<void> {
    const given = await readFiles(files, say);
    if (given.length > 0) services.post({ type: "attachFiles", files: given });
  }

  document.addEventListener("paste", (event) => {
    const files = pastedFiles(event);
    if (files.length === 0) return;
    event.preventDefault();
    void give(files);
  });

  document.addEventListener("dragstart", () => (own = true));
  document.addEventListener("dragend", () => (own = false));
  for (const type of ["dragenter", "dragover"] as const) {
    document.addEventListener(type, (event) => {
      if (!event.dataTransfer || own) return;
      event.preventDefault(); // tells VS Code that the page takes it
      const taken = takes(event.dataTransfer);
      event.dataTransfer.dropEffect = taken ? "copy" : "none";
      target.hidden = !taken;
    });
  }
  document.addEventListener("dragleave", ({ relatedTarget }) => {
    if (relatedTarget === null) target.hidden = true; // it has left the page, not only an element
  });
  document.addEventListener("drop", (event) => {
    target.hidden = true;
    const data = event.dataTransfer;
    if (!data || own) return;
    event.preventDefault();
    const files = [...data.files];
    const uris = (data.getData(DRAGGED) || data.getData(URIS)).split(/\r?\n/).filter((it) => it && !it.startsWith("#"));
    if (files.length > 0) void give(files);
    else if (uris.length > 0) services.post({ type: "attachUris", uris: uris.slice(0, MOST_FILES) });
  });
  return target;
}

/** The files of a paste. Office programs put a picture of the text beside the text: that is none. */
export function pastedFiles({ clipboardData: data }: ClipboardEvent): File[] {
  const files = [...(data?.files ?? [])];
  return data?.getData("text/plain") && files.every(({ name }) => name === COPIED_PICTURE) ? [] : files;
}

/** What is in files that the user gave; `say` hears of those that cannot be taken. */
export async function readFiles(files: readonly File[], say: (sentence: string) => void): Promise<GivenFile[]> {
  const problems: string[] = [];
  const given: GivenFile[] = [];
  for (const file of files.slice(0, MOST_FILES)) {
    if (file.size > MOST_BYTES) {
      problems.push(`“${file.name}” has ${fileSize(file.size)}; at most ${fileSize(MOST_BYTES)} can be attached.`);
      continue;
    }
    try {
      given.push({ name: file.name, data: new Uint8Array(await file.arrayBuffer()) });
    } catch {
      problems.push(`“${file.name}” cannot be read. Is it a folder, or was it moved or deleted?`);
    }
  }
  if (files.length > MOST_FILES) problems.push(`At most ${MOST_FILES} files can be attached at once.`);
  if (problems.length > 0) say(problems.join(" "));
  return given;
}
