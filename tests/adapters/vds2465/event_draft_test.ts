import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { EventDraft } from "../../../src/event/alarm_event.ts";
import { vds2465EventData, writeEventData } from "../../../adapters/vds2465/event_data.ts";
import { vds2465EventDrafts } from "../../../adapters/vds2465/event_draft.ts";
import { readRecords, writeRecords } from "../../../adapters/vds2465/record.ts";
import { anyRecord, hex } from "./records.ts";

function drafts(bytes: string, account = ""): EventDraft[] {
  const raw = hex(bytes);
  return vds2465EventDrafts(readRecords(raw), { account, raw });
}

const IDENT = "0356214365";
const TIME = "075019140a150a1e05";
const FLAT = "0554466c757231";

Deno.test("a burglary with all its context", () => {
  const bytes = `010100 05021103000122 ${TIME} ${FLAT} ${IDENT} 016190`;
  assertEquals(drafts(bytes), [{
    account: "123456",
    language: "vds2465",
    code: "22",
    qualifier: "new",
    label: "Burglary",
    device: "1",
    area: "1",
    zone: "3",
    text: "Flur1",
    occurredAt: new Date("2025-10-21T10:30:05Z"),
    flags: [],
    raw: hex(bytes),
  }]);
});

Deno.test("qualifiers: set, reset, arming, disarming, status, test", () => {
  const said = (bytes: string) =>
    drafts(bytes, "1").map(({ code, qualifier, label }) => [code, qualifier, label])[0];
  assertEquals(said("05021103000110"), ["10", "new", "Fire"]);
  assertEquals(said("05021103000190"), ["90", "restore", "Fire, restored"]);
  assertEquals(said("05021100000161"), ["61", "restore", "Area set (armed)"]);
  assertEquals(said("050211000001e1"), ["E1", "new", "Area unset (disarmed)"]);
  assertEquals(said("05201103000122"), ["22", "status", "Burglary"]);
  assertEquals(said("05041103000123"), ["23", "new", "Tamper"]);
  assertEquals(said("0040"), ["ST40", "status", "Test message"]);
});

Deno.test("places: device 0, area 0, whole device, supplement, faults, outputs", () => {
  const place = (bytes: string) => {
    const [draft] = drafts(bytes, "1");
    return [draft?.device, draft?.area, draft?.zone, draft?.label, draft?.flags];
  };
  assertEquals(place("05020000000123"), ["0", undefined, undefined, "Tamper", []]);
  assertEquals(place("0502f5ff040123"), ["15", "5", "255.4", "Tamper", []]);
  assertEquals(place("05020003001032"), ["0", undefined, undefined, "Mains fault (mains)", [
    "fault-address",
  ]]);
  assertEquals(place("05020017001034")[3], "Transmission path fault (primary path)");
  assertEquals(place("05020055001030")[3], "Fault (fault 85)");
  assertEquals(place("05021107000200")[4], ["output"]);
  assertEquals(place("05021107007122")[4], ["address-extension"]);
  assertEquals(place("040211030022"), ["1", "1", "3", "Burglary", []]);
});

Deno.test("flags: unknown and vendor codes, impossible times, no account", () => {
  const flags = (bytes: string, account = "1") => drafts(bytes, account)[0]?.flags;
  assertEquals(flags("05021103000147"), ["unknown-code"]);
  assertEquals(flags("05021103000172"), ["vendor-code"]);
  assertEquals(flags("05021103000122 075019140d150a1e05"), ["bad-time"]);
  assertEquals(flags("05021103000122", ""), ["no-account"]);
  assertEquals(drafts("050211030001c7", "1")[0]?.qualifier, "restore");
});

