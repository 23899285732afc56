/**
 * The device features of record 59.
 *
 * @module
 */
import { readText, writeText } from "./text.ts";

/** One feature of a device. */
export interface DeviceFeature {
  /** 0x00 MAC address, 0x01 IMEI, 0x02 SIM number, 0x03 telephone number, 0xFF the vendor's own. */
  feature: number;
  /** 1 primary path [Erstweg], 2 secondary path [Zweitweg]. */
  index: number;
  /** Its value as text. */
  text: string;
}

/**
 * Reads features: length of what follows, feature, index, text, one after the other. Source: vds2465.md §3.12 (A).
 *
 * @param data The octets behind device and area.
 * @returns The features; undefined when the lengths do not add up, or a text could not be written back as it came.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readFeatures } from "./features.ts";
 *
 * assertEquals(readFeatures(Uint8Array.fromHex("050301" + "313233")), [{ feature: 3, index: 1, text: "123" }]);
 * assertEquals(readFeatures(Uint8Array.fromHex("090301" + "313233")), undefined);
 * ```
 */
export function readFeatures(data: Uint8Array): DeviceFeature[] | undefined {
  const features: DeviceFeature[] = [];
  for (let at = 0; at < data.length;) {
    const [length = 0, feature = 0, index = 0] = data.subarray(at);
    const end = at + 1 + length;
    if (length < 2 || end > data.length) return undefined;
    const octets = data.subarray(at + 3, end);
    const text = readText(octets);
    if (writeText(text).toHex() !== octets.toHex()) return undefined;
    features.push({ feature, index, text });
    at = end;
  }
  return features;
}

/**
 * Writes features; the inverse of {@link readFeatures}.
 *
 * @param features The features.
 * @returns The octets behind device and area.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeFeatures } from "./features.ts";
 *
 * assertEquals(writeFeatures([{ feature: 0, index: 1, text: "AB" }]), [4, 0, 1, 0x41, 0x42]);
 * ```
 */
export function writeFeatures(features: readonly DeviceFeature[]): number[] {
  return features.flatMap(({ feature, index, text }) => {
    const octets = writeText(text).subarray(0, 253);
    return [octets.length + 2, feature, index, ...octets];
  });
}
