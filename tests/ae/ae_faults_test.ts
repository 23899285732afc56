import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import type { AeEffect, AePeer, AeRecord } from "../../src/ae/ae_peer.ts";
import { AeFaultCounts, type AeFaults, FaultyAe } from "../../src/ae/ae_faults.ts";
import { seededRandom } from "../../src/simulator/seeded_random.ts";

function record(): AeRecord {
  const raw = new Uint8Array();
  return {
    kind: "alarm",
    account: "",
    events: [],
    text: "",
    raw,
    at: 0,
    repeat: "none",
    answer: "ACK",
    taken: true,
  };
}

/** A peer that answers each chunk with the octets 1 2 3, and then says and closes what it is told to. */
class Echo implements AePeer {
  readonly records: AeRecord[] = [];
  nextTick: number | undefined;
  constructor(readonly more: AeEffect[] = []) {}
  connected = () => [];
  disconnected = () => [];
  tick = () => [];
  feed(): AeEffect[] {
    const answers = record();
    this.records.push(answers);
    return [
      { kind: "record", record: answers },
      { kind: "send", bytes: Uint8Array.of(1, 2, 3), answers },
      ...this.more,
    ];
  }
}

function faulty(faults: AeFaults, more: AeEffect[] = [], counts = new AeFaultCounts()) {
  const echo = new Echo(more);
  const ae = new FaultyAe(echo, faults, counts, seededRandom(1));
  ae.connected(0);
  return { echo, ae, ask: (now: number) => said(ae.feed(new Uint8Array(1), now)) };
}

function said(effects: AeEffect[]): unknown[] {
  return effects.flatMap((effect): unknown[] =>
    effect.kind === "send" ? [[...effect.bytes]] : effect.kind === "close" ? ["close"] : []
  );
}

Deno.test("without faults nothing is changed", () => {
  const { ask, echo } = faulty({});
  assertEquals(ask(0), [[1, 2, 3]]);
  assertEquals(echo.records[0]?.answer, "ACK");
});

Deno.test("fragments go out one at a time, each a pause behind the one before, and a second answer behind the first", () => {
  const { ae, ask, echo } = faulty({ fragmentMs: 10 });
  assertEquals([ask(0), ae.nextTick, ae.busy], [[[1]], 10, true]);
  assertEquals(ask(5), []);
  const times: [number, unknown[]][] = [];
  while (ae.nextTick !== undefined) times.push([ae.nextTick, said(ae.tick(ae.nextTick))]);
  assertEquals(times, [[10, [[2]]], [20, [[3]]], [30, [[1]]], [40, [[2]]], [50, [[3]]]]);
  assertEquals(echo.records[0]?.answer, "ACK, octet by octet");
});

Deno.test("late answers keep their order, and a connection that ends with one ends behind it", () => {
  const { ae, ask, echo } = faulty({ lateMs: 1000 }, [{ kind: "close", reason: "done" }]);
  assertEquals(ask(0), []);
  assertEquals(said(ae.tick(999)), []);
  assertEquals(said(ae.tick(1000)), [[1, 2, 3], "close"]);
  assertEquals([ae.busy, ask(2000)], [false, []]);
  assertEquals(echo.records[0]?.answer, "ACK, after 1000 ms");
});

Deno.test("what waits is forgotten with its connection", () => {
  const { ae, ask } = faulty({ lateMs: 1000 });
  ask(0);
  ae.disconnected(10);
  ae.connected(20);
  assertEquals([said(ae.tick(5000)), ae.nextTick], [[], undefined]);
});

Deno.test("twice and rubbish: the same seed gives the same octets, and none of them is an answer in any language", () => {
  const [first, second] = [faulty({ twice: true, rubbish: true }), faulty({ twice: true, rubbish: true })];
  const octets = first.ask(0).flat() as number[];
  assertEquals(octets, second.ask(0).flat());
  assertEquals(octets.slice(-6), [1, 2, 3, 1, 2, 3]);
  const rubbish = octets.slice(0, -6);
  assertEquals(rubbish.length > 0 && rubbish.every((octet) => octet >= 0x80), true);
  assertNotEquals(first.ask(1).flat(), octets);
  assertEquals(first.echo.records[0]?.answer, "ACK, twice, behind rubbish");
});

Deno.test("drop-after: once, in place of an answer, over all connections", () => {
  const { ae, ask, echo } = faulty({ dropAfter: 2 });
  assertEquals([ask(0), ask(1), ask(2), ask(3)], [[[1, 2, 3]], [[1, 2, 3]], ["close"], []]);
  assertEquals([echo.records[2]?.answer, echo.records[2]?.taken], ["nothing, the connection is cut", false]);
  ae.disconnected(4);
  ae.connected(5);
  assertEquals([ask(6), ask(7), ask(8)], Array(3).fill([[1, 2, 3]]));
});

Deno.test("stall-after: nothing more is said on that connection, and the next one is well", () => {
  const { ae, ask, echo } = faulty({ stallAfter: 1 });
  assertEquals([ask(0), ask(1), ask(2)], [[[1, 2, 3]], [], []]);
  assertEquals(echo.records.map(({ taken }) => taken), [true, false, false]);
  assertMatch(echo.records[2]?.answer ?? "", /stalled/);
  ae.disconnected(3);
  ae.connected(4);
  assertEquals([ask(5), ask(6)], [[[1, 2, 3]], [[1, 2, 3]]]);
});

Deno.test("a receiver that asks faster than the AE answers is let go: what waits is bounded", () => {
  const { ask } = faulty({ lateMs: 60_000 });
  let asked = 0;
  for (; asked < 100_000; asked++) if (ask(asked % 100).includes("close")) break;
  // Three octets each: one more than fit.
  assertEquals(asked, Math.floor(64 * 1024 / 3));
});
