// Kills a real extension host with SIGKILL while it works on conversations, again and again in one window, and checks after each
// restart that everything older than a second is there and that the list is right: node crash.js [kills] [seed]
import { once } from "node:events";
import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { join, resolve } from "node:path";
import { startSimulatedApi } from "../support/api/server";
import { installServer } from "../support/vscode/install";
import { openBrowser } from "../support/vscode/page";
import { createSandbox } from "../support/vscode/sandbox";
import { startServer } from "../support/vscode/server";
import { randomFrom } from "../unit/api/harness";
import { activities, listen, tell, type Activity, type Recovered, type ToDriver, type ToHost } from "./protocol";
import { createTruth, type Truth } from "./truth";

/** The longest time that a host works until it is killed, in milliseconds. */
const LONGEST = 2000;

/** How long a restart may take, in milliseconds. */
const RESTART = 60_000;

interface Host {
  readonly pid: number;
  recover(ids: readonly string[]): Promise<Recovered>;
  /** Resolves when the work has begun; rejects when it fails. */
  work(activity: Activity, seed: number): Promise<void>;
  readonly gone: Promise<unknown>;
}

async function main(kills: number, seed: number): Promise<void> {
  const random = randomFrom(seed);
  const truth = createTruth();
  const hosts = createServer();
  hosts.listen(0, "127.0.0.1");
  await once(hosts, "listening");
  const api = await startSimulatedApi();
  const sandbox = await createSandbox({
    "sidenote.model": "simulated/claude-sonnet-5-5",
    "sidenote.endpoints": { simulated: { name: "Simulated API", baseUrl: api.url, auth: "none" } },
  });
  const browser = await openBrowser();
  try {
    await installSidenote(join(sandbox.extensions, "sidenote.sidenote"));
    await installHost(join(sandbox.extensions, "sidenote.crash-0.0.0"));
    const server = await startServer(await installServer("current"), sandbox.userData, {
      ANTHROPIC_API_KEY: undefined,
      SIDENOTE_CRASH_PORT: String((hosts.address() as AddressInfo).port),
    });
    const page = await browser.newPage();
    await page.addInitScript(skipTime);
    const next = () => nextHost(hosts, truth);
    let starting = next();
    const address = new URL(server.address({ folder: sandbox.workspace, extension: resolve(".") }));
    address.searchParams.delete("payload"); // the host of an extension in development is not restarted
    await page.goto(address.href);
    const begun = Date.now();
    const count = new Map<Activity, number>();
    let killedAt = begun;
    for (let kill = 0; kill <= kills; kill++) {
      const host = await orFail(starting, server.ended);
      truth.check(await host.recover(truth.touched()), killedAt);
      if (kill === kills) break;
      const activity = activities[Math.floor(random() * activities.length)] ?? "streaming";
      await host.work(activity, Math.floor(random() * 2 ** 31));
      await new Promise((done) => setTimeout(done, random() * LONGEST));
      starting = next();
      await page.evaluate("skipMinutes(5)");
      killedAt = Date.now();
      process.kill(host.pid, "SIGKILL");
      await host.gone;
      count.set(activity, (count.get(activity) ?? 0) + 1);
      if ((kill + 1) % 20 === 0) console.log(`  ${kill + 1} kills, ${Math.round((Date.now() - begun) / 1000)} s`);
    }
    const during = activities.map((activity) => `${count.get(activity) ?? 0} ${activity}`).join(", ");
    console.log(
      `${kills} kills of a real extension host (${during}) in ${Math.round((Date.now() - begun) / 1000)} s, seed ${seed}`,
    );
    console.log(
      `${truth.facts} facts recorded, none older than a second lost, none doubled; ${truth.lost} younger ones lost`,
    );
    console.log(`the oldest of those was ${truth.oldestLost} ms old; the list was right after each restart`);
    await server.close();
  } finally {
    await browser.close();
    hosts.close();
    await api.close();
    await sandbox.remove();
  }
}

async function installSidenote(folder: string): Promise<void> {
  for (const path of ["package.json", "media", "dist/extension.js", "dist/webview"]) {
    await cp(resolve(path), join(folder, path), { recursive: true });
  }
}

async function installHost(folder: string): Promise<void> {
  await mkdir(folder);
  await cp(join(__dirname, "host.js"), join(folder, "host.js"));
  await symlink(resolve("node_modules"), join(folder, "node_modules"), "junction");
  const manifest = {
    name: "crash",
    publisher: "sidenote",
    version: "0.0.0",
    engines: { vscode: "^1.106.0" },
    main: "./host.js",
    activationEvents: ["*"],
  };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
}

/** VS Code restarts a host by itself three times in five minutes. So five minutes pass in the window before each kill. */
const skipTime = `{
  const now = Date.now;
  let skipped = 0;
  Date.now = () => now() + skipped;
  globalThis.skipMinutes = (minutes) => { skipped += minutes * 60_000; };
}`;

/** Fails when the host does not come within the time of a restart, or when the server has ended. */
async function orFail(host: Promise<Host>, ended: Promise<void>): Promise<Host> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => fail(new Error("The extension host did not start.")), RESTART);
  });
  const over = ended.then(() => Promise.reject(new Error("The VS Code server ended.")));
  try {
    return await Promise.race([host, late, over]);
  } finally {
    clearTimeout(timer);
    over.catch(() => undefined);
  }
}

/** Waits for a host that has started. What it records goes to the truth, with the time at which it is heard here. */
async function nextHost(hosts: ReturnType<typeof createServer>, truth: Truth): Promise<Host> {
  const [socket] = (await once(hosts, "connection")) as [Socket];
  const gone = once(socket, "close");
  socket.on("error", () => undefined); // it was killed
  const say = (message: ToHost) => tell(socket, message);
  const waiting = new Map<ToDriver["type"], (message: ToDriver) => void>();
  const expect = <T extends ToDriver["type"]>(type: T) =>
    new Promise<Extract<ToDriver, { type: T }>>((done) => {
      waiting.set(type, (message) => done(message as Extract<ToDriver, { type: T }>));
    });
  listen(socket, (line) => {
    const message = line as ToDriver;
    if (message.type === "fact") truth.heard(message.id, message.fact);
    else if (message.type === "failed") failWith(message.message);
    else waiting.get(message.type)?.(message);
  });
  const { pid } = await expect("hello");
  return {
    pid,
    gone,
    async recover(ids) {
      say({ type: "recover", ids });
      return (await expect("recovered")).recovered;
    },
    async work(activity, seed) {
      say({ type: "work", activity, seed });
      await expect("working");
    },
  };
}

function failWith(message: string): void {
  console.error(`The extension host failed: ${message}`);
  process.exitCode = 1;
}

const [kills = "200", seed = String(Math.floor(Math.random() * 2 ** 31))] = process.argv.slice(2);
console.log(`seed ${seed}`);
main(Number(kills), Number(seed)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
