import { assertEquals, assertMatch } from "@std/assert";
import { Faults } from "../../src/gateway/faults.ts";

Deno.test("a fault is told once when it comes and once when it goes; its reason may change in between", () => {
  const logged: string[] = [], told: string[] = [];
  const faults = new Faults(
    (level, rule, message) => void logged.push(`${level} ${rule} ${message}`),
    (type, { rule }) => void told.push(`${type} ${rule}`),
  );
  faults.clear("path");
  faults.raise("path", "first");
  const { since } = faults.all[0]!;
  faults.raise("path", "second");
  faults.raise("journal", "full");
  assertEquals(faults.all.map(({ rule, message }) => `${rule} ${message}`), ["path second", "journal full"]);
  assertEquals(faults.all[0]!.since, since);
  faults.clear("path");
  faults.clear("path");
  assertEquals(told, ["fault path", "fault journal", "restored path"]);
  assertEquals(logged.slice(0, 2), ["error path first", "error journal full"]);
  assertMatch(logged[2]!, /^info path:restored restored after \d+\.\d s$/);
});
