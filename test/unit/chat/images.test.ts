import assert from "node:assert/strict";
import type { ImageLimits } from "../../../src/api/capabilities";
import type { ImageAttachment } from "../../../src/chat/conversation";
import { fittedSize, imageProblem, imageTokens, largeAmongMany } from "../../../src/chat/images";

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
  ] as const) {
    it(`refuses ${what} with a sentence`, () => {
      assert.match(imageProblem(images, limits) ?? "", /\d.*\.$/);
    });
  }
});

describe("large images among many", () => {
  const sized = (count: number, width: number, sha256 = "a") =>
    Array.from({ length: count }, () => image({ width, sha256 }));

  it("are those over the smaller limit, from the 21st image on, each once", () => {
    assert.deepEqual(largeAmongMany(sized(20, 2576), limits.many), []);
    assert.equal(largeAmongMany(sized(21, 2576), limits.many).length, 1);
    assert.deepEqual(largeAmongMany(sized(21, 2000), limits.many), []);
    const mixed = [...sized(19, 100), ...sized(1, 2001, "b"), image({ height: 2576, sha256: "c" })];
    assert.deepEqual(
      largeAmongMany(mixed, limits.many).map(({ sha256 }) => sha256),
      ["b", "c"],
    );
  });
});

describe("the size in which a model sees an image", () => {
  const standard = { longEdge: 1568, tokens: 1568 };
  const large = { longEdge: 2576, tokens: 4784 };

  // Messages API, images: the sizes of its table; an estimate within 2 % is enough.
  for (const [width, height, tier, wanted] of [
    [200, 200, standard, 200],
    [1092, 1092, standard, 1092],
    [1920, 1080, standard, 1456],
    [2000, 1500, standard, 1269],
    [3840, 2160, standard, 1456],
    [1075, 1520, standard, 924],
    [1920, 1080, large, 1920],
    [3840, 2160, large, 2576],
  ] as const) {
    it(`is ${wanted} wide for ${width} × ${height} in the tier of ${tier.longEdge}`, () => {
      const fitted = fittedSize({ width, height }, tier);
      assert.ok(Math.abs(fitted.width - wanted) <= wanted * 0.02, `${fitted.width}`);
      assert.ok(Math.abs(fitted.width / fitted.height - width / height) < 0.01);
      assert.ok(imageTokens(fitted) <= tier.tokens && Math.max(fitted.width, fitted.height) <= tier.longEdge);
    });
  }

  it("has a pixel on each side at least", () => {
    assert.deepEqual(fittedSize({ width: 90_000, height: 1 }, standard), { width: 1568, height: 1 });
  });
});
