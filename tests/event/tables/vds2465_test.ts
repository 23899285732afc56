import { assert, assertEquals } from "@std/assert";
import table from "../../../src/event/tables/vds2465.json" with { type: "json" };
import { vdsMessageKind, vdsMessageKinds, vdsQualifier } from "../../../src/event/tables/vds2465.ts";

Deno.test("the table holds each kind once, without bit 7, with names in both languages", () => {
  assertEquals(table.kinds.length, 78);
  assertEquals(new Set(table.kinds.map(({ code }) => code)).size, 78);
  for (const { code, german, english, reset, kind } of table.kinds) {
    assert(/^[0-7][0-9A-F]$/.test(code), code);
    assert(german.length > 3 && english.length > 3, code);
    assert(["alarm", "closing", "status", "vendor"].includes(kind), code);
    const octet = parseInt(code, 16);
    assertEquals(vdsMessageKind(octet)?.code, code);
    assertEquals(vdsMessageKind(octet | 0x80) !== undefined, reset, code);
  }
  assertEquals([...vdsMessageKinds()].length, 78 + 71);
});

Deno.test("names of set and reset, where the pair has its own", () => {
  const names = [0x61, 0xe1, 0x56, 0xd6, 0x36, 0xb6, 0x10, 0x90].map((octet) => {
    const kind = vdsMessageKind(octet);
    return `${kind?.german} / ${kind?.english}`;
  });
  assertEquals(names, [
    "Sicherungsbereich scharf / Area set (armed)",
    "Sicherungsbereich unscharf / Area unset (disarmed)",
    "Deckelkontakt offen / Housing open",
    "Deckelkontakt geschlossen / Housing closed",
    "Störung Testmeldung, nicht erhalten / Test message missing",
    "Störung Testmeldung, wieder in Ordnung / Test message received again",
    "Brandmeldung / Fire",
    "Brandmeldung, zurückgesetzt / Fire, restored",
  ]);
});

Deno.test("every octet has a qualifier; resets of alarms restore, and only arming is the other way round", () => {
  for (let octet = 0; octet < 0x80; octet++) {
    const [set, reset] = [vdsQualifier(octet), vdsQualifier(octet | 0x80)];
    if (octet === 0x61 || octet === 0x62) assertEquals([set, reset], ["restore", "new"]);
    else {
      assertEquals(reset, "restore", octet.toString(16));
      assert(set === "new" || (set === "status" && vdsMessageKind(octet | 0x80) === undefined));
    }
  }
});

Deno.test("vendor kinds are known as such, and no octet outside the list is named", () => {
  assertEquals(vdsMessageKind(0x7f)?.vendor, true);
  assertEquals(vdsMessageKind(0xf0)?.vendor, true);
  for (const octet of [0x05, 0x42, 0x5f, 0x82, 0xd3, -1, 256, NaN]) {
    assertEquals(vdsMessageKind(octet), undefined);
  }
});
