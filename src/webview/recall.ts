import { replaceText } from "./dom";

/** Where the cursor is in a text; nothing is selected. */
export interface Cursor {
  readonly value: string;
  readonly place: number;
}

/** Earlier messages in the message box, as in a shell. A part of the page. */
export interface Recall {
  /** What stood in the box before an earlier message was recalled; undefined while none is. */
  readonly aside: string | undefined;
  /** An earlier message is being put into the box: nobody typed it. */
  readonly putting: boolean;
  /** Another draft stands in the box, and `aside` was put aside for it. */
  reset(aside: string | undefined): void;
  /** The cursor went up or down, if it could, from where it was in the first or the last line. */
  moved(up: boolean, before: Cursor): void;
}

/**
 * Up at the first line of the box recalls the message before, Down at the last line the one after, and at the end what stood
 * there first. What was changed on the way stays changed until a message is sent.
 * @param load what was asked before, the newest first
 */
export function createRecall(input: HTMLTextAreaElement, load: () => Promise<readonly string[]>): Recall {
  let aside: string | undefined;
  let putting = false;
  /** Undefined until they are needed. */
  let earlier: string[] | undefined;
  /** Which of them stands in the box; -1: none. */
  let position = -1;

  async function back(): Promise<void> {
    if (!earlier) {
      const before = input.value;
      earlier = [...(await load())];
      if (input.value !== before) return; // typing has gone on
      if (position >= 0) position = Math.max(0, earlier.indexOf(before));
    }
    const text = earlier[position + 1];
    if (text === undefined) return;
    leave();
    position++;
    // The next press goes on: the cursor is where its first line ends.
    put(text, /^.*/.exec(text)?.[0].length ?? 0);
  }

  function forth(): void {
    if (position < 0) return;
    leave();
    position--;
    const text = (position < 0 ? aside : earlier?.[position]) ?? "";
    if (position < 0) aside = undefined;
    put(text, text.length);
  }

  function leave(): void {
    if (position < 0) aside = input.value;
    else if (earlier) earlier[position] = input.value;
  }

  function put(text: string, cursor: number): void {
    putting = true;
    replaceText(input, text, 0, input.value.length);
    putting = false;
    input.setSelectionRange(cursor, cursor);
  }

  return {
    get aside() {
      return aside;
    },
    get putting() {
      return putting;
    },
    reset(kept) {
      aside = kept;
      earlier = undefined;
      position = kept === undefined ? -1 : 0;
    },
    moved(up, { value, place }) {
      const end = up ? 0 : value.length;
      // A line may be wrapped into several, which the browser alone knows. Where there is no other one, it leaves the cursor
      // or takes it to the very end.
      const { selectionStart: now } = input;
      if (input.value !== value || (now !== place && now !== end)) return;
      if (up) void back().catch(() => undefined); // no list: nothing to recall
      else forth();
    },
  };
}
