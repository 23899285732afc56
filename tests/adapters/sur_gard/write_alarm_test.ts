import { assert, assertEquals, assertLessOrEqual, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import type { OutputItem } from "../../../adapters/contract.ts";
import { surGardEventDrafts } from "../../../adapters/sur_gard/decode.ts";
import { parseSurGard } from "../../../adapters/sur_gard/message.ts";
import { vds2465EventData } from "../../../adapters/vds2465/event_data.ts";
import { writeAlarm, type WriteAlarmOptions } from "../../../adapters/sur_gard/write_alarm.ts";
import { alarm } from "../../support/alarm.ts";
import { alarmWriting } from "../../support/alarm_writing.ts";
import { ascii } from "../../support/ascii.ts";

const OPTIONS: WriteAlarmOptions = { receiver: "01", line: "1" };

const { written, rule } = alarmWriting(writeAlarm, () => OPTIONS, "<DC4>");
const lines = (item: OutputItem, options: Partial<WriteAlarmOptions> = {}) => written(item, options).lines;
const notes = (item: OutputItem, options: Partial<WriteAlarmOptions> = {}) => written(item, options).notes;

Deno.test("Contact ID: qualifiers 1, 3 and 6 become E, R and P", () => {
  assertEquals(lines(alarm("contact-id", "703718113001004")), ["5011 187037E13001004"]);
  assertEquals(lines(alarm("contact-id", "703718330100000")), ["5011 187037R30100000"]);
  assertEquals(lines(alarm("contact-id", "703718613001004")), ["5011 187037P13001004"]);
});

Deno.test("Contact ID: the item's account replaces the data's, short ones get zeros, long ones are never cut", () => {
  const data = "703718113001004";
  assertEquals(lines(alarm("contact-id", data, { account: "99" })), ["5011 180099E13001004"]);
  const long = alarm("contact-id", data, { account: "123456" });
  assertEquals(lines(long), ["5011 18123456E13001004"]);
  assertStringIncludes(notes(long).join(), "123456");
  assertEquals(notes(alarm("contact-id", data)), []);
  assertEquals(lines(alarm("contact-id", "00AAAA18340701001")), ["5011 1800AAAAR40701001"]);
});

Deno.test("Contact ID: a possible repeat is marked 98, and a mark in the data stays", () => {
  assertEquals(lines(alarm("contact-id", "703718113001004", { repeated: true })), ["5011 987037E13001004"]);
  assertEquals(lines(alarm("contact-id", "703798113001004")), ["5011 987037E13001004"]);
});

Deno.test("Contact ID: a 16th digit is the checksum; a wrong one is noted and the alarm goes", () => {
  assertEquals(lines(alarm("contact-id", "1234181131010158")), ["5011 181234E13101015"]);
  const wrong = alarm("contact-id", "1234181131010159");
  assertEquals(lines(wrong), ["5011 181234E13101015"]);
  assertStringIncludes(notes(wrong).join(), "checksum");
});

Deno.test("Contact ID: three line digits for the new family", () => {
  const options = { receiver: "07", line: "002" };
  assertEquals(lines(alarm("contact-id", "703718113001004"), options), ["507002 187037E13001004"]);
});

Deno.test("what cannot be said is refused with its rule", () => {
  assertEquals(rule(alarm("contact-id", "nonsense")), "bad-event-data");
  assertEquals(rule(alarm("contact-id", "18113001004")), "no-account");
  assertEquals(rule(alarm("contact-id", "703718113001004", { account: "12 4" })), "not-writable");
  assertEquals(rule(alarm("contact-id", "703718113001004", { account: "12\x144" })), "not-writable");
  assertEquals(rule(alarm("sia", "")), "bad-event-data");
  assertEquals(rule(alarm("sia", "#1234")), "bad-event-data");
  assertEquals(rule(alarm("sia", "#|NBA01")), "no-account");
  assertEquals(rule(alarm("sia", "NBA01")), "no-account");
  assertEquals(rule(alarm("sia", "#1234|NBA01", { account: "1]4" })), "not-writable");
  assertEquals(rule(alarm("scancom", "12345")), "bad-event-data");
  assertEquals(rule(alarm("vds2465", Uint8Array.of(2, 0x40, 1, 2))), "no-account");
});

Deno.test("SIA: the block goes as the panel spelled it, without filler, account as spelled", () => {
  assertEquals(lines(alarm("sia", "#027978|Nri2/BA227")), ["S011[#027978|Nri2/BA227]"]);
  assertEquals(lines(alarm("sia", "#1234NBA01")), ["S011[#1234|NBA01]"]);
  assertEquals(lines(alarm("sia", "#12|Nri1BA01", { account: "5" })), ["S011[#5|Nri1BA01]"]);
  assertEquals(lines(alarm("sia", "NBA01", { account: "77" })), ["S011[#77|NBA01]"]);
  assertEquals(lines(alarm("sia", "#1234|N/ri4/XZ9*12cm")), ["S011[#1234|N/ri4/XZ9*12cm]"]);
  assertStringIncludes(notes(alarm("sia", "#12345678|NBA1")).join(), "12345678");
});

Deno.test("SIA: a possible repeat is an old event, and one in the data stays", () => {
  assertEquals(lines(alarm("sia", "#1234|NBA01", { repeated: true })), ["S011[#1234|OBA01]"]);
  assertEquals(lines(alarm("sia", "#1234|OBA01")), ["S011[#1234|OBA01]"]);
});

Deno.test("SIA: text is left out unless asked for, and goes behind the last event", () => {
  const item = alarm("sia", "#1234|Nri1/BA01/BA02|AFront [door]");
  assertEquals(lines(item), ["S011[#1234|Nri1/BA01/BA02]"]);
  assertEquals(lines(item, { text: true }), ["S011[#1234|Nri1/BA01/BA02*'Front (door)'NM]"]);
  const inline = alarm("sia", "#1234|NFA2*'Cook''s room'NM/BA3");
  assertEquals(lines(inline), ["S011[#1234|NFA2/BA3]"]);
  assertEquals(lines(inline, { text: true }), ["S011[#1234|NFA2*'Cook``s room'NM/BA3]"]);
});

Deno.test("SIA: text in code page 437 loses its accents, with a note", () => {
  const data = Uint8Array.of(...ascii("#1234|NBA01|AK"), 0x81, ...ascii("che"));
  assertEquals(lines(alarm("sia", data), { text: true }), ["S011[#1234|NBA01*'Kuche'NM]"]);
  assertStringIncludes(notes(alarm("sia", data), { text: true }).join(), "replaced");
});

Deno.test("SIA: a line that is too long loses its text first", () => {
  const item = alarm("sia", `#1234|Nri1/BA01|A${"long ".repeat(12)}`);
  assertEquals(lines(item, { text: true }), ["S011[#1234|Nri1/BA01]"]);
  assertStringIncludes(notes(item, { text: true }).join(), "text was left out");
});

Deno.test("SIA: a line of 66 octets is sent whole; one more and each event gets its own, under its modifiers", () => {
  const events = (digits: number) =>
    `ti11:45/id001/ri1/BA001/BA002/ri2/FA003/FA004/FA005/FA${"6".padStart(digits, "0")}`;
  const room = 66 - "#1234|N".length;
  const fits = events(room - events(0).length + 1);
  assertEquals(fits.length, room);
  assertEquals(lines(alarm("sia", `#1234|N${fits}`)), [`S011[#1234|N${fits}]`]);
  assertEquals(
    lines(alarm("sia", "#12345|Nti11:45/id001/ri1/BA001/BA002/ri2/FA003/FA004/FA005/FA006/FA007")),
    [
      "S011[#12345|Nti11:45/id001/ri1/BA001]",
      "S011[#12345|Nti11:45/id001/ri1/BA002]",
      "S011[#12345|Nti11:45/id001/ri2/FA003]",
      "S011[#12345|Nti11:45/id001/ri2/FA004]",
      "S011[#12345|Nti11:45/id001/ri2/FA005]",
      "S011[#12345|Nti11:45/id001/ri2/FA006]",
      "S011[#12345|Nti11:45/id001/ri2/FA007]",
    ],
  );
});

Deno.test("SIA: the pieces of a line that was split are each marked when it may be a repeat", () => {
  const data = `#1234|N${Array.from({ length: 20 }, (_, i) => `BA${i}`).join("/")}`;
  const split = lines(alarm("sia", data, { repeated: true }));
  assertEquals(split.length, 20);
  for (const [index, line] of split.entries()) assertEquals(line, `S011[#1234|OBA${index}]`);
});

Deno.test("SIA: a single event that is too long is refused, not cut", () => {
  const modifiers = "da11-22-33/ti11:45:10/id000001/ri000001/pi000001/va000001/lv000001";
  assertEquals(rule(alarm("sia", `#1234|N${modifiers}/BA01`)), "line-too-long");
});

Deno.test("SIA: whatever the packet, lines keep the limit, read back, and hold the same events", () => {
  const modifier = fc.constantFrom("ri1", "ri2", "id001", "ti11:45", "pi010");
  const event = fc.tuple(fc.constantFrom("BA", "FA", "OP", "RP", "YT"), fc.integer({ min: 0, max: 9999 }))
    .map(([c, n]) => c + n);
  const packet = fc.array(fc.oneof(modifier, event), { minLength: 1, maxLength: 25 }).map((parts) =>
    [...parts, "CL7"].join("/")
  );
  fc.assert(
    fc.property(packet, fc.boolean(), (block, repeated) => {
      const written = writeAlarm(alarm("sia", `#1234|N${block}`, { repeated }), OPTIONS);
      assert(written.ok, JSON.stringify(written));
      const whole = parseSurGard(ascii(`S011[#1234|N${block}]`));
      assert(whole.ok);
      const strip = (raw: Uint8Array) => (draft: ReturnType<typeof surGardEventDrafts>[number]) => {
        const { flags: _flags, raw: _raw, ...rest } = draft;
        return { ...rest, octets: raw.length };
      };
      const got = written.lines.flatMap(({ bytes }) => {
        const read = parseSurGard(bytes, { lineDigits: 1 });
        assert(read.ok && read.message.kind === "sia-block");
        assertLessOrEqual(bytes.length - "S011[]".length - 1, 66);
        assertEquals(read.message.block.charAt(0), repeated ? "O" : "N");
        return surGardEventDrafts(read.message, bytes).map(strip(new Uint8Array()));
      });
      assertEquals(got, surGardEventDrafts(whole.message, new Uint8Array()).map(strip(new Uint8Array())));
    }),
  );
});

Deno.test("random event data never throws and never makes a line that is not readable", () => {
  const data = fc.oneof(
    fc.uint8Array({ maxLength: 120 }),
    fc.stringMatching(/^#[0-9A-F]{0,6}\|?[NO][ -~]{0,90}$/).map(ascii),
    fc.stringMatching(/^[0-9A-F]{4,6}18[0-9A-F]{9}$/).map(ascii),
  );
  fc.assert(
    fc.property(data, fc.constantFrom("sia" as const, "contact-id" as const), fc.boolean(), fc.string(), (
      bytes,
      protocol,
      text,
      account,
    ) => {
      const written = writeAlarm(alarm(protocol, bytes, { account }), { ...OPTIONS, text });
      if (!written.ok) return;
      assert(written.lines.length > 0);
      for (const line of written.lines) {
        const read = parseSurGard(line.bytes, { lineDigits: 1 });
        assert(read.ok, JSON.stringify(read));
        assertEquals(line.bytes.indexOf(0x14), line.bytes.length - 1);
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("Scancom goes as it came, 9 and 17 digits; a possible repeat has no mark, and is noted", () => {
  assertEquals(lines(alarm("scancom", "1234155555557")), ["80111234 1555 5555 7"]);
  assertEquals(lines(alarm("scancom", "12345615555555555555557")), ["8011123456 1555 5555 5555 5555 7"]);
  assertEquals(lines(alarm("scancom", "1234155555557", { account: "0042" })), ["80110042 1555 5555 7"]);
  const repeated = alarm("scancom", "1234155555557", { repeated: true });
  assertEquals(notes(repeated), ["a possible repeat; the form has no mark for that."]);
});

Deno.test("Scancom of more channels has no line: each event goes in SIA, and is noted", () => {
  const wide = written(alarm("scancom", `123456${"1".padEnd(24, "5")}7`));
  assertEquals(wide.lines.length, 1);
  assert(/^S011\[#123456\|N.*\]$/.test(wide.lines[0] ?? ""), wide.lines[0]);
  assertStringIncludes(wide.notes.join(), "was written as SIA");
});

Deno.test("VdS 2465 goes in SIA: each event with its place, text if wanted, and what was lost is noted", () => {
  const written = (hex: string, text = false, repeated = false) => {
    const data = Uint8Array.fromHex(hex);
    const item = alarm("vds2465", data, { events: vds2465EventData(data), repeated });
    const result = writeAlarm(item, { receiver: "01", line: "1", text });
    assert(result.ok, JSON.stringify(result));
    return result;
  };
  const ident = "0356214365";
  const line = (hex: string, text = false, repeated = false) =>
    written(hex + ident, text, repeated).lines.map(({ line }) => line);
  assertEquals(line("05021103000122"), ["S011[#123456|Nri1/BA3]<DC4>"]);
  assertEquals(line("050211030001a2"), ["S011[#123456|Nri1/BR3]<DC4>"]);
  assertEquals(line("05021103000122", false, true), ["S011[#123456|Ori1/BA3]<DC4>"]);
  // Armed and disarmed.
  assertEquals(line("05021100000161"), ["S011[#123456|Nri1/CL]<DC4>"]);
  assertEquals(line("050211000001e1"), ["S011[#123456|Nri1/OP]<DC4>"]);
  // Both octets of a Telenot point.
  assertEquals(line("05021105320122"), ["S011[#123456|Nri1/BA1330]<DC4>"]);
  // A kind that nobody knows: the general alarm, and its name as text.
  assertEquals(line("05021103000147", true), ["S011[#123456|Nri1/UA3*'47'NM]<DC4>"]);
  assertStringIncludes(
    written("05021103000147" + ident).notes.join(),
    "VdS 2465 47 was written as SIA UA, the general code, as there is nothing near",
  );
  // What cannot be read still reaches somebody.
  const unread = alarm("vds2465", Uint8Array.of(2, 0x40, 1, 2), { account: "1234" });
  assertEquals(lines(unread).map((text) => text.slice(0, 11)), ["S011[#1234|"]);
  // Two events of one telegram: two lines.
  assertEquals(line("0502110300012205021104000132"), [
    "S011[#123456|Nri1/BA3]<DC4>",
    "S011[#123456|Nri1/AT4]<DC4>",
  ]);
});

Deno.test("every VdS 2465 message kind, set and reset, has a line", () => {
  for (let kind = 0; kind < 256; kind++) {
    const data = Uint8Array.fromHex(`050211030001${kind.toString(16).padStart(2, "0")}0356214365`);
    const item = { ...alarm("vds2465", data), account: "1234", events: vds2465EventData(data) };
    const written = writeAlarm(item, { receiver: "01", line: "1", text: true });
    assert(written.ok && written.lines.length === 1, `${kind}: ${JSON.stringify(written)}`);
  }
});
