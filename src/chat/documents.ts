import type { DocumentAttachment, ImageAttachment } from "./conversation";

/** Of a whole request, in bytes; base64 makes a file a third longer (Messages API, PDFs). Some is left for the texts. */
const MOST_BYTES = ((32 - 1) * 1024 * 1024 * 3) / 4;

/**
 * Why a request with these files (the history's and the new ones) would be refused, in one sentence for the user; undefined when it
 * would not. `imageProblem` looks at each image.
 * @param mostPages that the model takes; 0: no documents
 */
export function filesProblem(
  documents: readonly DocumentAttachment[],
  images: readonly ImageAttachment[],
  mostPages: number,
): string | undefined {
  const last = documents.at(-1);
  if (last && mostPages === 0) return `This model takes no PDF files. Choose another model, or remove “${last.name}”.`;
  const pages = documents.reduce((sum, it) => sum + (it.pages ?? 0), 0);
  if (last && pages > mostPages) {
    return `With “${last.name}” the conversation would have about ${pages} pages of PDF; at most ${mostPages} can be sent. Split the file, or start a new chat.`;
  }
  const bytes = [...documents, ...images].reduce((sum, it) => sum + it.bytes, 0);
  const newest = last ?? images.at(-1);
  if (bytes <= MOST_BYTES || !newest) return undefined;
  const megabytes = (count: number) => `${(count / 1024 / 1024).toFixed(1)} MB`;
  return `With “${newest.name}” the files of the conversation have ${megabytes(bytes)}; at most ${megabytes(MOST_BYTES)} can be sent. ${last ? "Split the file, or start" : "Start"} a new chat.`;
}
