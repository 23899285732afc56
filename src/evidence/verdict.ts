/**
 * Figures compared with what a category asks for.
 *
 * @module
 */
import type { Availability } from "./availability.ts";
import type { TimeFigures } from "./time_statistics.ts";

/** What came of comparing a figure. `no limit`: nothing was asked for. */
export type VerdictWord = "met" | "not met" | "not enough data" | "no limit";

/** A figure, its limit, and what came of it. */
export interface Verdict {
  /** `mean`, `p95`, `max`, `reporting`: ms. `availability`: a share, 0 to 1. */
  readonly figure: "mean" | "p95" | "max" | "reporting" | "availability";
  /** The figure; undefined when there is none. */
  readonly value: number | undefined;
  /** The limit; undefined when there is none. */
  readonly limit: number | undefined;
  readonly verdict: VerdictWord;
  /** Why, where that does not follow from value and limit; else empty. */
  readonly why: string;
}

/** Limits of transmission times, ms. */
export interface TransmissionLimits {
  readonly meanMs: number | undefined;
  readonly p95Ms: number | undefined;
  readonly maxMs: number | undefined;
}

/** What else is known of a set of transmissions. */
export interface Completeness {
  /** Fewer than this are not enough for "met", nor for a mean and a percentile that are not met. */
  enough: number;
  /** Transmissions that could not be timed, as no clock was to be trusted. */
  untimed: number;
  /** Transmissions that wait for their AE, and are not among the times. */
  waiting: number;
}

/**
 * Judges transmission times. Nothing is "met" that the times do not show: with too few, with some that could not be timed, or
 * with alarms that still wait, the verdict is "not enough data". One transmission above the maximum is enough for "not met".
 *
 * Whether untimed ones can matter: the mean could be anything; the percentile holds as long as it would with all of them above
 * the limit.
 *
 * @param figures The times.
 * @param overP95 How many are above the limit of the percentile.
 * @param limits The limits.
 * @param completeness What is missing.
 * @returns Mean, percentile, maximum.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { judgeTransmissions } from "./verdict.ts";
 *
 * const figures = { count: 3, meanMs: 20_000, p95Ms: 70_000, minMs: 1, maxMs: 70_000 };
 * const limits = { meanMs: 20_000, p95Ms: 30_000, maxMs: 60_000 };
 * const verdicts = judgeTransmissions(figures, 1, limits, { enough: 20, untimed: 0, waiting: 0 });
 * assertEquals(verdicts.map(({ verdict }) => verdict), ["not enough data", "not enough data", "not met"]);
 * ```
 */
export function judgeTransmissions(
  figures: TimeFigures,
  overP95: number,
  limits: TransmissionLimits,
  { enough, untimed, waiting }: Completeness,
): Verdict[] {
  const { count, meanMs, p95Ms, maxMs } = figures;
  const few = count < enough ? `${count} of at least ${enough} transmissions` : "";
  const missing = untimed + waiting;
  const gap = missing === 0 ? "" : [
    ...(untimed > 0 ? [`${untimed} could not be timed`] : []),
    ...(waiting > 0 ? [`${waiting} still wait`] : []),
  ].join(", ");
  // With every missing one above the limit: the place of the percentile moves up.
  const all = count + missing;
  const p95Holds = overP95 + missing <= all - Math.ceil(95 * all / 100);
  return [
    judged("mean", meanMs, limits.meanMs, few, gap),
    judged("p95", p95Ms, limits.p95Ms, few, p95Holds ? "" : gap),
    maxMs !== undefined && limits.maxMs !== undefined && maxMs > limits.maxMs
      ? { figure: "max", value: maxMs, limit: limits.maxMs, verdict: "not met", why: "" }
      : judged("max", maxMs, limits.maxMs, few, gap),
  ];
}

