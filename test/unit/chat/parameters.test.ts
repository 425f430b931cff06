import assert from "node:assert/strict";
import * as v from "valibot";
import { apply, emptyConversation, type Conversation, type Fact } from "../../../src/chat/conversation";
import { readJournal } from "../../../src/chat/journal";
import { parameterSchemas, readParameterSet, withSets, type Parameters } from "../../../src/chat/parameters";

const settings: Parameters = { maxTokens: 100, caching: "5m", thinking: "default", systemPrompt: "S", temperature: 1 };

function conversationOf(...facts: Fact[]): Conversation {
  const conversation = emptyConversation("c");
  for (const fact of facts) apply(conversation, fact);
  return conversation;
}

const effective = ({ profile, parameters }: Conversation) => withSets(settings, profile?.parameters, parameters);

describe("parameters of a conversation", () => {
  const profile: Fact = { type: "profile", profile: { name: "P", parameters: { systemPrompt: "P", maxTokens: 5 } } };

  it("are those of the settings, below the profile's, below its own", () => {
    assert.deepEqual(effective(conversationOf()), settings);
    assert.deepEqual(effective(conversationOf(profile)), { ...settings, systemPrompt: "P", maxTokens: 5 });
    const own = conversationOf(profile, { type: "parameters", set: { maxTokens: 7, prefill: "{" } });
    assert.deepEqual(effective(own), { ...settings, systemPrompt: "P", maxTokens: 7, prefill: "{" });
  });

  it("can be none, whatever profile and settings say", () => {
    const { systemPrompt: _, temperature: __, ...rest } = settings;
    const none = conversationOf(profile, { type: "parameters", set: { systemPrompt: null, temperature: null } });
    assert.deepEqual(effective(none), { ...rest, maxTokens: 5 });
  });

  it("go back to the profile's one by one, and all with another profile", () => {
    const set: Fact = { type: "parameters", set: { maxTokens: 7, topK: 3 } };
    const one = conversationOf(profile, set, { type: "parameters", set: {}, reset: ["maxTokens"] });
    assert.deepEqual(one.parameters, { topK: 3 });
    assert.deepEqual(conversationOf(set, profile).parameters, {});
    assert.deepEqual(effective(conversationOf(profile, set, { type: "profile", profile: null })), settings);
  });

  it("come from journals without them, with unknown ones and with damaged ones", () => {
    const lines = [
      { at: 1, type: "model", model: "e/m" },
      { at: 2, type: "parameters", set: { temperature: 7, topK: 3, later: [1] }, reset: ["later"] },
      { at: 3, type: "parameters", set: "rubbish" },
      { at: 4, type: "profile", profile: { name: "P", parameters: { effort: "later", maxTokens: 5 } } },
      { at: 5, type: "parameters", set: { prefill: "{" } },
    ];
    const { facts, unreadable } = readJournal([lines.map((line) => JSON.stringify(line)).join("\n")]);
    assert.equal(unreadable, 1);
    assert.deepEqual(conversationOf(...facts.slice(0, 2)).parameters, { topK: 3 });
    const { profile: read, parameters } = conversationOf(...facts);
    assert.deepEqual([read, parameters], [{ name: "P", parameters: { maxTokens: 5 } }, { prefill: "{" }]);
  });

  it("are refused with a sentence", () => {
    const sentence = (name: keyof typeof parameterSchemas, value: unknown) =>
      v.safeParse(parameterSchemas[name], value).issues?.[0].message;
    assert.equal(sentence("temperature", 1.5), "Temperature is a number from 0 to 1.");
    assert.equal(sentence("topP", "hot"), "Top-p is a number from 0 to 1.");
    assert.equal(sentence("maxTokens", 0), "Max tokens is a whole number, at least 1.");
    assert.equal(sentence("topK", 1.5), "Top-k is a whole number, at least 0.");
    assert.match(sentence("stopSequences", ["END", "\n"]) ?? "", /not white space/);
    assert.deepEqual(readParameterSet({ systemPrompt: " \n", temperature: null, topK: Number.NaN }), {
      systemPrompt: null,
      temperature: null,
    });
  });
});
