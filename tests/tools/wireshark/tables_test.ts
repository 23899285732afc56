import { assertEquals, assertThrows } from "@std/assert";
import { reconstructed2020 as profile } from "../../../src/ip/mod.ts";
import { luaTables, PROFILES, withTables } from "../../../tools/wireshark/generate.ts";

Deno.test("the dissector's tables are those of the profiles: run tools/wireshark/generate.ts when they are not", async () => {
  const text = await Deno.readTextFile(new URL("../../../tools/wireshark/tables.lua", import.meta.url));
  assertEquals(text, withTables(text, PROFILES));
});

Deno.test("luaTables() refuses profiles that one dissector cannot read", () => {
  const other = { ...profile, values: { ...profile.values, portOctets: 4 } };
  assertThrows(() => luaTables([profile, other]), Error, "portOctets");
  const renumbered = {
    ...profile,
    results: profile.results.map((row) =>
      row.id === 1 ? { ...row, name: "RESP_TIME_NOT_SET" as const } : row
    ),
  };
  assertThrows(() => luaTables([profile, renumbered]), Error, "0x01");
  assertThrows(() => luaTables([]), Error);
  assertThrows(() => withTables("no marks", PROFILES), Error, "no lines");
});
