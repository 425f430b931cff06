import type { MessageView } from "../shared/views";

/** Characters of the first piece: more than a screen shows. It decides how soon a conversation is seen. */
const FIRST_PIECE = 24_000;
/** Characters of the others: one a frame arrives without a stutter. */
const PIECE = 256_000;
/** Messages of a piece: short ones cost as well. */
const MOST_MESSAGES = 100;

/**
 * Cuts the messages of a path into pieces for the page, the last first, each with its messages in their order. VS Code
 * writes, reads and copies what is posted several times on its way: 2 MB at once would delay the first paint.
 */
export function inPieces(messages: readonly MessageView[]): MessageView[][] {
  const pieces: MessageView[][] = [];
  let piece: MessageView[] = [];
  let size = 0;
  for (const message of messages.toReversed()) {
    const full = size >= (pieces.length === 0 ? FIRST_PIECE : PIECE) || piece.length >= MOST_MESSAGES;
    if (full) {
      pieces.push(piece.toReversed());
      piece = [];
      size = 0;
    }
    piece.push(message);
    size += sizeOf(message);
  }
  return [...pieces, piece.toReversed()];
}

/** About the characters of what a message shows. */
function sizeOf({ blocks }: MessageView): number {
  let size = 500; // what every message carries
  for (const block of blocks) {
    if (block.type === "text" || block.type === "thinking") size += block.text.length;
    else if (block.type === "other") size += block.detail.length;
    else if (block.type === "tool")
      size +=
        block.input.length + block.result.reduce((sum, it) => sum + (it.type === "text" ? it.text.length : 200), 0);
    else if (block.attachment.type === "code") size += block.attachment.text.length;
  }
  return size;
}
