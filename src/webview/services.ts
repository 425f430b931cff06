import type { PageChannel } from "../shared/channel";
import type { Highlighting } from "./highlighting";

/** What all parts of the page may use. */
export interface Services extends Pick<PageChannel, "post" | "request"> {
  readonly highlighting: Highlighting;
  /** Tells a screen reader a sentence. */
  announce(sentence: string): void;
  /** Reads a sentence of an answer out, after those before it. */
  read(sentence: string): void;
  /** Nothing more of what came until now is read out. */
  hush(): void;
  /** Uses a part of the page that is a script of its own, as import() gives it, and tells the user when it cannot be loaded. */
  withPart<P>(part: Promise<P>, use: (part: P) => void): void;
}
