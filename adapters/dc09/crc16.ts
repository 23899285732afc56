/**
 * CRC-16/ARC: the check that DC-09 frames carry.
 *
 * @module
 */

const TABLE = Uint16Array.from({ length: 256 }, (_, octet) => {
  let crc = octet;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0xa001;
  return crc;
});

/**
 * CRC-16/ARC (polynomial 0x8005 reflected, start 0, no final exclusive-or). Source: receiver-outputs.md §7.1, confidence
 * A+ (recomputed on captures).
 *
 * @param octets What to check; for a frame, the octets from the first `"` to the last one before CR.
 * @param crc The check of what came before, to go on from there.
 * @returns 0 to 0xFFFF.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { crc16 } from "./crc16.ts";
 *
 * assertEquals(crc16(new TextEncoder().encode("123456789")), 0xbb3d);
 * ```
 */
export function crc16(octets: Uint8Array, crc = 0): number {
  for (const octet of octets) crc = crc16Step(crc, octet);
  return crc;
}

/**
 * The check with one octet more.
 *
 * @param crc The check so far, 0 at the start.
 * @param octet The next octet.
 * @returns 0 to 0xFFFF.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { crc16, crc16Step } from "./crc16.ts";
 *
 * assertEquals(crc16Step(crc16Step(0, 0x41), 0x42), crc16(Uint8Array.of(0x41, 0x42)));
 * ```
 */
export function crc16Step(crc: number, octet: number): number {
  return (crc >>> 8) ^ (TABLE[(crc ^ octet) & 0xff] as number);
}
