/**
 * HMAC-SHA-256.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";

/** Octets that SHA-256 works on at a time. */
const BLOCK = 64;

/**
 * HMAC-SHA-256 (RFC 2104; checked with the vectors of RFC 4231).
 *
 * @param key The key, of any length; longer than 64 octets it is hashed first, as the RFC has it.
 * @param parts The message, in parts.
 * @returns 32 octets.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hmacSha256 } from "./hmac_sha256.ts";
 *
 * const ascii = (text: string) => new TextEncoder().encode(text);
 * assertEquals(
 *   hmacSha256(ascii("Jefe"), ascii("what do ya want "), ascii("for nothing?")).toHex(),
 *   "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
 * );
 * ```
 */
export function hmacSha256(key: Uint8Array, ...parts: Uint8Array[]): Uint8Array {
  const padded = new Uint8Array(BLOCK);
  padded.set(key.length > BLOCK ? sha256(key) : key);
  const inner = sha256.create().update(padded.map((octet) => octet ^ 0x36));
  for (const part of parts) inner.update(part);
  const outer = sha256.create().update(padded.map((octet) => octet ^ 0x5c));
  return outer.update(inner.digest()).digest();
}
