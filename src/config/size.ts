/**
 * Sizes of files as a configuration writes them.
 *
 * @module
 */

const UNITS: Readonly<Record<string, number>> = {
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

/**
 * Reads a size: text such as `"500MB"`, `"2 GB"` or `"1.5GiB"`.
 *
 * @param value The text.
 * @returns Whole octets, or undefined when it is no size.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseSize } from "./size.ts";
 *
 * assertEquals(parseSize("2GB"), 2_000_000_000);
 * assertEquals(parseSize("1.5 MiB"), 1_572_864);
 * assertEquals(parseSize("2"), undefined);
 * ```
 */
export function parseSize(value: unknown): number | undefined {
  if (typeof value !== "string") return undefined;
  const [, digits, unit] = /^(\d{1,9}(?:\.\d{1,3})?) ?([MGT]i?B)$/.exec(value) ?? [];
  const factor = UNITS[unit ?? ""];
  if (digits === undefined || factor === undefined) return undefined;
  const octets = Math.round(Number(digits) * factor);
  return Number.isSafeInteger(octets) ? octets : undefined;
}

/**
 * Writes a size for people.
 *
 * @param octets How many.
 * @returns Text with three digits at most behind the point.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatSize } from "./size.ts";
 *
 * assertEquals([formatSize(2e9), formatSize(16_500_000)], ["2GB", "16.5MB"]);
 * ```
 */
export function formatSize(octets: number): string {
  const [factor, unit] = octets >= 1e12 ? [1e12, "TB"] : octets >= 1e9 ? [1e9, "GB"] : [1e6, "MB"];
  return `${Math.round(octets / factor * 1000) / 1000}${unit}`;
}
