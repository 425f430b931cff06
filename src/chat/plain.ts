/** A text on one line, in which markdown reads nothing as more than text. */
export function plain(text: string): string {
  return text.replaceAll(/\s+/g, " ").replaceAll(/[\\`*_{}[\]<>#|!&~$]/g, String.raw`\$&`);
}
