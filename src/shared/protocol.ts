/**
 * What the extension host and the page in the side bar say to each other.
 *
 * The host owns the truth. On `ready` the page gets a snapshot, which holds the end of a long conversation, then numbered
 * updates of what comes before and of what changed; a gap in the numbers makes it ask for a new snapshot. Nothing here
 * ever carries a key, a header or a path outside the workspace.
 */

import type { GivenFile } from "./given";
import type {
  ChatView,
  DraftView,
  PanelParameter,
  MessageView,
  EndView,
  BlockView,
  PromptView,
  MentionView,
} from "./views";

/** One change of the view. Appending to a block that the page does not have is a gap. */
export type Change =
  | { readonly type: "message"; readonly message: MessageView }
  | { readonly type: "block"; readonly message: string; readonly index: number; readonly block: BlockView }
  | { readonly type: "append"; readonly message: string; readonly index: number; readonly text: string }
  /** The answer is over; its blocks were sent before. */
  | ({ readonly type: "end"; readonly message: string } & EndView)
  /** Messages that come before all that the page has, as a snapshot announced them. */
  | { readonly type: "earlier"; readonly messages: readonly MessageView[] }
  /** The visible path is now these messages, in this order; others are dropped. */
  | { readonly type: "path"; readonly messages: readonly string[] }
  | { readonly type: "view"; readonly view: Partial<Omit<ChatView, "messages">> };

export type HostMessage =
  /** `earlier` counts the messages before those of the view: they follow in changes, so that a long chat is seen at once. */
  | { readonly type: "snapshot"; readonly number: number; readonly view: ChatView; readonly earlier?: number }
  | { readonly type: "update"; readonly number: number; readonly changes: readonly Change[] }
  | { readonly type: "focus" }
  /** Opens the box that finds text in the conversation. */
  | { readonly type: "find" }
  /** Opens the panel of the parameters. */
  | { readonly type: "editParameters" }
  /** What stands in the message box of the conversation by now: kept from before, or typed in another page. */
  | { readonly type: "draft"; readonly conversation: string; readonly draft: DraftView }
  /** Text for the message box, put in only when the box is empty. */
  | { readonly type: "suggestion"; readonly text: string }
  /** A sentence for the screen reader and for a line above the message box. */
  | { readonly type: "notice"; readonly text: string }
  /** Something was chosen in the context menu that `page` opened last. */
  | { readonly type: "act"; readonly page: string; readonly action: MenuAction }
  /** Draw this image in this size, which is not larger than its own; the file may have so many bytes. */
  | {
      readonly type: "drawImage";
      readonly id: string;
      readonly data: Uint8Array;
      readonly mediaType: string;
      readonly width: number;
      readonly height: number;
      readonly mostBytes: number;
    }
  | { readonly type: "reply"; readonly id: number; readonly result: unknown }
  | { readonly type: "refusal"; readonly id: number; readonly message: string };

/** What the page asks of the host and what comes back. */
export interface Requests {
  /** Resolves once the text is in the conversation; the page clears its box only then. */
  send: { params: { text: string }; result: null };
  /** Sends another version of one of the user's messages, with the same attachments; the old one stays beside it. */
  edit: { params: { message: string; text: string }; result: null };
  /** The bytes of an image attachment, for a thumbnail. */
  image: { params: { id: string }; result: { mediaType: string; data: Uint8Array } };
  /** What the user has asked before, the newest first. */
  asked: { params: Record<string, never>; result: readonly string[] };
  /** What "/" offers. */
  prompts: { params: Record<string, never>; result: readonly PromptView[] };
  /** What "@" offers for what was typed after it. */
  mentions: { params: { typed: string }; result: readonly MentionView[] };
  /** The names of the files that these paths mean; null where there is no such file in the workspace. */
  files: { params: { paths: readonly string[] }; result: readonly (string | null)[] };
  /** Which of these names are defined in the workspace. */
  symbols: { params: { names: readonly string[] }; result: readonly boolean[] };
  /** Sets a parameter of this conversation, or gives it back to profile and settings when there is no value. */
  setParameter: {
    params: { name: PanelParameter; value?: string | number | readonly string[] | null };
    result: null;
  };
}

export type RequestName = keyof Requests;

/** What can be chosen in the context menu of a message or of a block of code; the page does it. */
export type MenuAction = "copy" | "edit" | "regenerate" | "regenerateWith" | "continue" | "copyCode" | "wrap" | CodeUse;

