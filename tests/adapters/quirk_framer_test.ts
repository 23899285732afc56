import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { contactIdQuirks, ContactIdTextFramer } from "../../adapters/contact_id/mod.ts";
import type { Framer } from "../../adapters/contract.ts";
import { LineFramer } from "../../adapters/line_framer.ts";
import type { Quirk } from "../../adapters/quirk.ts";
import { QuirkChooser } from "../../adapters/quirk_choice.ts";
import { QuirkFramer } from "../../adapters/quirk_framer.ts";
import { SiaFramer } from "../../adapters/sia/mod.ts";
import { ascii, cut } from "./contact_id/arbitrary.ts";

function octets(bytes: Uint8Array): Uint8Array[] {
  return [...bytes].map((octet) => Uint8Array.of(octet));
}

/** A quirk that lets `LineFramer`s tell who made them. */
function signed(name: string, ...signs: string[]): Quirk {
  const empty = { options: {}, points: [], users: [], transcripts: [], panels: [] };
  return { ...empty, name, language: "x", about: "", source: "", confidence: "C", signs };
}

/** ab, then ab CR cd, which is longer than a message may be. */
const LONG = [signed("short", "61 62"), signed("long", "61 62 0d 63 64"), signed("three", "61 62 63")];

function framer(quirks: readonly Quirk[]) {
  const chooser = new QuirkChooser(quirks);
  const made = new QuirkFramer<string>(chooser, (quirk) =>
    new LineFramer({
      name: "x",
      longest: 20,
      tooLong: "too-long",
      read: (line) =>
        line.includes("!")
          ? { ok: false, rule: "bad", message: "" }
          : { ok: true, frame: `${quirk?.name ?? "-"} ${line}` },
    }));
  return { chooser, made };
}

Deno.test("the longest sign that shows wins, and its framer has read the stream from the first octet on", () => {
  const { made, chooser } = framer(LONG);
  made.feed(ascii("  ab"));
  assertEquals([chooser.quirk?.name, made.buffered], ["short", 2]);
  made.feed(ascii("c"));
  assertEquals([chooser.quirk?.name, made.buffered], ["three", 3]);
  const [frame] = made.feed(ascii("d\r"));
  assertEquals(frame, { kind: "frame", offset: 2, frame: "three abcd", raw: ascii("abcd") });
});

Deno.test("a message shorter than a sign comes out with its last octet, and with it the choice is made", () => {
  const pieces = [[ascii("ab\rcd\r")], octets(ascii("ab\rcd\r"))];
  for (const split of pieces) {
    const { made, chooser } = framer(LONG);
    const frames = split.flatMap((piece) => made.feed(piece).map((it) => it.kind === "frame" && it.frame));
    assertEquals([frames, chooser.quirk?.name], [["short ab", "short cd"], "short"]);
  }
  const { made } = framer(LONG);
  assertEquals(made.feed(ascii("ab\r")).length, 1);
});

Deno.test("a refusal is no message: what follows it chooses anew, with the right places in the stream", () => {
  const { made, chooser } = framer(LONG);
  const found = made.feed(ascii("abc!\rab\rxyz\r"));
  assertEquals(found.map((it) => it.kind === "frame" ? [it.offset, it.frame] : [it.offset, it.rule]), [
    [0, "bad"],
    [5, "short ab"],
    [8, "short xyz"],
  ]);
  assertEquals(chooser.quirk?.name, "short");
});

Deno.test("with a refusal the octets before it are done with, even if they turn out to begin a sign", () => {
  // A block with a wrong parity, then a good one.
  const bytes = Uint8Array.fromHex("40308e40308f");
  const made = new QuirkFramer(
    new QuirkChooser([signed("long", "40 30 8e 40 30 8f")]),
    () => new SiaFramer(),
  );
  const found = octets(bytes).flatMap((octet) => made.feed(octet));
  assertEquals(found.map((it) => it.kind === "frame" ? it.offset : it.rule), ["parity", 3]);
});

Deno.test("octets that are skipped for their number are no fresh start", () => {
  const { made } = framer(LONG);
  const found = [...made.feed(ascii("z".repeat(256) + "abc\rabc\r"))];
  assertEquals(found.map((it) => it.kind === "frame" ? it.frame : it.rule), [
    "too-long",
    "too-long",
    "three abc",
  ]);
});

Deno.test("whatever the pieces, the first message has the same quirk, and no octet is told twice or lost", () => {
  const line = fc.constantFrom(
    "ab",
    "abc",
    "\r",
    "\rcd\r",
    "!",
    "  ",
    "\xff",
    "x",
    "ab!\r",
    "[CID2 1814",
    "z".repeat(30),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), fc.array(fc.nat(), { maxLength: 15 }), (texts, places) => {
      const all = ascii(texts.join(""));
      const makes: (() => Framer<unknown>)[] = [() => framer(LONG).made, textFramer];
      for (const make of makes) {
        const once = make();
        const whole = [...once.feed(all), ...once.flush()];
        const pieces = make();
        assertEquals([...cut(all, places).flatMap((part) => pieces.feed(part)), ...pieces.flush()], whole);
        const slow = make();
        assertEquals([...octets(all).flatMap((part) => slow.feed(part)), ...slow.flush()], whole);
        for (const { offset, raw } of whole) assertEquals(all.slice(offset, offset + raw.length), raw);
        const held = whole.reduce((sum, { raw }) => sum + raw.length, 0);
        const said = [...all].filter((octet) => octet > 0x20).length;
        assert(held >= said, `${held} of ${said}`);
      }
    }),
  );
});

function textFramer() {
  return new QuirkFramer(new QuirkChooser(contactIdQuirks), () => new ContactIdTextFramer());
}

Deno.test("a stream in which nothing can be read costs the same at its end as at its start, and is bounded", () => {
  const { made } = framer(LONG);
  for (let i = 0; i < 200; i++) {
    made.feed(ascii("ab!\r\xff".repeat(50)));
    assert(made.buffered <= 256);
  }
  assertEquals(made.feed(ascii("\rab\r")).at(-1), {
    kind: "frame",
    offset: 200 * 250 + 1,
    frame: "short ab",
    raw: ascii("ab"),
  });
});
