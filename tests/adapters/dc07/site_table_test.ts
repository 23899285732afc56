import { assert, assertEquals } from "@std/assert";
import { parseDc07 } from "../../../adapters/dc07/message.ts";
import { writeDc07Alarm } from "../../../adapters/dc07/write_alarm.ts";
import type { OutputItem } from "../../../adapters/contract.ts";
import { alarm } from "../../support/alarm.ts";
import { alarmWriting, rulesOf } from "../../support/alarm_writing.ts";

const OPTIONS = { receiver: "01", line: "01", sequence: () => "0001" };
const { result, lines } = alarmWriting(writeDc07Alarm, () => OPTIONS);

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

/** The data of each frame. */
function data(item: OutputItem): string[] {
  return result(item).lines.map(({ bytes }) => {
    const read = parseDc07(bytes);
    assert(read.ok);
    return read.frame.data;
  });
}

Deno.test("what the site's table says otherwise stands in the frame, in every language that goes as it came", () => {
  const said = (protocol: "contact-id" | "sia" | "scancom", text: string) =>
    data(alarm(protocol, text, { rules }));
  assertEquals(said("contact-id", "123418113101015"), ["#1234|18113009115"]);
  assertEquals(said("contact-id", "123498340101007"), ["#1234|98340109107"]);
  assertEquals(said("sia", "#1234|Npi010/ri1/BA015/OP07"), ["#1234|Npi010/ri9/PA115/OP107"]);
  assertEquals(said("scancom", "1234151556557"), ["#1234|1555 1655 7"]);
});

Deno.test("VdS 2465: the table's code goes before the usual one; unknown codes are counted", () => {
  const vds = (kind: string) =>
    alarm("vds2465", Uint8Array.fromHex(`050211030001${kind}0356214365`), { rules });
  assertEquals(data(vds("22")), ["#123456|Nri9/PA103"]);
  assertEquals([lines(vds("47")).unknown, lines(vds("47")).lost], [1, ["code", "device", "text"]]);
});

Deno.test("text that the output does not send is lost", () => {
  assertEquals(lines(alarm("sia", "#1234|Nri1/BA01|AHall")).lost, ["text"]);
});
