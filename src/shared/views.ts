/** What the page shows, as the host tells it. Nothing here ever carries a key, a header or a path outside the workspace. */

/** All that the page shows. */
export interface ChatView {
  /** The id of the conversation that is shown: each has a message box of its own. */
  readonly conversation: string;
  readonly messages: readonly MessageView[];
  readonly status: StatusView;
  /** The model that answers the next message: its full setting value and the label of the model button. */
  readonly model: { readonly id: string; readonly label: string; readonly endpoint: string };
  /** Set when the endpoint has no key: the page shows the first screen with one button. */
  readonly setup: { readonly endpoint: string } | null;
  /** What the conversation has taken so far. */
  readonly totals: TotalsView;
  /** What will go with the next message. */
  readonly attachments: readonly AttachmentView[];
  /** VS Code's own settings for chats; null: as the rest of VS Code. Pixels. */
  readonly font: { readonly family: string | null; readonly size: number | null };
  /** What sending would take now; null while nothing is typed, and when it is not known. */
  readonly toSend: ToSendView | null;
  /** What goes with the next message beside the conversation. */
  readonly parameters: ParametersView;
  /** How many tools the model is offered; `restricted`: none, because the workspace is not trusted. */
  readonly tools: { readonly on: number; readonly restricted: boolean };
}

/** What stands in the message box of a conversation. */
export interface DraftView {
  readonly text: string;
  /** What stood there before an earlier message was recalled, to be gone back to. */
  readonly aside?: string;
}

export interface ParametersView {
  /** The name of the profile that was chosen; null: none. */
  readonly profile: string | null;
  readonly fields: readonly ParameterView[];
}

export interface ParameterView {
  readonly name: PanelParameter;
  /** Null: none, so nothing is sent. */
  readonly value: string | number | readonly string[] | null;
  /** Where the value comes from; "chat": from this conversation alone. */
  readonly source: "default" | "user" | "workspace" | "profile" | "chat";
  /** Why the model does not get it: it is shown greyed out. */
  readonly refusal?: string;
  /** What to know about it. */
  readonly hint?: string;
  /** Choices that the model does not take. */
  readonly unavailable?: readonly string[];
}

/** The parameters that the panel of the page edits, in its order. */
export const PANEL_PARAMETERS = [
  "systemPrompt",
  "thinking",
  "effort",
  "maxTokens",
  "temperature",
  "topP",
  "topK",
  "stopSequences",
  "prefill",
  "caching",
  "citations",
] as const;

export type PanelParameter = (typeof PANEL_PARAMETERS)[number];

/** The draft with all that goes before it. */
export interface ToSendView {
  readonly tokens: number;
  /** The endpoint has counted; else it is an estimate. */
  readonly exact: boolean;
  /** Without the answer; null when the prices are not known. */
  readonly cost: CostView | null;
  /** Of the model, in tokens; null when it is not known. */
  readonly contextWindow: number | null;
  /** Why it would be refused, in one sentence. */
  readonly problem?: string;
}

export interface TotalsView {
  /** Of all answers whose cost is known, in all branches; null when none is. */
  readonly cost: CostView | null;
  /** Tokens in the context window after the last answer of the visible path; null when unknown. */
  readonly context: number | null;
  /** Of the model that answers next; null when unknown. */
  readonly contextWindow: number | null;
}

export interface MessageView {
  readonly id: string;
  readonly role: "user" | "assistant";
  readonly blocks: readonly BlockView[];
  readonly state: "streaming" | "complete" | "stopped" | "failed";
  /** A limit ended the answer: it can be gone on with. */
  readonly cut?: boolean;
  /** The model declined to answer; the last note says what follows from that. */
  readonly refused?: boolean;
  /** The model that wrote it, for assistant messages. */
  readonly model?: string;
  /** There are other versions of this message beside it; `index` counts from 1. */
  readonly siblings?: { readonly index: number; readonly count: number };
  readonly usage?: UsageView;
  /** Shown below the text: what was left out of the request, why the answer ended early, and the like. */
  readonly notes?: readonly string[];
  readonly failure?: FailureView;
}

/** How an answer ended, and what it took. */
export type EndView = Pick<MessageView, "cut" | "refused" | "notes" | "failure" | "usage"> & {
  readonly state: Exclude<MessageView["state"], "streaming">;
};

/** What an answer took, in tokens; what is not known is missing. */
export interface UsageView {
  /** Neither read from the cache nor written to it. */
  readonly input?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  /** Thinking included. */
  readonly output?: number;
  readonly thinking?: number;
  readonly cost?: CostView;
}

/** US dollars: as the gateway charged, or an estimate from list prices. */
export interface CostView {
  readonly usd: number;
  readonly estimate: boolean;
}

export interface FailureView {
  /** One sentence on what happened. */
  readonly message: string;
  /** One sentence on what to do about it. */
  readonly advice: string;
  /** Offered next to "Retry". */
  readonly action: "setKey" | "selectModel" | "showLog" | null;
  /** The request field that the endpoint refused: "Send without it" is offered. */
  readonly parameter?: string;
  readonly retryable: boolean;
}

