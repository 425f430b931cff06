import { createInterface } from "node:readline";
import type { Socket } from "node:net";
import type { Conversation, Fact } from "../../src/chat/conversation";
import type { Summary } from "../../src/chat/summary";

/** What the extension host that is to be killed and the driver that kills it say to each other: JSON, one a line. */

export const activities = ["streaming", "editing", "deleting", "listing"] as const;
export type Activity = (typeof activities)[number];

export type ToDriver =
  | { readonly type: "hello"; readonly pid: number }
  /** Sent in the moment in which the fact is recorded, before anything is on disk. */
  | { readonly type: "fact"; readonly id: string; readonly fact: Fact }
  | { readonly type: "recovered"; readonly recovered: Recovered }
  /** The host works as it was told. */
  | { readonly type: "working" }
  | { readonly type: "failed"; readonly message: string };

export type ToHost =
  /** Tell what is on disk: all of the list, and these conversations. */
  | { readonly type: "recover"; readonly ids: readonly string[] }
  /** Do this, at random, until the end. */
  | { readonly type: "work"; readonly activity: Activity; readonly seed: number };

export interface Recovered {
  /** As JSON, by id; null when there is none, or when it was deleted. */
  readonly conversations: Readonly<Record<string, string | null>>;
  /** As the list shows it, with whatever caches the last host left. */
  readonly list: readonly Summary[];
  /** The same from the journals alone. */
  readonly listWithoutCaches: readonly Summary[];
  /** Those of the asked ones that the search finds by their title. */
  readonly found: readonly string[];
}

export function asJson({ turns, children, ...rest }: Conversation): string {
  return JSON.stringify({ ...rest, turns: [...turns], children: [...children] });
}

export function listen(socket: Socket, onMessage: (message: unknown) => void): void {
  createInterface({ input: socket }).on("line", (line) => onMessage(JSON.parse(line)));
}

export function tell(socket: Socket, message: ToDriver | ToHost): void {
  socket.write(`${JSON.stringify(message)}\n`);
}
