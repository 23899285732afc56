import { assert, assertEquals, assertMatch } from "@std/assert";
import { siaCode, siaCodes, siaQualifier } from "../../../src/event/tables/sia.ts";

const all = [...siaCodes()];

Deno.test("the SIA table has 306 codes of two capital letters, in order and without repeats", () => {
  assertEquals(all.length, 306);
  const codes = all.map(({ code }) => code);
  assertEquals(codes, [...new Set(codes)].sort());
  for (const { code, name } of all) {
    assertMatch(code, /^[A-Z]{2}$/);
    assert(name.length > 2, code);
  }
});

Deno.test("every restoral in the SIA table is itself a code, and says how well it is founded", () => {
  for (const entry of all) {
    for (const code of entry.restoredBy) assert(siaCode(code) !== undefined, `${entry.code} by ${code}`);
    assertEquals(entry.restoredByConfidence !== undefined, entry.restoredBy.length > 0, entry.code);
  }
});

Deno.test("alarms, troubles, bypasses and openings are new", () => {
  for (
    const code of [
      "BA",
      "FA",
      "PA",
      "HA",
      "MA",
      "TA",
      "AT",
      "YT",
      "LT",
      "BB",
      "OP",
      "OA",
      "CI",
      "EA",
      "DF",
      "YC",
    ]
  ) {
    assertEquals(siaQualifier(code), "new", code);
  }
});

Deno.test("restorals, unbypasses and closings are restores", () => {
  for (
    const code of ["BR", "BH", "FR", "FJ", "AR", "YR", "LR", "BU", "CL", "CA", "CG", "NL", "DR", "YK", "OT"]
  ) {
    assertEquals(siaQualifier(code), "restore", code);
  }
});

Deno.test("tests and plain messages are status", () => {
  for (const code of ["RP", "RX", "TX", "BX", "YY", "MI", "JT", "UX"]) {
    assertEquals(siaQualifier(code), "status", code);
  }
});

Deno.test("no alarm code of any family is ever a restore", () => {
  for (const first of "BFGHKMPQSTUWZ") {
    for (const second of "ATB") assertEquals(siaQualifier(first + second), "new", first + second);
    for (const second of "HJRU") {
      if (siaCode(first + second) !== undefined) {
        assertEquals(siaQualifier(first + second), "restore", first + second);
      }
    }
  }
});

Deno.test("a code that the table does not know is new, and has no entry", () => {
  for (const code of ["BO", "OB", "", "ba", "constructor"]) {
    assertEquals(siaQualifier(code), "new");
    assertEquals(siaCode(code), undefined);
  }
});
