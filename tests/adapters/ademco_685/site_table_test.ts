import { assertEquals } from "@std/assert";
import { type WriteAdemco685Options, writeAlarm } from "../../../adapters/ademco_685/write_alarm.ts";
import { alarm } from "../../support/alarm.ts";
import { alarmWriting, rulesOf } from "../../support/alarm_writing.ts";

const OPTIONS: WriteAdemco685Options = { receiver: "1", line: "2" };
const { lines } = alarmWriting(writeAlarm, () => OPTIONS);

const rules = rulesOf({
  codes: {
    "contact-id": { "contact-id": { 131: "130" } },
    "sia": { "sia": { BA: "PA" }, "contact-id": { BA: "120" } },
    "scancom": { "scancom": { "17/3": "17/5" } },
    "vds2465": { "contact-id": { 22: "120" } },
  },
  areas: { 1: "9" },
  zones: { 15: "115", 3: "103" },
  users: { 7: "107" },
});

Deno.test("what the site's table says otherwise stands in the line, in every language that goes as it came", () => {
  assertEquals(lines(alarm("contact-id", "123418113101015", { rules })), {
    lines: ["<LF>12 1234 18 E130 09 C115 <CR>"],
    lost: [],
    unknown: 0,
  });
  assertEquals(lines(alarm("contact-id", "123418340101007", { rules })).lines, [
    "<LF>12 1234 18 R401 09 U107 <CR>",
  ]);
  assertEquals(lines(alarm("scancom", "1234151556557", { rules })).lines, ["<LF>12 1234 1555 1655 7<CR>"]);
});

Deno.test("a channel that the table moves beyond the eighth has no line in Fast Format: it goes as Contact ID", () => {
  const moved = rulesOf({ codes: { scancom: { scancom: { "17/3": "17/12" } } } });
  const said = lines(alarm("scancom", "1234151555557", { rules: moved }));
  assertEquals(said.lines.map((line) => line.slice(4, 14)), ["12 1234 18", "12 1234 18"]);
});

Deno.test("SIA and VdS 2465: the table's code goes before the usual one, and what is lost is told", () => {
  assertEquals(lines(alarm("sia", "#1234|Nri1/BA015|AHall", { rules })), {
    lines: ["<LF>12 1234 18 E120 09 C115 <CR>"],
    lost: ["text"],
    unknown: 0,
  });
  const vds = (kind: string) =>
    alarm("vds2465", Uint8Array.fromHex(`050211030001${kind}0356214365`), { rules, account: "1234" });
  assertEquals(lines(vds("22")).lines, ["<LF>12 1234 18 E120 09 C103 <CR>"]);
  assertEquals(lines(vds("47")).unknown, 1);
});
