/** A record may not be longer: a quote that is never closed would take the whole file. */
const LONGEST = 10_000_000;

export interface CsvRow {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * The records of a CSV file (RFC 4180), its header too; empty lines are passed over. The separator is the comma, semicolon or tab
 * that the first line has most of. Own code, because the line numbers and the streaming are all there is to it.
 *
 * @throws Error with a sentence when a quote is not closed
 */
export async function* csvRows(lines: AsyncIterable<string>): AsyncGenerator<CsvRow, void, void> {
  let separator: string | undefined;
  let record = "";
  let begun = 0;
  let inQuotes = false;
  let number = 0;
  for await (const line of lines) {
    number++;
    if (begun === 0) {
      if (line.trim() === "") continue;
      begun = number;
      record = line;
    } else record += `\n${line}`;
    if (quotes(line) % 2 === 1) inQuotes = !inQuotes;
    if (inQuotes) {
      if (record.length > LONGEST) break;
      continue;
    }
    separator ??= mostFrequent(record);
    yield { line: begun, cells: cellsOf(record.replace(/\r$/, ""), separator) };
    begun = 0;
  }
  if (begun > 0) throw new Error(`The quote that line ${begun} opens is never closed.`);
}

function quotes(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) count++;
  return count;
}

function mostFrequent(header: string): string {
  const bare = header.replaceAll(/"[^"]*"/g, "");
  const [best = ","] = [",", ";", "\t"].toSorted((a, b) => bare.split(b).length - bare.split(a).length);
  return best;
}

function cellsOf(record: string, separator: string): string[] {
  const cells: string[] = [];
  for (let at = 0; at <= record.length;) {
    if (record[at] !== '"') {
      const end = record.indexOf(separator, at);
      cells.push(record.slice(at, end < 0 ? record.length : end));
      at = end < 0 ? record.length + 1 : end + 1;
      continue;
    }
    let cell = "";
    for (;;) {
      const found = record.indexOf('"', at + 1);
      const close = found < 0 ? record.length : found; // a stray quote before it
      cell += record.slice(at + 1, close);
      at = close + 1;
      if (record[at] !== '"') break;
      cell += '"'; // two of them are one
    }
    const end = record.indexOf(separator, at);
    cells.push(cell + record.slice(at, end < 0 ? record.length : end));
    at = end < 0 ? record.length + 1 : end + 1;
  }
  return cells;
}
