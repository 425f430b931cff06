import type { ResultRowView, ResultsHostMessage, ResultsPageMessage } from "../shared/resultsPage";
import { element, textButton } from "./dom";

declare function acquireVsCodeApi(): { postMessage(message: ResultsPageMessage): void };

/** Of a row, in pixels, as in results.css. */
const ROW = 26;
const MOST = 200;

/** The table of a batch's results. Only the rows that can be seen are in the document; the host has all of them. */
function start(): void {
  const post = (message: ResultsPageMessage) => api.postMessage(message);
  const api = acquireVsCodeApi();
  let count = 0;
  let active = 0;
  let first = 0;
  let shown: readonly ResultRowView[] = [];
  let opened: number | undefined;

  const title = element("h1");
  const summary = element("p", { class: "summary" });
  const again = textButton("Send Failed Again", () => post({ type: "again" }));
  const failed = element("input", { type: "checkbox", id: "failed" });
  const filter = element("label", { for: "failed" }, failed, "Failed only");
  const head = element(
    "div",
    { class: "row head", role: "row" },
    ...columns(["Id", "Status", "In", "Out", "First line"]),
  );
  const spacer = element("div", { class: "spacer", role: "presentation" });
  const body = element("div", { class: "body", role: "presentation", tabindex: "0", "aria-label": "Results" }, spacer);
  const table = element("div", { class: "results", role: "table", "aria-label": "Results" }, head, body);
  const text = element("pre", { tabindex: "0", "aria-label": "Result" });
  const go = textButton("Open as Conversation", () => {
    if (opened !== undefined) post({ type: "conversation", number: opened });
  });
  const detail = element("section", { class: "detail", "aria-label": "Result", hidden: "" }, go, text);
  document.getElementById("app")?.append(element("header", {}, title, summary, filter, again), table, detail);

  const ask = () => {
    first = Math.max(0, Math.floor(body.scrollTop / ROW) - 20);
    post({ type: "rows", from: first, count: Math.min(MOST, Math.ceil(body.clientHeight / ROW) + 40) });
  };
  const draw = (from: number) => {
    const rows = shown.map((row, index) => {
      const values = [row.id, row.status, tokens(row.inputTokens), tokens(row.outputTokens), row.firstLine];
      const line = element("div", {
        class: from + index === active ? "row active" : "row",
        role: "row",
        "aria-rowindex": String(from + index + 2),
        "data-status": row.status,
      });
      line.append(...columns(values));
      line.style.setProperty("top", `${(from + index) * ROW}px`);
      line.addEventListener("click", () => choose(from + index, row));
      return line;
    });
    spacer.replaceChildren(...rows);
  };
  const choose = (place: number, { number, status }: ResultRowView) => {
    active = place;
    draw(first);
    go.hidden = status !== "succeeded"; // there is nothing to go on with
    post({ type: "text", number });
  };

  body.addEventListener("scroll", ask);
  body.addEventListener("keydown", (event) => {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      active = Math.max(0, Math.min(count - 1, active + step));
      if (active * ROW < body.scrollTop) body.scrollTop = active * ROW;
      if ((active + 1) * ROW > body.scrollTop + body.clientHeight) {
        body.scrollTop = (active + 1) * ROW - body.clientHeight;
      }
      draw(first);
      ask();
    }
    const row = shown[active - first];
    if (event.key === "Enter" && row) choose(active, row);
  });
  failed.addEventListener("change", () => post({ type: "filter", failed: failed.checked }));
  window.addEventListener("resize", ask);
  window.addEventListener("message", (event: MessageEvent<ResultsHostMessage>) => {
    const message = event.data;
    switch (message.type) {
      case "table":
        title.textContent = message.name;
        summary.textContent = message.summary;
        count = message.count;
        active = 0;
        table.setAttribute("aria-rowcount", String(count + 1));
        spacer.style.setProperty("height", `${count * ROW}px`);
        body.scrollTop = 0;
        detail.hidden = true;
        again.hidden = !message.again;
        ask();
        break;
      case "rows":
        if (message.from !== first) break; // scrolled on meanwhile
        shown = message.rows;
        draw(first);
        break;
      case "text":
        opened = message.number;
        text.textContent = message.text;
        detail.hidden = false;
        break;
    }
  });
  post({ type: "ready" });
}

function columns(values: readonly string[]): HTMLElement[] {
  return values.map((value) => element("span", { role: "cell", title: value }, value));
}

function tokens(count: number | null): string {
  return count === null ? "" : count.toLocaleString("en-US");
}

start();
