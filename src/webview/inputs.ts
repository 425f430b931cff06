import type { MenuAction } from "../shared/protocol";
import { takeFiles } from "./given-files";
import { createMessageKeys } from "./message-keys";
import type { Services } from "./services";

/** What inputs need of the page. */
interface InputParts {
  readonly services: Services;
  readonly app: Element;
  readonly log: HTMLElement;
  readonly messages: () => readonly HTMLElement[];
  /** Does something with a message; false when that cannot be done with it. */
  readonly act: (message: HTMLElement, action: MenuAction) => boolean;
  /** Tells the user what cannot be taken. */
  readonly say: (sentence: string) => void;
}

/** Lets the page answer to keys in the conversation, and to files that are pasted or dropped. */
export function takeInputs({ services, app, log, messages, act, say }: InputParts): void {
  log.addEventListener("keydown", createMessageKeys(log, messages, act));
  app.append(takeFiles(services, say));
}
