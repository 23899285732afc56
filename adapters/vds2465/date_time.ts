/**
 * Date and time of record 50.
 *
 * @module
 */

/** Days of the months of a year that is no leap year. */
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** A date and time as a device writes it: local, without a zone (vds2465.md §3.9). */
export interface VdsDateTime {
  /** Full year. */
  year: number;
  /** Month, 1 to 12. */
  month: number;
  /** Day, 1 to 31. */
  day: number;
  /** Hour, 0 to 23. */
  hour: number;
  /** Minute, 0 to 59. */
  minute: number;
  /** Second; absent in the form of six octets. */
  second?: number;
}

/**
 * Reads date and time: year, century, month, day, hour, minute and, if there are seven octets, second; all binary, not
 * BCD. Source: vds2465.md §3.9 (A).
 *
 * @param data Data of the record.
 * @returns The fields as they stand, even if no calendar has such a day; undefined when there are not 6 or 7 octets.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readDateTime } from "./date_time.ts";
 *
 * assertEquals(readDateTime(Uint8Array.fromHex("051403080a1032")), {
 *   year: 2005, month: 3, day: 8, hour: 10, minute: 16, second: 50,
 * });
 * ```
 */
export function readDateTime(data: Uint8Array): VdsDateTime | undefined {
  if (data.length !== 6 && data.length !== 7) return undefined;
  const [short = 0, century = 0, month = 0, day = 0, hour = 0, minute = 0, second] = data;
  return {
    year: century * 100 + short,
    month,
    day,
    hour,
    minute,
    ...(second === undefined ? {} : { second }),
  };
}

/**
 * Writes date and time; the inverse of {@link readDateTime} for years that it can have read.
 *
 * @param at Date and time.
 * @returns Data of the record.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeDateTime } from "./date_time.ts";
 *
 * const at = { year: 2025, month: 11, day: 21, hour: 1, minute: 2, second: 3 };
 * assertEquals(writeDateTime(at).toHex(), "19140b15010203");
 * ```
 */
export function writeDateTime({ year, month, day, hour, minute, second }: VdsDateTime): Uint8Array {
  const octets = [year % 100, Math.trunc(year / 100), month, day, hour, minute];
  return Uint8Array.from(second === undefined ? octets : [...octets, second]);
}

/**
 * Writes date and time as a Telenot panel wants its clock set: the weekday stands where the century would. Source:
 * vds2465.md §3.9 (A: vector F19).
 *
 * @param at Date and time.
 * @returns Data of the record.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeTelenotClock } from "./date_time.ts";
 *
 * const at = { year: 2026, month: 6, day: 11, hour: 14, minute: 30, second: 5 }; // a Thursday
 * assertEquals(writeTelenotClock(at).toHex(), "1a03060b0e1e05");
 * ```
 */
export function writeTelenotClock(at: VdsDateTime): Uint8Array {
  const octets = writeDateTime({ second: 0, ...at });
  // 0 is Monday; the calendar's own 0 is Sunday.
  octets[1] = (new Date(Date.UTC(at.year, at.month - 1, at.day)).getUTCDay() + 6) % 7;
  return octets;
}

/**
 * Takes a device's time as UTC, as devices send no zone.
 *
 * @param at Date and time.
 * @returns The instant; undefined when no calendar has such a day or no clock such a time.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { toInstant } from "./date_time.ts";
 *
 * assertEquals(toInstant({ year: 2005, month: 3, day: 8, hour: 10, minute: 16 })?.toISOString(), "2005-03-08T10:16:00.000Z");
 * assertEquals(toInstant({ year: 2005, month: 2, day: 30, hour: 10, minute: 16 }), undefined);
 * ```
 */
export function toInstant({ year, month, day, hour, minute, second = 0 }: VdsDateTime): Date | undefined {
  // Outside these the year has no four digits, or is a clock that was never set.
  if (year < 1900 || year > 9999) return undefined;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 && leap ? 29 : DAYS[month - 1] ?? 0;
  const exists = day >= 1 && day <= days && hour >= 0 && hour < 24 && minute >= 0 && minute < 60 &&
    second >= 0 &&
    second < 60;
  return exists ? new Date(Date.UTC(year, month - 1, day, hour, minute, second)) : undefined;
}

/**
 * What a clock shows at an instant.
 *
 * @param now Milliseconds since the epoch.
 * @param utcOffsetMs How far that clock is ahead of UTC, ms.
 * @returns Date and time.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dateTimeAt } from "./date_time.ts";
 *
 * assertEquals(dateTimeAt(0, 3_600_000), { year: 1970, month: 1, day: 1, hour: 1, minute: 0, second: 0 });
 * ```
 */
export function dateTimeAt(now: number, utcOffsetMs = 0): VdsDateTime {
  const at = new Date(now + utcOffsetMs);
  return {
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
  };
}
