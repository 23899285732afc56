/**
 * Supervision of the way to an automation software.
 *
 * @module
 */
import { type ReportingLimit, reportingLimit } from "../category/reporting_limit.ts";
import type { CategorySettings } from "../category/category_settings.ts";

/** What an {@link AeSupervision} has to say. Times in ms of the steady clock. */
export type AeEffect =
  | {
    /** The AE does not answer, or it does again. */
    readonly kind: "ae-failed" | "ae-restored";
    /** When it was due, whenever the tick came. */
    readonly at: number;
    /** When the fault was declared. */
    readonly since: number;
  }
  | {
    /** It should be asked for a sign of life after this much silence from now on. */
    readonly kind: "heartbeat";
    /** When it became so. */
    readonly at: number;
    /** The period, ms; undefined: no site asks for it. */
    readonly periodMs: number | undefined;
  };

/**
 * Watches one AE. Its fault must be known within the shortest reporting time of any path of the sites that it serves
 * (en50136.md §4.4 E1, A); heartbeats come often enough for three to get lost,
 * which is more often than a quarter of that time (E2).
 *
 * Only {@link answered} is a sign of life: the AE's own acknowledgement of an alarm or a heartbeat, not that of TCP. Times are ms
 * of a steady clock; nothing here throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { category } from "../category/category.ts";
 * import { categorySettings } from "../category/category_settings.ts";
 * import { AeSupervision } from "./ae_supervision.ts";
 *
 * const ae = new AeSupervision(0);
 * ae.serve(categorySettings(category("SP4")), 0);
 * ae.serve(categorySettings(category("SP6")), 0);
 * assertEquals([ae.limitMs, ae.heartbeatMs, ae.nextTick], [20_000, 4_000, 18_000]);
 * ae.answered(10_000);
 * assertEquals(ae.tick(28_000), [{ kind: "ae-failed", at: 28_000, since: 28_000 }]);
 * assertEquals(ae.answered(40_000), [{ kind: "ae-restored", at: 40_000, since: 28_000 }]);
 * ```
 */
export class AeSupervision {
  /** How many of the sites have a time, by the time. */
  readonly #sites = new Map<number, number>();
  #limit: ReportingLimit | undefined;
  /** The last answer, or since when it is waited for. */
  #anchor: number;
  /** Nothing is due before this: the last change of the limit. */
  #notBefore: number;
  #answered = false;
  #failedAt: number | undefined;

  /** Serves no site yet. */
  constructor(now: number) {
    this.#anchor = this.#notBefore = now;
  }

  /** Within this its fault must be known, ms; undefined: no site asks for it. */
  get limitMs(): number | undefined {
    return this.#limit?.reportMs;
  }

  /** Longest silence before a heartbeat, ms; undefined: no site asks for it. */
  get heartbeatMs(): number | undefined {
    return this.#limit?.pollMs;
  }

  /** `unknown` until the AE has answered for the first time, or should have. */
  get status(): "unknown" | "answers" | "failed" {
    if (this.#failedAt !== undefined) return "failed";
    return this.#answered ? "answers" : "unknown";
  }

  /** When {@link tick} has something to do; undefined: nothing. */
  get nextTick(): number | undefined {
    if (this.#limit === undefined || this.#failedAt !== undefined) return undefined;
    return Math.max(this.#anchor + this.#limit.declareMs, this.#notBefore);
  }

  /** A site is served from now on. */
  serve(site: CategorySettings, now: number): AeEffect[] {
    return this.#count(site, 1, now);
  }

  /** A site is not served any more: once for each {@link serve}, with the same settings. */
  release(site: CategorySettings, now: number): AeEffect[] {
    return this.#count(site, -1, now);
  }

  /** The AE has acknowledged something, in its own language. */
  answered(now: number): AeEffect[] {
    const effects = this.tick(now);
    if (now > this.#anchor) this.#anchor = now;
    this.#answered = true;
    if (this.#failedAt !== undefined) {
      effects.push({ kind: "ae-restored", at: now, since: this.#failedAt });
      this.#failedAt = undefined;
    }
    return effects;
  }

  /** Lets time pass. */
  tick(now: number): AeEffect[] {
    const at = this.nextTick;
    if (at === undefined || !(at <= now)) return [];
    this.#failedAt = at;
    return [{ kind: "ae-failed", at, since: at }];
  }

  #count({ primary, alternative, alternativeFailed }: CategorySettings, by: number, now: number): AeEffect[] {
    const effects = this.tick(now);
    const shortest = Math.min(primary.reportMs, alternative.reportMs, alternativeFailed.reportMs);
    const count = Math.max(0, (this.#sites.get(shortest) ?? 0) + by);
    if (count === 0) this.#sites.delete(shortest);
    else this.#sites.set(shortest, count);
    const limitMs = this.#sites.size === 0 ? undefined : Math.min(...this.#sites.keys());
    if (limitMs === this.limitMs) return effects;
    // An AE that nobody was served by was not asked for anything: its time begins.
    if (this.#limit === undefined) this.#anchor = Math.max(this.#anchor, now);
    this.#limit = limitMs === undefined ? undefined : reportingLimit(limitMs, 3);
    this.#notBefore = now;
    return [...effects, { kind: "heartbeat", at: now, periodMs: this.heartbeatMs }];
  }
}
