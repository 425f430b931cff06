import { showControls } from "../shared/directionControls";
import type { AttachmentView } from "../shared/views";
import { codeView } from "./code-view";
import { dotted, element, icon, iconButton } from "./dom";
import * as icons from "./icons";
import type { Services } from "./services";
import { codeName, fileSize } from "./text";

/** An attachment that will go with the next message: small, with a button to remove it. */
export function attachmentChip(services: Services, attachment: AttachmentView): HTMLElement {
  const name = attachmentName(attachment);
  const remove = iconButton(`Remove ${name}`, icons.close, () =>
    services.post({ type: "removeAttachment", id: attachment.id }),
  );
  const refresh = () => services.post({ type: "refreshAttachment", id: attachment.id });
  const again = attachment.refreshable ? [iconButton(`Refresh ${name}`, icons.refresh, refresh)] : [];
  return element("li", { class: "chip" }, chipButton(services, attachment), ...again, remove);
}

/** An attachment in a message: a picture, code that can be unfolded, or a document. */
export function attachmentView(services: Services, attachment: AttachmentView): HTMLElement {
  switch (attachment.type) {
    case "image":
      return imageView(services, attachment);
    case "code":
      return foldedCode(services, attachment);
    case "document":
      return element("div", { class: "chip" }, chipButton(services, attachment));
  }
}

/** What a chip shows of an attachment; a click opens it. */
function chipButton(services: Services, attachment: AttachmentView): HTMLElement {
  const picture = attachment.type === "image" ? thumbnail(services, attachment) : icon(icons.file);
  const words = element("span", { class: "chip-words" });
  words.append(chipName(attachment));
  const facts =
    attachment.type === "document"
      ? documentFacts(attachment)
      : attachment.type === "image" && attachment.original
        ? scaledFacts(attachment)
        : [];
  if (facts.length > 0) words.append(" ", element("span", { class: "chip-facts dotted" }, ...dotted(facts)));
  const button = openButton(services, attachment, "chip-open", picture);
  button.append(element("span", { class: "visually-hidden" }, "Open "), words);
  button.removeAttribute("aria-label"); // what can be read is its name
  return button;
}

type Image = Extract<AttachmentView, { type: "image" }>;
type Document = Extract<AttachmentView, { type: "document" }>;
type Code = Extract<AttachmentView, { type: "code" }>;

function attachmentName(attachment: AttachmentView): string {
  return showControls(attachment.type === "code" ? codeName(attachment.name, attachment.lines) : attachment.name);
}

/** Where there is no room for all of it, its folder is shortened first. */
function chipName(attachment: AttachmentView): HTMLElement {
  const name = attachmentName(attachment);
  const file = name.lastIndexOf("/") + 1;
  const whole = element("span", { class: "visually-hidden" }, name); // its two parts would be read as two words
  const parts = [name.slice(0, file), name.slice(file)].map((part) => element("span", { "aria-hidden": "true" }, part));
  return element("bdi", { class: "chip-name" }, whole, ...parts);
}

function openButton(
  services: Services,
  attachment: AttachmentView,
  className: string,
  picture: Node,
): HTMLButtonElement {
  const label = `Open ${attachmentName(attachment)}`;
  const button = element("button", { type: "button", class: className, title: label, "aria-label": label }, picture);
  button.addEventListener("click", () => services.post({ type: "openAttachment", id: attachment.id }));
  return button;
}

function imageView(services: Services, image: Image): HTMLElement {
  const facts = [attachmentName(image), ...scaledFacts(image), fileSize(image.bytes)];
  const caption = element("figcaption", {}, element("bdi", { class: "dotted" }, ...dotted(facts)));
  if (image.note) caption.append(element("span", { class: "note" }, showControls(image.note)));
  const open = openButton(services, image, "picture", thumbnail(services, image));
  return element("figure", { class: "image" }, open, caption);
}

/** "3024×1964 → 1568×1018" and "2,072 tokens" */
function scaledFacts({ width, height, original, tokens }: Image): string[] {
  if (!width || !height) return [];
  const size = `${width}×${height}`;
  const scaled = original ? `${original.width}×${original.height} → ${size}` : size;
  return [scaled, tokens === undefined ? "" : `${tokens.toLocaleString()} tokens`];
}

/** "about 12 pages" and "1.2 MB" */
function documentFacts({ pages, bytes }: Document): string[] {
  return [pages === undefined ? "" : `about ${pages} ${pages === 1 ? "page" : "pages"}`, fileSize(bytes)];
}

function foldedCode(services: Services, code: Code): HTMLElement {
  const lines = code.text.replace(/\n$/, "").split("\n").length; // the last line break ends a line
  const length = lines === 1 ? "1 line" : `${lines} lines`;
  const summary = element(
    "summary",
    {},
    icon(icons.chevron),
    icon(icons.file),
    element(
      "span",
      { class: "chip-words" },
      chipName(code),
      element("span", { class: "count" }, length + (code.redacted ? ` · ${code.redacted} redacted` : "")),
    ),
  );
  const text = element("div", { class: "text" }, showControls(code.text));
  const details = element("details", { class: "folded" }, summary, text);
  // Drawn when it is unfolded for the first time: it may be a large file.
  details.addEventListener(
    "toggle",
    () => {
      const view = codeView(services, code.language, () => [
        openButton(services, code, "icon-button", icon(icons.file)),
      ]);
      view.setText(code.text, false);
      text.replaceWith(view.element);
    },
    { once: true },
  );
  return details;
}

const IMAGE_TYPES: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

function thumbnail(services: Services, image: Image): HTMLElement {
  const frame = imageThumbnail(services, image.id, attachmentName(image));
  if (image.width && image.height) frame.style.setProperty("aspect-ratio", `${image.width} / ${image.height}`);
  return frame;
}

/** The picture, whose bytes are asked of the host. Its place is kept until it is there. */
export function imageThumbnail(services: Services, id: string, name: string): HTMLElement {
  const frame = element("span", { class: "thumbnail" });
  services.request("image", { id }).then(
    ({ mediaType, data }) => {
      if (!IMAGE_TYPES.has(mediaType)) return frame.replaceChildren(icon(icons.image));
      const url = URL.createObjectURL(new Blob([new Uint8Array(data)], { type: mediaType }));
      const picture = element("img", { alt: name });
      // Once the picture is decoded its address is not needed any more.
      picture.addEventListener("load", () => URL.revokeObjectURL(url));
      picture.addEventListener("error", () => {
        URL.revokeObjectURL(url);
        frame.replaceChildren(icon(icons.image));
      });
      picture.src = url;
      frame.replaceChildren(picture);
    },
    () => frame.replaceChildren(icon(icons.image)),
  );
  return frame;
}
