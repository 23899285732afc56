import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parseEventMsg, writeEventMsg } from "../../../src/ip/messages/event.ts";
import { edition, editionNames } from "../../../src/ip/editions.ts";
import type { EventField } from "../../../src/ip/messages/fields.ts";
import {
  type EventFieldName,
  reconstructed2020 as profile,
  type Ts50136Profile,
} from "../../../src/ip/profile.ts";
import { otherLayout } from "../other_layout.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const hex = (octets: string) => Uint8Array.fromHex(octets);
const EVENT = "00000b01" + utf8("#1234NBA01").toHex();
const event: EventField = { field: "event", protocol: "sia", data: utf8("#1234NBA01") };
const strict: Ts50136Profile = { ...profile, values: { ...profile.values, trailing: "refuse" } };

function rule(data: string, layout = profile): string {
  const parsed = parseEventMsg(layout, hex(data));
  return parsed.ok ? "" : parsed.rule;
}
function fields(data: string): EventField[] {
  const parsed = parseEventMsg(profile, hex(data));
  assert(parsed.ok, data);
  return parsed.value.fields;
}

Deno.test("every known field reads and writes its octets, in order", () => {
  const all: EventField[] = [
    { field: "time-message", time: 2n },
    event,
    { field: "time-event", time: 0x83aa7e8000000000n },
    { field: "alarm-text", text: "Smoke – hall" },
    { field: "longitude", text: "24.1052" },
    { field: "link-ip-address", address: hex("00000000000000000000ffffc0000201") },
    { field: "link-ip-port", port: 8443 },
    { field: "link-url", text: "rtsp://camera/1" },
    { field: "link-filename", text: "" },
  ];
  const data = "0200080000000000000002" + EVENT + "01000883aa7e8000000000" +
    "03000e" + utf8("Smoke – hall").toHex() + "090007" + utf8("24.1052").toHex() +
    "80001000000000000000000000ffffc0000201" + "81000220fb" + "82000f" + utf8("rtsp://camera/1").toHex() +
    "830000";
  assertEquals(writeEventMsg(profile, { name: "EVENT_MSG", fields: all }).toHex(), data);
  assertEquals(fields(data), all);
});

/** A field of each name. */
function sample(name: EventFieldName, layout: Ts50136Profile): EventField {
  switch (name) {
    case "event":
      return event;
    case "time-event":
    case "time-message":
      return { field: name, time: 0x0102030405060708n };
    case "link-ip-address":
      return { field: name, address: new Uint8Array(layout.values.addressOctets).fill(0xfe) };
    case "link-ip-port":
      return { field: name, port: 554 };
    default:
      return { field: name, text: `text of ${name}` };
  }
}

for (const layout of [...editionNames.map(edition), otherLayout]) {
  Deno.test(`${layout.name}: all fields of the table, each twice but the Event field, keep their order and numbers`, () => {
    const names = layout.eventFields.map(({ name }) => name);
    const all = [...names, ...names.filter((name) => name !== "event").reverse()];
    const written = writeEventMsg(layout, { name: "EVENT_MSG", fields: all.map((n) => sample(n, layout)) });
    const parsed = parseEventMsg(layout, written);
    assert(parsed.ok);
    assertEquals(parsed.value.fields, all.map((name) => sample(name, layout)));
    // Walked by hand: the numbers on the wire are those of the table, in this order.
    const head = 1 + layout.values.fieldLengthOctets;
    const ids: number[] = [];
    for (let at = 0; at < written.length;) {
      ids.push(written[at]!);
      at += head +
        (layout.values.fieldLengthOctets === 1
          ? written[at + 1]!
          : 256 * written[at + 1]! + written[at + 2]!);
    }
    assertEquals(ids, all.map((name) => layout.eventFields.find((row) => row.name === name)!.id));
  });
}

Deno.test("fields of the 2020 edition reach an RCT of another edition, by name or raw, with every octet", () => {
  const fields = profile.eventFields.map(({ name }) => sample(name, profile));
  const data = writeEventMsg(profile, { name: "EVENT_MSG", fields });
  for (const layout of editionNames.map(edition)) {
    const parsed = parseEventMsg(layout, data);
    assert(parsed.ok, layout.name);
    assertEquals(writeEventMsg(layout, parsed.value).toHex(), data.toHex());
    const room = parsed.value.fields[profile.eventFields.findIndex(({ name }) => name === "room")];
    assertEquals(
      room,
      layout.eventFields.some(({ name }) => name === "room")
        ? { field: "room", text: "text of room" }
        : { field: "raw", id: 0x07, data: utf8("text of room") },
    );
  }
});

Deno.test("fields that the profile does not know are kept raw, in order, and written again", () => {
  const data = "550003010203" + EVENT + "fe0000" + "550001ff";
  const kept: EventField[] = [
    { field: "raw", id: 0x55, data: hex("010203") },
    event,
    { field: "raw", id: 0xfe, data: hex("") },
    { field: "raw", id: 0x55, data: hex("ff") },
  ];
  assertEquals(fields(data), kept);
  assertEquals(writeEventMsg(profile, { name: "EVENT_MSG", fields: kept }).toHex(), data);
});