export type BlockView =
  /** Of an answer: markdown. `citations` are the sources that its numbered marks stand for. */
  | { readonly type: "text"; readonly text: string; readonly citations?: readonly CitationView[] }
  /** How long it took, in seconds; absent while it runs and when nobody measured it. */
  | { readonly type: "thinking"; readonly text: string; readonly seconds?: number }
  | { readonly type: "attachment"; readonly attachment: AttachmentView }
  | ToolView
  /** A block that this version only names: a type of the future. */
  | { readonly type: "other"; readonly label: string; readonly detail: string };

/** A place that a statement comes from. */
export interface CitationView {
  /** As it stands in the text; counts from 1 in the message. */
  readonly number: number;
  readonly title: string;
  /** A web page. */
  readonly url?: string;
  readonly quote: string;
}

/** A call of a tool: one line that opens. `append` adds to its `input` while it arrives. */
export interface ToolView {
  readonly type: "tool";
  /** Of the call; unique in the conversation. */
  readonly call: string;
  readonly name: string;
  /** One line on what the call does, in Sidenote's words; empty while that is not known. */
  readonly description: string;
  /** Where the tool comes from; empty while that is not known. */
  readonly source: string;
  /**
   * "queued": neither asked about nor begun, since another call runs first, say. "waiting": for the user's approval. "asking": for
   * an answer that the user types. The last four are ends; "cancelled" also when VS Code was closed meanwhile.
   */
  readonly state: "arriving" | "queued" | "waiting" | "asking" | "running" | "done" | "failed" | "denied" | "cancelled";
  /** JSON text. */
  readonly input: string;
  /** Set while it waits. */
  readonly approval?: ApprovalView;
  /** When it began to run, in milliseconds since 1970. */
  readonly startedAt?: number;
  /** How long it ran. */
  readonly milliseconds?: number;
  readonly allowedBy?: "rule" | "conversation" | "once";
  readonly result: readonly ResultView[];
}

/** What the user is asked about a call. Plain text all of it, with what could hide spelled out. */
export interface ApprovalView {
  /** Of the question: the answer names it. */
  readonly id: string;
  readonly caution?: string;
  readonly details: readonly { readonly label: string; readonly text: string }[];
  /** "Allow for This Chat" is offered. */
  readonly forChat: boolean;
  /** The parts of a change that lies before the user as a diff: its first line, and how many it removes and adds. */
  readonly parts?: readonly {
    readonly first: number;
    readonly removed: number;
    readonly added: number;
    /** "lost": its lines were changed meanwhile. */
    readonly decision: "open" | "accepted" | "rejected" | "lost";
  }[];
}

export type ResultView =
  | { readonly type: "text"; readonly text: string }
  /** Bytes by the request `image`. */
  | { readonly type: "image"; readonly id: string; readonly name: string }
  /** A web page that was found or read. */
  | { readonly type: "link"; readonly title: string; readonly url: string }
  /** A file that lies at the server and can be saved. */
  | { readonly type: "file"; readonly file: string };

export type AttachmentView = AnyAttachmentView & {
  /** It waits to be sent and can be taken again from where it came. */
  readonly refreshable?: true;
};

type AnyAttachmentView =
  | {
      readonly type: "image";
      readonly id: string;
      readonly name: string;
      /** Pixels; absent when the file does not tell. */
      readonly width?: number;
      readonly height?: number;
      /** Size of the file in bytes. */
      readonly bytes: number;
      /** What it takes. */
      readonly tokens?: number;
      /** The size in pixels that it was scaled down from. */
      readonly original?: { readonly width: number; readonly height: number };
      /** A remark such as "animated: only the first frame is seen". */
      readonly note?: string;
    }
  | {
      readonly type: "document";
      readonly id: string;
      readonly name: string;
      /** Size of the file in bytes. */
      readonly bytes: number;
      /** About so many; absent when the file does not tell. */
      readonly pages?: number;
    }
  | {
      readonly type: "code";
      readonly id: string;
      /** File name, or a word for what it is. */
      readonly name: string;
      /** VS Code's language id. */
      readonly language: string;
      /** 1-based and inclusive; absent for a whole file. */
      readonly lines?: readonly [first: number, last: number];
      readonly text: string;
      /** So many secrets were replaced in the text. */
      readonly redacted?: number;
    };

export type StatusView =
  | { readonly kind: "idle" }
  /** Waiting: the request is on its way, nothing came back yet. `since` is in milliseconds since 1970. */
  | { readonly kind: "waiting" | "thinking" | "streaming"; readonly since: number }
  /** Tools run; their lines say more. */
  | { readonly kind: "tools" }
  /** The exchange has reached a limit, and goes on when the page says `goOn`. */
  | { readonly kind: "goOn"; readonly question: string }
  /** A failed try is repeated at `until` (milliseconds since 1970); with `askFirst` only after the page said `wait`. */
  | { readonly kind: "retrying"; readonly until: number; readonly reason: string; readonly askFirst: boolean };

/** A prompt that can be called by typing "/" and its name. */
export interface PromptView {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** A workspace's text is a stranger's: it is marked. */
  readonly origin: "builtIn" | "user" | "workspace";
  /** Where a workspace's prompt stands. */
  readonly file?: string;
}

/** Something that "@" can put beside the message. */
export interface MentionView {
  readonly id: string;
  readonly label: string;
  readonly detail: string;
}
