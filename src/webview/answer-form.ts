import { showControls } from "../shared/directionControls";
import type { GivenFile } from "../shared/given";
import type { ToolView } from "../shared/views";
import { element, iconButton, textButton } from "./dom";
import { pastedFiles, readFiles } from "./given-files";
import * as icons from "./icons";
import type { Services } from "./services";

/** Where the user says what a call gives back: text, and images if there are any. */
export function answerForm(services: Services, { call, name }: ToolView): HTMLElement {
  const images: GivenFile[] = [];
  const box = element("textarea", { rows: "3", "aria-label": `Result of ${showControls(name)}`, dir: "auto" });
  const list = element("ul", { class: "answer-images", "aria-label": "Images of the result" });
  const said = element("p", { class: "answer-said", role: "status" });
  const chooser = element("input", { type: "file", accept: "image/*", multiple: "", hidden: "" });

  const send = (failed: boolean) => () =>
    services.post({ type: "answerCall", call, text: box.value, images: failed ? [] : images, failed });

  function showImages(): void {
    list.replaceChildren(
      ...images.map((image) => {
        const remove = () => {
          images.splice(images.indexOf(image), 1);
          showImages();
          box.focus();
        };
        const label = showControls(image.name);
        return element("li", {}, element("span", {}, label), iconButton(`Remove ${label}`, icons.close, remove));
      }),
    );
  }

  async function add(files: readonly File[]): Promise<void> {
    said.textContent = "";
    images.push(...(await readFiles(files, (sentence) => (said.textContent = sentence))));
    showImages();
  }

  chooser.addEventListener("change", () => {
    void add([...(chooser.files ?? [])]);
    chooser.value = ""; // the same file can be chosen again
  });
  const form = element(
    "div",
    {},
    element("p", {}, "What does this call give back?"),
    box,
    list,
    said,
    element(
      "div",
      { class: "buttons" },
      textButton("Send Result", send(false)),
      textButton("Send as Error", send(true), "button quiet"),
      textButton("Add Image…", () => chooser.click(), "button quiet"),
    ),
    chooser,
  );
  form.addEventListener("paste", (event) => {
    const files = pastedFiles(event);
    if (files.length === 0) return;
    event.preventDefault();
    event.stopPropagation(); // else it would go beside the message
    void add(files);
  });
  return form;
}
