// Builds the bundles of the extension, and with --tests the tests and their helpers.
//   node esbuild.js [--production] [--watch] [--tests]
const { build, context } = require("esbuild");
const { readdirSync, rmSync } = require("node:fs");
const { join } = require("node:path");
const { INNER_NAMES, smallMarkdownIt } = require("./small-markdown-it.js");

const flags = new Set(process.argv.slice(2));
const production = flags.has("--production");

const common = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : "linked",
  sourcesContent: false,
  legalComments: "none",
  logLevel: "info",
};

/** Of the page in the side bar, what its first paint does not need. */
const PARTS = [
  "code-highlighter",
  "completions",
  "drawing",
  "edit-box",
  "find",
  "inputs",
  "menu",
  "parameters-panel",
  "reading",
  "recall",
  "status-line",
  "tool-inside",
  "workspace-links",
];

/**
 * What a page imports by import() is a script of its own, which has in it all that it needs: what page and parts have in common would
 * be another script to wait for before the first paint. A part must therefore share no variable of a module with the page.
 */
const parts = {
  name: "parts",
  setup(plugin) {
    plugin.onResolve({ filter: /^\.\// }, ({ kind, path }) =>
      kind === "dynamic-import" ? { path: `${path}.js`, external: true } : undefined,
    );
  },
};

/** The pages and their style sheets, and the parts of the page in the side bar. */
const page = {
  ...common,
  entryPoints: [
    "src/webview/page.ts",
    "src/webview/results.ts",
    ...PARTS.map((part) => `src/webview/${part}.ts`),
    // One file for all that a style sheet imports: the browser would ask for each of them.
    "media/page.css",
    "media/results.css",
  ],
  entryNames: "[name]",
  outdir: "dist/webview",
  platform: "browser",
  format: "esm",
  target: "es2023",
  mangleProps: INNER_NAMES,
  plugins: [smallMarkdownIt, parts],
};

/** The extension host in Node and in a web worker, and the page. */
const product = [
  {
    ...common,
    entryPoints: { extension: "src/extension.ts" },
    outdir: "dist",
    platform: "node",
    format: "cjs",
    target: "node22",
    external: ["vscode"],
    // eventsource-parser and others are ES modules first; "module" keeps them tree-shakable.
    mainFields: ["module", "main"],
  },
  {
    ...common,
    entryPoints: { extension: "src/extension.ts" },
    outdir: "dist/web",
    platform: "browser",
    format: "cjs",
    target: "es2023",
    external: ["vscode"],
    // @cfworker/json-schema makes a URL of the worker's own address as it is loaded; VS Code's worker has one of which that fails.
    define: { global: "globalThis", "self.location": "undefined" },
  },
  page,
];

function testFiles() {
  return readdirSync("test", { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !file.startsWith(join("support", "workspace")))
    .map((file) => join("test", file));
}

/** Each file under test/ becomes a bundle of its own, so that mocha and Node run plain JavaScript. */
const tests = () => ({
  ...common,
  entryPoints: testFiles(),
  outbase: "test",
  outdir: "dist/test",
  platform: "node",
  format: "cjs",
  target: "node22",
  packages: "external",
  sourcemap: "inline",
  logLevel: "warning",
  // ES modules that Node 22's require() cannot load without a warning, or that the product bundles too.
  plugins: [smallMarkdownIt, bundleProductPackages],
});

/** What the product bundles is bundled into its tests as well: the tests run what users run. */
const bundleProductPackages = {
  name: "bundle-product-packages",
  setup(plugin) {
    plugin.onResolve(
      {
        filter: /^(@cfworker\/json-schema|diff|eventsource-parser|highlight\.js|image-size|valibot)(\/|$)/,
      },
      (args) =>
        args.pluginData === "resolved"
          ? undefined
          : plugin.resolve(args.path, { resolveDir: args.resolveDir, kind: args.kind, pluginData: "resolved" }),
    );
  },
};

async function main() {
  if (flags.has("--watch")) {
    for (const options of product) await (await context(options)).watch();
    return;
  }
  rmSync("dist", { recursive: true, force: true });
  await Promise.all([...product, ...(flags.has("--tests") ? [tests()] : [])].map((options) => build(options)));
}

/** Builds the page as users get it into another folder, for figures. */
exports.buildPage = (outdir) => build({ ...page, outdir, minify: true, sourcemap: false, logLevel: "warning" });

if (require.main === module) {
  main().catch(() => {
    process.exitCode = 1; // esbuild has already said what is wrong
  });
}
