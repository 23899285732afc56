/**
 * The checksum of a printed line.
 *
 * @module
 */

/**
 * CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, no reflection, no final xor (ip-protocol.md §7, PROFILE).
 *
 * It finds every error that lies within 16 bits in a row: so every wrong digit and every two swapped neighbours of a
 * line, and every line in another line's place.
 *
 * @param octets What to check.
 * @returns 0 to 0xFFFF.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { crc16 } from "./crc16.ts";
 *
 * assertEquals(crc16(new TextEncoder().encode("123456789")), 0x29b1);
 * ```
 */
export function crc16(octets: Uint8Array): number {
  let crc = 0xffff;
  for (const octet of octets) {
    crc ^= octet << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc;
}
