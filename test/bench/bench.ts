/**
 * `npm run bench -- NAME`: prints one JSON line for each figure of test/bench/NAME.ts. Never a pass or fail on a time.
 * `npm run bench -- transcript table live` measures only these parts of it.
 */
import { join } from "node:path";

export type Report = (figure: string, value: number, unit: string) => void;

async function main(name: string | undefined, parts: readonly string[]): Promise<void> {
  if (name === undefined || !/^[a-z-]+$/.test(name)) throw new Error("Which bench? npm run bench -- client");
  const { bench } = (await import(join(__dirname, `${name}.js`))) as {
    bench: (report: Report, parts: readonly string[]) => Promise<void>;
  };
  await bench((figure, value, unit) => {
    console.log(JSON.stringify({ bench: name, figure, value: Number(value.toPrecision(4)), unit }));
  }, parts);
}

main(process.argv[2], process.argv.slice(3)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
