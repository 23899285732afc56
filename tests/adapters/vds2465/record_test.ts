import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { readRecords, writeRecords } from "../../../adapters/vds2465/record.ts";
import { readFields, writeFields } from "../../../adapters/vds2465/record_fields.ts";
import { isIdent, readIdent, writeIdent } from "../../../adapters/vds2465/ident.ts";
import { readDateTime, toInstant, writeDateTime } from "../../../adapters/vds2465/date_time.ts";
import { readText, writeText } from "../../../adapters/vds2465/text.ts";
import { recordToJson } from "../../../adapters/vds2465/describe.ts";
import { vds2465EventDrafts } from "../../../adapters/vds2465/event_draft.ts";
import { hex as twoDigits } from "../../../adapters/vds2465/names.ts";
import { vdsRecordType } from "../../../adapters/vds2465/record_type.ts";
import { anyRecord, concat, hex } from "./records.ts";

Deno.test("any records are written and read back in order, unknown types too", () => {
  fc.assert(fc.property(fc.array(anyRecord, { maxLength: 20 }), (records) => {
    assertEquals(readRecords(writeRecords(records)), { records });
  }));
});

Deno.test("what a record says gives the record back, to the octet", () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      assertEquals(writeFields(readFields(record)), record);
      assertEquals(typeof JSON.stringify(recordToJson(record)), "string");
    }),
    { numRuns: 3000 },
  );
});

Deno.test("a record that runs past the end is refused with its offset; those before it are kept", () => {
  const whole = hex("05021103000122 0356214365");
  for (let length = 8; length < whole.length; length++) {
    const { records, refused } = readRecords(whole.slice(0, length), 100);
    assertEquals(records.map(({ type }) => type), [0x02]);
    assert(refused !== undefined);
    assertEquals([refused.rule, refused.offset], ["truncated-record", 107]);
    assertEquals(refused.raw, whole.slice(7, length));
  }
  assertStringIncludes(
    readRecords(hex("0356 21")).refused?.message ?? "",
    "type 56H announces 3 octets, but 1 are there",
  );
});

Deno.test("any octets are read without a throw, and none is lost", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
    const { records, refused } = readRecords(bytes);
    assertEquals(concat(writeRecords(records), refused?.raw ?? new Uint8Array()), bytes);
  }));
});

Deno.test("too long a record is the caller's mistake", () => {
  assertThrows(
    () => writeRecords([{ type: 2, data: new Uint8Array(256) }]),
    RangeError,
    "255 octets at most",
  );
  assertThrows(() => writeRecords([{ type: 256, data: new Uint8Array() }]), RangeError, "0 to 255");
});

Deno.test("the layouts of the reference, field by field", () => {
  const at = { device: 1, area: 2, address: 3, supplement: 4, extension: 1 };
  const place = { device: 1, area: 2 };
  const rows: [string, unknown][] = [
    ["010164", { kind: "priority", priority: 0x64 }],
    ["0502 1203040122", { kind: "message", type: 2, ...at, messageKind: 0x22 }],
    ["0404 120304 22", { kind: "message", type: 4, ...without(at), messageKind: 0x22 }],
    ["0720 1203040122 aabb", { kind: "message", type: 0x20, ...at, messageKind: 0x22, extra: hex("aabb") }],
    ["0210 12 55", { kind: "query", at: place, asked: 0x55 }],
    ["0510 12030401 20", { kind: "query", at, asked: 0x20 }],
    ["0211 12 02", { kind: "error", at: place, code: 2 }],
    ["0311 12 ff bb", { kind: "error", at: place, code: 0xff, unknownType: 0xbb }],
    ["0524 12030401 fe", { kind: "block-status", at, states: hex("fe") }],
    ["0730 12030401 21 4366", { kind: "value", at, valueKind: 0x21, value: hex("4366") }],
    ["0040", { kind: "test" }],
    ["0041", { kind: "test-acknowledgement" }],
    ["0441 12 50 a005", { kind: "test-timer", at: place, timer: 0x50, minutes: 1440 }],
    ["0650 1614 0809 1002", { kind: "date-time", at: { year: 2022, month: 8, day: 9, hour: 16, minute: 2 } }],
    ["0255 12 02", { kind: "supported", at: place, types: [2] }],
    ["0659 10 050001 4142", { kind: "other", type: 0x59, data: hex("100500014142") }],
    ["0659 10 040001 4142", {
      kind: "features",
      at: { device: 1, area: 0 },
      features: [{ feature: 0, index: 1, text: "AB" }],
    }],
    ["0161 90", { kind: "transport", code: 0x90 }],
    ["0273 12 07", { kind: "counter", at: place, counter: 7, size: 1 }],
    ["0573 12 00010203", { kind: "counter", at: place, counter: 0x010203, size: 4 }],
    ["00ff", { kind: "hang-up" }],
    ["0102 01", { kind: "other", type: 2, data: hex("01") }],
  ];
  for (const [bytes, fields] of rows) {
    const [record] = readRecords(hex(bytes)).records;
    assert(record !== undefined);
    assertEquals<unknown>(readFields(record), fields, bytes);
    assertEquals(writeFields(readFields(record)), record, bytes);
  }
});

