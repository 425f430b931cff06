import type { PageChannel } from "../shared/channel";
import type { Highlighting } from "./highlighting";
import type { Reader } from "./reading";

/** What all parts of the page may use. */
export interface Services extends Pick<PageChannel, "post" | "request"> {
  readonly highlighting: Highlighting;
  /** Tells a screen reader a sentence. */
  announce(sentence: string): void;
  /** Uses what reads answers out: another part of the page. What is used in turn is done in turn. */
  withReader(use: (reader: Reader) => void): void;
  /** Nothing more of what came until now is read out. */
  hush(): void;
  /** Uses a part of the page that is a script of its own, as import() gives it, and tells the user when it cannot be loaded. */
  withPart<P>(part: Promise<P>, use: (part: P) => void): void;
}
