import { assert, assertEquals } from "@std/assert";
import type { PanelAlarm } from "../../../adapters/contract.ts";
import { dc09Meaning, parseDc09 } from "../../../adapters/dc09/mod.ts";
import { writeText } from "../../../adapters/dc09/octets.ts";
import { foldSite, parseEventData, ScancomSites } from "../../../adapters/scancom/mod.ts";
import { decodeEventData } from "../../../src/decode/event_data.ts";
import { ascii, text } from "./arbitrary.ts";

function meaningOf(content: string, account = "1234") {
  const read = parseDc09(ascii(content));
  assert(read.ok, content);
  return dc09Meaning(read.message, { account, raw: ascii(content) });
}

function alarmOf(content: string, account?: string): PanelAlarm {
  const meaning = meaningOf(content, account);
  assert(meaning.kind === "alarm", content);
  return meaning.alarm;
}

Deno.test("words of the extended data reach the event, and the centre where the language can carry them", () => {
  const sia = alarmOf('"SIA-DCS"0001L0#1234[#1234|Nri1/BA5][RHall][IAnna][M001122334455]');
  assertEquals(sia.events[0]?.text, "Anna, Hall");
  assertEquals(text(sia.data), "#1234|Nri1/BA5|AAnna, Hall");
  assertEquals(decodeEventData("sia", sia.data)[0]?.text, "Anna, Hall");
  const both = alarmOf('"SIA-DCS"0001L0#1234[#1234|NBA5|Aback door][RHall]');
  assertEquals(both.events[0]?.text, "back door, Hall");
  assertEquals(decodeEventData("sia", both.data)[0]?.text, "back door, Hall");
  const cid = alarmOf('"ADM-CID"0001L0#1234[#1234|1130 01 015][RHall]');
  assertEquals([cid.events[0]?.text, text(cid.data)], ["Hall", "123418113001015"]);
});

Deno.test("letters are carried in code page 437, and as they came when that has not got them", () => {
  const swedish = alarmOf(`"SIA-DCS"0001L0#1234[#1234|NBA5|A${writeText("Källare", "utf-8")}]`);
  assertEquals(decodeEventData("sia", swedish.data)[0]?.text, "Källare");
  const street = writeText("Улица", "utf-8");
  const russian = alarmOf(`"SIA-DCS"0001L0#1234[#1234|NBA5][S${street}]`);
  assertEquals(russian.events[0]?.text, "Улица");
  assertEquals(text(russian.data), `#1234|NBA5|A${street}`);
});

Deno.test("the time of occurrence goes before the event's own time, and that before the message's", () => {
  const at = (content: string) => alarmOf(content).events[0]?.occurredAt?.toISOString();
  const stamp = "_12:00:00,01-02-2026";
  assertEquals(
    at(`"SIA-DCS"0001L0#1234[#1234|NBA5][H_11:00:00,01-02-2026]${stamp}`),
    "2026-01-02T11:00:00.000Z",
  );
  assertEquals(at(`"SIA-DCS"0001L0#1234[#1234|NBA5][H11:00:00,01-02-2026]`), "2026-01-02T11:00:00.000Z");
  assertEquals(at(`"SIA-DCS"0001L0#1234[#1234|Nda01-02-26/ti10:30/BA5]${stamp}`), "2026-01-02T10:30:00.000Z");
  assertEquals(at(`"SIA-DCS"0001L0#1234[#1234|Nti10:30/BA5]${stamp}`), "2026-01-02T12:00:00.000Z");
  assertEquals(at(`"SIA-DCS"0001L0#1234[#1234|NBA5]`), undefined);
});

Deno.test("SIA blocks in all their forms", () => {
  const data = (block: string) => text(alarmOf(`"SIA-DCS"0001L0#1234[#1234|${block}]`).data);
  assertEquals(data("Ori1/BA5"), "#1234|Ori1/BA5");
  assertEquals(data("0|NRP"), "#1234|NRP");
  assertEquals(data("NL501"), "#1234|NNL501");
  assertEquals(data("ri1BA01"), "#1234|Nri1BA01");
  assertEquals(data("NBA1/BA2"), "#1234|NBA1/BA2");
  const two = alarmOf('"SIA-DCS"0001L0#1234[#1234|NBA1/BA2]');
  assertEquals(two.events.map((it) => it.zone), ["1", "2"]);
  assertEquals(alarmOf('"SIA-DCS"0001L0#1234[NBA1]').events[0]?.account, "1234");
});

Deno.test("what cannot be read is an alarm all the same, and the centre can read who sent it and what it said", () => {
  for (
    const content of [
      '"SIA-DCS"0001L0#1234[#1234|?]',
      '"SIA-DCS"0001L0#1234[]',
      '"ADM-CID"0001L0#1234[#1234|9130 01 015]',
      '"ADM-CID"0001L0#1234[#1234|what?]',
      '"ADM-CID"0001L0#1234[]',
      '"SCN-S8"0001L0#1234[#1234|hello]',
      '"NULL"0000L0#1234[#1234|help]',
    ]
  ) {
    const alarm = alarmOf(content);
    assertEquals(alarm.complete, true);
    assert(alarm.events[0]?.flags.includes("unreadable-event"), content);
    assertEquals(alarm.protocol, "sia");
    const [far] = decodeEventData(alarm.protocol, alarm.data);
    assertEquals(far?.account, "1234", content);
  }
  const far = decodeEventData("sia", alarmOf('"ADM-CID"0001L0#1234[#1234|what?]').data)[0];
  assertEquals([far?.code, far?.text], ["UX", "ADM-CID #1234|what?"]);
});

