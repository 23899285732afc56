/**
 * The hash of a datagram, by the name it was negotiated under.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";
import type { HashName } from "./profile.ts";
import { ripemd256 } from "./ripemd256.ts";

/** Octets of the hash: 32 for SHA-256 and for RIPEMD-256. */
export const HASH_OCTETS = 32;

/**
 * The hash of octets.
 *
 * @param hash Which hash.
 * @param octets What to hash.
 * @returns {@link HASH_OCTETS} octets.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { digest } from "./digest.ts";
 *
 * const abc = new TextEncoder().encode("abc");
 * assertEquals(digest("sha-256", abc).toHex().slice(0, 8), "ba7816bf"); // FIPS 180-4
 * assertEquals(digest("ripemd-256", abc).toHex().slice(0, 8), "afbd6e22");
 * ```
 */
export function digest(hash: HashName, octets: Uint8Array): Uint8Array {
  return hash === "sha-256" ? sha256(octets) : ripemd256(octets);
}
