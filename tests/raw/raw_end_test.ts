import { assert, assertEquals } from "@std/assert";
import { RAW_OCTETS, type RawFrame, readRawFrame } from "../../src/raw/frame.ts";
import { MAX_WAITING, RawEnd } from "../../src/raw/raw_end.ts";
import { SeededRandom } from "../sim/seeded_random.ts";
import { EndsOnPath } from "./ends_on_path.ts";

const OPTIONS = { connection: 0x10001, maxDelayMs: 2000, gapMs: 20 };

function frame(end: RawEnd, now: number): RawFrame {
  const read = readRawFrame(end.next(now)!);
  assert(read.kind === "raw");
  return read.frame;
}

/** Both ends, open, at time 0. */
function open(): { spt: RawEnd; rct: RawEnd } {
  const spt = new RawEnd({ ...OPTIONS, opens: "door" }, 0), rct = new RawEnd(OPTIONS, 0);
  assertEquals(rct.take(frame(spt, 0), 0).refused, undefined);
  spt.answered("taken", 0);
  rct.lineUp();
  assertEquals(spt.take(frame(rct, 0), 0).effects, [{ kind: "opened" }]);
  rct.answered("taken", 0);
  return { spt, rct };
}

const data = (number: number, text: string, more = false): RawFrame => ({
  kind: "data",
  connection: OPTIONS.connection,
  number,
  clock: 0,
  until: 1000,
  more,
  octets: new TextEncoder().encode(text),
});

const octets = (text: string) => ({ kind: "octets" as const, bytes: new TextEncoder().encode(text) });

Deno.test("parts of a frame come out together, a part that comes twice comes out once", () => {
  const { rct } = open();
  assertEquals(rct.take(data(1, "fir", true), 10).effects, []);
  assertEquals(rct.take(data(1, "fir", true), 11), { refused: undefined, effects: [] });
  assertEquals(rct.take(data(2, "st"), 12).effects, [octets("first")]);
  assertEquals(rct.take(data(2, "st"), 13).effects, []);
});

Deno.test("parts without end are not held for ever", () => {
  const { rct } = open();
  const part = "x".repeat(RAW_OCTETS);
  const blocks = Array.from({ length: 20 }, (_, at) => rct.take(data(at + 1, part, true), 10).effects);
  const out = blocks.flat().map((effect) => effect.kind === "octets" ? effect.bytes.length : 0);
  assertEquals(out, [8 * RAW_OCTETS, 8 * RAW_OCTETS]);
});

Deno.test("octets that come too late are refused, and the connection is cut without a word more", () => {
  const { rct } = open();
  const { refused, effects } = rct.take(data(1, "late"), 1001);
  assertEquals(refused, "octets came 1 ms too late");
  assertEquals(effects.map(({ kind }) => kind), ["reset", "done"]);
  assertEquals(rct.take(data(2, "next"), 1002).refused, "there is no such connection");
  assertEquals(rct.next(1003), undefined);
});

Deno.test("a message that is missing, out of place, or of before cuts the connection", () => {
  for (
    const wrong of [data(3, "a"), { ...data(1, ""), kind: "opened" as const }, {
      ...data(1, ""),
      kind: "open" as const,
    }]
  ) {
    const { rct } = open();
    const { refused, effects } = rct.take(wrong, 10);
    assert(refused !== undefined);
    assertEquals(effects[0], { kind: "reset", rule: "raw-out-of-step", message: refused });
  }
  const early = new RawEnd(OPTIONS, 0);
  assert(early.take(data(0, "a"), 0).refused !== undefined, "octets before the line is open");
});

Deno.test("an end that was cut tells the other, with the reason, until it is answered", () => {
  const { spt, rct } = open();
  assertEquals(spt.cut("raw-ended", "the serial line is down", 100).map(({ kind }) => kind), ["reset"]);
  const reset = frame(spt, 100);
  assertEquals(reset.kind, "reset");
  spt.answered("lost", 200);
  assertEquals(spt.wants(201), false);
  assert(spt.wants(spt.nextTick!));
  assertEquals(rct.take(reset, 300).effects, [
    { kind: "reset", rule: "raw-far-reset", message: "the other end: the serial line is down" },
    { kind: "done" },
  ]);
  frame(spt, 500);
  assertEquals(spt.answered("taken", 510), [{ kind: "done" }]);
  assertEquals([spt.done, spt.nextTick], [true, undefined]);
});

Deno.test("words of the other end cannot carry control characters into the log", () => {
  const { rct } = open();
  const { effects } = rct.take({ ...data(1, "a\n\x1b[2Jb"), kind: "reset" }, 10);
  assertEquals(effects[0], { kind: "reset", rule: "raw-far-reset", message: "the other end: a  [2Jb" });
});

Deno.test("more than can wait cuts the connection: memory is bounded", () => {
  const { spt } = open();
  const effects = [];
  for (let fed = 0; fed <= MAX_WAITING; fed += 8000) effects.push(...spt.feed(new Uint8Array(8000), 10));
  assertEquals(effects.map((effect) => effect.kind === "reset" ? effect.rule : effect.kind), [
    "raw-too-much",
  ]);
  assertEquals(spt.waiting, 0);
});

Deno.test("a line that does not come up in time cuts the connection at both ends", () => {
  const { spt, rct } = { spt: new RawEnd({ ...OPTIONS, opens: "door" }, 0), rct: new RawEnd(OPTIONS, 0) };
  rct.take(frame(spt, 0), 0);
  spt.answered("taken", 1);
  assertEquals(spt.nextTick, 5000);
  const [effect] = spt.tick(5000);
  assert(effect?.kind === "reset" && effect.rule === "raw-not-opened");
});

Deno.test("an end that has nothing to say shows every five minutes that it is there, and finds one that is gone", () => {
  const path = new EndsOnPath(new SeededRandom(1));
  path.world.run(1000);
  assert(path.spt.end.open && path.rct.end.open);
  path.world.run(3_600_000);
  assert(path.spt.end.open && path.rct.end.open, "an hour of silence");
  path.spt.feed(Uint8Array.of(1));
  path.world.run(1000);
  assertEquals(path.rct.octets, Uint8Array.of(1));
  // The RCT's end is forgotten: nobody tells the SPT's.
  path.rct.apply(path.rct.end.cut("raw-ended", "gone", path.rct.now, false));
  path.world.run(301_000);
  assert(path.spt.end.done);
});

Deno.test("what waits together leaves together, as much as a message holds", () => {
  const { spt } = open();
  spt.feed(Uint8Array.of(1), 0);
  spt.feed(Uint8Array.of(2), 100);
  spt.feed(Uint8Array.of(3), 200);
  spt.tick(220);
  assertEquals(frame(spt, 230).octets, Uint8Array.of(1, 2, 3));
  assertEquals(spt.answered("taken", 240), [{ kind: "carried", octets: 3 }]);
  assertEquals(spt.waiting, 0);
});
