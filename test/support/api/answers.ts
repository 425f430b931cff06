import { withoutDirectives } from "./directives";
import type { Attachments, SeenImage } from "./images";
import { textBlocks } from "./prefix";
import type { Block, CustomTool, ImageBlock, Message } from "./schema";

/** The text that the simulated model says to the newest message: about its images, its code, its tool results, or itself. */
export function answerTo(message: Message, attachments: Attachments): string {
  const blocks = textBlocks(message.content);
  const images = blocks.filter((block) => block.type === "image");
  const text = withoutDirectives(blocks.flatMap((block) => (block.type === "text" ? [block.text] : [])).join("\n\n"));
  const results = blocks.filter((block) => block.type === "tool_result");
  const documents = blocks.filter((block) => block.type === "document");

  const [, named] = /^Write a title.*<question>\n(.*?)\n<\/question>/s.exec(text) ?? [];
  if (named !== undefined) return `About ${named}`;
  if (text.includes("Write the commit message")) return commitMessage(text);

  const parts: string[] = [];
  if (results.length > 0) parts.push(describeResults(results));
  if (images.length > 0) parts.push(describeImages(images, attachments));
  for (const document of documents) {
    const pages = attachments.pages.get(document) ?? 0;
    parts.push(`I read the document ${document.title ?? "without a title"}${pages > 0 ? ` of ${pages} pages` : ""}.`);
  }
  for (const code of findCode(text)) parts.push(explain(code));
  return parts.length > 0 ? parts.join("\n\n") : introduce(text);
}

/** Names the files, and takes over the prefix of the last message: "feat: …". */
function commitMessage(text: string): string {
  const files = [...text.matchAll(/^diff --git a\/.* b\/(.*)$/gm)].map(([, file]) => file);
  const prefix = /<message>\n(\w+: )/.exec(text)?.[1] ?? "";
  return `\`\`\`\n${prefix}change ${files.join(" and ")}\n\`\`\``;
}

function describeImages(images: readonly ImageBlock[], { images: seen }: Attachments): string {
  const lines = images.map((image) => {
    const found = seen.get(image);
    return found ? describeImage(found) : "an image that I was given by address only";
  });
  return lines.length === 1
    ? `This is a ${lines[0]}. I am a simulated model, so that is all I can see.`
    : `These are ${lines.length} images:\n\n${lines.map((line, index) => `${index + 1}. ${line}`).join("\n")}`;
}

function describeImage({ format, width, height, bytes }: SeenImage): string {
  return `${format} image, ${width} × ${height} pixels, ${bytes.toLocaleString("en-US")} bytes`;
}

function describeResults(results: readonly Extract<Block, { type: "tool_result" }>[]): string {
  const lines = results.map((result) => {
    const text =
      typeof result.content === "string"
        ? result.content
        : (result.content ?? []).map((inner) => (inner.type === "text" ? inner.text : `(${inner.type})`)).join("\n");
    const said = text === "" ? "nothing" : `\`${text.slice(0, 200).replaceAll("`", "'").replaceAll("\n", " ")}\``;
    return `- ${result.is_error ? "it failed and said" : "it answered"} ${said}`;
  });
  return `I have the tool's result:\n\n${lines.join("\n")}`;
}

interface Code {
  readonly file: string | null;
  readonly lines: readonly [first: number, last: number] | null;
  readonly language: string;
  readonly text: string;
}

const fence = /(?:^|\n)(`{3,}|~{3,})([^\n`]*)\n([^]*?)\n?\1(?=\n|$)/g;
const fileName = /[\w@./\\-]*[\w-]\.[A-Za-z][\w+-]{0,9}\b/g;
const lineRange = /\b(?:lines?|L)\s*(\d+)(?:\s*(?:-|–|to|:)\s*L?(\d+))?/gi;

