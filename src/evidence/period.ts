/**
 * Months and years, where they begin and end, and the days in them.
 *
 * @module
 */
import { zoneOffset } from "../gateway/zone_offset.ts";
import type { Interval } from "./interval.ts";

/** A span with a name: `2026-11`, `2026-11-03`. */
export interface NamedInterval extends Interval {
  readonly label: string;
}

/** A month or a year of a report. */
export interface Period extends NamedInterval {
  readonly kind: "month" | "year";
  /** Whose months: `UTC`, or a time zone by its name. */
  readonly zone: string;
  /** Its days. */
  readonly days: readonly NamedInterval[];
  /** Its months; one for a month. */
  readonly months: readonly NamedInterval[];
}

/**
 * Reads a month or a year. A day begins at the first instant whose local date is that day: where summer time begins or ends,
 * days and months are an hour shorter or longer, and count so.
 *
 * @param text `2026-11` or `2026`; years 2000 to 2199.
 * @param zone `UTC`, or the name of a time zone.
 * @returns The period; undefined when the text is no month or year.
 * @throws {RangeError} When there is no such zone.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { period } from "./period.ts";
 *
 * const march = period("2026-03", "Europe/Berlin");
 * assertEquals(new Date(march!.from).toISOString(), "2026-02-28T23:00:00.000Z");
 * assertEquals((march!.to - march!.from) / 3_600_000, 31 * 24 - 1);
 * assertEquals([period("2028-02", "UTC")?.days.length, period("2026-13", "UTC")], [29, undefined]);
 * ```
 */
export function period(text: string, zone: string): Period | undefined {
  const [, year, month] = /^(2[01]\d\d)(?:-(0[1-9]|1[0-2]))?$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const offset = zone === "UTC" ? () => 0 : zoneOffset(zone);
  const midnight = (m: number, day: number) => startOf(Date.UTC(Number(year), m, day), offset);
  const first = month === undefined ? 0 : Number(month) - 1;
  const count = month === undefined ? 12 : 1;
  const months: NamedInterval[] = [];
  const days: NamedInterval[] = [];
  for (let m = first; m < first + count; m++) {
    const label = `${year}-${String(m + 1).padStart(2, "0")}`;
    months.push({ label, from: midnight(m, 1), to: midnight(m + 1, 1) });
    const last = new Date(Date.UTC(Number(year), m + 1, 0)).getUTCDate();
    for (let day = 1; day <= last; day++) {
      const from = days.at(-1)?.to ?? midnight(m, 1);
      days.push({ label: `${label}-${String(day).padStart(2, "0")}`, from, to: midnight(m, day + 1) });
    }
  }
  const { from } = months[0]!, { to } = months.at(-1)!;
  return { label: text, kind: month === undefined ? "year" : "month", zone, from, to, days, months };
}

/** The first instant at which clocks show a local time, or have passed it where they leave it out. */
function startOf(local: number, offset: (now: number) => number): number {
  const near = [-1, 1].map((days) => local - offset(local + days * 86_400_000));
  return Math.min(...near.filter((at) => at + offset(at) >= local));
}

/**
 * The part of a period that an instant is in.
 *
 * @param parts Parts that follow one another.
 * @param at The instant, ms since the epoch.
 * @returns Its place in the list; -1 when it is in none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { partAt, period } from "./period.ts";
 *
 * assertEquals(partAt(period("2026", "UTC")!.months, Date.UTC(2026, 11, 31, 23, 59)), 11);
 * ```
 */
export function partAt(parts: readonly Interval[], at: number): number {
  let [low, high] = [0, parts.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const { from, to } = parts[middle]!;
    if (at < from) high = middle - 1;
    else if (at >= to) low = middle + 1;
    else return middle;
  }
  return -1;
}