Deno.test("a known field of the wrong size or with broken text does not cost the alarm", () => {
  const odd: [string, string, string][] = [
    ["010007", "00000000000000", "bad-field-size"],
    ["020009", "000000000000000000", "bad-field-size"],
    ["800004", "c0000201", "bad-field-size"],
    ["800020", "00".repeat(32), "bad-field-size"],
    ["810004", "00000050", "bad-field-size"],
    ["030002", "c328", "bad-field-text"],
    ["820003", "610062", "bad-field-text"],
  ];
  for (const [head, content, reason] of odd) {
    const data = head + content + EVENT;
    const [field, alarm] = fields(data);
    assertEquals(field as unknown, {
      field: "raw",
      id: parseInt(head.slice(0, 2), 16),
      data: hex(content),
      rule: reason,
    });
    assertEquals(alarm, event);
    const back = writeEventMsg(profile, { name: "EVENT_MSG", fields: fields(data) });
    assertEquals(back.toHex(), data);
  }
});

Deno.test("a byte order mark in text is kept as it came", () => {
  const data = "030004efbbbf41" + EVENT;
  assertEquals(writeEventMsg(profile, { name: "EVENT_MSG", fields: fields(data) }).toHex(), data);
});

Deno.test("an event of a protocol that the profile does not know is kept by number", () => {
  assertEquals(fields("00000281aa"), [{ field: "event", protocol: "protocol-0x81", data: hex("aa") }]);
  assertEquals(fields("00000104"), [{ field: "event", protocol: "vds2465", data: hex("") }]);
});

Deno.test("exactly one Event field is needed", () => {
  assertEquals(rule(""), "no-event-field");
  assertEquals(rule("01000883aa7e8000000000"), "no-event-field");
  assertEquals(rule("000000"), "empty-event-field");
  assertEquals(rule(EVENT + EVENT), "second-event-field");
  assertEquals(rule(EVENT + "000000"), "second-event-field");
  const write = (fields: EventField[]) => writeEventMsg(profile, { name: "EVENT_MSG", fields });
  assertThrows(() => write([]), RangeError, "one Event field, this one 0");
  assertThrows(() => write([event, event]), RangeError, "2");
  assertThrows(() => write([event, { field: "raw", id: 0, data: hex("01") }]), RangeError, "2");
});

Deno.test("refusals say where and what to do", () => {
  const second = parseEventMsg(profile, hex(EVENT + EVENT));
  assert(!second.ok);
  assertStringIncludes(second.message, "octet 14");
  const cut = parseEventMsg(profile, hex(EVENT).subarray(0, 9));
  assert(!cut.ok);
  assertStringIncludes(cut.message, "needs 14 octets of message data, there are 9");
});

Deno.test("every truncation: refused until the Event field is whole, then the alarm is kept and the rest beside it", () => {
  const after = "01000883aa7e8000000000" + "550002cafe";
  const data = hex("030002" + "4869" + EVENT + after);
  const eventEnd = 5 + EVENT.length / 2;
  const ends = [eventEnd, eventEnd + 11, data.length];
  for (let length = 0; length <= data.length; length++) {
    const cut = data.subarray(0, length);
    const parsed = parseEventMsg(profile, cut);
    if (length < eventEnd) {
      const expected = length === 0 || length === 5 ? "no-event-field" : "field-cut-short";
      assertEquals(parsed.ok ? "" : parsed.rule, expected, `${length} octets`);
      continue;
    }
    assert(parsed.ok, `${length} octets`);
    assertEquals(parsed.value.fields[1], event);
    assertEquals(parsed.value.trailing === undefined, ends.includes(length), `${length} octets`);
    assertEquals(writeEventMsg(profile, parsed.value).toHex(), cut.toHex());
    assertEquals(rule(cut.toHex(), strict), ends.includes(length) ? "" : "field-cut-short");
  }
});

Deno.test("random octets never throw, and what is read writes back to the same octets", () => {
  const start = fc.constantFrom("", "00000101", "00000204aa", "010008", EVENT);
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 60 }), (start, more) => {
      const data = new Uint8Array([...hex(start), ...more]);
      const parsed = parseEventMsg(profile, data);
      if (parsed.ok) assertEquals(writeEventMsg(profile, parsed.value).toHex(), data.toHex());
      parseEventMsg(otherLayout, data);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("text with a NUL and data beyond the field's length are errors of the caller", () => {
  const write = (field: EventField, layout = profile) =>
    writeEventMsg(layout, { name: "EVENT_MSG", fields: [event, field] });
  assertThrows(() => write({ field: "room", text: "a\0b" }), RangeError, "NUL");
  assertThrows(() => write({ field: "raw", id: 9, data: new Uint8Array(65536) }), RangeError, "65536");
  assertThrows(
    () => write({ field: "raw", id: 9, data: new Uint8Array(256) }, otherLayout),
    RangeError,
    "256",
  );
  assertThrows(() => write({ field: "link-ip-port", port: 65536 }), RangeError);
  assertThrows(() => write({ field: "link-ip-address", address: hex("7f000001") }), RangeError, "4 octets");
});

Deno.test("with a one-octet length a message is one octet shorter per field", () => {
  const data = writeEventMsg(otherLayout, {
    name: "EVENT_MSG",
    fields: [event, { field: "link-ip-port", port: 80 }],
  });
  assertEquals(data.toHex(), "050b81" + utf8("#1234NBA01").toHex() + "860450000000");
  const parsed = parseEventMsg(otherLayout, data);
  assert(parsed.ok);
  assertEquals(parsed.value.fields, [event, { field: "link-ip-port", port: 80 }]);
});
