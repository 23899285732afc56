/**
 * Says when a class is no longer met, and when it is again.
 *
 * @module
 */
import type { TransmissionLimits } from "./verdict.ts";

/** What a class is watched for. */
export interface ClassLimits extends TransmissionLimits {
  /** Share of time that a site must be heard, 0 to 1; undefined: not watched. */
  readonly availability?: number;
}

/** How it is watched. Times in ms. */
export interface ClassWatchOptions {
  limits: ClassLimits;
  /** What counts: the last so long. @default {30 days} */
  windowMs?: number;
  /** Fewer transmissions say nothing of mean and percentile. @default {20} */
  enough?: number;
  /** How far below its limits everything must be before the class counts as met again, as a share. @default {0.1} */
  hysteresis?: number;
}

/** A figure that is not within its limit. */
export interface ClassBreach {
  /** `p95`: value and limit are shares of transmissions above the limit of the percentile. `max`: how many, and 0. */
  figure: "mean" | "p95" | "max" | "availability";
  value: number;
  limit: number;
}

/** What is to be told. */
export type ClassEffect =
  /** The class is no longer met, for these reasons. */
  | { kind: "class-lost"; at: number; breaches: ClassBreach[] }
  /** It is met again. */
  | { kind: "class-met"; at: number };

const DAY_MS = 86_400_000;
/** The window moves in steps of a 60th of it: half a day of 30 days. */
const SLICES = 60;

/** What happened in a step of the window. */
class Slice {
  count = 0;
  sum = 0;
  /** Above the limit of the percentile, and above what it must be to count as met again. */
  overP95 = 0;
  overP95Back = 0;
  overMax = 0;
  faultMs = 0;
}

/**
 * Watches one site, or a whole system, over a window that moves. Memory does not grow: kept are counts for each of 60 steps of the
 * window, which therefore reaches back between 60 and 61 of them.
 *
 * The class is lost when any figure is above its limit: the mean or the percentile of enough transmissions; one transmission above
 * the maximum; more time in fault than the window allows. It is told once. It is met again when enough transmissions are in the
 * window and every figure is within its limit by the hysteresis: mean and percentile 10 % below, at most 90 % of the time in fault
 * that is allowed, and no transmission above the maximum left in the window. Between the two, nothing is said.
 *
 * Times may go back by a step of the clock: such an event counts in the latest step of the window.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ClassWatch } from "./class_watch.ts";
 *
 * const limits = { meanMs: 10_000, p95Ms: 15_000, maxMs: 30_000 };
 * const watch = new ClassWatch({ limits, windowMs: 60_000, enough: 1 });
 * assertEquals(watch.delivered(0, 200), []);
 * assertEquals(watch.delivered(1000, 31_000).map(({ kind }) => kind), ["class-lost"]);
 * assertEquals(watch.delivered(2000, 32_000), [], "it is told once");
 * assertEquals(watch.delivered(70_000, 200), [{ kind: "class-met", at: 70_000 }]);
 * ```
 */
export class ClassWatch {
  readonly #limits: ClassLimits;
  readonly #windowMs: number;
  readonly #sliceMs: number;
  readonly #enough: number;
  readonly #hysteresis: number;
  /** By number of the step, oldest first; steps without anything are left out. */
  readonly #slices = new Map<number, Slice>();
  readonly #total = new Slice();
  #latest = -Infinity;
  #lost = false;
  /** Outages under way, and until when the time in fault is counted. */
  #failures = 0;
  #faultCounted = 0;

  /** Nothing has happened yet. @throws {RangeError} When window or hysteresis are out of range. */
  constructor({ limits, windowMs = 30 * DAY_MS, enough = 20, hysteresis = 0.1 }: ClassWatchOptions) {
    if (!(windowMs >= SLICES && Number.isFinite(windowMs))) throw new RangeError(`window of ${windowMs} ms`);
    if (!(hysteresis >= 0 && hysteresis < 1)) throw new RangeError(`hysteresis ${hysteresis}: 0 to below 1`);
    this.#limits = limits;
    this.#windowMs = windowMs;
    this.#sliceMs = Math.ceil(windowMs / SLICES);
    this.#enough = Math.max(1, enough);
    this.#hysteresis = hysteresis;
  }

  /** Whether the class is lost. */
  get lost(): boolean {
    return this.#lost;
  }

