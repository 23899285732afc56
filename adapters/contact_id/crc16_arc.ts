/**
 * The CRC of the Bosch "SIA mode" frame.
 *
 * @module
 */

/**
 * CRC-16/ARC: polynomial 0x8005 reflected (0xA001), start 0, over the low eight bits of each character. Source:
 * receiver-outputs.md §4.1.
 *
 * @param text The characters counted.
 * @returns 0 to 65535.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { crc16Arc } from "./crc16_arc.ts";
 *
 * // The check value that catalogues of CRCs give for this one.
 * assertEquals(crc16Arc("123456789"), 0xbb3d);
 * ```
 */
export function crc16Arc(text: string): number {
  let crc = 0;
  for (let index = 0; index < text.length; index++) {
    crc ^= text.charCodeAt(index) & 0xff;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ 0xa001;
  }
  return crc;
}
