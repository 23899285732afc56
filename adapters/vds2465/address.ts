/**
 * The address block of VdS 2465 records: where in the premises something happened.
 *
 * @module
 */

/** Where something happened (vds2465.md §2.1). */
export interface VdsAddress {
  /** Device [Gerät], 0 to 15: 0 is the transmitter itself, 1 the first panel. */
  device: number;
  /** Area [Bereich], 0 to 15. */
  area: number;
  /** Address [Adresse], 0 to 255; 0 is the whole device. */
  address: number;
  /** Address supplement [Adressenzusatz], 0 to 255; 0 is the whole address. */
  supplement: number;
  /**
   * Address extension [Adresserweiterung]: 0x01 input, 0x02 output, 0x10 fault. Absent in the short form, which
   * means an input.
   */
  extension?: number;
}

/** What the address extension says the address is. */
export const EXTENSION = {
  INPUT: 0x01,
  OUTPUT: 0x02,
  FAULT: 0x10,
  NEXT_TEST: 0x50,
  TEST_INTERVAL: 0x51,
} as const;

/**
 * Reads an address block: device and area (a nibble each), address, supplement and, in the long form, extension. Source:
 * vds2465.md §2.1 (A).
 *
 * @param data Data of a record.
 * @param long True when the extension is there (the fourth octet).
 * @returns The address; octets that are not there count as 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readAddress } from "./address.ts";
 *
 * assertEquals(readAddress(Uint8Array.fromHex("1203000122"), true), {
 *   device: 1, area: 2, address: 3, supplement: 0, extension: 1,
 * });
 * assertEquals(readAddress(Uint8Array.fromHex("12030022"), false).extension, undefined);
 * ```
 */
export function readAddress(data: Uint8Array, long: boolean): VdsAddress {
  const place = data[0] ?? 0;
  const device = place >> 4, area = place & 0xf, address = data[1] ?? 0, supplement = data[2] ?? 0;
  return long
    ? { device, area, address, supplement, extension: data[3] ?? 0 }
    : { device, area, address, supplement };
}

/**
 * Writes an address block: 4 octets with extension, 3 without.
 *
 * @param address The address.
 * @returns The octets.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeAddress } from "./address.ts";
 *
 * assertEquals(writeAddress({ device: 1, area: 2, address: 3, supplement: 0, extension: 1 }), [0x12, 3, 0, 1]);
 * assertEquals(writeAddress({ device: 0, area: 0, address: 5, supplement: 50 }), [0, 5, 50]);
 * ```
 */
export function writeAddress({ device, area, address, supplement, extension }: VdsAddress): number[] {
  const octets = [(device & 0xf) << 4 | (area & 0xf), address & 0xff, supplement & 0xff];
  return extension === undefined ? octets : [...octets, extension & 0xff];
}
