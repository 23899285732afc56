/**
 * Availability: how much of a time something worked.
 *
 * @module
 */
import { type Interval, lengthOf, union } from "./interval.ts";

/** How much of a time something worked. Times in ms. */
export interface Availability {
  /** Time that counts: of the period, since the first record, until now. */
  readonly countedMs: number;
  /** Time in fault, of that. */
  readonly faultMs: number;
  /** Share that worked, 0 to 1; undefined when no time counts. */
  readonly share: number | undefined;
  /** Whether the whole period counts. */
  readonly whole: boolean;
}

/**
 * Computes it: 1 − time in fault / time. Time before the first record and after now does not count; outages are cut to what
 * counts, and where two overlap the time counts once.
 *
 * @param faults When it did not work.
 * @param period The period.
 * @param known From the first record of it to now.
 * @returns The availability.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { availability } from "./availability.ts";
 *
 * const day = { from: 0, to: 1000 };
 * const faults = [{ from: -50, to: 100 }, { from: 50, to: 150 }];
 * assertEquals(availability(faults, day, { from: -500, to: 2000 }), { countedMs: 1000, faultMs: 150, share: 0.85, whole: true });
 * assertEquals(availability(faults, day, { from: 900, to: 950 }), { countedMs: 50, faultMs: 0, share: 1, whole: false });
 * ```
 */
export function availability(faults: readonly Interval[], period: Interval, known: Interval): Availability {
  const counted = { from: Math.max(period.from, known.from), to: Math.min(period.to, known.to) };
  const countedMs = Math.max(0, counted.to - counted.from);
  const faultMs = countedMs === 0 ? 0 : lengthOf(union(faults, counted));
  const whole = counted.from === period.from && counted.to === period.to;
  return { countedMs, faultMs, share: shareOf(countedMs, faultMs), whole };
}

/**
 * The availability of many things together: the time that all of them worked, of the time that counts for all of them.
 *
 * @param all Those of each.
 * @returns Of all.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { together } from "./availability.ts";
 *
 * const one = { countedMs: 100, faultMs: 10, share: 0.9, whole: true };
 * assertEquals(together([one, { countedMs: 300, faultMs: 0, share: 1, whole: true }]).share, 0.975);
 * ```
 */
export function together(all: readonly Availability[]): Availability {
  const countedMs = all.reduce((sum, { countedMs }) => sum + countedMs, 0);
  const faultMs = all.reduce((sum, { faultMs }) => sum + faultMs, 0);
  return {
    countedMs,
    faultMs,
    share: shareOf(countedMs, faultMs),
    whole: all.length > 0 && all.every(({ whole }) => whole),
  };
}

function shareOf(countedMs: number, faultMs: number): number | undefined {
  return countedMs > 0 ? (countedMs - faultMs) / countedMs : undefined;
}
