import assert from "node:assert/strict";
import { apply, emptyConversation, type Conversation, type Fact } from "../../src/chat/conversation";
import { asJson, type Recovered } from "./protocol";

/** What the user was shown and when, by the driver's own clock: what must be there after the kill. */
export interface Truth {
  /** How many facts were recorded, and how many of them were lost: each younger than a second. */
  readonly facts: number;
  readonly lost: number;
  /** Of the oldest fact that was lost, in milliseconds. */
  readonly oldestLost: number;
  heard(id: string, fact: Fact): void;
  /** The conversations about which anything was heard since the last check. */
  touched(): readonly string[];
  /** Throws when something older than a second is not there, or something is there that never was. */
  check(recovered: Recovered, killedAt: number): void;
}

interface Heard {
  readonly fact: Fact;
  readonly at: number;
  readonly order: number;
}

interface Known {
  conversation: Conversation;
  /** The place in the order of all facts of the one that moved it in the list last. */
  updated: number;
}

const SECOND = 1000;

export function createTruth(): Truth {
  const known = new Map<string, Known>();
  let heard = new Map<string, Heard[]>();
  let facts = 0;
  let lost = 0;
  let oldestLost = 0;

  /** Takes over what is left of a conversation: some first part of what was heard, with all that is older than a second. */
  function settle(id: string, recovered: string | null, killedAt: number): void {
    const news = heard.get(id) ?? [];
    const old = known.get(id);
    const conversation = old?.conversation ?? emptyConversation(id);
    const certain = news.filter(({ at }) => killedAt - at > SECOND).length;
    const isThere = () => (conversation.deleted || conversation.turns.size === 0 ? null : asJson(conversation));
    const same = () => (recovered === null ? isThere() === null : asJson(conversation) === recovered);
    let updated = old?.updated ?? 0;
    let best: { readonly kept: number; readonly updated: number; readonly conversation: Conversation } | undefined;
    for (let kept = 0; kept <= news.length; kept++) {
      const last = kept === 0 ? undefined : news[kept - 1];
      if (last) {
        apply(conversation, structuredClone(last.fact));
        if (last.fact.type === "turn" || last.fact.type === "answered") updated = last.order;
      }
      if (kept >= certain && same()) best = { kept, updated, conversation: structuredClone(conversation) };
    }
    assert.ok(
      best,
      `conversation ${id} is not what it was: of ${news.length} facts ${certain} were certain.\n` +
        `On disk:   ${recovered}\nIn memory: ${asJson(conversation)}`,
    );
    known.set(id, { conversation: best.conversation, updated: best.updated });
    const missing = news.slice(best.kept);
    lost += missing.length;
    oldestLost = Math.max(oldestLost, ...missing.map(({ at }) => killedAt - at));
  }

  return {
    get facts() {
      return facts;
    },
    get lost() {
      return lost;
    },
    get oldestLost() {
      return oldestLost;
    },
    heard(id, fact) {
      const news = heard.get(id) ?? [];
      news.push({ fact, at: Date.now(), order: facts++ });
      heard.set(id, news);
    },
    touched: () => [...heard.keys()],
    check({ conversations, list, listWithoutCaches, found }, killedAt) {
      for (const id of heard.keys()) settle(id, conversations[id] ?? null, killedAt);
      const shown = [...known].filter(([, { conversation }]) => !conversation.deleted && conversation.turns.size > 0);
      assert.deepEqual(list, listWithoutCaches, "the caches changed the list");
      assert.deepEqual(
        list.map(({ id, title, pinned, turns }) => ({ id, title, pinned, turns })).toSorted(byId),
        shown
          .map(([id, { conversation }]) => {
            const { title, pinned, turns } = conversation;
            return { id, title: title.replaceAll(/\s+/g, " ").trim(), pinned, turns: turns.size };
          })
          .toSorted(byId),
        "the list shows something else",
      );
      for (const [index, later] of list.entries()) {
        const earlier = list[index - 1];
        if (!earlier || earlier.pinned !== later.pinned || earlier.updatedAt === later.updatedAt) continue;
        const order = [earlier, later].map(({ id }) => known.get(id)?.updated ?? 0);
        assert.ok((order[0] ?? 0) > (order[1] ?? 0), "the list is in another order");
      }
      for (const [id] of shown) if (heard.has(id)) assert.ok(found.includes(id), `the search does not find ${id}`);
      heard = new Map();
    },
  };
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}
