/**
 * Times as DC-09 writes them: `HH:MM:SS,MM-DD-YYYY`, always UTC.
 *
 * @module
 */

/** A zero stands for any digit. */
const SHAPE = "00:00:00,00-00-0000";
const ZERO = 0x30;
/** Days of the months of a year that is no leap year. */
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

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
  if (!isTimestamp(text)) return undefined;
  const hour = twoDigits(text, 0), minute = twoDigits(text, 3), second = twoDigits(text, 6);
  const month = twoDigits(text, 9), day = twoDigits(text, 12), year = yearOf(text);
  // Years of two digits would be taken for those of the twentieth century.
  if (year < 100) return new Date(Date.UTC(2000, month - 1, day, hour, minute, second)).setUTCFullYear(year);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/**
 * Whether this is a time of the calendar.
 *
 * @param text The 19 characters, without the `_` in front.
 * @returns True when {@link readTimestamp} reads it.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { isTimestamp } from "./timestamp.ts";
 *
 * assert(isTimestamp("12:40:58,02-29-2024") && !isTimestamp("12:40:58,02-29-2023"));
 * ```
 */
export function isTimestamp(text: string): boolean {
  if (text.length !== SHAPE.length) return false;
  for (let at = 0; at < SHAPE.length; at++) {
    const char = text.charCodeAt(at), shape = SHAPE.charCodeAt(at);
    if (shape === ZERO ? char < ZERO || char > ZERO + 9 : char !== shape) return false;
  }
  const month = twoDigits(text, 9), day = twoDigits(text, 12), year = yearOf(text);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && leap ? 29 : DAYS[month - 1] ?? 0;
  return day >= 1 && day <= days && twoDigits(text, 0) < 24 && twoDigits(text, 3) < 60 &&
    twoDigits(text, 6) < 60;
}

function yearOf(text: string): number {
  return 100 * twoDigits(text, 15) + twoDigits(text, 17);
}

function twoDigits(text: string, at: number): number {
  return 10 * text.charCodeAt(at) + text.charCodeAt(at + 1) - 11 * ZERO;
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
