/** Wire cases F as far as bytes tell them: errors inside a 200 stream. */
import type { ApiFailure } from "../../../src/api/failure";
import { events } from "./harness";
import { ending, start, textDelta, textStart, type WireCase } from "./wire";

const error = (type: string) => ({ type: "error", error: { type, message: "Overloaded" } });

const partial = events(start(), textStart(0), textDelta(0, "one"));

/** An error event after partial text. */
const broken = (name: string, wire: string, failure: ApiFailure["kind"], says?: RegExp): WireCase => ({
  name,
  wire: partial + wire,
  content: "one",
  failure,
  ...(says && { says }),
});

export const errorCases: readonly WireCase[] = [
  {
    name: "F1 an error as the first event",
    wire: events(error("overloaded_error")),
    content: [],
    failure: "overloaded",
  },
  broken("F2 an error after partial text", events(error("overloaded_error")), "overloaded", /^Anthropic is overloaded/),
  broken("F3 an error that is a text", "event: error\ndata: upstream died\n\n", "server", /upstream died/),
  broken("F3 an error without data", "event: error\ndata:\n\n", "server"),
  broken(
    "F3 an error that is HTML",
    "event: error\ndata: <html><title>502 Bad</title></html>\n\n",
    "server",
    /502 Bad/,
  ),
  broken(
    "F4 an error under another name",
    `event: message\ndata: ${JSON.stringify(error("rate_limit_error"))}\n\n`,
    "rateLimit",
  ),
  broken("F4 an error without a name", `data: ${JSON.stringify(error("rate_limit_error"))}\n\n`, "rateLimit"),
  broken("F5 OpenAI's shape", 'data: {"error":{"message":"slow down","code":429}}\n\n', "rateLimit", /slow down/),
  broken(
    "F5 OpenAI's shape with choices",
    'data: {"id":"x","choices":[{"finish_reason":"error"}],"error":{"message":"no key","code":"401"}}\n\n',
    "auth",
  ),
  ...(
    [
      ["internal_error", "server"],
      ["rate_limit_error", "rateLimit"],
      ["timeout_error", "timeout"],
      ["permission_error", "permission"],
      ["billing_error", "billing"],
      ["api_error", "server"],
      ["constructor", "server"],
    ] as const
  ).map(([type, kind]) => broken(`F6 ${type}`, events(error(type)), kind)),
  broken("F7 more after the error", events(error("overloaded_error"), textDelta(0, "two"), ...ending), "overloaded"),
];
