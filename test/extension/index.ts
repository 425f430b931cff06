import { readdirSync } from "node:fs";
import { join } from "node:path";
import Mocha from "mocha";

/** Called by VS Code in its extension host: runs all tests of this folder. */
export async function run(): Promise<void> {
  // The colours also tell the runner which lines are mocha's.
  const mocha = new Mocha({ timeout: 20_000, color: true });
  for (const file of readdirSync(__dirname)) {
    if (file.endsWith(".test.js")) mocha.addFile(join(__dirname, file));
  }
  const failures = await new Promise<number>((done) => mocha.run(done));
  if (failures > 0) throw new Error(`${failures} of the tests failed.`);
}