/** The fenced blocks of a message, each with the file name and lines that stand in its info string or just before it. */
function findCode(text: string): Code[] {
  let end = 0;
  return [...text.matchAll(fence)].map((match) => {
    const [whole, , info = "", body = ""] = match;
    const near = `${text.slice(Math.max(end, match.index - 300), match.index)}\n${info}`;
    end = match.index + whole.length;
    const [, first, last] = [...near.matchAll(lineRange)].at(-1) ?? [];
    return {
      file: near.match(fileName)?.at(-1) ?? null,
      lines: first === undefined ? null : [Number(first), Number(last ?? first)],
      language: info.trim().split(/[\s:{]/)[0] ?? "",
      text: body,
    };
  });
}

function explain({ file, lines, language, text }: Code): string {
  const rows = text.split("\n");
  const [first, last] = lines ?? [1, rows.length];
  const where = `${file === null ? "This code" : `**${file}**`}, ${first === last ? `line ${first}` : `lines ${first}–${last}`}`;
  const what = `${language === "" ? "plain text" : language}, ${rows.length} ${rows.length === 1 ? "line" : "lines"}`;
  const excerpt = rows.slice(0, 6).join("\n");
  const remarks = identifiers(text).map(
    ({ name, count, declared }) =>
      `- \`${name}\` is ${declared ? "declared here" : "used here"}${count > 1 ? `, and appears ${count} times` : ""}.`,
  );
  return [
    `${where} (${what}).`,
    remarks.length > 0 ? `What stands out:\n\n${remarks.join("\n")}` : "It names nothing that stands out.",
    `It begins like this:\n\n\`\`\`\`${language}\n${excerpt}\n\`\`\`\``,
    "I am a simulated model: I read names, I do not understand them.",
  ].join("\n\n");
}

const keywords = new Set(
  "abstract async await bool boolean break case catch char class const continue def default delete do else enum export extends false final finally float fn for from func function if implements import in int interface let match new nil none null number of package pass private protected public pub readonly return self static string struct super switch this throw true try type typeof undefined use var void while with yield".split(
    " ",
  ),
);

function identifiers(text: string): { name: string; count: number; declared: boolean }[] {
  const counts = new Map<string, number>();
  for (const [name] of text.matchAll(/\b[A-Za-z_$][\w$]{2,}\b/g)) {
    if (!keywords.has(name.toLowerCase())) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const declared = new Set(
    [
      ...text.matchAll(
        /\b(?:function|class|interface|type|enum|const|let|var|def|fn|func|struct)\s+([A-Za-z_$][\w$]*)/g,
      ),
    ].map(([, name]) => name),
  );
  return [...counts]
    .map(([name, count]) => ({ name, count, declared: declared.has(name) }))
    .toSorted((a, b) => Number(b.declared) - Number(a.declared) || b.count - a.count)
    .slice(0, 4);
}

function introduce(text: string): string {
  const question = text.split("\n")[0]?.slice(0, 120) ?? "";
  return `You wrote: “${question}”

I am a **simulated model**: I run on this machine, need no key and know nothing. What I can do:

- explain code that you select, by the names in it,
- tell the type, size and bytes of an image,
- behave as badly as a network can, when the message contains a directive such as \`[[slow]]\`.

\`\`\`typescript
const answer = await ask("${question.replaceAll(/["\\`]/g, "'").slice(0, 40)}");
console.log(answer.length > 0); // true
\`\`\`
`;
}

/** An input that fits the tool's schema, for tool calls and structured output. */
export function sampleOf(schema: unknown, name = "value"): unknown {
  if (typeof schema !== "object" || schema === null) return name;
  const { type, properties, items, enum: options, const: constant, anyOf } = schema as Record<string, unknown>;
  if (constant !== undefined) return constant;
  if (Array.isArray(options)) return options[0];
  if (Array.isArray(anyOf)) return sampleOf(anyOf[0], name);
  switch (Array.isArray(type) ? type[0] : type) {
    case "object":
      return Object.fromEntries(
        Object.entries((properties as object | undefined) ?? {}).map(([key, inner]) => [key, sampleOf(inner, key)]),
      );
    case "array":
      return [sampleOf(items, name)];
    case "integer":
    case "number":
      return 1;
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return name;
  }
}

export function sampleInput(tool: CustomTool): Record<string, unknown> {
  return sampleOf(tool.input_schema) as Record<string, unknown>;
}
