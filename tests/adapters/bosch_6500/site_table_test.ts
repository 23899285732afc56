import { assertEquals } from "@std/assert";
import { writeAlarm, type WriteBosch6500Options } from "../../../adapters/bosch_6500/write_alarm.ts";
import { alarm } from "../../support/alarm.ts";
import { alarmWriting, rulesOf } from "../../support/alarm_writing.ts";

const OPTIONS: WriteBosch6500Options = { receiver: "01", line: "2" };
const { lines } = alarmWriting(writeAlarm, () => OPTIONS, "<DC4>");

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

Deno.test("what the site's table says otherwise stands in the line, in every language that goes as it came", () => {
  const said = (protocol: "contact-id" | "sia" | "scancom", data: string) =>
    lines(alarm(protocol, data, { rules }));
  assertEquals(said("contact-id", "123418113101015"), {
    lines: ["a012 123418113009115"],
    lost: [],
    unknown: 0,
  });
  assertEquals(said("contact-id", "123418340101007").lines, ["a012 123418340109107"]);
  assertEquals(said("sia", "#1234|Npi010/ri1/BA015/OP07").lines, ["S012[#1234|Npi010/ri9/PA115/OP107]"]);
  assertEquals(said("scancom", "1234151556557").lines, ["f012  1234 1555 1655 7"]);
});

Deno.test("a channel that the table moves beyond the eighth makes a line of sixteen", () => {
  const moved = rulesOf({ codes: { scancom: { scancom: { "17/3": "17/12" } } } });
  assertEquals(lines(alarm("scancom", "1234151555557", { rules: moved })).lines, [
    "g012  1234 1555 5555 5551 5555 7",
  ]);
});

Deno.test("VdS 2465: the table's code goes before the usual one; unknown codes are counted", () => {
  const vds = (kind: string) =>
    alarm("vds2465", Uint8Array.fromHex(`050211030001${kind}0356214365`), { rules });
  assertEquals(lines(vds("22")), { lines: ["S012[#123456|Nri9/PA103]"], lost: ["device"], unknown: 0 });
  assertEquals([lines(vds("47")).unknown, lines(vds("47")).lost], [1, ["code", "device", "text"]]);
});
