/** How many bytes a file may have that is pasted or dropped, and how many files there may be at once. */
export const MOST_BYTES = 50 * 1024 * 1024;
export const MOST_FILES = 100;
