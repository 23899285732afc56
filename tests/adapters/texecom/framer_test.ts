import { assert, assertEquals, assertLess } from "@std/assert";
import fc from "fast-check";
import type { Framed, Refusal } from "../../../adapters/contract.ts";
import { writeContactId } from "../../../adapters/contact_id/mod.ts";
import { writeBlock } from "../../../adapters/sia/block.ts";
import { TexecomFramer } from "../../../adapters/texecom/framer.ts";
import { pollFlags, pollReply, type TexecomMessage } from "../../../adapters/texecom/message.ts";
import vectors from "../../../adapters/texecom/vectors/texecom.json" with { type: "json" };
import { ascii, cut, message } from "../contact_id/arbitrary.ts";
import { block, wire } from "./wires.ts";

type Found = Framed<TexecomMessage> | Refusal;

function all(bytes: Uint8Array): Found[] {
  const framer = new TexecomFramer();
  const found = [...framer.feed(bytes), ...framer.flush()];
  assertEquals(framer.buffered, 0);
  return found;
}

function summary(found: Found[]): string[] {
  return found.map((it) => it.kind === "frame" ? it.frame.kind : it.rule);
}

function join(...parts: (Uint8Array | string)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((it) => typeof it === "string" ? [...ascii(it)] : [...it]));
}

const END = writeBlock({ ackRequest: true, reverseChannel: false, code: "0", data: new Uint8Array() });

for (const vector of vectors) {
  Deno.test(`vector ${vector.id}: ${vector.wire.trimEnd()}`, () => {
    const [found, ...rest] = all(wire(vector.id));
    assertEquals(rest, []);
    assert(found?.kind === "frame");
    const { frame } = found;
    const expect: Record<string, unknown> = vector.expect;
    if (frame.kind === "contact-id") {
      const { contactId } = frame;
      assertEquals(contactId.account, String(expect["account"]).slice(0, 4));
      assertEquals<unknown>(contactId.qualifier, expect["q"]);
      assertEquals<unknown>(contactId.code, expect["code"]);
      assertEquals<unknown>(contactId.group, expect["group"]);
      assertEquals<unknown>(contactId.zone, expect["zone"] ?? expect["user"]);
      assertEquals<unknown>(frame.checksum, expect["checksum"]);
      const written = writeContactId(contactId, { accountZero: "A" });
      assertEquals(found.raw, ascii("2" + written));
    } else if (frame.kind === "sia") {
      const blocks = frame.blocks.map((it) => it.code + String.fromCharCode(...it.data));
      assertEquals<unknown>(blocks, expect["blocks"]);
    } else {
      assert(frame.kind === "poll");
      assertEquals<unknown>(frame.account, expect["account"]);
      assertEquals<unknown>(frame.flags, expect["flags"]);
      assertEquals(pollFlags(frame.flags).includes("armed"), expect["armed"] === true);
      assertEquals(pollReply(1), Uint8Array.fromHex("5b505d0001060d0a"));
    }
  });
}

Deno.test("CR LF inside a block does not end the line", () => {
  const line = join(
    "3",
    block("#", "1234"),
    block("N", "ri1BA001"),
    block("A", "one\r\ntwo\r\n"),
    END,
    "\r\n",
  );
  const [found, ...rest] = all(line);
  assertEquals(rest, []);
  assert(found?.kind === "frame" && found.frame.kind === "sia");
  assertEquals(found.frame.blocks.map((it) => it.code), ["#", "N", "A", "0"]);
});

Deno.test("a block whose header is CR is read as a block", () => {
  const text = "ri1BA00100000";
  const odd = writeBlock({ ackRequest: false, reverseChannel: false, code: "N", data: ascii(text) });
  assertEquals(odd[0], 0x0d);
  assertEquals(summary(all(join("3", block("#", "1234"), odd, END, "\r\n"))), ["sia"]);
});

Deno.test("a line of blocks without end of data ends at CR LF between blocks", () => {
  assertEquals(summary(all(join("3", block("#", "1234"), block("N", "RP"), "\r\n21AAA181130010013\r\n"))), [
    "sia",
    "contact-id",
  ]);
});

Deno.test("a poll whose flags are CR or LF is read by its length", () => {
  for (const flags of [0x0a, 0x0d, 0x00, 0xff]) {
    const found = all(join("POLL1000#", Uint8Array.of(flags, 0, 0, 0), "\r\n", "21AAA181130010013\r\n"));
    assertEquals(summary(found), ["poll", "contact-id"]);
    assert(found[0]?.kind === "frame" && found[0].frame.kind === "poll");
    assertEquals(found[0].frame.flags, flags);
  }
});

Deno.test("+++ ends the session, with or without a line end", () => {
  assertEquals(summary(all(ascii("+++"))), ["end"]);
  assertEquals(summary(all(ascii("\r\n+++\r\n"))), ["end"]);
});

