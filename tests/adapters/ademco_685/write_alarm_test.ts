import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { parseAdemco685 } from "../../../adapters/ademco_685/message.ts";
import { writeEventData } from "../../../adapters/contact_id/event_data.ts";
import { parseContactIdText } from "../../../adapters/contact_id/text.ts";
import { parseScancomText } from "../../../adapters/scancom/text.ts";
import { type WriteAdemco685Options, writeAlarm } from "../../../adapters/ademco_685/write_alarm.ts";
import { translate } from "../../../src/event/translation/mod.ts";
import { siaEvents } from "../../../adapters/sia/event_data.ts";
import { alarm } from "../../support/alarm.ts";
import { alarmWriting } from "../../support/alarm_writing.ts";
import { ascii } from "../../support/ascii.ts";

const OPTIONS: WriteAdemco685Options = { receiver: "1", line: "2" };

const { written, rule } = alarmWriting(writeAlarm, () => OPTIONS);

Deno.test("Contact ID: qualifiers 1, 3 and 6 become E, R and P; P can be E", () => {
  const data = (q: number) => alarm("contact-id", `703718${q}13001004`);
  assertEquals(written(data(1)), { lines: ["<LF>12 7037 18 E130 01 C004 <CR>"], notes: [] });
  assertEquals(written(data(3)).lines, ["<LF>12 7037 18 R130 01 C004 <CR>"]);
  assertEquals(written(data(6)).lines, ["<LF>12 7037 18 P130 01 C004 <CR>"]);
  assertEquals(written(data(6), { previous: "E" }).lines, ["<LF>12 7037 18 E130 01 C004 <CR>"]);
});

Deno.test("Contact ID: U before a user, C before all else; always C where the AE knows no U", () => {
  for (
    const code of "121 313 400 401 409 411 415 421 441 442 450 459 574 604 607 625 642 652 653".split(" ")
  ) {
    const item = alarm("contact-id", `7037181${code}01004`);
    assertEquals(written(item).lines, [`<LF>12 7037 18 E${code} 01 U004 <CR>`]);
    assertEquals(written(item, { addressLetter: "contact" }).lines, [`<LF>12 7037 18 E${code} 01 C004 <CR>`]);
  }
  for (const code of ["100", "130", "301", "570", "602", "168"]) {
    assertEquals(written(alarm("contact-id", `7037181${code}01004`)).lines, [
      `<LF>12 7037 18 E${code} 01 C004 <CR>`,
    ]);
  }
});

Deno.test("Contact ID: the item's account replaces the data's, short ones get zeros, long ones are never cut", () => {
  const data = "703718113001004";
  assertEquals(written(alarm("contact-id", data, { account: "99" })).lines, [
    "<LF>12 0099 18 E130 01 C004 <CR>",
  ]);
  const long = written(alarm("contact-id", data, { account: "123456" }));
  assertEquals(long.lines, ["<LF>12 123456 18 E130 01 C004 <CR>"]);
  assertStringIncludes(long.notes.join(), "account 123456 has 6 characters");
});

Deno.test("Contact ID: a possible repeat is noted, and marked where the AE takes 98", () => {
  for (
    const item of [
      alarm("contact-id", "703718113001004", { repeated: true }),
      alarm("contact-id", "703798113001004"),
    ]
  ) {
    assertEquals(written(item), {
      lines: ["<LF>12 7037 18 E130 01 C004 <CR>"],
      notes: ["a possible repeat; the form has no mark for that."],
    });
    assertEquals(written(item, { mark98: true }), { lines: ["<LF>12 7037 98 E130 01 C004 <CR>"], notes: [] });
  }
});

Deno.test("Contact ID: a wrong checksum digit is noted and the alarm goes", () => {
  const wrong = written(alarm("contact-id", "1234181131010159"));
  assertEquals(wrong.lines, ["<LF>12 1234 18 E131 01 C015 <CR>"]);
  assertStringIncludes(wrong.notes.join(), "checksum");
});

Deno.test("the variants of the line: end octet, blank before it", () => {
  const item = alarm("contact-id", "703718113001004");
  assertEquals(written(item, { terminator: "esc", trailingBlank: false }).lines, [
    "<LF>12 7037 18 E130 01 C004<ESC>",
  ]);
});

Deno.test("Fast Format of eight channels goes as it came; a possible repeat is noted", () => {
  assertEquals(written(alarm("scancom", "8531151555557")), {
    lines: ["<LF>12 8531 1515 5555 7<CR>"],
    notes: [],
  });
  assertEquals(written(alarm("scancom", "123456151555557")).lines, ["<LF>12 123456 1515 5555 7<CR>"]);
  assertStringIncludes(written(alarm("scancom", "123456151555557")).notes.join(), "123456");
  assertEquals(written(alarm("scancom", "8531151555557", { account: "42" })).lines, [
    "<LF>12 0042 1515 5555 7<CR>",
  ]);
  assertEquals(written(alarm("scancom", "8531151555557", { repeated: true })).notes, [
    "a possible repeat; the form has no mark for that.",
  ]);
});

Deno.test("Fast Format of sixteen channels has no line: each event goes as Contact ID, with a note", () => {
  const { lines, notes } = written(alarm("scancom", "123415555555555555517"));
  assertEquals(lines.length, 2);
  for (const line of lines) assert(/^<LF>12 1234 18 E[0-9]{3} [0-9]{2} [CU][0-9]{3} <CR>$/.test(line), line);
  assertStringIncludes(notes.join(), "was written as Contact ID");
});

