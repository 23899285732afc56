/**
 * When silence is declared a fault, and how often to poll so that it is not declared in vain.
 *
 * @module
 */

/** A reporting time and what follows from it. Times in ms. */
export interface ReportingLimit {
  /** The time within which the fault must be at the AE, from the last sign of life. */
  readonly reportMs: number;
  /** After this much silence it is declared: the reporting time less what delivery to the AE may take. */
  readonly declareMs: number;
  /** Longest poll period at which the misses allowed do not lead to a fault. */
  readonly pollMs: number;
}

const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;

/** The shortest reporting time of any class, T6, ms. */
export const SHORTEST_REPORT_MS: number = 20 * SECOND;

/** A poll's round trip and jitter, so that the last one allowed does not come at the instant of the fault, ms. */
const ROUND_TRIP_MS = SECOND;

/**
 * The limits that follow from a reporting time T (en50136.md §5.1, D). Delivery to the AE gets δ = 10 % of T, at least 2 s and
 * at most 60 s; the fault is declared at T − δ. The poll period is (T − δ − 1 s) / (misses + 1), rounded down to whole seconds
 * below two minutes, whole minutes below two hours, whole hours below two days, else to whole days.
 *
 * @param reportMs T, ms; 20 s at least.
 * @param misses How many polls in a row may get lost, 2 to 10.
 * @returns The limits.
 * @throws {RangeError} When T or misses are out of range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reportingLimit } from "./reporting_limit.ts";
 *
 * assertEquals(reportingLimit(90_000, 3), { reportMs: 90_000, declareMs: 81_000, pollMs: 20_000 });
 * assertEquals(reportingLimit(20_000, 3), { reportMs: 20_000, declareMs: 18_000, pollMs: 4_000 });
 * ```
 */
export function reportingLimit(reportMs: number, misses: number): ReportingLimit {
  if (!(reportMs >= SHORTEST_REPORT_MS && Number.isFinite(reportMs))) {
    throw new RangeError(`reporting time ${reportMs} ms: it must be 20 s at least`);
  }
  if (!Number.isInteger(misses) || misses < 2 || misses > 10) {
    throw new RangeError(`${misses} polls missed: it must be a whole number from 2 to 10`);
  }
  const allowance = Math.min(Math.max(2 * SECOND, Math.ceil(reportMs / 10)), MINUTE);
  const declareMs = reportMs - allowance;
  const longest = (declareMs - ROUND_TRIP_MS) / (misses + 1);
  const unit = longest < 2 * MINUTE ? SECOND : longest < 2 * HOUR ? MINUTE : longest < 2 * DAY ? HOUR : DAY;
  return { reportMs, declareMs, pollMs: Math.floor(longest / unit) * unit };
}
