/**
 * The transmissions of one set of alarms: of a site, of a month, of all.
 *
 * @module
 */
import type { TransmissionFigures } from "./evidence.ts";
import { type TimeBin, TimeStatistics } from "./time_statistics.ts";
import type { Measure } from "./transmission_time.ts";
import { judgeTransmissions, type TransmissionLimits } from "./verdict.ts";

/** No limits. */
export const NO_LIMITS: TransmissionLimits = { meanMs: undefined, p95Ms: undefined, maxMs: undefined };

/** What became of an alarm. */
export type Transmission =
  /** Delivered, in this time. */
  | { kind: "timed"; measure: Measure; ms: number }
  /** Delivered; how long it took is not known. */
  | { kind: "untimed" }
  /** Not delivered; received so long ago, ms. */
  | { kind: "waiting"; ms: number };

/**
 * Counts transmissions against limits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TransmissionCollector } from "./transmission_collector.ts";
 *
 * const collector = new TransmissionCollector({ meanMs: 20_000, p95Ms: 30_000, maxMs: 60_000 });
 * collector.add({ kind: "timed", measure: "one-way", ms: 80 });
 * collector.add({ kind: "waiting", ms: 3_600_000 });
 * const { count, waiting, overdue, tooLate } = collector.figures(20);
 * assertEquals({ count, waiting, overdue, tooLate }, { count: 2, waiting: 0, overdue: 1, tooLate: 1 });
 * ```
 */
export class TransmissionCollector {
  readonly #limits: TransmissionLimits;
  readonly #times = new TimeStatistics();
  readonly #measures: Record<Measure, number> = { "one-way": 0, "round-trip": 0, "two-parts": 0 };
  #untimed = 0;
  #waiting = 0;
  #overdue = 0;

  /** @param limits What it is compared with. */
  constructor(limits: TransmissionLimits) {
    this.#limits = limits;
  }

  /** Counts one. */
  add(transmission: Transmission): void {
    switch (transmission.kind) {
      case "timed":
        this.#measures[transmission.measure]++;
        this.#times.add(transmission.ms);
        return;
      case "untimed":
        this.#untimed++;
        return;
      case "waiting": {
        const { maxMs } = this.#limits;
        if (maxMs === undefined || transmission.ms <= maxMs) this.#waiting++;
        else {
          this.#overdue++;
          this.#times.add(transmission.ms);
        }
      }
    }
  }

  /** The figures as they stand. @param enough Fewer transmissions are not judged. */
  figures(enough: number): TransmissionFigures {
    const figures = this.#times.figures();
    const { p95Ms, maxMs } = this.#limits;
    const [untimed, waiting] = [this.#untimed, this.#waiting];
    const overP95 = p95Ms === undefined ? 0 : this.#times.over(p95Ms);
    return {
      ...figures,
      measures: { ...this.#measures },
      untimed,
      waiting,
      overdue: this.#overdue,
      tooLate: maxMs === undefined ? 0 : this.#times.over(maxMs),
      verdicts: judgeTransmissions(figures, overP95, this.#limits, { enough, untimed, waiting }),
    };
  }

  /** Bars for a plot. */
  bins(): TimeBin[] {
    return this.#times.bins();
  }
}
