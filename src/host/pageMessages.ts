import * as v from "valibot";
import { MOST_BYTES, MOST_FILES } from "../shared/given";
import type { PageMessage } from "../shared/protocol";
import { PANEL_PARAMETERS } from "../shared/views";

/** The page draws a model's reply, which is hostile input: whatever it says is checked before it is believed. */

const id = v.pipe(v.string(), v.maxLength(100));
const text = v.string();
const symbol = v.pipe(text, v.maxLength(100));
const line = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000_000));
const bytes = v.pipe(
  v.instance(Uint8Array),
  v.check((it) => it.length <= MOST_BYTES),
);

const files = v.pipe(
  v.array(v.strictObject({ name: v.pipe(text, v.maxLength(1000)), data: bytes })),
  v.maxLength(MOST_FILES),
);

/** The parameters of each request. `v.parse` throws what the page then gets as a refusal. */
export const requestParams = {
  files: v.strictObject({ paths: v.pipe(v.array(v.pipe(text, v.maxLength(300))), v.maxLength(200)) }),
  symbols: v.strictObject({ names: v.pipe(v.array(symbol), v.maxLength(50)) }),
  send: v.strictObject({ text }),
  edit: v.strictObject({ message: id, text }),
  image: v.strictObject({ id }),
  asked: v.strictObject({}),
  prompts: v.strictObject({}),
  mentions: v.strictObject({ typed: v.pipe(text, v.maxLength(200)) }),
  setParameter: v.strictObject({
    name: v.picklist(PANEL_PARAMETERS),
    value: v.exactOptional(v.unknown()),
  }),
};

const schema = v.variant("type", [
  v.strictObject({
    type: v.picklist([
      "ready",
      "resync",
      "stop",
      "wait",
      "goOn",
      "setKey",
      "selectModel",
      "selectProfile",
      "parametersOpened",
      "selectTools",
      "showLog",
      "attach",
      "copyChat",
    ]),
  }),
  v.strictObject({ type: v.literal("retry"), message: id, chooseModel: v.exactOptional(v.boolean()) }),
  v.strictObject({ type: v.picklist(["sendWithout", "continue", "deleteBranch", "copyConversation"]), message: id }),
  v.strictObject({ type: v.literal("sibling"), message: id, step: v.pipe(v.number(), v.integer()) }),
  v.strictObject({ type: v.picklist(["removeAttachment", "openAttachment", "refreshAttachment", "mention"]), id }),
  v.strictObject({ type: v.literal("usePrompt"), id: text }),
  v.strictObject({ type: v.literal("attachFiles"), files }),
  v.strictObject({ type: v.literal("imageDrawn"), id, data: v.exactOptional(bytes) }),
  v.strictObject({
    type: v.literal("attachUris"),
    uris: v.pipe(v.array(v.pipe(text, v.maxLength(10_000))), v.maxLength(MOST_FILES)),
  }),
  v.strictObject({ type: v.literal("approve"), id, choice: v.picklist(["once", "chat", "acceptAll", "show"]) }),
  v.strictObject({ type: v.literal("deny"), id, reason: text }),
  v.strictObject({
    type: v.literal("decidePart"),
    id,
    part: v.pipe(v.number(), v.integer(), v.minValue(0)),
    choice: v.picklist(["accept", "reject"]),
  }),
  v.strictObject({ type: v.literal("answerCall"), call: v.string(), text, images: files, failed: v.boolean() }),
  v.strictObject({ type: v.literal("saveFile"), file: v.string() }),
  v.strictObject({ type: v.literal("copy"), text }),
  v.strictObject({
    type: v.literal("draft"),
    conversation: id,
    draft: v.strictObject({ text, aside: v.exactOptional(text) }),
  }),
  v.strictObject({ type: v.literal("copyMessage"), message: id }),
  v.strictObject({
    type: v.literal("useCode"),
    how: v.picklist(["insert", "replace", "newFile", "apply", "run"]),
    message: id,
    language: text,
    text,
  }),
  v.strictObject({ type: v.literal("openLink"), href: text }),
  v.strictObject({ type: v.literal("openSymbol"), name: symbol }),
  v.strictObject({ type: v.literal("openFile"), path: text, lines: v.exactOptional(v.tuple([line, line])) }),
  v.strictObject({
    type: v.literal("request"),
    id: v.number(),
    name: v.keyof(v.object(requestParams)),
    params: v.unknown(),
  }),
]);

/** Undefined for anything that is not a message of the protocol. */
export function parsePageMessage(value: unknown): PageMessage | undefined {
  const result = v.safeParse(schema, value);
  return result.success ? result.output : undefined;
}
