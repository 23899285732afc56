import { assertEquals } from "@std/assert";
import { readHeadOf } from "../../../adapters/dc09/head.ts";

Deno.test("a head that is not quite the usual one is read by the same rules, or refused", () => {
  const brief = (content: string) => {
    const read = readHeadOf(content);
    if (!read.ok) return read.rule;
    const { id, encrypted, sequence, receiver, line, account } = read.head;
    return [id, encrypted, sequence, receiver, line, account, read.rest, ...read.quirks];
  };
  assertEquals(brief('"SIA-DCS"0001R1L2#12AB[]'), ["SIA-DCS", false, "0001", "1", "2", "12AB", "]"]);
  assertEquals(brief('"*SIA-DCS"0001L#12AB[FF'), ["SIA-DCS", true, "0001", undefined, "", "12AB", "FF"]);
  assertEquals(brief('"sia dcs"0001RxyL#1 2-3[]'), ["sia dcs", false, "0001", "xy", "", "1 2-3", "]"]);
  assertEquals(brief('"*"0001L0#1[]'), ["*", false, "0001", undefined, "0", "1", "]"]);
  assertEquals(brief('"NULL"1L0#1[]'), ["NULL", false, "1", undefined, "0", "1", "]", "odd-sequence"]);
  assertEquals(brief('"NULL"0001L0#1'), ["NULL", false, "0001", undefined, "0", "1", "", "missing-bracket"]);
  assertEquals(brief('"NAK"0000R0L0A0[]'), ["NAK", false, "0000", "0", "0", undefined, "]"]);
  for (
    const content of [
      ...[
        '"SI[-DCS"0001L0#1[]',
        '"SI]-DCS"0001L0#1[]',
        '""0001L0#1[]',
        'SIA-DCS"0001L0#1[]',
        '"SIA-DCS"L0#1[]',
      ],
      ...[
        `"SIA-DCS"0001R123456789L0#1[]`,
        `"SIA-DCS"0001L0#${"1".repeat(65)}[]`,
        '"SIA-DCS"0001L0#1\x012[]',
        "",
      ],
      `"${"A".repeat(33)}"0001L0#1[]`,
    ]
  ) assertEquals(brief(content), "bad-head", content);
});
