import { assert, assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { Framed, Refusal } from "../../../adapters/contract.ts";
import {
  type ContactIdFrame,
  ContactIdFramer,
  type ContactIdFramerOptions,
} from "../../../adapters/contact_id/framer.ts";
import { writeContactId } from "../../../adapters/contact_id/message.ts";
import { ascii, cut, message } from "./arbitrary.ts";

const ONE = "1234181131010158";
const TWO = "1234183131010156";

type Found = Framed<ContactIdFrame> | Refusal;

function all(text: string | Uint8Array, options: ContactIdFramerOptions = {}): Found[] {
  const framer = new ContactIdFramer(options);
  const bytes = typeof text === "string" ? ascii(text) : text;
  const found = [...framer.feed(bytes), ...framer.flush()];
  assertEquals(framer.buffered, 0);
  return found;
}

function summary(found: Found[]): string[] {
  return found.map((it) => it.kind === "frame" ? String.fromCharCode(...it.raw) : it.rule);
}

Deno.test("a message comes out with its last digit, line end or not", () => {
  for (const end of ["", "\r", "\n", "\r\n", "\n\r"]) {
    const framer = new ContactIdFramer();
    assertEquals(framer.feed(ascii(ONE.slice(0, 15))), []);
    assertEquals(framer.buffered, 15);
    assertEquals(summary(framer.feed(ascii("8" + end))), [ONE]);
    assertEquals(framer.buffered, 0);
  }
});

Deno.test("two messages glued together both come out, with their offsets", () => {
  const found = all(ONE + TWO + "\r\n" + ONE);
  assertEquals(summary(found), [ONE, TWO, ONE]);
  assertEquals(found.map((it) => it.offset), [0, 16, 34]);
});

Deno.test("fifteen digits are a message only at a line end or when the line falls silent", () => {
  const framer = new ContactIdFramer();
  assertEquals(framer.feed(ascii(ONE.slice(0, 15))), []);
  const [frame] = framer.feed(ascii("\r"));
  assert(frame?.kind === "frame");
  assertEquals(frame.frame.checksum, undefined);
  assertEquals(summary(all(ONE.slice(0, 15))), [ONE.slice(0, 15)]);
});

Deno.test("after a message with checksum one without is refused: it has lost a digit", () => {
  const lost = ONE.slice(0, 12) + ONE.slice(13);
  assertEquals(summary(all(`${ONE}\r\n${lost}\r\n${TWO}\r\n`)), [ONE, "missing-checksum", TWO]);
});

Deno.test("noise before a message is skipped and reported once with its offset", () => {
  const found = all("\x00\xffOK~" + ONE + "\r\n");
  assertEquals(summary(found), ["noise", ONE]);
  assertEquals(found.map((it) => it.offset), [0, 5]);
  assertEquals(found[0]?.raw, ascii("\x00\xffOK~"));
});

Deno.test("noise made of digits is skipped too", () => {
  const found = all("12" + ONE);
  assertEquals(summary(found), ["noise", ONE]);
  assertEquals(found.map((it) => it.offset), [0, 2]);
  assertEquals(summary(all("777777777777777777777777777777777777777" + ONE + "\r")), ["noise", ONE]);
});

Deno.test("a message with a wrong checksum is given up as a whole and the next one is found", () => {
  const wrong = "1234181131010157";
  for (const between of ["", "\r\n"]) {
    const found = all(wrong + between + ONE + between);
    assertEquals(summary(found), ["wrong-checksum", ONE]);
    assert(found[0]?.kind === "refused");
    assertStringIncludes(found[0].message, "expected 8");
    assertEquals(found[0].raw, ascii(wrong));
  }
});

Deno.test("a line that ends too early is refused as truncated, at every length", () => {
  for (let length = 1; length < 15; length++) {
    const found = all(ONE.slice(0, length) + "\r\n" + ONE + "\r\n");
    assertEquals(summary(found), ["truncated", ONE], `${length} digits`);
  }
});

Deno.test("blanks within a message are skipped and kept in its raw bytes", () => {
  const found = all(" 1234 18 1131 01 015 8 \r\n");
  assertEquals(summary(found), ["1234 18 1131 01 015 8"]);
  assertEquals(found[0]?.offset, 1);
});

Deno.test("a longer account is read when the whole line's checksum is right", () => {
  const long = writeContactId({
    account: "1234567891",
    messageType: "18",
    qualifier: 1,
    code: "130",
    group: "01",
    zone: "001",
  });
  const [frame] = all(long + "\r\n");
  assert(frame?.kind === "frame");
  assertEquals(frame.frame.contactId.account, "1234567891");
  assertEquals(summary(all(long + long, { accountDigits: 10 })), [long, long]);
});

Deno.test("other message types and qualifiers are refused by name at the line end", () => {
  assertEquals(summary(all("1234551131010158\r\n")), ["other-message-type"]);
  assertEquals(summary(all("1234171B\r\n123427128\r\n")), ["other-message-type", "other-message-type"]);
  assertEquals(summary(all("12341719\r\n123427127\r\n")), ["truncated", "truncated"]);
  assertEquals(summary(all("1234182131010158\r\n")), ["unknown-qualifier"]);
  assertEquals(summary(all("12341811310101588\r")), ["" + ONE, "truncated"]);
});

Deno.test("raw telephone keys are accepted", () => {
  const keys = "*#AC186302999999";
  const [frame] = all(keys);
  assert(frame?.kind === "frame");
  assertEquals(frame.frame.contactId.account, "BCDF");
});

Deno.test("any messages with any line ends come out of any chunking, in order and untouched", () => {
  const line = fc.tuple(message(), fc.constantFrom("", "\r", "\n", "\r\n"));
  fc.assert(
    fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), fc.array(fc.nat(), { maxLength: 12 }), (
      lines,
      places,
    ) => {
      const bytes = ascii(lines.map(([contactId, end]) => writeContactId(contactId) + end).join(""));
      const framer = new ContactIdFramer();
      const found = [...cut(bytes, places).flatMap((part) => framer.feed(part)), ...framer.flush()];
      assertEquals(
        found.map((it) => it.kind === "frame" && it.frame.contactId),
        lines.map(([contactId]) => contactId),
      );
    }),
  );
});

