/**
 * Runs `work` and says what it is doing on the terminal: one line at the start, the seconds while it runs, one at the
 * end. Where the output is not a terminal (a log of a build), only the first and the last line are written.
 */
export async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const start = Date.now();
  const seconds = () => Math.round((Date.now() - start) / 1000);
  const terminal = process.stdout.isTTY;
  process.stdout.write(`${what} …${terminal ? "" : "\n"}`);
  const ticks = terminal ? setInterval(() => process.stdout.write(`\r${what} … ${seconds()} s`), 1000) : undefined;
  try {
    const result = await work();
    process.stdout.write(`${terminal ? "\r" : ""}${what}: done in ${seconds()} s\n`);
    return result;
  } catch (error) {
    process.stdout.write(`${terminal ? "\r" : ""}${what}: failed\n`);
    throw error;
  } finally {
    clearInterval(ticks);
  }
}
