import { assertEquals, assertStringIncludes } from "@std/assert";
import { writeAlarm, type WriteAlarmOptions } from "../../../adapters/sur_gard/write_alarm.ts";
import { alarm } from "../../support/alarm.ts";
import { alarmWriting, rulesOf } from "../../support/alarm_writing.ts";

const OPTIONS: WriteAlarmOptions = { receiver: "01", line: "1" };
const { lines, written, result } = alarmWriting(writeAlarm, () => OPTIONS, "<DC4>");
const IDENT = "0356214365";

const rules = rulesOf({
  codes: {
    "contact-id": { "contact-id": { 131: "130" } },
    "sia": { "sia": { BA: "PA" } },
    "scancom": { "scancom": { "17/3": "17/5" } },
    "vds2465": { "sia": { 22: "PA" } },
  },
  areas: { 1: "9" },
  zones: { 15: "115", 3: "103" },
  users: { 7: "107" },
});

Deno.test("Contact ID to Contact ID: code, area, zone and user of the site's table stand in the line", () => {
  const said = (data: string) => lines(alarm("contact-id", data, { rules }));
  assertEquals(said("123418113101015"), { lines: ["5011 181234E13009115"], lost: [], unknown: 0 });
  assertEquals(said("123418313101015").lines, ["5011 181234R13009115"]);
  assertEquals(said("123418340101007").lines, ["5011 181234R40109107"]);
  assertEquals(said("123498113102004").lines, ["5011 981234E13002004"]);
  const repeated = alarm("contact-id", "123418113101015", { rules, repeated: true, account: "77" });
  assertEquals(lines(repeated).lines, ["5011 980077E13009115"]);
});

Deno.test("SIA to SIA: what the table says otherwise, and all else as the panel spelled it", () => {
  const data = "#1234|Npi010/ri1/BA015*12cm/ri2/FA015/OP07/id07/CL7|AHall";
  assertEquals(lines(alarm("sia", data, { rules }), { text: true }).lines, [
    "S011[#1234|Npi010/ri9/PA115*12cm/ri2/FA115/OP107/id107/CL107*'Hall'NM]",
  ]);
  const [ba, ...rest] = written(alarm("sia", "#1234|NBA05/FA6", { rules })).notes;
  assertStringIncludes(ba ?? "", "SIA BA (Burglary Alarm) was written as SIA PA");
  assertEquals(rest, []);
  // The alarm takes along what ends it.
  assertEquals(lines(alarm("sia", "#1234|NBR015", { rules })).lines, ["S011[#1234|NPR115]"]);
  assertEquals(lines(alarm("sia", "#1234|NBA05", { rules, repeated: true })).lines, ["S011[#1234|OPA05]"]);
});

Deno.test("Fast Format to Fast Format: the channel moves, what is still active stays, and two may meet in one", () => {
  const said = (data: string) => lines(alarm("scancom", data, { rules })).lines;
  assertEquals(said("1234151556557"), ["80111234 1555 1655 7"]);
  assertEquals(said("1234553555557"), ["80111234 5555 3555 7"]);
  assertEquals(said("1234556555557"), ["80111234 5555 6555 7"]);
  assertEquals(said("1234551535557"), ["80111234 5555 1555 7", "80111234 5555 3555 7"]);
});

Deno.test("a table that says nothing about an alarm leaves its bytes alone", () => {
  for (
    const [protocol, data, line] of [
      ["contact-id", "123418113002004", "5011 181234E13002004"],
      ["sia", "#1234|N/ri4/XZ009*12cm", "S011[#1234|N/ri4/XZ009*12cm]"],
      ["scancom", "1234156555557", "80111234 1565 5555 7"],
    ] as const
  ) {
    const item = alarm(protocol, data, { rules: protocol === "scancom" ? rulesOf({}) : rules });
    assertEquals([result(item).notes, lines(item)], [[], { lines: [line], lost: [], unknown: 0 }]);
  }
});

Deno.test("VdS 2465: the table's code goes before the usual one; what SIA cannot say is lost, and unknown codes are counted", () => {
  const vds = (kind: string) =>
    alarm("vds2465", Uint8Array.fromHex(`050211030001${kind}${IDENT}`), { rules });
  assertEquals(lines(vds("22")), { lines: ["S011[#123456|Nri9/PA103]"], lost: ["device"], unknown: 0 });
  const unknown = lines(vds("47"));
  assertEquals(unknown.unknown, 1);
  assertEquals(unknown.lost, ["code", "device", "text"]);
});

Deno.test("text that the output does not send, or has no room for, is lost; text that it sends is not", () => {
  const item = alarm("sia", "#1234|Nri1/BA01|AHall");
  assertEquals([lines(item).lost, lines(item, { text: true }).lost], [["text"], []]);
  const long = alarm("sia", `#1234|Nri1/BA01|A${"long ".repeat(12)}`);
  assertEquals(lines(long, { text: true }).lost, ["text"]);
  assertEquals(lines(alarm("sia", "#1234|Nri1/BA01")).lost, []);
});

Deno.test("the time of an event goes along in SIA; only its date is lost", () => {
  const events = [{
    account: "1234",
    language: "vds2465",
    code: "22",
    qualifier: "new" as const,
    label: "Burglary",
    occurredAt: new Date("2026-03-01T11:45:10Z"),
    flags: [],
    raw: new Uint8Array(),
  }];
  const item = alarm("vds2465", "", { events });
  assertEquals(lines(item), { lines: ["S011[#1234|Nti11:45:10/BA]"], lost: ["date"], unknown: 0 });
});
