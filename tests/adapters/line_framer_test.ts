import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Framed, Refusal } from "../../adapters/contract.ts";
import { LineFramer, type LineLanguage } from "../../adapters/line_framer.ts";
import { ascii, cut } from "./contact_id/arbitrary.ts";

/** Lines of up to 20 octets that are read as they are; one with an X in it is refused. */
const plain: LineLanguage<string> = {
  name: "Echo",
  longest: 20,
  tooLong: "line-too-long",
  read: (line) =>
    line.includes("X") ? { ok: false, rule: "an-x", message: "There is an X." } : { ok: true, frame: line },
};

const special: LineLanguage<string> = {
  ...plain,
  control: 0x02,
  closing: { 0x5b: 0x5d },
  keepsDc4: true,
  dropsWhiteSpace: true,
  shown: (line) => line.replaceAll("s", "*"),
};

function short(items: (Framed<string> | Refusal)[]): string[] {
  return items.map((item) => `${item.offset} ${item.kind === "frame" ? item.frame : `!${item.rule}`}`);
}

function read(text: string, language = plain): string[] {
  const framer = new LineFramer(language);
  return short([...framer.feed(ascii(text)), ...framer.flush()]);
}

Deno.test("a line ends with CR, LF, 0x14 or silence; blanks and NUL before it mean nothing", () => {
  assertEquals(read("one\r\n\ntwo\x14  three\r\x00\tfour"), ["0 one", "6 two", "12 three", "20 four"]);
  assertEquals(read("\r\n \t\x00\r"), []);
  assertEquals(read("a b\tc \r"), ["0 a b\tc "]);
});

Deno.test("what is no text is noise up to the next line end, and says how much it was", () => {
  assertEquals(read("ab\x01cd\rgood\r\xff\xfe"), ["0 !noise", "6 good", "11 !noise"]);
  const [noise] = new LineFramer(plain).feed(ascii("ab\x01cd\r"));
  assert(noise?.kind === "refused");
  assertEquals(noise.raw, ascii("ab\x01cd"));
  assertEquals(noise.message.startsWith("5 octets hold characters that no Echo message has."), true);
});

Deno.test("a line of the longest length is read, one octet more is refused by the language's own rule", () => {
  assertEquals(read("y".repeat(20) + "\r" + "y".repeat(21) + "\rgood\r"), [
    "0 " + "y".repeat(20),
    "21 !line-too-long",
    "43 good",
  ]);
  const [long] = new LineFramer(plain).feed(ascii("y".repeat(21) + "\r"));
  assert(long?.kind === "refused");
  assertEquals(
    long.message.startsWith("No line end within 20 octets, expected one Echo message a line."),
    true,
  );
});

Deno.test("octets that are skipped come in pieces that follow each other, and what ends with them is no message", () => {
  const framer = new LineFramer(plain);
  const found = framer.feed(ascii("z".repeat(600) + "\rgood\r"));
  assertEquals(short(found), ["0 !line-too-long", "256 !line-too-long", "512 !line-too-long", "601 good"]);
  assertEquals(found.slice(0, 3).map(({ raw }) => raw.length), [256, 256, 88]);
});

Deno.test("in doubt is what skips: until a line end, until silence", () => {
  const framer = new LineFramer(plain);
  const doubts = ["ab", "\x01", "cd", "\r", "z".repeat(21), "z".repeat(235)].map((text) => {
    framer.feed(ascii(text));
    return [framer.inDoubt, framer.buffered];
  });
  assertEquals(doubts, [[false, 2], [true, 3], [true, 5], [false, 0], [true, 21], [true, 0]]);
  assertEquals([framer.flush(), framer.inDoubt], [[], false]);
});

Deno.test("refusals of the language keep its rule, its words and the octets", () => {
  const [refused] = new LineFramer(plain).feed(ascii("  aXb\r"));
  assertEquals(refused, {
    kind: "refused",
    offset: 2,
    rule: "an-x",
    message: "There is an X.",
    raw: ascii("aXb"),
  });
});

Deno.test("a language may have a closing octet, an octet to begin with, a 0x14 of its own", () => {
  assertEquals(read("[a][b]c]\r", special), ["0 [a]", "3 [b]", "6 c]"]);
  assertEquals(read("[a][b]\r"), ["0 [a][b]"]);
  assertEquals(read("\x02a\xff\x01b\r", special), ["0 \x02a\xff\x01b"]);
  assertEquals(read("\x02a\r"), ["0 !noise"]);
  assertEquals(read("one\x14\x14two\r", special), ["0 one\x14", "5 two"]);
});

Deno.test("a language may drop white space of every kind without a word", () => {
  assertEquals(read("\x0b\r\xa0\x0c\r", special), []);
  assertEquals(read("\x0b\r\xa0\x0c\r"), ["0 !noise", "2 !noise"]);
});

Deno.test("what must not be shown is in no octets, of messages and of refusals; the line is read as it came", () => {
  const found = new LineFramer(special).feed(ascii("pass\rpaXss\rss\x01\r" + "s".repeat(21) + "\r"));
  assertEquals(short(found), ["0 pass", "5 !an-x", "11 !noise", "15 !line-too-long"]);
  for (const { raw } of found) assertEquals(raw.includes(0x73), false);
});

const STREAM = "one\r\n  two\x14\xff\x01noise\r[a][b]X\r\x02\x80\x14\x0b\r" + "z".repeat(700) + "\n\x00rest";

Deno.test("every split of a stream in two, and octet by octet, gives the same, with its places in the stream", () => {
  for (const language of [plain, special]) {
    const all = ascii(STREAM);
    const once = new LineFramer(language);
    const whole = [...once.feed(all), ...once.flush()];
    assert(whole.length > 8);
    for (const { offset, raw } of whole) {
      if (language === plain) assertEquals(all.slice(offset, offset + raw.length), raw);
    }
    for (let at = 0; at <= all.length; at++) {
      const framer = new LineFramer(language);
      const parts = [
        ...framer.feed(all.subarray(0, at)),
        ...framer.feed(all.subarray(at)),
        ...framer.flush(),
      ];
      assertEquals(parts, whole);
    }
    const slow = new LineFramer(language);
    assertEquals([...[...all].flatMap((octet) => slow.feed(Uint8Array.of(octet))), ...slow.flush()], whole);
  }
});

Deno.test("any octets in any pieces: nothing throws, no octet is told twice, memory is bounded", () => {
  const octet = fc.oneof(
    fc.constantFrom(0x0d, 0x0a, 0x14, 0x5b, 0x5d, 0x02, 0x20),
    fc.integer({ max: 255, min: 0 }),
  );
  fc.assert(
    fc.property(
      fc.array(octet, { maxLength: 900 }),
      fc.array(fc.nat(), { maxLength: 12 }),
      (octets, places) => {
        for (const language of [plain, special]) {
          const all = Uint8Array.from(octets);
          const framer = new LineFramer(language);
          const found = cut(all, places).flatMap((part) => {
            const items = framer.feed(part);
            assert(framer.buffered <= 256);
            return items;
          });
          let end = 0;
          for (const { offset, raw } of [...found, ...framer.flush()]) {
            assert(offset >= end, `${offset} in front of ${end}`);
            end = offset + raw.length;
          }
          assert(end <= all.length);
          assertEquals(framer.buffered, 0);
        }
      },
    ),
  );
});
