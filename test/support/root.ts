import { join } from "node:path";

/** The project's folder; all tests and benches run from bundles below dist/test. */
export const root = __dirname.slice(0, __dirname.lastIndexOf(join("dist", "test")));