Deno.test("SIA: one line for each event, as the translation has it, and what it lost is noted", () => {
  const data = "#1234|Nri2/BA07/OP5|AHall";
  const { lines, notes } = written(alarm("sia", data));
  const events = siaEvents(ascii(data));
  assertEquals(events.length, 2);
  assertEquals(
    lines.map((line) => line.replace(/ [CU](...) <CR>/, " $1")),
    events.map((event) => {
      const { qualifier, code, group, zone } = translate(event, "contact-id").form;
      return `<LF>12 1234 18 ${{ 1: "E", 3: "R", 6: "P" }[qualifier]}${code} ${group} ${zone}`;
    }),
  );
  assertStringIncludes(notes.join("\n"), "SIA BA (Burglary Alarm) was written as Contact ID");
  for (const event of events) {
    for (const { detail } of translate(event, "contact-id").lost) {
      assertStringIncludes(notes.join("\n"), detail);
    }
  }
  assertEquals(written(alarm("sia", data, { account: "0815" })).lines[0]?.slice(4, 11), "12 0815");
});

Deno.test("SIA and VdS 2465 that cannot be read still reach somebody, as the general code", () => {
  assertEquals(written(alarm("sia", "#1234|N???")).lines.length, 1);
  const vds = Uint8Array.fromHex("05021103000147" + "0356214365");
  assertEquals(written(alarm("vds2465", vds)).lines.length, 1);
});

Deno.test("an account that is sent in full is not among what was lost", () => {
  const { lines, notes } = written(alarm("vds2465", Uint8Array.fromHex("05021103000122" + "0356214365")));
  assertEquals(lines[0]?.slice(4, 13), "12 123456");
  assertEquals(notes.filter((note) => note.includes("123456")).length, 1);
  assertStringIncludes(notes.join(), "sent in full");
});

Deno.test("every VdS 2465 message kind, set and reset, has a line", () => {
  for (let kind = 0; kind < 256; kind++) {
    const data = Uint8Array.fromHex(`050211030001${kind.toString(16).padStart(2, "0")}0356214365`);
    assertEquals(written(alarm("vds2465", data, { account: "1234" })).lines.length, 1, String(kind));
  }
});

Deno.test("what cannot be said is refused with its rule", () => {
  assertEquals(rule(alarm("contact-id", "nonsense")), "bad-event-data");
  assertEquals(rule(alarm("contact-id", "18113001004")), "no-account");
  assertEquals(rule(alarm("contact-id", "703718113001004", { account: "12 4" })), "not-writable");
  assertEquals(rule(alarm("contact-id", "703718113001004", { account: "12\r4" })), "not-writable");
  assertEquals(rule(alarm("sia", "NBA01")), "no-account");
  assertEquals(rule(alarm("scancom", "12345")), "bad-event-data");
  assertEquals(rule(alarm("scancom", "8531151555557", { account: "LINE" })), "not-writable");
});

Deno.test("random event data never throws and never makes a line that is not readable", () => {
  const data = fc.oneof(
    fc.uint8Array({ maxLength: 120 }),
    fc.stringMatching(/^#[0-9A-F]{0,6}\|?[NO][ -~]{0,90}$/).map(ascii),
    fc.stringMatching(/^[0-9A-F]{4,6}18[0-9A-F]{9}$/).map(ascii),
    fc.stringMatching(/^[0-9]{13,23}$/).map(ascii),
  );
  const protocol = fc.constantFrom(
    "sia" as const,
    "contact-id" as const,
    "scancom" as const,
    "vds2465" as const,
  );
  fc.assert(
    fc.property(data, protocol, fc.boolean(), fc.oneof(fc.string(), fc.constant("1234")), (
      bytes,
      protocol,
      repeated,
      account,
    ) => {
      const result = writeAlarm(alarm(protocol, bytes, { account, repeated }), OPTIONS);
      if (!result.ok) return;
      assert(result.lines.length > 0);
      for (const { bytes } of result.lines) {
        const read = parseAdemco685(bytes);
        assert(read.ok, JSON.stringify(read));
        assertEquals([bytes.indexOf(0x0a), bytes.indexOf(0x0d)], [0, bytes.length - 1]);
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("the readers on the panel side, written apart from this, read the same from every line", () => {
  const digits = fc.stringMatching(/^[0-9B-F]{4}18[136][0-9]{8}$/);
  fc.assert(fc.property(digits, (data) => {
    const result = writeAlarm(alarm("contact-id", data), OPTIONS);
    assert(result.ok);
    const line = new TextDecoder().decode(result.lines[0]?.bytes).trim();
    const read = parseContactIdText(line);
    assert(read.ok && read.form === "ademco-685", JSON.stringify(read));
    assertEquals(new TextDecoder().decode(writeEventData(read.contactId)), data);
  }));
  const channels = fc.stringMatching(/^[0-9]{4}[0-9]{8}[0-9]$/);
  fc.assert(fc.property(channels, (data) => {
    const result = writeAlarm(alarm("scancom", data), OPTIONS);
    assert(result.ok);
    const read = parseScancomText(new TextDecoder().decode(result.lines[0]?.bytes));
    assert(read.ok && read.form === "ademco-685", JSON.stringify(read));
    const { account, channels, status } = read.scancom;
    assertEquals(account + channels + status, data);
  }));
});
