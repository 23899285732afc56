/**
 * AES-CBC in place on whole blocks with an expanded key.
 *
 * Saves expanding the key for each message, and is free of state between messages.
 *
 * @module
 */
import { unsafe } from "@noble/ciphers/aes.js";

/**
 * Encrypts in place.
 *
 * @param key From `unsafe.expandKeyLE`.
 * @param iv Four little-endian words.
 * @param words The blocks as little-endian words; a multiple of four.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { unsafe } from "@noble/ciphers/aes.js";
 * import { encryptCbc } from "./aes_cbc.ts";
 *
 * const key = unsafe.expandKeyLE(Uint8Array.fromHex("000102030405060708090a0b0c0d0e0f"));
 * const block = Uint8Array.fromHex("00112233445566778899aabbccddeeff");
 * encryptCbc(key, new Uint32Array(4), new Uint32Array(block.buffer));
 * assertEquals(block.toHex(), "69c4e0d86a7b0430d8cdb78070b4c55a"); // FIPS 197, C.1
 * ```
 */
export function encryptCbc(key: Uint32Array, iv: Uint32Array, words: Uint32Array): void {
  let [a, b, c, d] = iv as unknown as [number, number, number, number];
  for (let i = 0; i < words.length; i += 4) {
    const out = unsafe.encrypt(
      key,
      a ^ (words[i] as number),
      b ^ (words[i + 1] as number),
      c ^ (words[i + 2] as number),
      d ^ (words[i + 3] as number),
    );
    words[i] = a = out.s0;
    words[i + 1] = b = out.s1;
    words[i + 2] = c = out.s2;
    words[i + 3] = d = out.s3;
  }
}

/**
 * Decrypts in place.
 *
 * @param key From `unsafe.expandKeyDecLE`.
 * @param iv Four little-endian words.
 * @param words The blocks as little-endian words; a multiple of four.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { unsafe } from "@noble/ciphers/aes.js";
 * import { decryptCbc } from "./aes_cbc.ts";
 *
 * const key = unsafe.expandKeyDecLE(Uint8Array.fromHex("000102030405060708090a0b0c0d0e0f"));
 * const block = Uint8Array.fromHex("69c4e0d86a7b0430d8cdb78070b4c55a");
 * decryptCbc(key, new Uint32Array(4), new Uint32Array(block.buffer));
 * assertEquals(block.toHex(), "00112233445566778899aabbccddeeff");
 * ```
 */
export function decryptCbc(key: Uint32Array, iv: Uint32Array, words: Uint32Array): void {
  let [a, b, c, d] = iv as unknown as [number, number, number, number];
  for (let i = 0; i < words.length; i += 4) {
    const w = words[i] as number;
    const x = words[i + 1] as number;
    const y = words[i + 2] as number;
    const z = words[i + 3] as number;
    const out = unsafe.decrypt(key, w, x, y, z);
    words[i] = out.s0 ^ a;
    words[i + 1] = out.s1 ^ b;
    words[i + 2] = out.s2 ^ c;
    words[i + 3] = out.s3 ^ d;
    a = w;
    b = x;
    c = y;
    d = z;
  }
}