Deno.test("Contact ID with and without blanks, with text behind, and in other forms", () => {
  const data = (digits: string) => text(alarmOf(`"ADM-CID"0001L0#1234[#1234|${digits}]`).data);
  for (const digits of ["1130 01 015", "113001015", " 1130  01  015 ", "E130 01 015", "1130 01 015|Atext"]) {
    assertEquals(data(digits), "123418113001015", digits);
  }
  assertEquals(data("5678 18 1131 01 015 7"), "123418113101015");
  assertEquals(alarmOf('"ADM-CID"0001L0#1234[#1234|1130 01 015|front door]').events[0]?.text, "front door");
});

Deno.test("an account that Contact ID event data cannot carry does not cost the alarm", () => {
  const alarm = alarmOf('"ADM-CID"0001L0#1234[#1234|1130 01 015]', "site with blanks");
  assertEquals([alarm.events[0]?.code, alarm.events[0]?.account], ["130", "site with blanks"]);
  assertEquals(alarm.protocol, "sia");
  assertEquals(decodeEventData("sia", alarm.data)[0]?.account, "site with blanks");
});

Deno.test("Scancom: account, eight channels, status", () => {
  for (
    const [data, account, expected] of [
      ["#1234|1555 5555 7", "1234", "1234155555557"],
      ["1234 1555 5555 7", "1234", "1234155555557"],
      ["123456155555557", "123456", "123456155555557"],
      ["12345 1555 5555 7", "", "12345155555557"],
    ] as const
  ) {
    const alarm = alarmOf(`"SCN-S8"0001L0#1234[${data}]`, account);
    assertEquals([alarm.protocol, text(alarm.data)], ["scancom", expected]);
    assertEquals(
      alarm.events.map((it) => [it.language, it.account, it.code, it.device, it.label, it.flags]),
      [
        ["scancom", account === "" ? "12345" : account, "17", "1", "Alarm: fire", []],
      ],
    );
    const [far] = decodeEventData(alarm.protocol, alarm.data);
    assertEquals([far?.account, far?.code, far?.device], [account === "" ? "12345" : account, "17", "1"]);
  }
});

Deno.test("Scancom: an account that is no Fast Format digits arrives whole at the centre", () => {
  for (const account of ["7303658550", "foc7688", "12345678"]) {
    const alarm = alarmOf(`"SCN-S8"0001L0#${account}[#${account}|5515 5555 8]`, account);
    const far = decodeEventData(alarm.protocol, alarm.data);
    assertEquals(far.map((it) => [it.account, it.code]), [[account, "17"], [account, "58"]]);
  }
});

Deno.test("Scancom: normal and still active channels are events once, by what was accepted of the site", () => {
  const sites = new ScancomSites();
  const codes = (digits: string) => {
    const read = parseDc09(ascii(`"SCN-S8"0001L0#1234[#1234|${digits}]`));
    assert(read.ok);
    const meaning = dc09Meaning(read.message, {
      account: "1234",
      raw: new Uint8Array(),
      sites,
      meaningOf: (account) => ({ channelNames: { 1: account === "1234" ? "Kiln" : "fire" } }),
    });
    assert(meaning.kind === "alarm");
    const scancom = parseEventData(meaning.alarm.data);
    assert(scancom.ok);
    sites.set("1234", foldSite(sites.get("1234"), scancom.scancom));
    return meaning.alarm.events.map((it) => `${it.code} ${it.label}`);
  };
  assertEquals(codes("1555 5555 7"), ["17 Alarm: Kiln"]);
  assertEquals(codes("6515 5555 7"), ["17 Alarm: channel 3"]);
  assertEquals(codes("5565 5555 7"), ["57 Restored: Kiln"]);
});

Deno.test("polls, alarms inside polls, and unknown tokens", () => {
  const kind = (content: string) => meaningOf(content).kind;
  assertEquals(kind('"NULL"0000L0#1234[]'), "poll");
  assertEquals(kind('"NULL"0000L0#1234[#0000|0000 00 000]'), "poll");
  assertEquals(kind('"NULL"0000L0#1234[][M001122334455]'), "poll");
  assertEquals(kind('"SIA-DCS"0001L0#1234[#1234|Nalive!]'), "poll");
  assertEquals(alarmOf('"NULL"0000L0#1234[#1234|1130 01 015]').events[0]?.flags, ["alarm-in-null"]);
  assertEquals(alarmOf('"NULL"0000L0#1234[#1234|Nri1/BA5]').events[0]?.flags, ["alarm-in-null"]);
  assertEquals(alarmOf('"HIK-X"0001L0#1234[#1234|1130 01 015]').events[0]?.flags, ["unknown-token"]);
  const wide = alarmOf('"SCN-S16"0001L0#1234[#1234|1555 5555 5555 5555 7]');
  assertEquals([wide.protocol, wide.events[0]?.code, wide.events[0]?.flags], ["scancom", "17", [
    "unknown-token",
  ]]);
  assertEquals(kind('"SIA-PUL"0001L0#1234[#1234|5 3]'), "unknown-token");
});
