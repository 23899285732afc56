/**
 * Numbers of one to four octets, in either byte order.
 *
 * @module
 */

/**
 * Reads an unsigned number.
 *
 * @param octets Where to read; must hold `offset + size` octets.
 * @param offset First octet.
 * @param size 1 to 4 octets.
 * @param little True for the least significant octet first.
 * @returns The number, 0 to 2^32 − 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readUint } from "./octets.ts";
 *
 * assertEquals(readUint(new Uint8Array([0x12, 0x34]), 0, 2, false), 0x1234);
 * assertEquals(readUint(new Uint8Array([0x12, 0x34]), 0, 2, true), 0x3412);
 * ```
 */
export function readUint(octets: Uint8Array, offset: number, size: number, little: boolean): number {
  let value = 0;
  if (little) {
    for (let i = offset + size - 1; i >= offset; i--) value = (value << 8) | (octets[i] as number);
  } else {
    for (let i = offset; i < offset + size; i++) value = (value << 8) | (octets[i] as number);
  }
  return value >>> 0;
}

/**
 * Writes an unsigned number; bits above `size` octets are cut off.
 *
 * @param octets Where to write; must hold `offset + size` octets.
 * @param offset First octet.
 * @param size 1 to 4 octets.
 * @param value The number.
 * @param little True for the least significant octet first.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeUint } from "./octets.ts";
 *
 * const octets = new Uint8Array(3);
 * writeUint(octets, 1, 2, 0x1234, false);
 * assertEquals(octets.toHex(), "001234");
 * ```
 */
export function writeUint(octets: Uint8Array, offset: number, size: number, value: number, little: boolean) {
  for (let i = 0; i < size; i++) {
    octets[offset + (little ? i : size - 1 - i)] = value >>> (8 * i);
  }
}
