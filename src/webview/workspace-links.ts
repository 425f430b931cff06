import { linkFiles } from "./file-links";
import type { Services } from "./services";
import { linkSymbols } from "./symbol-links";

/** Makes links of what a text names of the workspace. It must be complete. */
export async function linkWorkspace(services: Services, root: HTMLElement): Promise<void> {
  // What names a file may look like the member of an object.
  await linkFiles(services, root);
  await linkSymbols(services, root);
}
