import { assert, assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import { SurGardFramer } from "../../../adapters/sur_gard/framer.ts";
import { writeSurGard } from "../../../adapters/sur_gard/write_message.ts";
import { ascii, surGardMessage } from "./arbitrary.ts";

const CID = "5011 187037E13001004\x14";
const BEAT = "1011           @    \x14";

function brief(items: ReturnType<SurGardFramer["feed"]>): string[] {
  return items.map((one) => `${one.offset} ${one.kind === "frame" ? one.frame.kind : one.rule}`);
}

Deno.test("two lines in a chunk, one line in two, one octet at a time", () => {
  const expected = ["0 contact-id", "21 heartbeat"];
  const bytes = ascii(CID + BEAT);
  assertEquals(brief(new SurGardFramer().feed(bytes)), expected);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const framer = new SurGardFramer();
    assertEquals(
      brief([...framer.feed(bytes.subarray(0, cut)), ...framer.feed(bytes.subarray(cut))]),
      expected,
    );
  }
  const framer = new SurGardFramer();
  assertEquals(brief([...bytes].flatMap((octet) => framer.feed(Uint8Array.of(octet)))), expected);
});

Deno.test("noise before a line is refused with its offset and the line is still read, with its raw bytes", () => {
  const items = new SurGardFramer().feed(Uint8Array.of(0x00, 0x0a, 0xff, ...ascii(CID)));
  assertEquals(brief(items), ["0 noise", "3 contact-id"]);
  assertEquals(items[1]?.raw, ascii(CID));
});

Deno.test("a line with a control octet inside is refused whole: its tail passes for no other line", () => {
  const items = new SurGardFramer().feed(ascii("5011 18\x007037E13001004\x14" + BEAT));
  assertEquals(brief(items), ["0 control-octet", "22 heartbeat"]);
});

Deno.test("a line whose end was lost is refused together with the next, and the one after is read", () => {
  const items = new SurGardFramer().feed(ascii(CID.slice(0, 12) + CID + CID));
  assertEquals(items.map((one) => one.kind), ["refused", "frame"]);
});

Deno.test("an endless line is given up at the limit and skipped to its end", () => {
  const framer = new SurGardFramer({ maxLength: 64 });
  const items = [...framer.feed(new Uint8Array(100_000).fill(0x41)), ...framer.feed(ascii("\x14" + CID))];
  assertEquals(brief(items), ["0 too-long", "100001 contact-id"]);
  assertEquals(framer.buffered, 0);
});

Deno.test("a lone end octet is refused as empty", () => {
  assertEquals(brief(new SurGardFramer().feed(ascii("\x14" + CID))), ["0 empty", "1 contact-id"]);
});

Deno.test("every truncation of a line is held back, and refused on flush", () => {
  for (let length = 1; length < CID.length; length++) {
    const framer = new SurGardFramer();
    assertEquals(framer.feed(ascii(CID.slice(0, length))), []);
    assertEquals(framer.buffered, length);
    assertEquals(brief(framer.flush()), ["0 truncated"]);
    assertEquals(framer.buffered, 0);
    assertEquals(brief(framer.feed(ascii(CID))), [`${length} contact-id`]);
  }
});

Deno.test("flush ends a skip: the next line is read", () => {
  const framer = new SurGardFramer({ maxLength: 32 });
  framer.feed(new Uint8Array(40).fill(0x41));
  assertEquals(framer.flush(), []);
  assertEquals(brief(framer.feed(ascii(CID))), ["40 contact-id"]);
});

Deno.test("with the width set, lines of the other family are refused", () => {
  const framer = new SurGardFramer({ lineDigits: 1 });
  assertEquals(brief(framer.feed(ascii("501001 187037R30100000\x14" + CID))), [
    "0 wrong-line-width",
    "23 contact-id",
  ]);
});

Deno.test("any stream, any chunking: the same result, offsets that fit the raw bytes, no throw", () => {
  const line = surGardMessage.map((message) => {
    const written = writeSurGard(message);
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
        const whole = new SurGardFramer({ maxLength: 100 });
        const all = [...whole.feed(bytes), ...whole.flush()];
        const pieces = new SurGardFramer({ maxLength: 100 });
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

Deno.test("the cost is linear: a megabyte of octets one by one holds back no more than one line", () => {
  const framer = new SurGardFramer();
  let most = 0;
  for (let i = 0; i < 1_000_000; i++) {
    framer.feed(Uint8Array.of(i % 50 === 0 ? 0x14 : 0x30));
    most = Math.max(most, framer.buffered);
  }
  assertLess(most, 51);
});

Deno.test("both line widths in one stream: each line tells its own", () => {
  const mlr2 = CID + BEAT + "S011[#1234|NBA01]\x14" + "3011      1234BA0007\x14" + "6011      1234A 0007\x14";
  const rrlll = "501001 187037R30100000\x14" + "101000           @    \x14" + "S01001[#1234|NBA01]\x14" +
    "301001      1234BA0007\x14";
  const items = new SurGardFramer().feed(ascii(mlr2 + rrlll));
  assertEquals(
    items.map((one) =>
      one.kind === "frame" && one.frame.kind !== "other" ? `${one.frame.kind} ${one.frame.line}` : one.kind
    ),
    [
      "contact-id 1",
      "heartbeat 1",
      "sia-block 1",
      "sia-event 1",
      "modem2 1",
      "contact-id 001",
      "heartbeat 000",
      "sia-block 001",
      "sia-event 001",
    ],
  );
});

/** Line and account of the fast format lines in a stream. */
function fast(framer: SurGardFramer, stream: string): string[] {
  return framer.feed(ascii(stream)).flatMap((one) =>
    one.kind === "frame" && one.frame.kind === "fast-format" ? [`${one.frame.line} ${one.frame.account}`] : []
  );
}

Deno.test("id 8 does not tell its width: the lines before it do, and a new width is learned", () => {
  const line = "801112345 1515 5555 7\x14";
  assertEquals(fast(new SurGardFramer(), line), ["1 12345"]);
  const framer = new SurGardFramer();
  assertEquals(fast(framer, "501001 187037R30100000\x14" + line), ["112 345"]);
  assertEquals(fast(framer, CID + line), ["1 12345"]);
  // What cannot be read, and ids that are not known here, teach nothing.
  assertEquals(fast(framer, "501001 187037X30100000\x14P01001 1\x14" + line), ["1 12345"]);
});

Deno.test("id 8 on its own: line zeros and the length of the account tell the width where they can", () => {
  const alone = (line: string) => fast(new SurGardFramer(), `${line} 1515 5555 7\x14`);
  assertEquals(alone("80111234"), ["1 1234"]);
  assertEquals(alone("8011123456"), ["1 123456"]);
  // A line of 1 digit that is 0 is the receiver itself, which has no site's alarms.
  assertEquals(alone("8010011234"), ["001 1234"]);
  assertEquals(alone("801001123456"), ["001 123456"]);
  assertEquals(alone("80101212"), ["012 12"]);
  // Eight digits are no account of this format.
  assertEquals(alone("801112123456"), ["112 123456"]);
  assertEquals(alone("801012"), ["0 12"]);
  // A width that is set is believed whatever the line looks like.
  assertEquals(fast(new SurGardFramer({ lineDigits: 1 }), "8010011234 1515 5555 7\x14"), ["0 011234"]);
});
