/**
 * The eight octets of a 64-bit NTP time: big-endian in every profile (RFC 4330; confidence A).
 *
 * @module
 */

/**
 * Reads a 64-bit NTP time.
 *
 * @param octets Eight octets.
 * @returns The 64-bit number, for `ntpToMs`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readNtp } from "./ntp_octets.ts";
 *
 * assertEquals(readNtp(Uint8Array.fromHex("83aa7e8000000000")), 0x83aa7e8000000000n);
 * ```
 */
export function readNtp(octets: Uint8Array): bigint {
  return new DataView(octets.buffer, octets.byteOffset, 8).getBigUint64(0);
}

/**
 * Writes a 64-bit NTP time.
 *
 * @param time The 64-bit number, from `msToNtp`; higher bits are cut off.
 * @returns Eight octets.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeNtp } from "./ntp_octets.ts";
 *
 * assertEquals(writeNtp(0x83aa7e8000000000n).toHex(), "83aa7e8000000000");
 * ```
 */
export function writeNtp(time: bigint): Uint8Array {
  const octets = new Uint8Array(8);
  new DataView(octets.buffer).setBigUint64(0, time);
  return octets;
}