Deno.test("wrong parity gives up the line and the next one is read", () => {
  const bad = wire("S30");
  bad[10] = (bad[10] ?? 0) ^ 0x01;
  const found = all(join(bad, wire("S32"), wire("C21")));
  assertEquals(summary(found), ["parity", "sia", "contact-id"]);
  assertEquals(found[1]?.offset, bad.length);
});

Deno.test("any single changed octet of a line of blocks is never read as good blocks of other content", () => {
  const good = wire("S30");
  const whole = summary(all(good));
  assertEquals(whole, ["sia"]);
  for (let at = 1; at < good.length - 2; at++) {
    const bad = good.slice();
    bad[at] = (bad[at] ?? 0) ^ 0x04;
    for (const found of all(bad)) {
      if (found.kind === "frame" && found.frame.kind === "sia") {
        assert(found.frame.blocks.every((it) => it.code !== "N" || it.data.length !== 8), `octet ${at}`);
      }
    }
  }
});

Deno.test("each refusal has its name", () => {
  const cases: [Uint8Array, string][] = [
    [ascii("hello\r\n"), "noise"],
    [ascii("PALL\r\n"), "noise"],
    [ascii("++\r\n"), "noise"],
    [ascii("3\r\n"), "empty-line"],
    [ascii("POLL 1000\r\n"), "bad-poll"],
    [ascii("POLL12345678901234567\r\n"), "bad-poll"],
    [ascii("2" + "1".repeat(60) + "\r\n"), "line-too-long"],
    [ascii("21234181131010159\r\n"), "wrong-checksum"],
    [ascii("212341811\r\n"), "wrong-length"],
    [ascii("2x234181131010158\r\n"), "bad-digit"],
  ];
  for (const [bytes, rule] of cases) {
    assertEquals(summary(all(join(bytes, "21AAA181130010013\r\n"))), [rule, "contact-id"], rule);
  }
});

Deno.test("every truncation of every line is refused at the end, and the line after it is read", () => {
  for (const { id } of vectors) {
    const line = wire(id);
    const text = line[0] === 0x32;
    const complete = all(line)[0]?.raw.length ?? 0;
    for (let length = 1; length < complete; length++) {
      const framer = new TexecomFramer();
      assertEquals(framer.feed(line.subarray(0, length)), [], `${id} cut after ${length}`);
      const [found, ...rest] = framer.flush();
      assertEquals(rest, []);
      // Fifteen digits are a message without checksum; everything shorter is refused.
      if (text && length === 16) assert(found?.kind === "frame");
      else assert(found?.kind === "refused" && found.raw.length === length);
      assertEquals(summary(framer.feed(line)).length, 1);
    }
  }
});

Deno.test("any lines in any chunking come out the same, in order", () => {
  const blockOf = fc.tuple(fc.constantFrom("#", "N", "O", "A"), fc.uint8Array({ maxLength: 63 })).map((
    [code, data],
  ) => writeBlock({ ackRequest: true, reverseChannel: true, code, data }));
  const line = fc.oneof(
    message().map((it) => ascii("2" + writeContactId(it, { accountZero: "A" }) + "\r\n")),
    fc.array(blockOf, { maxLength: 5 }).map((blocks) => join("3", ...blocks, END, "\r\n")),
    fc.integer({ min: 0, max: 255 }).map((flags) => join("POLL1000#", Uint8Array.of(flags, 0, 0, 0), "\r\n")),
    fc.constant(ascii("+++")),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 12 }), (lines, places) => {
      const bytes = join(...lines);
      const framer = new TexecomFramer();
      const found = [...cut(bytes, places).flatMap((part) => framer.feed(part)), ...framer.flush()];
      assertEquals(found.length, lines.length);
      assert(found.every((it) => it.kind === "frame"));
      assertEquals(found, all(bytes));
    }),
  );
});

Deno.test("random octets in any chunking give the same, lose nothing and never throw", () => {
  const octet = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...ascii("23POLL+#\r\n\xc0\x40")));
  fc.assert(
    fc.property(
      fc.array(octet, { maxLength: 400 }),
      fc.array(fc.nat(), { maxLength: 10 }),
      (octets, places) => {
        const bytes = Uint8Array.from(octets);
        const atOnce = all(bytes);
        const framer = new TexecomFramer();
        assertEquals([...cut(bytes, places).flatMap((part) => framer.feed(part)), ...framer.flush()], atOnce);
        let from = 0;
        for (const { offset, raw } of atOnce) {
          assert([...bytes.subarray(from, offset)].every((it) => it === 0x0d || it === 0x0a));
          assertEquals(raw, bytes.slice(offset, offset + raw.length));
          from = offset + raw.length;
        }
      },
    ),
  );
});

Deno.test("endless octets are bounded in memory", () => {
  for (const piece of [ascii("~"), ascii("2"), ascii("P"), block("A", "x".repeat(63)), ascii("3")]) {
    const framer = new TexecomFramer();
    if (piece[0] === 0xff) framer.feed(ascii("3"));
    for (let round = 0; round < 300; round++) {
      framer.feed(piece);
      framer.feed(piece);
      assertLess(framer.buffered, 2200);
    }
  }
});
