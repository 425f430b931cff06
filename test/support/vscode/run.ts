import { spawn, type SpawnOptions } from "node:child_process";

/** Runs a program to its end. Fails with what it wrote if it cannot be started or its exit code is not 0. */
export async function run(command: string, args: string[], options: SpawnOptions = {}): Promise<void> {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  const code = await new Promise<number | null>((done, fail) => child.once("error", fail).once("close", done));
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}.\n${output.trim()}`);
}
