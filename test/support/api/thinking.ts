import { createHmac } from "node:crypto";
import { invalid } from "./errors";
import type { Model } from "./models";
import { type Part, prefixHashes, sha256 } from "./prefix";
import type { MessagesRequest } from "./schema";

/*
 * Thinking blocks come back signed. A signature says which model made the block, after which conversation, after which
 * earlier thinking block, and what the block said (Messages API, thinking blocks: what must go back).
 */

interface Claim {
  readonly model: string;
  /** Hash of all that came before, thinking aside. */
  readonly prefix: string;
  /** Id of the thinking block before this one. Only the oldest may be missing later. */
  readonly after: string | null;
  /** Hash of the text as it was delivered. */
  readonly text: string;
}

// Constant, so that a conversation stays valid when the server is started again.
const secret = "sidenote simulated signatures";

function seal(claim: Claim): string {
  const payload = JSON.stringify(claim);
  return Buffer.from(`${mac(payload)}${payload}`).toString("base64");
}

function open(signature: string): Claim | null {
  const text = Buffer.from(signature, "base64").toString();
  const payload = text.slice(43);
  return text.slice(0, 43) === mac(payload) ? (JSON.parse(payload) as Claim) : null;
}

function mac(payload: string): string {
  return createHmac("sha256", secret).update(payload).digest("base64url");
}

/** Signs the text of a thinking block that follows the conversation `parts`. */
export function signThinking(text: string, model: Model, parts: readonly Part[]): string {
  const last = parts.findLast(isThinking);
  return seal({
    model: model.id,
    prefix: prefixHashes(parts.filter((part) => !isThinking(part))).at(-1) ?? "",
    after: last ? sha256(signatureOf(last)) : null,
    text: sha256(text),
  });
}

export interface Transformation {
  readonly type: "thinking_dropped";
  readonly path: string;
  readonly reason: "model_binding_mismatch" | "prefix_binding_mismatch";
}

/**
 * Checks the thinking blocks that came back. Throws the documented 400s, or, with
 * `block_binding.prefix_mismatch_behavior: "drop_block"`, says which blocks were dropped.
 */
export function verifyThinking(request: MessagesRequest, model: Model, parts: readonly Part[]): Transformation[] {
  const behaviour = request.thinking?.block_binding?.prefix_mismatch_behavior ?? "error";
  const latest = request.messages.findLastIndex(({ role }) => role === "assistant");
  const others = parts.filter((part) => !isThinking(part));
  const hashes = prefixHashes(others);
  const dropped: Transformation[] = [];
  let before = 0;
  let previous: string | null = null;

  for (const part of parts) {
    if (!isThinking(part)) {
      before++;
      continue;
    }
    const claim = open(signatureOf(part));
    if (!claim) throw invalid(`${part.path}: Invalid signature in thinking block`);
    if (claim.text !== sha256(textOf(part))) {
      throw invalid(
        part.message === latest
          ? `${part.path}: thinking or redacted_thinking blocks in the latest assistant message cannot be modified. These blocks must remain as they were in the original response.`
          : `${part.path}: Invalid signature in thinking block`,
      );
    }
    if (!model.bound) continue;

    const sameModel = claim.model === model.id;
    const samePrefix = claim.prefix === (hashes[before - 1] ?? "") && (previous === null || claim.after === previous);
    if (sameModel && samePrefix) {
      previous = sha256(signatureOf(part));
    } else if (behaviour === "drop_block") {
      const reason = sameModel ? "prefix_binding_mismatch" : "model_binding_mismatch";
      dropped.push({ type: "thinking_dropped", path: part.path, reason });
    } else {
      throw invalid(
        `${part.path}: Invalid signature in thinking block: the block is bound to a different ${sameModel ? "conversation" : "model"}`,
      );
    }
  }
  return dropped;
}

function isThinking({ block }: Part): boolean {
  return block?.type === "thinking" || block?.type === "redacted_thinking";
}

function signatureOf({ block }: Part): string {
  return block?.type === "thinking" ? block.signature : block?.type === "redacted_thinking" ? block.data : "";
}

function textOf({ block }: Part): string {
  return block?.type === "thinking" ? block.thinking : "";
}
