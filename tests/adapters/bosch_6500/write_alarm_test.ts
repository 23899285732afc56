import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { bosch6500EventDrafts } from "../../../adapters/bosch_6500/decode.ts";
import { parseBosch6500 } from "../../../adapters/bosch_6500/message.ts";
import { writeEventData } from "../../../adapters/contact_id/event_data.ts";
import { parseContactIdText } from "../../../adapters/contact_id/text.ts";
import { writeAlarm, type WriteBosch6500Options } from "../../../adapters/bosch_6500/write_alarm.ts";
import type { OutputItem } from "../../../adapters/contract.ts";
import { vds2465EventData } from "../../../adapters/vds2465/event_data.ts";
import { translate } from "../../../src/event/translation/mod.ts";
import { alarm } from "../../support/alarm.ts";
import { alarmWriting } from "../../support/alarm_writing.ts";
import { ascii } from "../../support/ascii.ts";

const OPTIONS: WriteBosch6500Options = { receiver: "01", line: "2" };

const { written, rule } = alarmWriting(writeAlarm, () => OPTIONS, "<DC4>");

Deno.test("Contact ID goes as it came, qualifiers as digits or as letters", () => {
  for (const [digit, letter] of [["1", "E"], ["3", "R"], ["6", "P"]] as const) {
    const item = alarm("contact-id", `703718${digit}13001004`);
    assertEquals(written(item), { lines: [`a012 703718${digit}13001004`], notes: [] });
    assertEquals(written(item, { qualifiers: "letters" }).lines, [`a012 703718${letter}13001004`]);
  }
});

Deno.test("Contact ID: account of the item, zeros in front, never cut; a wrong checksum digit is noted", () => {
  const data = "703718113001004";
  assertEquals(written(alarm("contact-id", data, { account: "99" })).lines, ["a012 009918113001004"]);
  const long = written(alarm("contact-id", data, { account: "123456" }));
  assertEquals(long.lines, ["a012 12345618113001004"]);
  assertStringIncludes(long.notes.join(), "account 123456 has 6 characters");
  assertStringIncludes(written(alarm("contact-id", "1234181131010159")).notes.join(), "checksum");
});

Deno.test("Contact ID: a possible repeat is noted, and marked where the AE takes 98", () => {
  for (
    const item of [
      alarm("contact-id", "703718113001004", { repeated: true }),
      alarm("contact-id", "703798113001004"),
    ]
  ) {
    assertEquals(written(item), {
      lines: ["a012 703718113001004"],
      notes: ["a possible repeat; the form has no mark for that."],
    });
    assertEquals(written(item, { mark98: true }), { lines: ["a012 703798113001004"], notes: [] });
  }
});

Deno.test("SIA goes as it came; a possible repeat is an old event; text if the AE takes it", () => {
  const item = alarm("sia", "#1234|Nri1/BA01/BA02|AHall");
  assertEquals(written(item).lines, ["S012[#1234|Nri1/BA01/BA02]"]);
  assertEquals(written(item, { text: true }).lines, ["S012[#1234|Nri1/BA01/BA02*'Hall'NM]"]);
  assertEquals(written({ ...item, repeated: true }).lines, ["S012[#1234|Ori1/BA01/BA02]"]);
  assertEquals(written(alarm("sia", "#12|NBA1", { account: "1234567890123456" })).lines, [
    "S012[#1234567890123456|NBA1]",
  ]);
});

Deno.test("SIA: a block that is too long is split, each event in a line of its own", () => {
  const data = `#1234|N${Array.from({ length: 20 }, (_, i) => `BA${i}`).join("/")}`;
  assertEquals(
    written(alarm("sia", data)).lines,
    Array.from({ length: 20 }, (_, i) => `S012[#1234|NBA${i}]`),
  );
});

Deno.test("Fast Format of 8 and 16 channels goes as it came, in types f and g", () => {
  assertEquals(written(alarm("scancom", "8531151555557")), { lines: ["f012  8531 1515 5555 7"], notes: [] });
  assertEquals(written(alarm("scancom", "123456151555555555555517".slice(0, 23))).lines, [
    "g012123456 1515 5555 5555 5555 1",
  ]);
  assertEquals(written(alarm("scancom", "8531151555557", { account: "42" })).lines, [
    "f012    42 1515 5555 7",
  ]);
  const long = written(alarm("scancom", "8531151555557", { account: "12345678", repeated: true }));
  assertEquals(long.lines, ["f01212345678 1515 5555 7"]);
  assertEquals(long.notes.length, 2);
});

