import { assertEquals, assertNotEquals } from "@std/assert";
import { systemRandom } from "../../src/gateway/random.ts";

Deno.test("random octets are given out once, in any size, and belong to the caller", () => {
  const random = systemRandom();
  const seen = new Set<string>();
  for (let i = 0; i < 5000; i++) seen.add(random(16).toHex());
  assertEquals(seen.size, 5000);
  assertEquals(random(40_000).length, 40_000);
  const mine = random(16), copy = mine.slice();
  random(16);
  assertEquals(mine, copy);
  assertNotEquals(random(16), new Uint8Array(16));
});
