import assert from "node:assert/strict";
import { findSecrets, redact } from "../../../src/chat/secrets";
import { cut, falseEnvironmentSamples, falseSamples, trueSamples, type Sample } from "../../support/secretSamples";

describe("the search for secrets", () => {
  const foundIn = ({ text, name }: Sample) => findSecrets(text, name).map(({ start, end }) => text.slice(start, end));

  it("finds credentials of known services and of names that say so, and little else", () => {
    const missed = trueSamples.filter((sample) => !foundIn(sample).some((it) => it.includes(sample.secret ?? "")));
    const none = [...falseSamples, ...falseEnvironmentSamples];
    const alarms = none.filter((sample) => foundIn(sample).length > 0);
    const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(1)} %`;
    console.log(
      `      secrets: ${trueSamples.length - missed.length} of ${trueSamples.length} found (${percent(trueSamples.length - missed.length, trueSamples.length)}), ` +
        `${alarms.length} false alarms in ${none.length} (${percent(alarms.length, none.length)})`,
    );
    assert.ok(trueSamples.length >= 100 && none.length >= 100);
    const list = (samples: readonly Sample[]) => samples.map(({ text }) => text.slice(0, 20));
    assert.deepEqual(list(alarms), [], "false alarms");
    // The password of a command line looks like any other of its words.
    assert.deepEqual(list(missed), ["mysql -u root -p'hIC"], "missed");
  });

  it("tells the place of the value alone, in order and without overlaps", () => {
    const text = `url: https://bob:hunter2hunter2@host.io\npassword = "correct1horse"\n`;
    assert.deepEqual(
      findSecrets(text).map(({ kind, start, end }) => [kind, text.slice(start, end)]),
      [
        ["a password in an address", "hunter2hunter2"],
        ["a value that is named a secret", "correct1horse"],
      ],
    );
    const one = `Authorization: Bearer ${cut("gh|p_")}aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6`;
    assert.equal(findSecrets(one).length, 1, "a token of a known service in a header is one secret");
  });

  it("takes what looks like a value for one in environment files only", () => {
    const text = "SIGNER=kD83hfKq02mZpLw7\n";
    assert.equal(findSecrets(text, "app.ts").length, 0);
    for (const name of [".env", "a/.env.local", "prod.env", "C:\\x\\.envrc"])
      assert.equal(findSecrets(text, name).length, 1, name);
  });

  it("redacts values and leaves the rest as it is", () => {
    const text = `a: 1\npassword = "correct1horse" # b\ntoken: '9battery9staple'\n`;
    const redacted = redact(text, findSecrets(text));
    assert.equal(
      redacted,
      `a: 1\npassword = "[redacted: value that is named a secret]" # b\ntoken: '[redacted: value that is named a secret]'\n`,
    );
    assert.deepEqual(findSecrets(redacted), []);
    const key = trueSamples.find(({ secret }) => secret?.includes("RSA"));
    assert.equal(redact(key?.secret ?? "", findSecrets(key?.secret ?? "")), "[redacted: private key]");
  });
});