Deno.test("Fast Format of more channels has no line: each event goes in SIA, with a note", () => {
  const { lines, notes } = written(alarm("scancom", `123456${"1".padEnd(24, "5")}7`));
  assertEquals(lines.length, 1);
  assert(/^S012\[#123456\|[NO].*\]$/.test(lines[0] ?? ""), lines[0]);
  assertStringIncludes(notes.join(), "was written as SIA");
});

Deno.test("VdS 2465 goes in SIA, one line for each event, and what the translation lost is noted", () => {
  const data = Uint8Array.fromHex("05021103000122" + "05021104000132" + "0356214365");
  const item = alarm("vds2465", data);
  const { lines, notes } = written(item);
  const events = vds2465EventData(data);
  assertEquals(events.length, 2);
  for (const [index, event] of events.entries()) {
    const { form, lost } = translate(event, "sia");
    const line = lines[index] ?? "";
    assert(line.startsWith(`S012[#123456|${form.block}`), line);
    assertStringIncludes(line, `${form.code}${form.address ?? ""}`);
    for (const { what, detail } of lost) {
      if (what !== "account-length") assertStringIncludes(notes.join("\n"), detail);
    }
  }
  assertStringIncludes(notes.join("\n"), "was written as SIA");
  // The same from events the gateway has decoded before.
  assertEquals(written({ ...item, events }).lines, lines);
  assertEquals(written({ ...item, repeated: true }).lines[0]?.slice(12, 14), "|O");
});

Deno.test("VdS 2465: text that the AE does not take is named among what was lost", () => {
  const data = Uint8Array.fromHex("05021103000122" + "0356214365");
  const events = vds2465EventData(data).map((event) => ({ ...event, text: "Hall" }));
  const item = alarm("vds2465", data, { events });
  const without = written(item);
  assertEquals(without.lines[0]?.includes("Hall"), false);
  assertStringIncludes(without.notes.join(), '"Hall"');
  const withText = written(item, { text: true });
  assertStringIncludes(withText.lines[0] ?? "", "*'Hall'NM");
  assertEquals(withText.notes.join().includes("Hall"), false);
});

Deno.test("every VdS 2465 message kind, set and reset, has a line, with text and without", () => {
  for (let kind = 0; kind < 256; kind++) {
    const data = Uint8Array.fromHex(`050211030001${kind.toString(16).padStart(2, "0")}0356214365`);
    for (const text of [true, false]) {
      const item = alarm("vds2465", data, { account: "1234" });
      assertEquals(written(item, { text }).lines.length, 1, String(kind));
    }
  }
});

Deno.test("header and trailer stand around every kind of line", () => {
  for (
    const [protocol, data] of [["contact-id", "703718113001004"], ["sia", "#1234|NBA1"], [
      "scancom",
      "8531151555557",
    ]] as const
  ) {
    const result = writeAlarm(alarm(protocol, data), { ...OPTIONS, header: 0x0a, trailer: 0x0d });
    assert(result.ok);
    assertEquals([result.lines[0]?.bytes.at(0), result.lines[0]?.bytes.at(-1)], [0x0a, 0x0d]);
  }
});

Deno.test("what cannot be said is refused with its rule", () => {
  assertEquals(rule(alarm("contact-id", "nonsense")), "bad-event-data");
  assertEquals(rule(alarm("contact-id", "18113001004")), "no-account");
  assertEquals(rule(alarm("contact-id", "703718113001004", { account: "12 4" })), "not-writable");
  assertEquals(rule(alarm("contact-id", "703718113001004", { account: "12\x144" })), "not-writable");
  assertEquals(rule(alarm("sia", "")), "bad-event-data");
  assertEquals(rule(alarm("sia", "NBA01")), "no-account");
  assertEquals(rule(alarm("sia", "#1234|NBA01", { account: "1]4" })), "not-writable");
  assertEquals(rule(alarm("scancom", "12345")), "bad-event-data");
  assertEquals(rule(alarm("scancom", "8531151555557", { account: "1 2" })), "not-writable");
});

Deno.test("what is written in the panel's own language is read back as the same events", () => {
  const events = (item: OutputItem) => {
    const result = writeAlarm(item, OPTIONS);
    assert(result.ok);
    return result.lines.flatMap(({ bytes }) => {
      const read = parseBosch6500(bytes);
      assert(read.ok);
      return bosch6500EventDrafts(read.message, bytes).map(({ account, code, zone, user, device, area }) => ({
        account,
        code,
        zone,
        user,
        device,
        area,
      }));
    });
  };
  const none = { zone: undefined, user: undefined, device: undefined, area: undefined };
  assertEquals(events(alarm("sia", "#1234|Nri1/BA01/OP7")), [
    { ...none, account: "1234", code: "BA", zone: "01", area: "1" },
    { ...none, account: "1234", code: "OP", user: "7", area: "1" },
  ]);
  assertEquals(events(alarm("contact-id", "703718340102007")), [
    { ...none, account: "7037", code: "401", user: "007", area: "02" },
  ]);
  assertEquals(events(alarm("scancom", "8531155555557")), [
    { ...none, account: "8531", code: "17", device: "1" },
  ]);
});

Deno.test("random event data never throws and never makes a line that is not readable", () => {
  const data = fc.oneof(
    fc.uint8Array({ maxLength: 120 }),
    fc.stringMatching(/^#[0-9A-F]{0,6}\|?[NO][ -~]{0,90}$/).map(ascii),
    fc.stringMatching(/^[0-9A-F]{4,6}18[0-9A-F]{9}$/).map(ascii),
    fc.stringMatching(/^[0-9]{13,39}$/).map(ascii),
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
      flag,
      account,
    ) => {
      const item = alarm(protocol, bytes, { account, repeated: flag });
      const result = writeAlarm(item, { ...OPTIONS, text: flag });
      if (!result.ok) return;
      assert(result.lines.length > 0);
      for (const { bytes } of result.lines) {
        const read = parseBosch6500(bytes);
        assert(read.ok, JSON.stringify(read));
        assertEquals(bytes.indexOf(0x14), bytes.length - 1);
      }
    }),
    { numRuns: 1000 },
  );
});

Deno.test("the reader on the panel side, written apart from this, reads the same from every Contact ID line", () => {
  const digits = fc.stringMatching(/^[0-9B-F]{4}18[136][0-9]{8}$/);
  fc.assert(
    fc.property(digits, fc.constantFrom("digits" as const, "letters" as const), (data, qualifiers) => {
      const result = writeAlarm(alarm("contact-id", data), { ...OPTIONS, qualifiers });
      assert(result.ok);
      const line = new TextDecoder().decode(result.lines[0]?.bytes).replace("\x14", "");
      const read = parseContactIdText(line);
      assert(read.ok && read.form === "radionics", JSON.stringify(read));
      assertEquals(new TextDecoder().decode(writeEventData(read.contactId)), data);
    }),
  );
});
