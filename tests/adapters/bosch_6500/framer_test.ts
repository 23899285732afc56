import { assert, assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import { Bosch6500Framer } from "../../../adapters/bosch_6500/framer.ts";
import { writeBosch6500 } from "../../../adapters/bosch_6500/write_message.ts";
import { ascii, bosch6500Message } from "./arbitrary.ts";

const CID = "a011 123418113001015\x14";
const BEAT = " 1010           @    \x14";

function brief(items: ReturnType<Bosch6500Framer["feed"]>): string[] {
  return items.map((one) => `${one.offset} ${one.kind === "frame" ? one.frame.kind : one.rule}`);
}

Deno.test("two lines in a chunk, one line in two, one octet at a time, with and without header", () => {
  const expected = ["0 contact-id", "21 link-test", "43 contact-id"];
  const bytes = ascii(CID + BEAT + "\n" + CID);
  assertEquals(brief(new Bosch6500Framer().feed(bytes)), expected);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const framer = new Bosch6500Framer();
    const items = [...framer.feed(bytes.subarray(0, cut)), ...framer.feed(bytes.subarray(cut))];
    assertEquals(brief(items), expected);
  }
  const framer = new Bosch6500Framer();
  assertEquals(brief([...bytes].flatMap((octet) => framer.feed(Uint8Array.of(octet)))), expected);
});

Deno.test("the header is one octet: what stands before it is noise", () => {
  const items = new Bosch6500Framer().feed(
    Uint8Array.of(0x00, 0xff, 0x0a, ...ascii(CID), 0xff, ...ascii(CID)),
  );
  assertEquals(brief(items), ["0 noise", "2 contact-id", "24 noise", "25 contact-id"]);
  assertEquals(items[1]?.raw, ascii("\n" + CID));
});

Deno.test("another trailer, as set in the receiver", () => {
  const framer = new Bosch6500Framer({ trailer: 0x0d });
  const stream = ("\n" + CID).replace("\x14", "\r");
  assertEquals(brief(framer.feed(ascii(stream + stream))), ["0 contact-id", "22 contact-id"]);
});

Deno.test("a line with a control octet inside is refused whole: its tail passes for no other line", () => {
  const items = new Bosch6500Framer().feed(ascii("a011 12\x003418113001015\x14" + BEAT));
  assertEquals(brief(items), ["0 control-octet", "22 link-test"]);
});

Deno.test("a line whose end was lost is refused together with the next, and the one after is read", () => {
  const items = new Bosch6500Framer().feed(ascii(CID.slice(0, 12) + CID + CID));
  assertEquals(items.map((one) => one.kind), ["refused", "frame"]);
});

Deno.test("an endless line is given up at the limit and skipped to its end", () => {
  const framer = new Bosch6500Framer({ maxLength: 64 });
  const items = [...framer.feed(new Uint8Array(100_000).fill(0x41)), ...framer.feed(ascii("\x14" + CID))];
  assertEquals(brief(items), ["0 too-long", "100001 contact-id"]);
  assertEquals(framer.buffered, 0);
});

Deno.test("a lone end octet is refused as empty, with and without header", () => {
  assertEquals(brief(new Bosch6500Framer().feed(ascii("\x14 \x14" + CID))), [
    "0 empty",
    "1 noise",
    "2 empty",
    "3 contact-id",
  ]);
});

Deno.test("every truncation of a line is held back, and refused on flush", () => {
  for (let length = 1; length < BEAT.length; length++) {
    const framer = new Bosch6500Framer();
    assertEquals(framer.feed(ascii(BEAT.slice(0, length))), []);
    assertEquals(framer.buffered, length);
    assertEquals(brief(framer.flush()), [length === 1 ? "0 noise" : "0 truncated"]);
    assertEquals(framer.buffered, 0);
    assertEquals(brief(framer.feed(ascii(CID))), [`${length} contact-id`]);
  }
});

Deno.test("flush ends a skip: the next line is read", () => {
  const framer = new Bosch6500Framer({ maxLength: 32 });
  framer.feed(new Uint8Array(40).fill(0x41));
  assertEquals(framer.flush(), []);
  assertEquals(brief(framer.feed(ascii(CID))), ["40 contact-id"]);
});

Deno.test("any stream, any chunking: the same result, offsets that fit the raw bytes, no throw", () => {
  const line = bosch6500Message.map((message) => {
    const written = writeBosch6500(message);
    assert(written.ok);
    return written.bytes;
  });
  const part = fc.oneof(line, fc.uint8Array({ maxLength: 12 }), fc.constant(Uint8Array.of(0x14)));
  fc.assert(
    fc.property(
      fc.array(part, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 30 })),
      (parts, cuts) => {
        const bytes = Uint8Array.from(parts.flatMap((one) => [...one]));
        const whole = new Bosch6500Framer({ maxLength: 100 });
        const all = [...whole.feed(bytes), ...whole.flush()];
        const pieces = new Bosch6500Framer({ maxLength: 100 });
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

Deno.test("lines with any header are all found, in order", () => {
  const one = fc.tuple(bosch6500Message, fc.constantFrom(undefined, 0x20, 0x0a));
  fc.assert(fc.property(fc.array(one, { maxLength: 8 }), (parts) => {
    const bytes = parts.flatMap(([message, header]) => {
      const written = writeBosch6500(message, header === undefined ? {} : { header });
      assert(written.ok);
      return [...written.bytes];
    });
    const items = new Bosch6500Framer().feed(Uint8Array.from(bytes));
    assertEquals(items.map((item) => item.kind === "frame" && item.frame), parts.map(([message]) => message));
  }));
});

Deno.test("the memory is bounded: a long run of octets one by one, as noise and as a line", () => {
  for (const octet of [0x00, 0x41]) {
    const framer = new Bosch6500Framer();
    let most = 0;
    for (let i = 0; i < 100_000; i++) {
      framer.feed(Uint8Array.of(octet));
      most = Math.max(most, framer.buffered);
    }
    assertLess(most, 513);
  }
});
