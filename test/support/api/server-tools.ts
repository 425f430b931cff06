import type { Arguments } from "./directives";
import { notFound, ApiError } from "./errors";
import type { OutputBlock } from "./reply";
import { textBlocks } from "./prefix";
import type { Message } from "./schema";

/** What the tools that run at the server say in this simulation (Messages API, server result payloads). */

const pages = [
  { url: "https://weather.example/paris", title: "Weather in Paris", text: "Paris has 18 °C and a light wind." },
  { url: "https://weather.example/rome", title: "Weather in Rome", text: "Rome has 25 °C and no cloud." },
];

/** A search, its results and a statement with its sources. */
export function search(given: Arguments, seed: string): OutputBlock[] {
  const id = `srvtoolu_${seed}`;
  const call: OutputBlock = { type: "server_tool_use", id, name: "web_search", input: { query: "weather in Paris" } };
  if (given["error"] !== undefined) {
    const content = { type: "web_search_tool_result_error", error_code: given["error"] };
    return [call, { type: "web_search_tool_result", tool_use_id: id, content }, text("I could not search the web.")];
  }
  return [
    text("I look it up."),
    call,
    {
      type: "web_search_tool_result",
      tool_use_id: id,
      content: pages.map(({ url, title }) => ({
        type: "web_search_result",
        url,
        title,
        page_age: null,
        encrypted_content: "c2ltdWxhdGVk",
      })),
    },
    text("According to the web, "),
    ...pages.flatMap(({ text: said, ...page }, index) => [
      text(said.slice(0, -1), {
        type: "web_search_result_location",
        cited_text: said,
        encrypted_index: `i${index}`,
        ...page,
      }),
      text(index === 0 ? ", and " : "."),
    ]),
  ];
}

/** Code that ran, what it printed and the file that it made. */
export function runCode(seed: string): OutputBlock[] {
  const id = `srvtoolu_${seed}`;
  return [
    { type: "server_tool_use", id, name: "bash_code_execution", input: { command: "python3 plot.py" } },
    {
      type: "bash_code_execution_tool_result",
      tool_use_id: id,
      content: {
        type: "bash_code_execution_result",
        stdout: "Plotted 12 values.\n",
        stderr: "",
        return_code: 0,
        content: [{ type: "bash_code_execution_output", file_id: "file_plot" }],
      },
    },
    text("The plot is ready."),
  ];
}

/** A turn that pauses so many times, each time with a search that is not done, before it ends. */
export function pausing(
  given: Arguments,
  last: Message | undefined,
  seed: string,
): { blocks: OutputBlock[]; paused: boolean } {
  const open =
    last?.role === "assistant" ? textBlocks(last.content).filter(({ type }) => type === "server_tool_use") : [];
  const before = open.at(-1);
  const done: OutputBlock[] =
    before && "id" in before
      ? [{ type: "web_search_tool_result", tool_use_id: String(before.id), content: [] }]
      : [text("This takes a while. ")];
  const paused = open.length < Number(given["count"] ?? 1);
  const next: OutputBlock = {
    type: "server_tool_use",
    id: `srvtoolu_${open.length}${seed}`,
    name: "web_search",
    input: { query: `part ${open.length + 1}` },
  };
  return { blocks: [...done, paused ? next : text(`All ${open.length} parts are found.`)], paused };
}

function text(said: string, ...citations: readonly object[]): OutputBlock {
  return { type: "text", text: said, citations: citations.length > 0 ? citations : null };
}

const plot = "month,value\n1,3\n2,4\n";

/** GET /v1/files/{id}: the file that `runCode` makes, and one that was uploaded and cannot be had. */
export function describeFile(id: string): object {
  if (id !== "file_plot" && id !== "file_upload") throw notFound(`File not found: ${id}`);
  return {
    id,
    type: "file",
    filename: id === "file_plot" ? "plot.csv" : "upload.pdf",
    mime_type: "text/csv",
    size_bytes: plot.length,
    created_at: "2026-11-20T00:00:00Z",
    downloadable: id === "file_plot",
    expires_at: null,
  };
}

/** GET /v1/files/{id}/content */
export function fileContent(id: string): string {
  const { downloadable } = describeFile(id) as { downloadable: boolean };
  if (downloadable) return plot;
  throw new ApiError(400, "invalid_request_error", `File ${id} is not downloadable`, {
    error_code: "file_not_downloadable",
  });
}
