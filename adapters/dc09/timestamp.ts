/**
 * Times as DC-09 writes them: `HH:MM:SS,MM-DD-YYYY`, always UTC.
 *
 * @module
 */

/**
 * Reads a time. Source: receiver-outputs.md §7.1, confidence A.
 *
 * @param text The 19 characters, without the `_` in front.
 * @returns Milliseconds since 1970; undefined when it is no time or not one of the calendar.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readTimestamp } from "./timestamp.ts";
 *
 * assertEquals(readTimestamp("12:40:58,12-22-2021"), Date.UTC(2021, 11, 22, 12, 40, 58));
 * assertEquals(readTimestamp("12:40:58,02-30-2021"), undefined);
 * ```
 */
export function readTimestamp(text: string): number | undefined {
  const found = /^(\d\d):(\d\d):(\d\d),(\d\d)-(\d\d)-(\d{4})$/.exec(text);
  if (found === null) return undefined;
  const [hour = 0, minute = 0, second = 0, month = 0, day = 0, year = 0] = found.slice(1).map(Number);
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  at.setUTCHours(hour, minute, second);
  return writeTimestamp(at.getTime()) === text ? at.getTime() : undefined;
}

/**
 * Writes a time; the inverse of {@link readTimestamp}.
 *
 * @param ms Milliseconds since 1970, of the years 0 to 9999.
 * @returns 19 characters, whole seconds.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeTimestamp } from "./timestamp.ts";
 *
 * assertEquals(writeTimestamp(Date.UTC(2026, 0, 2, 12, 0, 0)), "12:00:00,01-02-2026");
 * ```
 */
export function writeTimestamp(ms: number): string {
  const at = new Date(ms);
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = [at.getUTCHours(), at.getUTCMinutes(), at.getUTCSeconds()].map(two).join(":");
  return `${clock},${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}-${
    String(at.getUTCFullYear()).padStart(4, "0")
  }`;
}
