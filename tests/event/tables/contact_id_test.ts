import { assert, assertEquals } from "@std/assert";
import { contactIdCode } from "../../../src/event/tables/contact_id.ts";
import table from "../../../src/event/tables/contact_id.json" with { type: "json" };

Deno.test("the table holds 231 codes, each once, each three decimal digits with a name", () => {
  assertEquals(table.codes.length, 231);
  assertEquals(new Set(table.codes.map((it) => it.code)).size, 231);
  for (const { code, name, address } of table.codes) {
    assert(/^\d{3}$/.test(code), code);
    assert(name.length > 0, code);
    assert(address === "zone" || address === "user", code);
    assertEquals(contactIdCode(code), { name, address });
  }
});

Deno.test("openings carry a user, burglaries a zone, 573 a zone and 574 a user", () => {
  assertEquals(contactIdCode("401")?.address, "user");
  assertEquals(contactIdCode("121")?.address, "user");
  assertEquals(contactIdCode("130")?.address, "zone");
  assertEquals(contactIdCode("573")?.address, "zone");
  assertEquals(contactIdCode("574")?.address, "user");
});

Deno.test("codes outside the table are unknown", () => {
  for (const code of ["168", "000", "13", "1300", "13F", "constructor", ""]) {
    assertEquals(contactIdCode(code), undefined);
  }
});
