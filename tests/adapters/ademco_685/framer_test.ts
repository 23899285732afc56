import { assert, assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import { Ademco685Framer } from "../../../adapters/ademco_685/framer.ts";
import { writeAdemco685 } from "../../../adapters/ademco_685/write_message.ts";
import { ademco685Message, ascii } from "./arbitrary.ts";

const CID = "\n11 1234 18 E130 01 C015 \r";
const BEAT = "\n00 OKAY @\r";
const CAPS = "\n12 3456 244A";

function brief(items: ReturnType<Ademco685Framer["feed"]>): string[] {
  return items.map((one) => `${one.offset} ${one.kind === "frame" ? one.frame.kind : one.rule}`);
}

Deno.test("lines in a chunk, one line in two, one octet at a time", () => {
  const expected = ["0 contact-id", "26 caps", "39 heartbeat"];
  const bytes = ascii(CID + CAPS + BEAT);
  assertEquals(brief(new Ademco685Framer().feed(bytes)), expected);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const framer = new Ademco685Framer();
    const items = [...framer.feed(bytes.subarray(0, cut)), ...framer.feed(bytes.subarray(cut))];
    assertEquals(brief(items), expected);
  }
  const framer = new Ademco685Framer();
  assertEquals(brief([...bytes].flatMap((octet) => framer.feed(Uint8Array.of(octet)))), expected);
});

Deno.test("0x1B ends a line as 0x0D does", () => {
  assertEquals(brief(new Ademco685Framer().feed(ascii("\n00 OKAY @\x1b\n11 1234 3\x1b"))), [
    "0 heartbeat",
    "11 pulse",
  ]);
});

Deno.test("a CAPS line ends with its A; an end octet behind it is let pass, once", () => {
  assertEquals(brief(new Ademco685Framer().feed(ascii(CAPS + "\r" + CAPS + "\r\r" + BEAT))), [
    "0 caps",
    "14 caps",
    "28 noise",
    "29 heartbeat",
  ]);
  const spaced = new Ademco685Framer().feed(ascii("\n12 3456 2 4 4 A\n12 3456 A\r"));
  assertEquals(brief(spaced), ["0 caps", "16 pulse"]);
});

Deno.test("noise before a line is refused with its offset and the line is still read, with its raw bytes", () => {
  const items = new Ademco685Framer().feed(Uint8Array.of(0x00, 0x41, 0xff, ...ascii(CID)));
  assertEquals(brief(items), ["0 noise", "3 contact-id"]);
  assertEquals(items[1]?.raw, ascii(CID));
});

Deno.test("a line without its start is noise", () => {
  const items = new Ademco685Framer().feed(ascii(CID.slice(1) + BEAT));
  assertEquals(brief(items), ["0 noise", "25 heartbeat"]);
});

Deno.test("a line with a control octet inside is refused whole", () => {
  assertEquals(brief(new Ademco685Framer().feed(ascii("\n11 1234\x00 18 E130\r" + BEAT))), [
    "0 control-octet",
    "18 heartbeat",
  ]);
});

Deno.test("a line whose end was lost is refused, and the next is read", () => {
  const items = new Ademco685Framer().feed(ascii(CID.slice(0, 12) + CID));
  assertEquals(brief(items), ["0 truncated", "12 contact-id"]);
});

Deno.test("an endless line is given up at the limit; its end or the next start is looked for", () => {
  for (const end of ["\r", ""]) {
    const framer = new Ademco685Framer({ maxLength: 64 });
    const endless = ascii("\n" + "1".repeat(100_000));
    const items = [...framer.feed(endless), ...framer.feed(ascii(end + CID))];
    assertEquals(brief(items), ["0 too-long", `${100_001 + end.length} contact-id`]);
    assertEquals(framer.buffered, 0);
  }
});

Deno.test("every truncation of a line is held back, and refused on flush", () => {
  for (let length = 1; length < CID.length; length++) {
    const framer = new Ademco685Framer();
    assertEquals(framer.feed(ascii(CID.slice(0, length))), []);
    assertEquals(framer.buffered, length);
    assertEquals(brief(framer.flush()), ["0 truncated"]);
    assertEquals(framer.buffered, 0);
    assertEquals(brief(framer.feed(ascii(CID))), [`${length} contact-id`]);
  }
});

Deno.test("flush reports noise and ends a skip", () => {
  const framer = new Ademco685Framer({ maxLength: 32 });
  framer.feed(ascii("xyz"));
  assertEquals(brief(framer.flush()), ["0 noise"]);
  framer.feed(ascii("\n" + "1".repeat(40)));
  assertEquals(framer.flush(), []);
  assertEquals(brief(framer.feed(ascii("x" + CID))), ["44 noise", "45 contact-id"]);
});

Deno.test("any stream, any chunking: the same result, offsets that fit the raw bytes, no throw", () => {
  const line = ademco685Message.map((message) => {
    const written = writeAdemco685(message);
    assert(written.ok);
    return written.bytes;
  });
  const octet = fc.constantFrom(0x0a, 0x0d, 0x1b, 0x41);
  const part = fc.oneof(line, fc.uint8Array({ maxLength: 12 }), octet.map((one) => Uint8Array.of(one)));
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 30 })),
      (parts, cuts) => {
        const bytes = Uint8Array.from(parts.flatMap((one) => [...one]));
        const whole = new Ademco685Framer({ maxLength: 50 });
        const all = [...whole.feed(bytes), ...whole.flush()];
        const pieces = new Ademco685Framer({ maxLength: 50 });
        const got = [];
        let at = 0;
        for (const cut of cuts) {
          got.push(...pieces.feed(bytes.subarray(at, at + cut)));
          at = Math.min(bytes.length, at + cut);
        }
        got.push(...pieces.feed(bytes.subarray(at)), ...pieces.flush());
        assertEquals(got, all);
        for (const one of all) assertEquals(bytes.slice(one.offset, one.offset + one.raw.length), one.raw);
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("lines among noise that holds no start are all found", () => {
  const noise = fc.uint8Array({ maxLength: 8 }).map((bytes) => bytes.filter((octet) => octet !== 0x0a));
  fc.assert(fc.property(fc.array(fc.tuple(noise, ademco685Message), { maxLength: 8 }), (parts) => {
    const bytes = parts.flatMap(([before, message]) => {
      const written = writeAdemco685(message);
      assert(written.ok);
      return [...before, ...written.bytes];
    });
    const items = new Ademco685Framer().feed(Uint8Array.from(bytes));
    const frames = items.flatMap((one) => one.kind === "frame" ? [one.frame] : []);
    assertEquals(frames, parts.map(([, message]) => message));
  }));
});

Deno.test("the memory is bounded: a long run of octets one by one, as noise and as a line", () => {
  for (const start of ["", "\n"]) {
    const framer = new Ademco685Framer();
    framer.feed(ascii(start));
    let most = 0;
    for (let i = 0; i < 100_000; i++) {
      framer.feed(Uint8Array.of(0x41));
      most = Math.max(most, framer.buffered);
    }
    assertLess(most, 257);
  }
});
