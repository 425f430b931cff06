// The part of markdown-it that Sidenote uses, for the bundles; see docs/rendering.md.
const { readFileSync } = require("node:fs");
const { dirname, join } = require("node:path");

/** The modules in src/webview/markdown-it that stand in for what markdown-it imports, by the line that imports it. */
const IMPORTS = {
  'import * as mdurl from "mdurl"': 'import { normalizeLink } from "addresses"',
  'import * as ucmicro from "uc.micro"': 'import * as ucmicro from "categories"',
  'import { decodeHTMLStrict } from "entities"': 'import { decodeHTMLStrict } from "entities"',
  'import { LinkifyIt } from "linkify-it"': 'import { LinkifyIt, linkTexts } from "autolinks"',
  'import punycode from "punycode.js"': "",
};

/** Parts of markdown-it that make or read HTML, choose rules or write old JavaScript, and what is there in their place. */
const REGIONS = {
  "\\0rolldown/runtime.js": "",
  "src/helpers/index.ts": "",
  "\\0@oxc-project+runtime@0.154.0/helpers/esm/typeof.js": "",
  "\\0@oxc-project+runtime@0.154.0/helpers/esm/toPrimitive.js": "",
  "\\0@oxc-project+runtime@0.154.0/helpers/esm/toPropertyKey.js": "",
  "\\0@oxc-project+runtime@0.154.0/helpers/esm/defineProperty.js": "",
  "src/ruler.ts": `class Ruler {
    rules = [];
    chains = new Map();
    insert(at, name, fn, { alt = [] } = {}) {
      this.rules.splice(at, 0, { name, fn, alt });
      this.chains.clear();
    }
    place(name) {
      const at = this.rules.findIndex((rule) => rule.name === name);
      if (at < 0) throw new Error("There is no rule " + name);
      return at;
    }
    before(other, ...rule) { this.insert(this.place(other), ...rule); }
    after(other, ...rule) { this.insert(this.place(other) + 1, ...rule); }
    at(name, fn, { alt = [] } = {}) {
      this.rules[this.place(name)] = { name, fn, alt };
      this.chains.clear();
    }
    push(...rule) { this.insert(this.rules.length, ...rule); }
    getRules(chain) {
      let found = this.chains.get(chain);
      if (!found) {
        found = this.rules.filter(({ alt }) => chain === "" || alt.includes(chain)).map(({ fn }) => fn);
        this.chains.set(chain, found);
      }
      return found;
    }
  }`,
  "src/token.ts": `class Token {
    map = null;
    level = 0;
    children = null;
    content = "";
    markup = "";
    info = "";
    block = false;
    hidden = false;
    attrs = null;
    meta = null;
    constructor(type, tag, nesting) {
      this.type = type;
      this.tag = tag;
      this.nesting = nesting;
    }
    attrGet(name) { return this.attrs?.find(([it]) => it === name)?.[1] ?? null; }
  }`,
  "src/renderer.ts": "",
  "src/rules_core/linkify.ts": "",
  "src/rules_core/replacements.ts": "",
  "src/rules_core/smartquotes.ts": "",
  "src/common/html_blocks.ts": "",
  "src/common/html_re.ts": "",
  "src/rules_block/html_block.ts": "",
  "src/rules_inline/html_inline.ts": "",
  "src/markdownit.ts": `class MarkdownIt {
    static Token = Token;
    block = new ParserBlock();
    inline = new ParserInline();
    core = new ParserCore();
    linkify = new LinkifyIt();
    helpers = { parseLinkLabel, parseLinkDestination, parseLinkTitle };
    constructor(options) { this.options = { maxNesting: 100, ...options }; }
    validateLink() { return true; }
    normalizeLink(url) { return normalizeLink(url); }
    normalizeLinkText(url) { return url; }
    parse(source, env) {
      const state = new StateCore(source, this, env);
      this.core.process(state);
      return state.tokens;
    }
  }`,
  "src/index.ts": "const MarkdownItCallable = MarkdownIt;",
};

/** What stands between the parts, and what takes its place. */
const LINES = [
  [/var lib = .*?\n\};/s, ""],
  [/var utils_exports = .*?\n\}\);/s, ""],
  [
    /\n\t\["linkify", linkify\$1\],\n\t\["replacements", replace\],\n\t\["smartquotes", smartquotes\],/,
    '\n["linkify", linkTexts],',
  ],
  [/\n\t\[\n\t\t"html_block",\n\t\thtml_block,.*?\n\t\],/s, ""],
  [/\n\t\["html_inline", html_inline\],/, ""],
];

/** Names that only markdown-it's objects have: esbuild shortens them, here and in what uses them. */
const NAMES = [
  ..."bMarks bsCount blkIndent eMarks inlineMode lineMax listIndent parentType sCount tShift".split(" "),
  ..."backticksScanned delimiters linkLevel pendingLevel posMax tokens_meta can_open can_close".split(" "),
  ..."getLines isEmpty skipChars skipCharsBack skipEmptyLines skipSpaces skipSpacesBack".split(" "),
  ..."marker matchAtStart pending pushPending ruler scanDelims skipToken getRules ruler2 attrGet maxNesting".split(" "),
  ..."parseLinkDestination parseLinkLabel parseLinkTitle normalizeLink normalizeLinkText validateLink".split(" "),
  ..."chains helpers level linkify markup nesting pos postProcess references rules tight tokenize".split(" "),
];
exports.INNER_NAMES = new RegExp(`^(${NAMES.join("|")})$`);

/** A plugin for esbuild: markdown-it comes as one file, in which bundlers find little that could be left out. */
exports.smallMarkdownIt = {
  name: "small-markdown-it",
  setup(plugin) {
    plugin.onResolve({ filter: /^markdown-it$/ }, () => ({
      path: join(dirname(require.resolve("markdown-it")), "markdown-it.mjs"),
    }));
    plugin.onLoad({ filter: /[\\/]markdown-it[\\/]dist[\\/]markdown-it\.mjs$/ }, ({ path }) => ({
      contents: smaller(readFileSync(path, "utf8")),
      loader: "js",
    }));
  },
};

function smaller(source) {
  const put = (text, pattern, replacement) => {
    if (!pattern.test(text)) throw new Error(`markdown-it has changed: it has no ${pattern}`);
    return text.replace(pattern, () => replacement);
  };
  let text = source;
  for (const [line, replacement] of Object.entries(IMPORTS)) {
    const own = replacement.replace(/"(\w+)"/, (_, file) =>
      JSON.stringify(join(__dirname, "src/webview/markdown-it", file)),
    );
    text = put(text, literally(line), own);
  }
  for (const [region, replacement] of Object.entries(REGIONS)) {
    text = put(text, new RegExp(`${literally(`//#region ${region}`).source}\n.*?//#endregion`, "s"), replacement);
  }
  for (const [pattern, replacement] of LINES) text = put(text, pattern, replacement);
  // Fields as functions of a helper are long, and slow for tokens and states that are made by the thousand.
  return text.replace(
    /_defineProperty\(\s*this,\s*(?:\/\*.*?\*\/\s*)?"(\w+)",\s*(.*?)\s*\);(?=\n)/gs,
    (_, name, value) => `this.${name} = ${value};`,
  );
}

function literally(text) {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
}
