import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { LineQueue, WINDOW_OCTETS, WINDOW_RECORDS } from "../../src/serial/line_queue.ts";
import type { LineOpen } from "../../src/serial/line_state.ts";

const opened = (opening: number): LineOpen => ({
  kind: "open",
  at: opening,
  opening,
  device: "/dev/ttyUSB0",
  character: "9600 8N1",
});

/** Everything that a gateway gets now, as text. */
function fetchAll(queue: LineQueue): string {
  let got = "";
  for (let record = queue.next(); record !== undefined; record = queue.next()) {
    got += record.kind === "data" ? new TextDecoder("latin1").decode(record.bytes) : `<${record.state.kind}>`;
  }
  return got;
}

const ascii = (text: string) => new TextEncoder().encode(text);

Deno.test("what a gateway did not take comes again to the next one; what it took does not", () => {
  const queue = new LineQueue(0);
  queue.state(opened(1));
  queue.data(ascii("AB"), 1);
  queue.data(ascii("CD"), 500);
  assertEquals(fetchAll(queue), "<open>ABCD");
  queue.taken(2);
  assertEquals(queue.octets, 2);
  queue.rewind();
  assertEquals(queue.before, opened(1));
  assertEquals(fetchAll(queue), "CD");
  queue.taken(1);
  assertEquals(queue.octets, 2, "an old number does no harm");
  queue.taken(99);
  assertEquals([queue.octets, queue.length], [0, 0]);
});

Deno.test("nothing that was not sent can be taken", () => {
  const queue = new LineQueue(0);
  queue.data(ascii("AB"), 1);
  queue.taken(99);
  assertEquals(queue.octets, 2);
});

Deno.test("octets that come one by one share a record while they wait, with the time of the first", () => {
  const queue = new LineQueue(0);
  for (let i = 0; i < 10_000; i++) queue.data(Uint8Array.of(i), 1000 + i * 0.01);
  const first = queue.next();
  assert(first?.kind === "data");
  assertEquals([first.at, first.bytes.length], [1000, 4096]);
  const second = queue.next();
  assert(second?.kind === "data");
  assertEquals(second.bytes[0], 4096 & 255);
  // The third is under way: what comes now does not join it.
  const third = queue.next();
  queue.data(Uint8Array.of(1), 1100.5);
  assert(third?.kind === "data");
  assertEquals(third.bytes.length, 10_000 - 8192);
  assertEquals(queue.length, 4);
});

Deno.test("a clock that is set back or a pause begins another record", () => {
  const queue = new LineQueue(0);
  for (const at of [1000, 1099, 1100, 900]) queue.data(Uint8Array.of(1), at);
  assertEquals(queue.length, 3);
});

Deno.test("full: the oldest go, are counted, and the line's state before the rest is known", () => {
  const queue = new LineQueue(0, { octets: 10_000 });
  queue.state(opened(1));
  queue.data(new Uint8Array(4000), 1);
  queue.state({ kind: "down", at: 2, rule: "unplugged", message: "m", unsent: 0 });
  queue.state(opened(2));
  queue.data(new Uint8Array(4000), 1000);
  assert(queue.full);
  queue.data(new Uint8Array(4000), 2000);
  assertEquals([queue.octets, queue.lost], [8000, 4000]);
  queue.rewind();
  assertEquals(queue.before, opened(1), "the oldest kept is the word that it went down");
  assertEquals(queue.next(), {
    kind: "state",
    seq: 3,
    state: { kind: "down", at: 2, rule: "unplugged", message: "m", unsent: 0 },
  });
  assertEquals(queue.lost, 4000, "until something was taken");
  queue.taken(3);
  assertEquals(queue.lost, 0);
});

Deno.test("a line that comes and goes for ever fills no memory", () => {
  const queue = new LineQueue(0, { records: 100 });
  for (let i = 1; i <= 1000; i++) queue.state(opened(i));
  assertEquals(queue.length, 100);
  assertEquals(queue.before, opened(900));
});

Deno.test("no more than a window is under way", () => {
  const queue = new LineQueue(0);
  for (let i = 0; i < 1000; i++) queue.state(opened(i));
  let records = 0;
  while (queue.next() !== undefined) records++;
  assertEquals(records, WINDOW_RECORDS);
  const wide = new LineQueue(0);
  for (let i = 0; i < 16; i++) wide.data(new Uint8Array(4096), i * 1000);
  assertEquals(fetchAll(wide).length, WINDOW_OCTETS);
  wide.taken(1);
  assertEquals(fetchAll(wide).length, 4096);
});

Deno.test("any order of events: octets reach gateways in order, and only those counted as lost are missing", () => {
  type Step = ["data", number] | ["fetch", number] | ["take", number] | ["restart", number];
  const step = fc.tuple(
    fc.constantFrom("data", "fetch", "take", "restart"),
    fc.nat({ max: 60 }),
  ) as fc.Arbitrary<Step>;
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const queue = new LineQueue(0, { octets: 100 });
    // Octets are numbered; what is kept is always the end of what was said.
    let said = 0, now = 0, at = 0;
    const underWay: { seq: number; end: number }[] = [];
    for (const [kind, n] of steps) {
      now += 50;
      if (kind === "data") {
        queue.data(Uint8Array.from({ length: n }, () => said++ & 255), now);
        assert(queue.octets <= 100);
      } else if (kind === "fetch") {
        const record = queue.next();
        if (record?.kind !== "data") continue;
        const from = Math.max(at, said - queue.octets);
        assertEquals([...record.bytes], Array.from(record.bytes, (_, i) => from + i & 255));
        at = from + record.bytes.length;
        underWay.push({ seq: record.seq, end: at });
      } else if (kind === "take") {
        const first = underWay.shift();
        if (first === undefined) continue;
        const kept = queue.octets;
        queue.taken(first.seq);
        assertEquals(queue.octets, Math.min(kept, said - first.end));
      } else {
        queue.rewind();
        underWay.length = 0;
        at = 0;
      }
    }
  }));
});
