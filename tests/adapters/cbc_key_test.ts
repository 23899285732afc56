import { cbc } from "@noble/ciphers/aes.js";
import { assertEquals, assertThrows } from "@std/assert";
import { CbcKey } from "../../adapters/cbc_key.ts";

Deno.test("CbcKey gives what AES-CBC of the library gives, for every length of key and for long messages", () => {
  for (const octets of [16, 24, 32]) {
    const secret = Uint8Array.from({ length: octets }, (_, at) => 7 * at + 1);
    const key = new CbcKey(secret);
    for (const length of [0, 16, 48, 4096, 4112]) {
      const blocks = Uint8Array.from({ length: length + 1 }, (_, at) => 11 * at).subarray(1);
      const expected = cbc(secret, new Uint8Array(16), { disablePadding: true }).encrypt(blocks.slice());
      assertEquals(key.encrypt(blocks), expected);
      assertEquals(key.decrypt(expected), blocks.slice());
    }
  }
});

Deno.test("CbcKey keeps nothing of the caller's octets, and takes whole blocks only", () => {
  const secret = new Uint8Array(16).fill(1);
  const key = new CbcKey(secret);
  const before = key.encrypt(new Uint8Array(16));
  secret.fill(2);
  assertEquals(key.encrypt(new Uint8Array(16)), before);
  assertThrows(() => key.encrypt(new Uint8Array(15)), RangeError, "multiples of 16");
  assertThrows(() => key.decrypt(new Uint8Array(17)), RangeError, "multiples of 16");
});
