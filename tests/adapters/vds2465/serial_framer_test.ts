import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Framed, Refusal } from "../../../adapters/contract.ts";
import { type Ft12Frame, writeFt12 } from "../../../adapters/vds2465/ft12.ts";
import { Vds2465SerialFramer } from "../../../adapters/vds2465/serial_framer.ts";
import { concat, cut, hex, sizes } from "./records.ts";

type Item = Framed<Ft12Frame> | Refusal;

const poll = hex("6802026840024216");
const burglary = hex("68090968730205020001000122a016");

function frameAll(chunks: Uint8Array[]): Item[] {
  const framer = new Vds2465SerialFramer();
  return [...chunks.flatMap((chunk) => framer.feed(chunk)), ...framer.flush()];
}

function short(items: Item[]): string[] {
  return items.map((item) => item.kind === "frame" ? item.frame.control.toString(16) : item.rule);
}

const anyFrame: fc.Arbitrary<Ft12Frame> = fc.record({
  control: fc.integer({ min: 0, max: 255 }),
  address: fc.integer({ min: 0, max: 255 }),
  data: fc.uint8Array({ maxLength: 253 }),
});

Deno.test("two frames in a chunk, one in two chunks, one octet at a time: offset and octets are right", () => {
  const framer = new Vds2465SerialFramer();
  assertEquals(short(framer.feed(concat(poll, burglary, poll.slice(0, 3)))), ["40", "73"]);
  assertEquals(framer.buffered, 3);
  const [item] = framer.feed(poll.slice(3));
  assertEquals([item?.offset, item?.raw], [poll.length + burglary.length, poll]);
  assertEquals(short(frameAll(cut(concat(burglary, poll), [1]))), ["73", "40"]);
});

Deno.test("any frames are framed completely, whatever the chunk borders", () => {
  fc.assert(fc.property(fc.array(anyFrame, { maxLength: 8 }), sizes, (frames, cuts) => {
    const items = frameAll(cut(concat(...frames.map(writeFt12)), cuts));
    assertEquals(items.map((item) => item.kind === "frame" ? item.frame : item.rule), frames);
  }));
});

Deno.test("any octets never throw, give the same whatever the chunk borders, and each is accounted for", () => {
  const bytes = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.array(fc.constantFrom(0x68, 0x02, 0x16, 0x40, 0x09), { maxLength: 40 }).map((each) =>
        Uint8Array.from(each)
      ),
      fc.constantFrom(poll, burglary, burglary.slice(0, 9), poll.slice(1)),
    ),
    { maxLength: 12 },
  ).map((parts) => concat(...parts));
  fc.assert(
    fc.property(bytes, sizes, (input, cuts) => {
      const whole = frameAll([input]);
      assertEquals(frameAll(cut(input, cuts)), whole);
      assertEquals(frameAll(cut(input, [1])), whole);
      const seen = new Set<number>();
      for (const { offset, raw } of whole) {
        assertEquals(raw, input.slice(offset, offset + raw.length));
        raw.forEach((_, at) => seen.add(offset + at));
      }
      assertEquals(seen.size, input.length);
    }),
    { numRuns: 500 },
  );
});

Deno.test("noise before, between and behind frames is refused once, and loses no frame", () => {
  for (
    const noise of [
      "00",
      "68",
      "6868",
      "680202",
      "68026802",
      "1616",
      "ff".repeat(300),
      "68fffe68",
      "6801016800",
    ]
  ) {
    const items = frameAll([hex(noise), burglary, hex(noise), poll, hex(noise)]);
    assertEquals(short(items).filter((each) => each === "73" || each === "40"), ["73", "40"], noise);
    assert(items.some(({ kind }) => kind === "refused"), noise);
  }
});

Deno.test("a frame inside a broken one is found", () => {
  // The header announces 255 octets: it swallows what follows until that many came, and gives it back then.
  const framer = new Vds2465SerialFramer();
  assertEquals(short(framer.feed(concat(hex("68ffff68"), burglary))), []);
  assertEquals(short(framer.flush()), ["truncated", "73"]);
  const filled = concat(hex("68ffff68"), burglary, new Uint8Array(260));
  assertEquals(short(frameAll([filled])), ["end-mark", "73", "noise"]);
});

Deno.test("every changed bit of a frame is refused, and the next frame is read", () => {
  for (let bit = 0; bit < 8 * burglary.length; bit++) {
    const broken = burglary.slice();
    broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ 1 << (bit & 7);
    const items = frameAll([broken, poll]);
    assertEquals(short(items).filter((each) => each === "73"), [], `${bit}`);
    assertEquals(short(items).at(-1) === "noise" ? short(items).at(-2) : short(items).at(-1), "40", `${bit}`);
  }
});

Deno.test("every truncation is refused on flush, and the next frame is read", () => {
  for (let length = 1; length < burglary.length; length++) {
    const framer = new Vds2465SerialFramer();
    framer.feed(burglary.slice(0, length));
    const items = framer.flush();
    assertEquals(
      [items[0]?.kind === "refused" && items[0].rule, items[0]?.offset],
      ["truncated", 0],
      `${length}`,
    );
    assertEquals(framer.buffered, 0);
    assertEquals(short(framer.feed(burglary)), ["73"]);
  }
});

Deno.test("neither memory nor what is reported grows with each octet, at the worst that a stream can be", () => {
  // Every octet could begin a frame.
  const bad = new Uint8Array(50_000).fill(0x68);
  const framer = new Vds2465SerialFramer();
  let reported = 0;
  for (let at = 0; at < bad.length; at += 1000) {
    for (const { raw } of framer.feed(bad.subarray(at, at + 1000))) reported += raw.length;
    assert(framer.buffered <= 261 + 256, `${framer.buffered}`);
  }
  for (const { raw } of framer.flush()) reported += raw.length;
  assert(reported <= bad.length + 261, `${reported}`);
});
