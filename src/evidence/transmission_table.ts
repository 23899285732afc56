/**
 * The transmissions of a period, by site, by month and by output.
 *
 * @module
 */
import type { TransmissionFigures } from "./evidence.ts";
import { partAt, type Period } from "./period.ts";
import { type TimeBin, type TimeFigures, TimeStatistics } from "./time_statistics.ts";
import { NO_LIMITS, type Transmission, TransmissionCollector } from "./transmission_collector.ts";
import { transmissionTime, type TransmissionTimes } from "./transmission_time.ts";
import type { TransmissionLimits } from "./verdict.ts";

/** An alarm of the journal: one row of one queue. */
export interface AlarmTimes extends Omit<TransmissionTimes, "deliveredAt"> {
  /** The site. */
  site: string;
  /** The queue: name of an output or route. */
  output: string;
  /** When the receiver stored it: the period it belongs to. */
  storedAt: number;
  /** When the AE acknowledged it; undefined while it waits. */
  deliveredAt: number | undefined;
  /** `alarm`: of a panel. `failure`: the receiver's own message that the site is not heard. `other`: another one of its own. */
  kind: "alarm" | "failure" | "other";
}

/** What a table needs. */
export interface TransmissionTableOptions {
  period: Period;
  /** Fewer transmissions are not judged. */
  enough: number;
  /** When the report is made, ms since the epoch. */
  now: number;
  /** Limits of a site; none where it has no category. */
  limitsOf: (site: string) => TransmissionLimits | undefined;
  /** Limits that all sites share. */
  limits: TransmissionLimits | undefined;
}

/** What a table has of a site. */
export interface SiteTransmissions {
  transmissions: TransmissionFigures;
  /** For a year. */
  months: readonly TransmissionFigures[];
  /** The receiver's own messages that the site is not heard: from the telling to the AE. */
  failures: TimeFigures;
  failuresWaiting: number;
}

/** What a table has of a queue. */
export interface OutputTransmissions {
  /** From the path to the AE's acknowledgement. */
  delivery: TimeFigures;
  waiting: number;
}

/** A set of alarms, and the months of it. */
class Scope {
  readonly whole: TransmissionCollector;
  readonly months: TransmissionCollector[];

  constructor({ kind, months }: Period, limits: TransmissionLimits) {
    this.whole = new TransmissionCollector(limits);
    this.months = kind === "month" ? [] : months.map(() => new TransmissionCollector(limits));
  }

  add(transmission: Transmission, month: number): void {
    this.whole.add(transmission);
    this.months[month]?.add(transmission);
  }
}

/**
 * Takes the alarms one at a time, those of a site one behind the other. In memory are the counts of one site and of all; of the
 * sites before, only their figures.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { period } from "./period.ts";
 * import { TransmissionTable } from "./transmission_table.ts";
 *
 * const table = new TransmissionTable({
 *   period: period("2026-11", "UTC")!, enough: 1, now: Date.UTC(2027, 0), limits: undefined, limitsOf: () => undefined,
 * });
 * const at = Date.UTC(2026, 10, 5);
 * table.add({
 *   kind: "alarm", site: "shop", output: "east", storedAt: at, receivedAt: at, deliveredAt: at + 60, answeredAt: at + 5,
 *   stampedAt: at - 40, clockOff: false, premises: undefined,
 * });
 * table.end();
 * assertEquals(table.site("shop").transmissions.meanMs, 100);
 * assertEquals(table.output("east").delivery.meanMs, 60);
 * ```
 */
export class TransmissionTable {
  readonly #options: TransmissionTableOptions;
  readonly #all: Scope;
  readonly #sites = new Map<string, SiteTransmissions>();
  readonly #outputs = new Map<string, { times: TimeStatistics; waiting: number }>();
  #site: { name: string; scope: Scope; failures: TimeStatistics; failuresWaiting: number } | undefined;

  /** Nothing was seen yet. */
  constructor(options: TransmissionTableOptions) {
    this.#options = options;
    this.#all = new Scope(options.period, options.limits ?? NO_LIMITS);
  }

  /** Takes an alarm; one outside the period is passed over. */
  add(alarm: AlarmTimes): void {
    const { period, now } = this.#options;
    if (alarm.storedAt < period.from || alarm.storedAt >= period.to) return;
    const { deliveredAt, receivedAt } = alarm;
    if (this.#site?.name !== alarm.site) this.#begin(alarm.site);
    const site = this.#site!;
    if (alarm.kind !== "alarm") {
      if (alarm.kind === "other") return;
      if (deliveredAt === undefined) site.failuresWaiting++;
      else site.failures.add(deliveredAt - receivedAt);
      return;
    }
    const output = this.#outputs.get(alarm.output) ?? { times: new TimeStatistics(), waiting: 0 };
    this.#outputs.set(alarm.output, output);
    if (deliveredAt === undefined) output.waiting++;
    else output.times.add(deliveredAt - receivedAt);
    const month = partAt(period.months, alarm.storedAt);
    const transmission = deliveredAt === undefined
      ? { kind: "waiting" as const, ms: now - receivedAt }
      : timed({ ...alarm, deliveredAt });
    site.scope.add(transmission, month);
    this.#all.add(transmission, month);
  }

  /** There are no more. */
  end(): void {
    const site = this.#site;
    if (site === undefined) return;
    const { enough } = this.#options;
    this.#sites.set(site.name, {
      transmissions: site.scope.whole.figures(enough),
      months: site.scope.months.map((month) => month.figures(enough)),
      failures: site.failures.figures(),
      failuresWaiting: site.failuresWaiting,
    });
    this.#site = undefined;
  }

  /** All of them. */
  all(): { transmissions: TransmissionFigures; months: TransmissionFigures[]; bins: TimeBin[] } {
    const { enough } = this.#options;
    const { whole, months } = this.#all;
    return {
      transmissions: whole.figures(enough),
      months: months.map((month) => month.figures(enough)),
      bins: whole.bins(),
    };
  }

  /** Those of a site. */
  site(name: string): SiteTransmissions {
    const found = this.#sites.get(name);
    if (found !== undefined) return found;
    const { enough, period } = this.#options;
    const none = new Scope(period, this.#options.limitsOf(name) ?? NO_LIMITS);
    return {
      transmissions: none.whole.figures(enough),
      months: none.months.map((month) => month.figures(enough)),
      failures: new TimeStatistics().figures(),
      failuresWaiting: 0,
    };
  }

  /** Queues that alarms went into. */
  get outputs(): string[] {
    return [...this.#outputs.keys()];
  }

  /** Those of a queue. */
  output(name: string): OutputTransmissions {
    const found = this.#outputs.get(name);
    return {
      delivery: (found?.times ?? new TimeStatistics()).figures(),
      waiting: found?.waiting ?? 0,
    };
  }

  #begin(name: string): void {
    this.end();
    if (this.#sites.has(name)) throw new RangeError(`alarms of ${name} have to come one behind the other`);
    this.#site = {
      name,
      scope: new Scope(this.#options.period, this.#options.limitsOf(name) ?? NO_LIMITS),
      failures: new TimeStatistics(),
      failuresWaiting: 0,
    };
  }
}

function timed(times: TransmissionTimes): Transmission {
  const found = transmissionTime(times);
  return found === undefined ? { kind: "untimed" } : { kind: "timed", ...found };
}
