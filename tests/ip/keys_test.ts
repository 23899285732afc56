import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import type { HashName } from "../../src/ip/profile.ts";
import { PreparedKeys, prepareKeys } from "../../src/ip/keys.ts";

const KEY = Uint8Array.fromHex("000102030405060708090a0b0c0d0e0f");
const FIPS_197 = { clear: "00112233445566778899aabbccddeeff", sealed: "69c4e0d86a7b0430d8cdb78070b4c55a" };

function encrypted(keys: PreparedKeys): string {
  const block = Uint8Array.fromHex(FIPS_197.clear);
  keys.encryptWords(new Uint32Array(4), new Uint32Array(block.buffer));
  return block.toHex();
}

Deno.test("another hash keeps method and key, and leaves the first keys as they were", () => {
  const first = prepareKeys({ encryption: "aes-128", key: KEY, hash: "sha-256" });
  const second = first.withHash("ripemd-256");
  assertEquals([first.hash, second.hash], ["sha-256", "ripemd-256"]);
  assertEquals([first.encryption, second.encryption], ["aes-128", "aes-128"]);
  assertEquals([encrypted(first), encrypted(second)], [FIPS_197.sealed, FIPS_197.sealed]);
  const block = Uint8Array.fromHex(FIPS_197.sealed);
  second.decryptWords(new Uint32Array(4), new Uint32Array(block.buffer));
  assertEquals(block.toHex(), FIPS_197.clear);
  assertEquals(second.withHash("sha-256").hash, "sha-256");
});

Deno.test("the same hash again gives the same keys", () => {
  const keys = prepareKeys({ encryption: "aes-256", key: new Uint8Array(32), hash: "ripemd-256" });
  assertStrictEquals(keys.withHash("ripemd-256"), keys);
});

Deno.test("a hash that the program does not have is an error of the caller, at once and not at the first datagram", () => {
  const bad = "md5" as HashName;
  assertThrows(() => prepareKeys({ encryption: "none", key: KEY, hash: bad }), RangeError, "md5");
  const keys = prepareKeys({ encryption: "aes-128", key: KEY, hash: "sha-256" });
  assertThrows(() => keys.withHash(bad), RangeError, "md5");
});

Deno.test("keys under another hash show nothing when printed", () => {
  const key = new Uint8Array(32).fill(0xa7);
  const keys = prepareKeys({ encryption: "aes-256", key, hash: "sha-256" }).withHash("ripemd-256");
  assert(keys instanceof PreparedKeys);
  const shown = Deno.inspect(keys, { depth: 9, showHidden: true }) + JSON.stringify(keys);
  assertEquals(/a7|167|2812782503/.test(shown), false, shown); // 0xa7a7a7a7 = 2812782503
});
