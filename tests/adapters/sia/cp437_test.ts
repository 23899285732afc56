import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { decodeCp437, displayText, encodeCp437 } from "../../../adapters/sia/cp437.ts";

Deno.test("every octet is one character, and comes back", () => {
  const all = Uint8Array.from({ length: 256 }, (_, octet) => octet);
  const text = decodeCp437(all);
  assertEquals(text.length, 256);
  assertEquals(new Set(text).size, 256);
  assertEquals(encodeCp437(text), all);
  fc.assert(fc.property(fc.uint8Array(), (bytes) => assertEquals(encodeCp437(decodeCp437(bytes)), bytes)));
});

Deno.test("the Nordic letters of Galaxy texts are where the reference has them", () => {
  assertEquals(decodeCp437(Uint8Array.fromHex("8e8f99848694")), "ÄÅÖäåö");
});

Deno.test("what code page 437 does not have becomes a question mark, one for each character", () => {
  assertEquals(encodeCp437("a€😀b"), encodeCp437("a??b"));
});

Deno.test("a text to show has no control characters and no double or outer blanks", () => {
  assertEquals(displayText("\0 a \t\r\n b\x7f"), "a b");
  assertEquals(displayText(" \r\n"), "");
});