  /** An alarm was delivered. @param at When, ms since the epoch. @param ms How long it took. */
  delivered(at: number, ms: number): ClassEffect[] {
    this.#advance(at);
    const { p95Ms = Infinity, maxMs = Infinity } = this.#limits;
    this.#add({
      count: 1,
      sum: ms,
      overP95: Number(ms > p95Ms),
      overP95Back: Number(ms > p95Ms * (1 - this.#hysteresis)),
      overMax: Number(ms > maxMs),
      faultMs: 0,
    });
    return this.#judge();
  }

  /** An outage began; several at once count as one time. */
  failed(at: number): ClassEffect[] {
    this.#advance(at);
    this.#failures++;
    return this.#judge();
  }

  /** One ended. */
  restored(at: number): ClassEffect[] {
    this.#advance(at);
    this.#failures = Math.max(0, this.#failures - 1);
    return this.#judge();
  }

  /** Lets time pass; a call an hour is enough. */
  tick(now: number): ClassEffect[] {
    this.#advance(now);
    return this.#judge();
  }

  #add(change: Slice): void {
    const number = this.#stepOf(this.#latest);
    let slice = this.#slices.get(number);
    if (slice === undefined) this.#slices.set(number, slice = new Slice());
    for (const key of COUNTS) {
      slice[key] += change[key];
      this.#total[key] += change[key];
    }
  }

  #stepOf(at: number): number {
    return Math.floor(at / this.#sliceMs);
  }

  /** Moves the window, and counts the time in fault up to now, in the steps where it was. */
  #advance(at: number): void {
    const now = Math.max(this.#latest, at);
    if (this.#latest === -Infinity) this.#faultCounted = now;
    if (this.#failures > 0) {
      // What is older than the window would be dropped at once.
      let from = Math.max(this.#faultCounted, now - this.#windowMs - this.#sliceMs);
      while (from < now) {
        const to = Math.min(now, (this.#stepOf(from) + 1) * this.#sliceMs);
        this.#latest = from;
        this.#add(Object.assign(new Slice(), { faultMs: to - from }));
        from = to;
      }
    }
    this.#faultCounted = now;
    this.#latest = now;
    for (const [number, slice] of this.#slices) {
      if (number >= this.#stepOf(now) - SLICES) break;
      for (const key of COUNTS) this.#total[key] -= slice[key];
      this.#slices.delete(number);
    }
  }

  #judge(): ClassEffect[] {
    const at = this.#latest;
    if (!this.#lost) {
      const breaches = this.#breaches();
      if (breaches.length === 0) return [];
      this.#lost = true;
      return [{ kind: "class-lost", at, breaches }];
    }
    if (!this.#isBack()) return [];
    this.#lost = false;
    return [{ kind: "class-met", at }];
  }

  #breaches(): ClassBreach[] {
    const { meanMs, p95Ms, availability } = this.#limits;
    const { count, sum, overP95, overMax, faultMs } = this.#total;
    const breaches: ClassBreach[] = [];
    const enough = count >= this.#enough;
    if (enough && meanMs !== undefined && sum / count > meanMs) {
      breaches.push({ figure: "mean", value: sum / count, limit: meanMs });
    }
    if (enough && p95Ms !== undefined && overP95 > allowedOver(count)) {
      breaches.push({ figure: "p95", value: overP95 / count, limit: allowedOver(count) / count });
    }
    if (overMax > 0) breaches.push({ figure: "max", value: overMax, limit: 0 });
    if (availability !== undefined && faultMs > this.#allowedMs(availability)) {
      breaches.push({ figure: "availability", value: 1 - faultMs / this.#windowMs, limit: availability });
    }
    return breaches;
  }

  #isBack(): boolean {
    const { meanMs, p95Ms, availability } = this.#limits;
    const { count, sum, overP95Back, overMax, faultMs } = this.#total;
    const times = meanMs !== undefined || p95Ms !== undefined || this.#limits.maxMs !== undefined;
    if (times && count < this.#enough) return false;
    const share = 1 - this.#hysteresis;
    return (meanMs === undefined || sum / count <= meanMs * share) &&
      (p95Ms === undefined || overP95Back <= allowedOver(count)) &&
      overMax === 0 &&
      (availability === undefined || faultMs <= this.#allowedMs(availability) * share);
  }

  #allowedMs(availability: number): number {
    // A hair more, as 1 - 0.998 is not quite 0.002.
    return (1 - availability) * this.#windowMs + 1e-6;
  }
}

const COUNTS = ["count", "sum", "overP95", "overP95Back", "overMax", "faultMs"] as const;

/** How many of so many may be above the limit of the percentile, by nearest rank. */
function allowedOver(count: number): number {
  return count - Math.ceil(95 * count / 100);
}