Deno.test("several events: what stands behind each, what they share, and priorities ahead", () => {
  const later = "075019140a150a1f05";
  const two = drafts(
    `010100 05021103000122 ${TIME} ${IDENT} 010164 05021104000123 ${later} ${FLAT} 0356999999`,
  );
  assertEquals(two.map(({ account, zone, text }) => [account, zone, text]), [
    ["123456", "3", undefined],
    ["999999", "4", "Flur1"],
  ]);
  assertEquals(two.map(({ occurredAt }) => occurredAt?.getUTCMinutes()), [30, 31]);

  const run = drafts(`05021103000122 05021104000123 05021105000123 ${TIME} ${FLAT} ${IDENT}`);
  assertEquals(run.map(({ account }) => account), ["123456", "123456", "123456"]);
  assertEquals(run.map(({ occurredAt }) => occurredAt?.getUTCMinutes()), [30, 30, 30]);
  assertEquals(run.map(({ text }) => text), [undefined, undefined, "Flur1"]);

  const ahead = drafts(`${IDENT} ${TIME} 05021103000122 05021104000123`);
  assertEquals(ahead.map(({ account }) => account), ["123456", "123456"]);
  assertEquals(ahead.map(({ occurredAt }) => occurredAt !== undefined), [true, false]);
});

Deno.test("answers, times, states and signs of life are no events", () => {
  for (
    const bytes of [
      "",
      IDENT,
      "05031103000122",
      "0041",
      "00ff",
      "0000",
      `${TIME} ${IDENT}`,
      "222410000001" + "ff".repeat(30),
      "02110010",
      "060c010007 73fe08",
      "025500 02",
    ]
  ) assertEquals(drafts(bytes), [], bytes);
});

Deno.test("records that may be an alarm and cannot be read reach somebody", () => {
  for (
    const [bytes, code] of [["03bf000b00", "STBF"], ["0206 1234", "ST06"], ["017401", "ST74"], [
      "0102 22",
      "ST02",
    ]]
  ) {
    const [draft] = drafts(`${bytes} ${IDENT}`);
    assertEquals([draft?.code, draft?.qualifier, draft?.account], [code, "new", "123456"]);
    assertEquals(draft?.flags, ["unknown-record"]);
  }
  // Beside a readable event they are context.
  assertEquals(drafts(`05021103000122 03bf000b00 ${IDENT}`).length, 1);
});

Deno.test("a telegram that ends in the middle keeps its events, and an event cut off is not swallowed", () => {
  assertEquals(drafts("05021103000122 0356 21").map(({ code, flags }) => [code, flags]), [
    ["22", ["no-account", "truncated"]],
  ]);
  assertEquals(drafts(`${IDENT} 0502 1103`).map(({ code, account, flags }) => [code, account, flags]), [
    ["ST02", "123456", ["truncated", "unknown-record"]],
  ]);
  assertEquals(drafts(`${IDENT} 0754 41`), []);
  assertEquals(drafts(`${IDENT} 00`), []);
});

Deno.test("event data holds the records as they came, without what steers the line", () => {
  const data = (bytes: string, account = "") => writeEventData(readRecords(hex(bytes)), account).toHex();
  assertEquals(
    data(`010100 05021103000122 ${IDENT} 0041 05031103000122 00ff`),
    `01010005021103000122${IDENT}`,
  );
  assertEquals(data("05021103000122", "000815"), "050211030001220356008051");
  assertEquals(data("05021103000122", "AB12"), "05021103000122");
  assertEquals(data("05021103000122", ""), "05021103000122");
  assertEquals(data(`05021103000122 ${IDENT}`, "777"), `05021103000122${IDENT}`);
  assertEquals(data("0441125001a0"), "0441125001a0");
});

Deno.test("what the panel said is what the centre reads in the event data", () => {
  fc.assert(fc.property(fc.array(anyRecord, { maxLength: 8 }), (records) => {
    const raw = writeRecords(records);
    const telegram = readRecords(raw);
    const here = vds2465EventDrafts(telegram, { account: "000815", raw });
    const data = writeEventData(telegram, "000815");
    const there = vds2465EventData(data);
    if (here.length === 0) return;
    const strip = ({ raw: _raw, ...rest }: EventDraft) => rest;
    assertEquals(there.map(strip), here.map(strip));
  }));
});

Deno.test("any event data gives at least one event and never throws", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (data) => {
    const events = vds2465EventData(data);
    assert(events.length > 0);
    for (const { flags, language } of events) {
      assertEquals(language, "vds2465");
      assertEquals(flags, [...new Set(flags)].sort());
    }
  }));
});
