import assert from "node:assert/strict";
import type { ImageLimits } from "../../../src/api/capabilities";
import type { ImageAttachment } from "../../../src/chat/conversation";
import { imageProblem } from "../../../src/chat/images";

const limits: ImageLimits = {
  tier: { longEdge: 1568, tokens: 1568 },
  base64Length: 10_000_000,
  maxEdge: 8000,
  many: { count: 20, maxEdge: 2000 },
  maxCount: 100,
};

function image(change: Partial<ImageAttachment> = {}): ImageAttachment {
  return {
    type: "image",
    id: "i",
    name: "photo.png",
    sha256: "0".repeat(64),
    mediaType: "image/png",
    bytes: 1000,
    width: 100,
    height: 100,
    animated: false,
    ...change,
  };
}

describe("image limits", () => {
  it("accepts what the API accepts", () => {
    const largest = image({ bytes: 7_500_000, width: 8000, height: 8000 });
    assert.equal(imageProblem([largest], limits), undefined);
    assert.equal(
      imageProblem(
        Array.from({ length: 100 }, () => image({ width: 2000 })),
        limits,
      ),
      undefined,
    );
    assert.equal(
      imageProblem(
        Array.from({ length: 20 }, () => image({ width: 8000 })),
        limits,
      ),
      undefined,
    );
  });

  it("refuses any image for a model that takes none", () => {
    assert.match(imageProblem([image()], undefined) ?? "", /no images/);
    assert.equal(imageProblem([], undefined), undefined);
  });

  for (const [what, images] of [
    ["base64 text over the limit", [image({ bytes: 7_500_001 })]],
    ["a side over 8000 pixels", [image({ height: 8001 })]],
    ["more images than a request takes", Array.from({ length: 101 }, () => image())],
    ["a large image among more than 20", [...Array.from({ length: 20 }, () => image()), image({ width: 2001 })]],
  ] as const) {
    it(`refuses ${what} with a sentence`, () => {
      assert.match(imageProblem(images, limits) ?? "", /\d.*\.$/);
    });
  }
});
