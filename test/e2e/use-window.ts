import { startSimulatedApi, type SimulatedApi } from "../support/api/server";
import { openWindow, type VSCodeWindow } from "../support/vscode/window";

/** What the tests of a suite work with. */
export interface Opened {
  readonly api: SimulatedApi;
  readonly window: VSCodeWindow;
}

type Settings = Readonly<Record<string, unknown>>;

/** The model and endpoint of a person who uses the simulated API. */
export function simulated(api: SimulatedApi): Settings {
  return {
    "sidenote.model": "simulated/claude-sonnet-5-5",
    "sidenote.endpoints": { simulated: { name: "Simulated API", baseUrl: api.url, auth: "none" } },
  };
}

/**
 * For a suite: opens a simulated API and a window whose chat uses it before the first test, and closes both after the last.
 * @param options of the API
 * @param settings of the user besides those of `simulated`, or instead of them
 * @param begin gets both, and does what else comes before the first test
 */
export function useWindow(
  options: Parameters<typeof startSimulatedApi>[0],
  settings: Settings | ((api: SimulatedApi) => Settings | Promise<Settings>),
  begin: (opened: Opened) => void | Promise<void>,
): void {
  let api: SimulatedApi | undefined;
  let window: VSCodeWindow | undefined;

  before(async () => {
    api = await startSimulatedApi(options);
    const own = typeof settings === "function" ? await settings(api) : settings;
    window = await openWindow({ ...simulated(api), ...own });
    await begin({ api, window });
  });

  afterEach(async function () {
    if (window) await takePictureOfFailure(window, this.currentTest);
  });

  after(async () => {
    await window?.close();
    await api?.close();
  });
}

/** What the window looked like when a test failed is in test-results/. */
export async function takePictureOfFailure({ page }: VSCodeWindow, test: Mocha.Test | undefined): Promise<void> {
  if (test?.isPassed() !== false || page.isClosed()) return;
  await page.screenshot({ path: `test-results/failed: ${test.title.replaceAll("/", " ")}.png` });
}
