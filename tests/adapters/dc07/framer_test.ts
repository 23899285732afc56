import { assert, assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import { Dc07Framer } from "../../../adapters/dc07/framer.ts";
import { writeDc07 } from "../../../adapters/dc07/write_message.ts";
import { dc07Message } from "./arbitrary.ts";
import { ascii } from "./virtual_line.ts";

const SIA = "\n0A9D17\t00020101[#1234|NBA015]\r";
const NAK = "\n87C40B\t00000100[]\r";

function brief(items: ReturnType<Dc07Framer["feed"]>): string[] {
  return items.map((one) => `${one.offset} ${one.kind === "frame" ? one.frame.sequence : one.rule}`);
}

Deno.test("two frames in a chunk, one frame in two, one octet at a time", () => {
  const expected = ["0 0002", `${SIA.length} 0000`];
  const bytes = ascii(SIA + NAK);
  assertEquals(brief(new Dc07Framer().feed(bytes)), expected);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const framer = new Dc07Framer();
    assertEquals(
      brief([...framer.feed(bytes.subarray(0, cut)), ...framer.feed(bytes.subarray(cut))]),
      expected,
    );
  }
  const framer = new Dc07Framer();
  assertEquals(brief([...bytes].flatMap((octet) => framer.feed(Uint8Array.of(octet)))), expected);
});

Deno.test("noise before a frame is refused with its offset and the frame is still read, with its raw bytes", () => {
  const items = new Dc07Framer().feed(Uint8Array.of(0x00, 0x0d, 0xff, ...ascii(SIA)));
  assertEquals(brief(items), ["0 noise", "3 0002"]);
  assertEquals(items[1]?.raw, ascii(SIA));
});

Deno.test("a frame whose end was lost is refused, and the next one is read", () => {
  assertEquals(brief(new Dc07Framer().feed(ascii(SIA.slice(0, 20) + NAK))), ["0 truncated", "20 0000"]);
});

Deno.test("a frame whose CR alone was lost costs only itself", () => {
  assertEquals(brief(new Dc07Framer().feed(ascii(SIA.slice(0, -1) + NAK))), ["0 truncated", "30 0000"]);
});

Deno.test("an endless frame, and endless noise, are given up in pieces", () => {
  const framer = new Dc07Framer();
  const items = [...framer.feed(ascii("\n" + "A".repeat(1000))), ...framer.feed(ascii(SIA))];
  assertEquals(brief(items), ["0 too-long", "263 noise", "526 noise", "789 noise", "1001 0002"]);
  assertEquals(framer.buffered, 0);
});

Deno.test("every truncation of a frame is held back, and refused on flush", () => {
  for (let length = 1; length < SIA.length; length++) {
    const framer = new Dc07Framer();
    assertEquals(framer.feed(ascii(SIA.slice(0, length))), []);
    assertEquals(framer.buffered, length);
    assertEquals(brief(framer.flush()), ["0 truncated"]);
    assertEquals(framer.buffered, 0);
    assertEquals(brief(framer.feed(ascii(NAK))), [`${length} 0000`]);
  }
});

Deno.test("any stream, any chunking: the same result, offsets that fit the raw bytes, nothing lost", () => {
  const frame = dc07Message.map((message) => {
    const written = writeDc07(message);
    assert(written.ok);
    return written.bytes;
  });
  const part = fc.oneof(frame, fc.uint8Array({ maxLength: 12 }), fc.constant(Uint8Array.of(0x0a)));
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 30 })),
      (parts, cuts) => {
        const bytes = Uint8Array.from(parts.flatMap((one) => [...one]));
        const whole = new Dc07Framer();
        const all = [...whole.feed(bytes), ...whole.flush()];
        const pieces = new Dc07Framer();
        const got = [];
        let at = 0;
        for (const cut of cuts) {
          got.push(...pieces.feed(bytes.subarray(at, at + cut)));
          at = Math.min(bytes.length, at + cut);
        }
        got.push(...pieces.feed(bytes.subarray(at)), ...pieces.flush());
        assertEquals(got, all);
        for (const one of all) assertEquals(bytes.slice(one.offset, one.offset + one.raw.length), one.raw);
        assertEquals(Uint8Array.from(all.flatMap((one) => [...one.raw])), bytes);
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("a megabyte of octets one by one holds back no more than one frame", () => {
  const framer = new Dc07Framer();
  let most = 0;
  for (let i = 0; i < 1_000_000; i++) {
    framer.feed(Uint8Array.of(i % 7 === 0 ? 0x0a : 0x30));
    most = Math.max(most, framer.buffered);
  }
  assertLess(most, 264);
});
