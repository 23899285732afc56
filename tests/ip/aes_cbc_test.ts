import { assertEquals } from "@std/assert";
import { cbc, unsafe } from "@noble/ciphers/aes.js";
import fc from "fast-check";
import { decryptCbc, encryptCbc } from "../../src/ip/aes_cbc.ts";

const FIPS_197 = [
  ["000102030405060708090a0b0c0d0e0f", "69c4e0d86a7b0430d8cdb78070b4c55a"],
  ["000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "8ea2b7ca516745bfeafc49904b496089"],
] as const;

for (const [key, cipher] of FIPS_197) {
  Deno.test(`AES-${key.length * 4} encrypts and decrypts the example of FIPS 197`, () => {
    const block = Uint8Array.fromHex("00112233445566778899aabbccddeeff");
    const words = new Uint32Array(block.buffer);
    encryptCbc(unsafe.expandKeyLE(Uint8Array.fromHex(key)), new Uint32Array(4), words);
    assertEquals(block.toHex(), cipher);
    decryptCbc(unsafe.expandKeyDecLE(Uint8Array.fromHex(key)), new Uint32Array(4), words);
    assertEquals(block.toHex(), "00112233445566778899aabbccddeeff");
  });
}

Deno.test("any key, IV and blocks give what the library's own CBC gives, both ways", () => {
  const octets = (n: number) => fc.uint8Array({ minLength: n, maxLength: n });
  const blocks = fc.integer({ min: 1, max: 12 }).chain((n) => octets(16 * n));
  fc.assert(fc.property(fc.constantFrom(16, 32).chain(octets), octets(16), blocks, (key, iv, clear) => {
    const octets = clear.slice();
    const words = new Uint32Array(octets.buffer);
    const ivWords = new Uint32Array(iv.slice().buffer);
    encryptCbc(unsafe.expandKeyLE(key), ivWords, words);
    assertEquals(octets.toHex(), cbc(key, iv, { disablePadding: true }).encrypt(clear).toHex());
    decryptCbc(unsafe.expandKeyDecLE(key), ivWords, words);
    assertEquals(octets.toHex(), clear.toHex());
  }));
});
