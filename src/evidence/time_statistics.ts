/**
 * Mean, percentiles and maximum of many times, in little memory.
 *
 * @module
 */

/** Up to here, in ms, every millisecond is counted by itself: longer than the longest limit of any category (480 s). */
const EXACT_MS = 600_000;
const DAY_MS = 86_400_000;
/** Plots have so many bars for a factor of ten. */
const BINS_PER_DECADE = 8;
/** Decades of a plot: 1 ms to 10^7 ms, 2.8 h. */
const DECADES = 7;

/** What there is to say about a set of times; ms. */
export interface TimeFigures {
  /** How many. */
  readonly count: number;
  /** Arithmetic mean; undefined when there is none. */
  readonly meanMs: number | undefined;
  /** 95th percentile by nearest rank. */
  readonly p95Ms: number | undefined;
  /** The shortest. */
  readonly minMs: number | undefined;
  /** The longest. */
  readonly maxMs: number | undefined;
}

/** One bar of a plot: times above `fromMs`, up to and including `toMs`. */
export interface TimeBin {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

/**
 * Counts times, one at a time, and forgets each: what stays is how often each value came.
 *
 * Times are rounded up to whole ms, so that nothing is shown shorter than it was. Up to 10 min every ms is counted by itself; above,
 * values are rounded up to the second, and above a day to the minute, for percentiles only: mean, minimum and maximum are exact.
 * So there are at most 600,001 + 85,800 + 525,600 different values (a year), however many times come, and figures up to 10 min,
 * which is where all limits are, equal those of a sorted list.
 *
 * **Percentile by nearest rank**: of n times in ascending order, the one in place ⌈p·n/100⌉, counted from 1. It is one of the times,
 * never a value between two. The 95th percentile of fewer than 20 times is the longest of them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TimeStatistics } from "./time_statistics.ts";
 *
 * const times = new TimeStatistics();
 * for (let ms = 1; ms <= 100; ms++) times.add(ms);
 * assertEquals(times.figures(), { count: 100, meanMs: 50.5, p95Ms: 95, minMs: 1, maxMs: 100 });
 * assertEquals([times.percentile(50), times.over(98)], [50, 2]);
 * ```
 */
export class TimeStatistics {
  readonly #counts = new Map<number, number>();
  #count = 0;
  #sum = 0;
  #min = Infinity;
  #max = -Infinity;

  /** Times counted. */
  get count(): number {
    return this.#count;
  }

  /** Counts a time. @param ms The time, not negative; anything else counts as 0. */
  add(ms: number): void {
    const whole = ms > 0 ? Math.min(Math.ceil(ms), Number.MAX_SAFE_INTEGER) : 0;
    const bucket = bucketOf(whole);
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + 1);
    this.#count++;
    this.#sum += whole;
    this.#min = Math.min(this.#min, whole);
    this.#max = Math.max(this.#max, whole);
  }

  /**
   * A percentile by nearest rank.
   *
   * @param p Percent, above 0, at most 100.
   * @returns The time, ms; undefined when there is none.
   */
  percentile(p: number): number | undefined {
    const rank = Math.max(1, Math.ceil(p * this.#count / 100));
    let counted = 0;
    for (const [bucket, count] of this.#sorted()) {
      counted += count;
      if (counted >= rank) return Math.min(bucket, this.#max);
    }
    return undefined;
  }

  /** Times longer than a limit of whole ms, up to 10 min. */
  over(limitMs: number): number {
    let count = 0;
    for (const [bucket, times] of this.#counts) if (bucket > limitMs) count += times;
    return count;
  }

  /** The figures as they stand. */
  figures(): TimeFigures {
    const some = this.#count > 0;
    return {
      count: this.#count,
      meanMs: some ? this.#sum / this.#count : undefined,
      p95Ms: this.percentile(95),
      minMs: some ? this.#min : undefined,
      maxMs: some ? this.#max : undefined,
    };
  }

  /** Bars for a plot, from the first to the last that is not empty; each is by the same factor longer. */
  bins(): TimeBin[] {
    const last = BINS_PER_DECADE * DECADES;
    const counts = new Array<number>(last + 1).fill(0);
    for (const [bucket, count] of this.#counts) {
      // The logarithm is a hair above a whole number at times: an edge belongs to the bar below it.
      const at = bucket <= 1 ? 0 : Math.ceil(Math.log10(bucket) * BINS_PER_DECADE - 1e-9);
      counts[Math.min(at, last)]! += count;
    }
    const from = counts.findIndex((count) => count > 0);
    const to = counts.findLastIndex((count) => count > 0);
    const edge = (at: number) => at < 0 ? 0 : 10 ** (at / BINS_PER_DECADE);
    return from < 0 ? [] : counts.slice(from, to + 1).map((count, i) => ({
      fromMs: edge(from + i - 1),
      toMs: edge(from + i),
      count,
    }));
  }

  #sorted(): [bucket: number, count: number][] {
    return [...this.#counts].sort(([a], [b]) => a - b);
  }
}

function bucketOf(ms: number): number {
  if (ms <= EXACT_MS) return ms;
  const step = ms <= DAY_MS ? 1000 : 60_000;
  return Math.min(Math.ceil(ms / step) * step, 366 * DAY_MS);
}
