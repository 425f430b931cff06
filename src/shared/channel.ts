import type { HostMessage, PageMessage, RequestName, Requests } from "./protocol";

/** A request without an answer after this many milliseconds is rejected, unless the user may be asked first. */
const REQUEST_TIMEOUT = 30_000;

/** The user may be asked before these are answered: about secrets in a message, or about the budget. No time is too long for that. */
const MAY_ASK: ReadonlySet<RequestName> = new Set(["send", "edit"]);

/** The page's end of the channel: sends messages and matches replies with requests. */
export interface PageChannel {
  post(message: PageMessage): void;
  /** Rejects with the host's sentence when it refuses, after 30 s without an answer where nobody is asked, and on dispose. */
  request<N extends RequestName>(name: N, params: Requests[N]["params"]): Promise<Requests[N]["result"]>;
  /** Feeds a message from the host; true when it was the answer to a request. */
  receive(message: HostMessage): boolean;
  dispose(): void;
}

export function pageChannel(post: (message: PageMessage) => void): PageChannel {
  let nextId = 1;
  const open = new Map<number, { settle: (answer: Answer) => void; timer: unknown }>();

  function settle(id: number, answer: Answer): void {
    const request = open.get(id);
    if (!request) return; // answered after its time-out
    open.delete(id);
    clearTimeout(request.timer);
    request.settle(answer);
  }

  return {
    post,
    request: (name, params) =>
      new Promise((resolve, reject) => {
        const id = nextId++;
        const late = () => settle(id, { problem: "VS Code did not answer in time." });
        const timer = MAY_ASK.has(name) ? undefined : setTimeout(late, REQUEST_TIMEOUT);
        open.set(id, {
          timer,
          settle: (answer) =>
            "problem" in answer
              ? reject(new Error(answer.problem))
              : resolve(answer.result as Requests[typeof name]["result"]),
        });
        post({ type: "request", id, name, params });
      }),
    receive(message) {
      if (message.type === "reply") settle(message.id, { result: message.result });
      else if (message.type === "refusal") settle(message.id, { problem: message.message });
      else return false;
      return true;
    },
    dispose() {
      for (const id of open.keys()) settle(id, { problem: "The page was closed." });
    },
  };
}

type Answer = { result: unknown } | { problem: string };
