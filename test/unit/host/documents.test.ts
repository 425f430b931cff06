import assert from "node:assert/strict";
import type { DocumentAttachment } from "../../../src/chat/conversation";
import type { ImageAttachment } from "../../../src/chat/conversation";
import { filesProblem } from "../../../src/chat/documents";
import { toBase64 } from "../../../src/chat/base64";
import { documentAttachment, isPdf, pdfPages } from "../../../src/host/documents";
import { pdf } from "../../support/badFiles";

describe("PDF documents", () => {
  const read = async (bytes: Uint8Array) => {
    const { attachment } = await documentAttachment("report.pdf", bytes);
    assert.ok(attachment.type === "document");
    return attachment;
  };

  it("are told by their bytes, and their pages are counted", async () => {
    assert.ok(isPdf(pdf(3)));
    assert.ok(!isPdf(new TextEncoder().encode("text about %PDF")));
    assert.equal((await read(pdf(3))).pages, 3);
    assert.equal((await read(pdf(3, { seen: false }))).pages, 3, "by the count of the tree");
    const hidden = new TextEncoder().encode("%PDF-1.5\n1 0 obj << /Type /ObjStm >> endobj");
    assert.equal((await read(hidden)).pages, undefined, "all of it is compressed");
  });

  it("have their pages counted in a request too", () => {
    assert.equal(pdfPages(toBase64(pdf(3))), 3);
    for (const none of [toBase64(new TextEncoder().encode("/Type /Page")), "no base64!", ""]) {
      assert.equal(pdfPages(none), undefined);
    }
  });

  it("are refused by name when they are encrypted or no PDF", async () => {
    await assert.rejects(read(pdf(1, { encrypted: true })), /“report.pdf” is encrypted/);
    await assert.rejects(read(new TextEncoder().encode("<html>")), /“report.pdf” is not a PDF/);
  });

  it("are refused before sending when the model does not take them, or not so many", () => {
    const document = (change: Partial<DocumentAttachment>): DocumentAttachment => ({
      type: "document",
      id: "d",
      name: "report.pdf",
      sha256: "0".repeat(64),
      bytes: 1000,
      pages: 60,
      ...change,
    });
    assert.equal(filesProblem([], [], 0), undefined);
    assert.match(filesProblem([document({})], [], 0) ?? "", /takes no PDF files.*“report.pdf”/);
    assert.equal(filesProblem([document({})], [], 100), undefined);
    assert.match(filesProblem([document({}), document({})], [], 100) ?? "", /about 120 pages.*at most 100/);
    assert.match(filesProblem([document({ bytes: 26_000_000 })], [], 100) ?? "", /24\.8 MB; at most 23\.3 MB/);
    const image = { type: "image", name: "photo.jpg", bytes: 7_000_000 } as ImageAttachment;
    assert.match(
      filesProblem(
        [],
        Array.from({ length: 4 }, () => image),
        100,
      ) ?? "",
      /“photo.jpg” .*26\.7 MB; at most 23\.3 MB.* new chat/,
    );
  });
});
