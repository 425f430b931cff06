import type { Reply } from "./core";
import type { Arguments } from "./directives";
import { ApiError } from "./errors";
import type { Directives } from "./reply";

export interface Failures {
  /** Throws the failure that a directive asks for and that is due, or gives the page of a proxy; null: all is well. */
  next(directives: Directives, conversation: string): Reply | null;
}

/** Failures that end after some tries: a request that is sent again until it is answered meets each of them. */
export function createFailures(): Failures {
  /** Directive and conversation → how often it failed. */
  const tries = new Map<string, number>();

  const isDue = (name: string, given: Arguments, conversation: string, usualTimes: number): boolean => {
    const id = `${name} ${conversation}`;
    const count = tries.get(id) ?? 0;
    if (count >= Number(given["times"] ?? usualTimes)) {
      tries.delete(id); // asked anew, it fails anew
      return false;
    }
    tries.set(id, count + 1);
    return true;
  };

  return {
    next(directives, conversation) {
      for (const [name, given] of directives) {
        const due = (usualTimes: number) => isDue(name, given, conversation, usualTimes);
        switch (name) {
          case "401":
            throw new ApiError(401, "authentication_error", "invalid x-api-key");
          case "403":
            throw new ApiError(403, "permission_error", "Your API key does not have permission to use this model");
          case "429":
            if (given["spend-cap"] !== undefined) throw spendCap();
            if (due(1)) throw rateLimit(given["retry-after"] ?? "1");
            break;
          case "500":
            if (due(Infinity)) throw new ApiError(500, "api_error", "Internal server error");
            break;
          case "529":
            if (due(2)) throw new ApiError(529, "overloaded_error", "Overloaded");
            break;
          case "502":
            if (due(Infinity)) return page(502, badGateway);
            break;
          case "html":
            return page(200, captivePortal);
          default:
        }
      }
      return null;
    },
  };
}

function rateLimit(retryAfter: string): ApiError {
  return new ApiError(
    429,
    "rate_limit_error",
    "This request would exceed your organization's rate limit of 50 requests per minute.",
    undefined,
    { "retry-after": retryAfter },
  );
}

/** The 429 that has no `retry-after` and that waiting does not heal. */
function spendCap(): ApiError {
  return new ApiError(429, "rate_limit_error", "You have reached your organization's spend limit.", {
    error_code: "enforced_spend_limit_reached",
  });
}

function page(status: number, text: string): Reply {
  return { kind: "text", status, type: "text/html; charset=utf-8", text };
}

const badGateway = `<html>\r
<head><title>502 Bad Gateway</title></head>\r
<body>\r
<center><h1>502 Bad Gateway</h1></center>\r
<hr><center>nginx</center>\r
</body>\r
</html>\r
`;

const captivePortal = `<!doctype html>
<html lang="en">
<head><title>Sign in to the network</title></head>
<body><h1>Welcome</h1><form action="/login"><input name="room"><button>Go online</button></form></body>
</html>
`;
