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

/** `AHEAD[n][octet]`: what an octet makes of the check when `n` more octets follow it. */
const AHEAD = [TABLE];
for (let n = 1; n < 4; n++) {
  const before = AHEAD[n - 1] as Uint16Array;
  AHEAD.push(before.map((crc) => (crc >>> 8) ^ (TABLE[crc & 0xff] as number)));
}
const [, ONE = TABLE, TWO = TABLE, THREE = TABLE] = AHEAD;

/**
 * CRC-16/ARC (polynomial 0x8005 reflected, start 0, no final exclusive-or). Source: receiver-outputs.md §7.1, confidence
 * A+ (recomputed on captures).
 *
 * @param octets What to check; for a frame, the octets from the first `"` to the last one before CR.
 * @param crc The check of what came before, to go on from there.
 * @param from Index of the first octet.
 * @param to Index behind the last one.
 * @returns 0 to 0xFFFF.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { crc16 } from "./crc16.ts";
 *
 * assertEquals(crc16(new TextEncoder().encode("123456789")), 0xbb3d);
 * assertEquals(crc16(new TextEncoder().encode("\n123456789\r"), 0, 1, 10), 0xbb3d);
 * ```
 */
export function crc16(octets: Uint8Array, crc = 0, from = 0, to: number = octets.length): number {
  let at = from;
  // Four at a time, as each step waits for the one before.
  for (; at + 4 <= to; at += 4) {
    const low = (crc ^ (octets[at] as number)) & 0xff, high = (crc >>> 8) ^ (octets[at + 1] as number);
    crc = (THREE[low] as number) ^ (TWO[high] as number) ^ (ONE[octets[at + 2] as number] as number) ^
      (TABLE[octets[at + 3] as number] as number);
  }
  for (; at < to; at++) crc = crc16Step(crc, octets[at] as number);
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