/** What can be done outside the page with a block of code; `run` puts it into the terminal without running it. */
export type CodeUse = "insert" | "replace" | "newFile" | "apply" | "run";

export type PageMessage =
  | { readonly type: "ready" }
  /** A number was skipped: send a snapshot. */
  | { readonly type: "resync" }
  | { readonly type: "stop" }
  /** Another answer beside this one, whether it failed or not; `chooseModel` asks for the model first. */
  | { readonly type: "retry"; readonly message: string; readonly chooseModel?: boolean }
  /** Asks the model to go on where a cut answer ended. */
  | { readonly type: "continue"; readonly message: string }
  /** Shows the version of the message that is so many places beside this one. */
  | { readonly type: "sibling"; readonly message: string; readonly step: number }
  /** Deletes the message and all that follows it, after asking. */
  | { readonly type: "deleteBranch"; readonly message: string }
  /** A new conversation with everything up to this message. */
  | { readonly type: "copyConversation"; readonly message: string }
  /** Retry without the field that the endpoint refused, now and later. */
  | { readonly type: "sendWithout"; readonly message: string }
  /** Consents to a long wait. */
  | { readonly type: "wait" }
  /** Lets an exchange go on that has reached a limit. */
  | { readonly type: "goOn" }
  /** What the user answers to the question about a call. */
  | { readonly type: "approve"; readonly id: string; readonly choice: "once" | "chat" | "acceptAll" | "show" }
  | { readonly type: "deny"; readonly id: string; readonly reason: string }
  | {
      readonly type: "decidePart";
      readonly id: string;
      readonly part: number;
      readonly choice: "accept" | "reject";
    }
  /** What the user answers to a call, with images if there are any; `failed`: as an error. */
  | {
      readonly type: "answerCall";
      readonly call: string;
      readonly text: string;
      readonly images: readonly GivenFile[];
      readonly failed: boolean;
    }
  /** Saves a file that a tool at the server made. */
  | { readonly type: "saveFile"; readonly file: string }
  /** What stands in the message box of the conversation by now. */
  | { readonly type: "draft"; readonly conversation: string; readonly draft: DraftView }
  | { readonly type: "setKey" }
  | { readonly type: "selectModel" }
  | { readonly type: "selectProfile" }
  /** The panel of the parameters was opened: what the model takes should be known exactly. */
  | { readonly type: "parametersOpened" }
  | { readonly type: "selectTools" }
  | { readonly type: "showLog" }
  | { readonly type: "attach" }
  /** Put these files beside the message, which were pasted or dropped. */
  | { readonly type: "attachFiles"; readonly files: readonly GivenFile[] }
  /** The same for what was dragged from the Explorer or from a tab: the host reads it, if it may. */
  | { readonly type: "attachUris"; readonly uris: readonly string[] }
  /** The image as it was to be drawn; without data when it cannot be decoded. */
  | { readonly type: "imageDrawn"; readonly id: string; readonly data?: Uint8Array }
  /** Fill in this prompt: its text comes back as a draft, and is never sent by itself. */
  | { readonly type: "usePrompt"; readonly id: string }
  /** Put beside the message what "@" has offered. */
  | { readonly type: "mention"; readonly id: string }
  | { readonly type: "removeAttachment"; readonly id: string }
  | { readonly type: "openAttachment"; readonly id: string }
  /** Take it again from where it came. */
  | { readonly type: "refreshAttachment"; readonly id: string }
  | { readonly type: "copy"; readonly text: string }
  /** The source text of a message, exactly as the model wrote it. */
  | { readonly type: "copyMessage"; readonly message: string }
  /** Does something with a block of code of a message; its language as the model named it. */
  | {
      readonly type: "useCode";
      readonly how: CodeUse;
      readonly message: string;
      readonly language: string;
      readonly text: string;
    }
  /** Copies the whole conversation as markdown. */
  | { readonly type: "copyChat" }
  | { readonly type: "openLink"; readonly href: string }
  /** Opens a file of the workspace by its name from `files`. Lines are 1-based and inclusive. */
  | { readonly type: "openFile"; readonly path: string; readonly lines?: readonly [first: number, last: number] }
  /** Opens the editor at the definition of one of the names of `symbols`. */
  | { readonly type: "openSymbol"; readonly name: string }
  | { readonly type: "request"; readonly id: number; readonly name: RequestName; readonly params: unknown };