Deno.test("any octets in any chunking give the same result, nothing is lost and nothing throws", () => {
  const octet = fc.oneof(
    fc.integer({ min: 0, max: 255 }),
    fc.constantFrom(...ascii("0123456789ABCDEF181 \r\n")),
  );
  const piece = fc.oneof(
    fc.array(octet, { maxLength: 30 }).map((it) => Uint8Array.from(it)),
    fc.constantFrom(ascii(ONE), ascii(TWO), ascii(ONE.slice(0, 15) + "\r")),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 8 }),
      fc.array(fc.nat(), { maxLength: 12 }),
      (pieces, places) => {
        const bytes = Uint8Array.from(pieces.flatMap((it) => [...it]));
        const atOnce = all(bytes);
        const framer = new ContactIdFramer();
        const inParts = [...cut(bytes, places).flatMap((part) => framer.feed(part)), ...framer.flush()];
        assertEquals(inParts, atOnce);
        let from = 0;
        for (const { offset, raw } of atOnce) {
          // Between the pieces there are only line ends and blanks; the pieces are the stream's own octets.
          assert(offset >= from);
          assert([...bytes.subarray(from, offset)].every((it) => [0x0d, 0x0a, 0x20, 0x09].includes(it)));
          assertEquals(raw, bytes.slice(offset, offset + raw.length));
          from = offset + raw.length;
        }
        assert([...bytes.subarray(from)].every((it) => [0x0d, 0x0a, 0x20, 0x09].includes(it)));
      },
    ),
  );
});

Deno.test("endless noise is bounded in memory", () => {
  for (const noise of ["7", "~", "1 ", "1" + " ".repeat(50)]) {
    const framer = new ContactIdFramer();
    for (let round = 0; round < 200; round++) {
      framer.feed(ascii(noise.repeat(50)));
      assertLess(framer.buffered, 500);
    }
    framer.feed(ascii("\r\n"));
    assertEquals(summary(framer.feed(ascii(ONE))), [ONE]);
  }
});