function judged(
  figure: Verdict["figure"],
  value: number | undefined,
  limit: number | undefined,
  few: string,
  gap: string,
): Verdict {
  if (limit === undefined) return { figure, value, limit, verdict: "no limit", why: "" };
  if (value === undefined || few !== "") {
    return { figure, value, limit, verdict: "not enough data", why: few };
  }
  if (value > limit) return { figure, value, limit, verdict: "not met", why: "" };
  return { figure, value, limit, verdict: gap === "" ? "met" : "not enough data", why: gap };
}

/**
 * Judges an availability. "Met" needs the whole period and a record of all faults. "Not met" needs no more than that the time in
 * fault is longer already than the whole period allows.
 *
 * @param of The availability.
 * @param limit The share that is asked for, 0 to 1; undefined: none.
 * @param periodMs Length of the whole period.
 * @param doubt Why the record of faults may not be complete; empty when it is.
 * @returns The verdict.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { judgeAvailability } from "./verdict.ts";
 *
 * const half = { countedMs: 500, faultMs: 1, share: 0.998, whole: false };
 * assertEquals(judgeAvailability(half, 0.995, 1000, "").verdict, "not enough data");
 * assertEquals(judgeAvailability({ ...half, faultMs: 6, share: 0.988 }, 0.995, 1000, "").verdict, "not met");
 * ```
 */
export function judgeAvailability(
  of: Availability,
  limit: number | undefined,
  periodMs: number,
  doubt: string,
): Verdict {
  const figure = "availability", value = doubt === "" || of.faultMs > 0 ? of.share : undefined;
  if (limit === undefined) return { figure, value, limit, verdict: "no limit", why: doubt };
  if (of.faultMs > (1 - limit) * periodMs + 1e-6) {
    return { figure, value, limit, verdict: "not met", why: "" };
  }
  const why = doubt !== "" ? doubt : of.whole ? "" : "not the whole period counts";
  return { figure, value, limit, verdict: why === "" ? "met" : "not enough data", why };
}

/** What is known of how soon the failure of a site is at its AE. Times in ms. */
export interface ReportingTimes {
  /** Silence until the failure is declared. */
  silenceMs: number;
  /** Whether that is what is in force, or only the longest that may be. */
  silenceKnown: boolean;
  /** From there to the AE, of each message that told a failure. */
  delivery: TimeFigures;
  /** Such messages that still wait. */
  waiting: number;
}

/**
 * Judges the reporting time: silence until the failure is declared, plus the longest time that a message took from there.
 *
 * @param times What is known.
 * @param limit Limit of the category, ms.
 * @returns The verdict; "met" only when a message was delivered in the period, and none waits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { judgeReporting } from "./verdict.ts";
 *
 * const delivery = { count: 1, meanMs: 200, p95Ms: 200, minMs: 200, maxMs: 200 };
 * const times = { silenceMs: 36_000, silenceKnown: true, delivery, waiting: 0 };
 * assertEquals(judgeReporting(times, 90_000).verdict, "met");
 * assertEquals(judgeReporting(times, 20_000).verdict, "not met");
 * assertEquals(judgeReporting({ ...times, silenceKnown: false }, 20_000).verdict, "not enough data");
 * ```
 */
export function judgeReporting(
  { silenceMs, silenceKnown, delivery, waiting }: ReportingTimes,
  limit: number | undefined,
): Verdict {
  const { maxMs } = delivery;
  const figure = "reporting", value = maxMs === undefined ? undefined : silenceMs + maxMs;
  if (limit === undefined) return { figure, value, limit, verdict: "no limit", why: "" };
  const atLeast = (silenceKnown ? silenceMs : 0) + (maxMs ?? 0);
  if (atLeast > limit) return { figure, value, limit, verdict: "not met", why: "" };
  const why = (value ?? silenceMs) > limit
    ? "its heartbeat is not known, only the longest allowed (max_heartbeat): name its spt.toml"
    : value === undefined
    ? "no failure was told in this time"
    : waiting > 0
    ? `${waiting} messages still wait`
    : "";
  return { figure, value, limit, verdict: why === "" ? "met" : "not enough data", why };
}
