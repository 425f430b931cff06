import assert from "node:assert/strict";
import { createSpeech, sentencesIn, withoutOpenMarks } from "../../../src/webview/speech";

describe("speech", () => {
  let said: string[];
  let waits: number[];
  let goOn: (() => void) | undefined;
  /** Lets the time pass that the last text takes. */
  const pass = () => {
    const next = goOn;
    goOn = undefined;
    next?.();
  };
  const speech = () => {
    said = [];
    waits = [];
    goOn = undefined;
    return createSpeech(
      (text) => said.push(text),
      (done, ms) => {
        assert.equal(goOn, undefined, "one wait at a time");
        goOn = done;
        waits.push(ms);
      },
    );
  };

  it("reads the first sentence at once, and what came meanwhile together", () => {
    const aloud = speech();
    aloud.read("One.");
    aloud.read("Two.");
    aloud.read("Three.");
    assert.deepEqual(said, ["One."]);
    pass();
    assert.deepEqual(said, ["One.", "Two. Three."]);
    pass();
    aloud.read("Four.");
    assert.deepEqual(said.at(-1), "Four.");
    assert.ok(waits.every((ms) => ms === 1500));
  });

  it("gives a long text the time that it takes", () => {
    const aloud = speech();
    aloud.read(`${"word ".repeat(60)}.`);
    assert.ok((waits[0] ?? 0) > 9000, String(waits));
    for (let n = 0; n < 5; n++) aloud.read(`${n} ${"x".repeat(120)}`);
    pass();
    assert.equal(said[1]?.match(/x+/g)?.length, 2, "not more than can be heard in some seconds");
  });

  it("stays near the text that runs fast, and says that it left some out", () => {
    const aloud = speech();
    for (let n = 0; n < 500; n++) aloud.read(`Sentence number ${n} of many.`);
    for (let n = 0; n < 100; n++) pass();
    assert.equal(said[0], "Sentence number 0 of many.");
    assert.match(said[1] ?? "", /^Some text is skipped\. Sentence number 4\d\d of many\./);
    assert.match(said.at(-1) ?? "", /Sentence number 499 of many\.$/);
    assert.ok(said.join("").length < 2500);
    assert.equal(said.join("").split("skipped").length, 2, "once");
  });

  it("falls silent when it is told to", () => {
    const aloud = speech();
    aloud.read("One.");
    aloud.read("Two.");
    aloud.hush();
    pass();
    assert.deepEqual(said, ["One."]);
    aloud.read("Three.");
    assert.deepEqual(said, ["One.", "Three."]);
  });

  it("takes a sentence when the next one has begun", () => {
    assert.deepEqual(sentencesIn("It costs 3.50 euros. Line\nbroken, e.g. here! And", true), [
      "It costs 3.50 euros.",
      "Line broken, e.g. here!",
    ]);
    assert.deepEqual(sentencesIn("One. Two.", true), ["One."]);
    assert.deepEqual(sentencesIn("One. Two", false), ["One.", "Two"]);
    assert.deepEqual(sentencesIn("こんにちは。元気", true), ["こんにちは。"]);
    assert.deepEqual(sentencesIn(" \n", false), []);
  });

  it("reads no marks of what is not closed yet, and all other characters", () => {
    const texts = ["It **grows", "(_a", "***“b", "~~c", "`d", "2 * 3", "a*b", "snake_case", "*.ts", "**", "__init__"];
    assert.equal(
      texts.map(withoutOpenMarks).join(" | "),
      "It grows | (a | “b | c | d | 2 * 3 | a*b | snake_case | *.ts | ** | init__",
    );
  });
});