function without({ extension: _extension, ...rest }: Record<string, number>): Record<string, number> {
  return rest;
}

Deno.test("ident numbers survive with either filler, in any length that holds them", () => {
  const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 }).map((each) =>
    each.join("")
  );
  fc.assert(
    fc.property(
      digits,
      fc.integer({ min: 0, max: 5 }),
      fc.constantFrom("behind", "before"),
      (ident, more, filler) => {
        const octets = Math.min(6, Math.ceil(ident.length / 2) + more);
        assertEquals(readIdent(writeIdent(ident, octets, filler)), ident);
      },
    ),
  );
  assertEquals([isIdent(""), isIdent("1234567890123"), isIdent("0012"), isIdent("12A")], [
    false,
    false,
    true,
    false,
  ]);
  assertThrows(() => writeIdent("12A"), RangeError);
  assertThrows(() => writeIdent("1234", 1), RangeError);
});

Deno.test("date and time are binary, and only those of a calendar are instants", () => {
  const parts = fc.record({
    year: fc.integer({ min: 1900, max: 2199 }),
    month: fc.integer({ min: 1, max: 12 }),
    day: fc.integer({ min: 1, max: 28 }),
    hour: fc.integer({ min: 0, max: 23 }),
    minute: fc.integer({ min: 0, max: 59 }),
    second: fc.integer({ min: 0, max: 59 }),
  });
  fc.assert(fc.property(parts, (at) => {
    assertEquals(readDateTime(writeDateTime(at)), at);
    assertEquals(toInstant(at)?.getUTCFullYear(), at.year);
  }));
  const at = { year: 2026, month: 6, day: 11, hour: 14, minute: 30 };
  assertEquals(toInstant(at)?.toISOString(), "2026-06-11T14:30:00.000Z");
  for (
    const wrong of [
      { year: 0 },
      { year: 25_599 },
      { month: 0 },
      { month: 13 },
      { day: 0 },
      { day: 31 },
      { hour: 24 },
      { minute: 60 },
      {
        second: 60,
      },
    ]
  ) {
    assertEquals(toInstant({ ...at, ...wrong }), undefined, JSON.stringify(wrong));
  }
  assertEquals(readDateTime(hex("0503")), undefined);
});

Deno.test("texts: ISO 8859-1, a panel's display, control characters", () => {
  assertEquals(readText(hex("54fc72 0d 31")), "Tür 1");
  assertEquals(readText(concat(writeText("K"), hex("f5"), writeText("che"), hex("20".repeat(11)))), "Küche");
  // One octet more than a line of the display, or a high octet that the display's German does not use: ISO 8859-1.
  assertEquals(readText(concat(writeText("K"), hex("f5"), writeText("che"), hex("20".repeat(12)))), "Kõche");
  assertEquals(readText(concat(hex("e4f5"), hex("20".repeat(14)))), "äõ");
  assertEquals(writeText("x".repeat(300)).length, 255);
});

Deno.test("every record type on record has its names in both languages, and no other has one", () => {
  const catalogue =
    "00 01 02 03 04 06 07 08 0C 0D 0E 0F 10 11 20 24 25 26 30 35 40 41 42 44 48 50 51 52 53 54 55 56 59 " +
    "60 61 62 70 71 72 73 74 FF";
  const known = new Set(catalogue.split(" ").map((type) => parseInt(type, 16)));
  for (let type = 0; type < 256; type++) {
    const names = vdsRecordType(type);
    const isVendors = type >= 0xa0 && type <= 0xef;
    assertEquals(names !== undefined, known.has(type) || isVendors, type.toString(16));
    if (names !== undefined) assert(names.german !== "" && names.english !== "");
  }
});

Deno.test("a record that may hold an alarm and cannot be read reaches somebody, whole; answers and times do not", () => {
  for (
    const [type, isAlarm] of [[0x06, true], [0x70, true], [0x74, true], [0xbf, true], [0x57, true], [
      0x42,
      false,
    ]]
  ) {
    const raw = Uint8Array.of(2, Number(type), 0x12, 0x34, 0x02, 0x56, 0x21, 0x43);
    const drafts = vds2465EventDrafts(readRecords(raw), { account: "", raw });
    assertEquals(
      drafts.map((draft) => [draft.code, draft.account, draft.flags, draft.raw]),
      isAlarm
        ? [
          [`ST${twoDigits(Number(type))}`, "1234", ["unknown-record"], raw],
        ]
        : [],
    );
  }
});
