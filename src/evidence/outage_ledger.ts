/**
 * Outages, from the receiver's own messages in its journal.
 *
 * @module
 */
import { type FaultPlace, faultPlace } from "./fault_name.ts";
import type { Interval } from "./interval.ts";

/** A message of the receiver's own. */
export interface FaultMessage {
  /** Name of the fault. */
  rule: string;
  /** True when it is over. */
  over: boolean;
  /** When it was noticed, ms since the epoch. */
  at: number;
  /** What was told in words: a restore says how long it was. */
  text: string;
}

/** Something that did not work, from its being noticed to its end. */
export interface Outage extends FaultPlace {
  /** Name of the fault. */
  rule: string;
  /** When it was noticed, ms since the epoch. */
  from: number;
  /** When it was over; undefined while it lasts. */
  to: number | undefined;
  /**
   * `exact`: both ends are in the journal. `from-text`: only its end was told, with how long it was, rounded down. `unsure`: only
   * its end was told, or it ended before it began, because the clock was set: how long it was is not known.
   */
  length: "exact" | "from-text" | "unsure";
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Pairs faults with their restores. Messages come in the order of the journal; the same telling to several automation programs
 * counts once.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { OutageLedger } from "./outage_ledger.ts";
 *
 * const ledger = new OutageLedger();
 * const tell = (over: boolean, at: number, text = "") => ledger.add({ rule: "path-failed:shop", over, at, text });
 * for (const at of [1000, 1000]) tell(false, at);
 * for (const at of [5000, 5000]) tell(true, at);
 * tell(false, 9000);
 * assertEquals(ledger.outages().map(({ from, to }) => [from, to]), [[1000, 5000], [9000, undefined]]);
 * // An absent AE with nobody else to be told: it is told itself when it is back.
 * ledger.add({ rule: "ae-absent:east", over: true, at: 600_000, text: "AE east was absent 2 min" });
 * assertEquals(ledger.outages().find(({ kind }) => kind === "ae")?.from, 480_000);
 * ```
 */
export class OutageLedger {
  readonly #ended: Outage[] = [];
  readonly #open = new Map<string, Outage>();
  /** When the last restore of each fault was. */
  readonly #restored = new Map<string, number>();
  #messages = 0;

  /** Messages that were faults or restores. */
  get messages(): number {
    return this.#messages;
  }

  /** Takes the next message. */
  add({ rule, over, at, text }: FaultMessage): void {
    const place = faultPlace(rule);
    if (place === undefined) return;
    this.#messages++;
    const open = this.#open.get(rule);
    if (!over) {
      // Told to another program as well, or again after a restart.
      if (open !== undefined) return;
      this.#open.set(rule, { ...place, rule, from: at, to: undefined, length: "exact" });
      return;
    }
    if (open !== undefined) {
      this.#open.delete(rule);
      const backwards = at < open.from;
      this.#ended.push({
        ...open,
        to: backwards ? open.from : at,
        length: backwards ? "unsure" : "exact",
      });
    } else if (this.#restored.get(rule) !== at) {
      const lasted = lastedMs(text);
      this.#ended.push({
        ...place,
        rule,
        from: at - (lasted ?? 0),
        to: at,
        length: lasted === undefined ? "unsure" : "from-text",
      });
    }
    this.#restored.set(rule, at);
  }

  /** All outages: those that are over in the order of their ends, then those that last. */
  outages(): Outage[] {
    return [...this.#ended, ...this.#open.values()];
  }
}

/** "AE east was absent 12 min", "path of shop had failed 4 min (3 times)"; of several in a row the length of all is not told. */
function lastedMs(text: string): number | undefined {
  const [, number, unit] = / (\d{1,9}) (s|min|h|d)$/.exec(text) ?? [];
  return number === undefined || unit === undefined ? undefined : Number(number) * UNITS[unit]!;
}

/**
 * The time of outages as spans; those that last go on to the end of all time, to be cut.
 *
 * @param outages The outages.
 * @returns The spans.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { spansOf } from "./outage_ledger.ts";
 *
 * assertEquals(spansOf([]), []);
 * ```
 */
export function spansOf(outages: readonly Outage[]): Interval[] {
  return outages.map(({ from, to }) => ({ from, to: to ?? Infinity }));
}
