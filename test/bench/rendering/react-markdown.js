// The whole message again at each update, as other chats do it. Bundled for the bench only.
import { createElement } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import Markdown from "react-markdown";
import remarkGfm from "remark-gfm";

globalThis.renderWithReact = (element) => {
  const root = createRoot(element);
  return (text) => flushSync(() => root.render(createElement(Markdown, { remarkPlugins: [remarkGfm] }, text)));
};
