/** How many bytes a file may have that is pasted or dropped, and how many files there may be at once. */
export const MOST_BYTES = 50 * 1024 * 1024;
export const MOST_FILES = 100;

/** A file as the page was given it: at most `MOST_BYTES`, and `MOST_FILES` of them at once. */
export interface GivenFile {
  readonly name: string;
  readonly data: Uint8Array;
}
