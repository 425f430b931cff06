import type { Change, HostMessage } from "../shared/protocol";
import type { ChatView } from "../shared/views";

/** What the page does with the numbered messages of the host. */
export interface InboxHandlers {
  /** @param earlier how many messages come before those of the view, in later changes */
  snapshot(view: ChatView, earlier: number): void;
  changes(changes: readonly Change[]): void;
  /** Asks the host for a snapshot. */
  resync(): void;
}

export interface Inbox {
  /** Takes a snapshot or an update. Updates that do not follow what came before are dropped until a snapshot comes. */
  receive(message: Extract<HostMessage, { type: "snapshot" | "update" }>): void;
  /** The page cannot follow a change: it needs a snapshot. */
  lost(): void;
}

/** Keeps the page in step with the host: one request for a snapshot for each gap, never two. */
export function createInbox(handlers: InboxHandlers): Inbox {
  /** The number of the last message that was applied; undefined until there is a snapshot. */
  let last: number | undefined;
  let asked = false;

  function lost(): void {
    last = undefined;
    if (asked) return;
    asked = true;
    handlers.resync();
  }

  return {
    receive(message) {
      if (message.type === "snapshot") {
        last = message.number;
        asked = false;
        handlers.snapshot(message.view, message.earlier ?? 0);
      } else if (last !== undefined && message.number === last + 1) {
        last = message.number;
        handlers.changes(message.changes);
      } else if (last !== undefined) {
        lost();
      }
    },
    lost,
  };
}

/** Tells whether something that was posted to the page has the shape of a host message. */
export function isHostMessage(data: unknown): data is HostMessage {
  if (!isRecord(data)) return false;
  switch (data["type"]) {
    case "snapshot":
      return isNumber(data["number"]) && isRecord(data["view"]) && Array.isArray(data["view"]["messages"]);
    case "update":
      return isNumber(data["number"]) && Array.isArray(data["changes"]);
    case "draft":
      return typeof data["conversation"] === "string" && isRecord(data["draft"]);
    case "suggestion":
    case "notice":
      return typeof data["text"] === "string";
    case "act":
      return typeof data["page"] === "string" && typeof data["action"] === "string";
    case "drawImage":
      return typeof data["id"] === "string" && data["data"] instanceof Uint8Array;
    case "reply":
      return isNumber(data["id"]);
    case "refusal":
      return isNumber(data["id"]) && typeof data["message"] === "string";
    default:
      return data["type"] === "focus" || data["type"] === "find" || data["type"] === "editParameters";
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}
