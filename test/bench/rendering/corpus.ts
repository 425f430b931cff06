/** Answers as models write them, from a seed: the same text on every machine. */
import { randomFrom } from "../../support/random";

/** Characters that one frame brings: 33 deltas of 4 characters are 2,000 tokens a second at 60 frames a second. */
export const FRAME = 33 * 4;

type Random = (below: number) => number;

const WORDS =
  "the a request stream answer server client value buffer parser state token index cache model message error retry timeout handler queue worker node tree branch frame layout paint style script signal promise iterator chunk header body status limit budget window context user editor file folder path line column range cursor selection change event".split(
    " ",
  );

const one = <T>(random: Random, from: readonly T[]): T => {
  const chosen = from[random(from.length)];
  if (chosen === undefined) throw new Error("nothing to choose from");
  return chosen;
};

function words(random: Random, count: number): string {
  return Array.from({ length: count }, () => one(random, WORDS)).join(" ");
}

/** Some words with what is written among them: emphasis, code, links, formulas, raw HTML. */
function inline(random: Random, count: number): string {
  const parts: string[] = [];
  for (let left = count; left > 0;) {
    const some = Math.min(left, 2 + random(8));
    left -= some;
    const text = words(random, some);
    switch (random(14)) {
      case 0:
        parts.push(`**${text}**`);
        break;
      case 1:
        parts.push(`*${text}*`);
        break;
      case 2:
      case 3:
        parts.push(`\`${text.replaceAll(" ", "_")}()\``);
        break;
      case 4:
        parts.push(`[${text}](https://docs.example/${random(1000)})`);
        break;
      case 5:
        parts.push(`~~${text}~~`);
        break;
      case 6:
        parts.push(`https://example.com/${text.replaceAll(" ", "/")}`);
        break;
      case 7:
        parts.push(random(3) ? text : `$x_${random(9)}^2 + \\alpha$ ${text}`);
        break;
      case 8:
        parts.push(random(3) ? text : `<kbd>${text}</kbd>`);
        break;
      default:
        parts.push(text);
    }
  }
  return parts.join(" ");
}

const sentence = (random: Random) => {
  const text = inline(random, 8 + random(14));
  return `${text[0]?.toUpperCase()}${text.slice(1)}.`;
};

const sentences = (random: Random, count: number) => Array.from({ length: count }, () => sentence(random)).join(" ");

const many = (count: number, make: (index: number) => string) => Array.from({ length: count }, (_, n) => make(n));

const CODE: Readonly<Record<string, (random: Random, n: number) => string>> = {
  typescript: (random, n) =>
    one(random, [
      `export async function ${one(random, WORDS)}${n}(input: string, limit = ${random(100)}): Promise<number> {`,
      `  const ${one(random, WORDS)} = await fetch(\`https://api.example/\${input}?n=${random(99)}\`);`,
      `  if (!response.ok) throw new Error("no ${one(random, WORDS)}"); // ${words(random, 3)}`,
      `  return items.filter((it) => it.size > ${random(50)}).map(({ id }) => id).length;`,
      "}",
      `/* ${words(random, 6)} */`,
      `interface ${one(random, WORDS)}Options { readonly name: string; count?: number }`,
    ]),
  python: (random, n) =>
    one(random, [
      `def ${one(random, WORDS)}_${n}(items: list[str], limit: int = ${random(100)}) -> dict[str, int]:`,
      `    """${words(random, 6)}."""`,
      `    return {name: len(name) for name in items if name != "${one(random, WORDS)}"}`,
      `# ${words(random, 6)}`,
      `    for index, value in enumerate(items): print(f"{index}: {value!r}", ${random(9)}.5)`,
      "",
    ]),
  rust: (random, n) =>
    one(random, [
      `pub fn ${one(random, WORDS)}_${n}(input: &str, limit: usize) -> Result<Vec<u8>, Error> {`,
      `    let mut ${one(random, WORDS)} = Vec::with_capacity(${random(512)});`,
      `    for byte in input.bytes().take(limit) { buffer.push(byte ^ 0x${random(255).toString(16)}); }`,
      `    // ${words(random, 5)}`,
      `    println!("{} of {}", buffer.len(), "${one(random, WORDS)}");`,
      "    Ok(buffer)",
      "}",
    ]),
  json: (random, n) =>
    `  "${one(random, WORDS)}${n}": { "${one(random, WORDS)}": ${random(1000)}, "on": ${random(2) === 0}, "text": "${words(random, 4)}" },`,
};

function fence(random: Random, language: string, lines: number): string {
  const line = CODE[language];
  return [`\`\`\`${language}`, ...many(lines, (n) => line?.(random, n) ?? ""), "```"].join("\n");
}

function list(random: Random): string {
  const loose = random(4) === 0;
  const ordered = random(3) === 0;
  const tasks = !ordered && random(4) === 0;
  return many(3 + random(6), (n) => {
    const marker = ordered ? `${n + 1}. ` : "- ";
    const box = tasks ? `[${random(2) ? "x" : " "}] ` : "";
    const indent = " ".repeat(marker.length);
    const nested =
      random(4) === 0 ? many(2 + random(3), () => `\n${indent}- ${inline(random, 4 + random(6))}`).join("") : "";
    return `${marker}${box}${inline(random, 6 + random(12))}${nested}`;
  }).join(loose ? "\n\n" : "\n");
}

function table(random: Random, rows: number, columns: number): string {
  const row = (cell: () => string) => `| ${many(columns, cell).join(" | ")} |`;
  return [
    row(() => words(random, 1)),
    row(() => one(random, ["---", ":--", "--:"])),
    ...many(rows, () => row(() => inline(random, 1 + random(4)))),
  ].join("\n");
}

function section(random: Random, n: number): string {
  const parts = [`## ${n}. ${words(random, 3 + random(4))}`, sentences(random, 3 + random(4))];
  const language = one(random, Object.keys(CODE));
  parts.push(fence(random, language, 12 + random(40)), sentences(random, 2 + random(3)), list(random));
  if (random(2)) parts.push(table(random, 3 + random(8), 2 + random(3)));
  if (random(3) === 0) parts.push(`> ${sentence(random)}\n> ${sentence(random)}`);
  if (random(4) === 0) parts.push(`$$\n\\sum_{i=0}^{${random(9)}} x_i^2\n$$`);
  if (random(5) === 0)
    parts.push(`<details>\n<summary>${words(random, 3)}</summary>\n\n${sentence(random)}\n\n</details>`);
  parts.push(sentences(random, 2 + random(4)));
  return parts.join("\n\n");
}

/** Repeats a part until the text has this length. */
function until(length: number, part: (n: number) => string, between: string): string {
  const parts: string[] = [];
  for (let size = 0, n = 1; size < length; n++) {
    const next = part(n);
    parts.push(next);
    size += next.length + between.length;
  }
  return parts.join(between).slice(0, length);
}

/** One answer of all that models write. */
export function mixedAnswer(length: number): string {
  const random = randomFrom(1);
  return until(length, (n) => section(random, n), "\n\n");
}

export type Shape = "fence" | "list" | "paragraph" | "table";

/** Answers that are one single block of `length` characters. */
export function hardShape(shape: Shape, length: number): string {
  const random = randomFrom(2);
  switch (shape) {
    case "fence":
      return `\`\`\`typescript\n${until(length, (n) => CODE["typescript"]?.(random, n) ?? "", "\n")}`;
    case "list":
      return until(length, () => `- ${inline(random, 6 + random(12))}`, "\n");
    case "paragraph":
      return until(length, () => sentence(random), " ");
    case "table":
      return table(random, length / 40, 3).slice(0, length);
  }
}
