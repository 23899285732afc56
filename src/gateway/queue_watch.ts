/**
 * Queues that grow too long are a fault, told long before the disk is full.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import type { Faults } from "./faults.ts";
import { QUEUE_LONG } from "./own_event_subject.ts";

/** Alarms waiting in a queue: a fault from here on, until there are half as many. */
export const HIGH_WATER = 1000;
/** The queues are looked at this often, ms. */
const LOOK_MS = 10_000;

/** What a {@link QueueWatch} works with. */
export interface QueueWatchParts {
  journal: Pick<Journal, "stats">;
  faults: Faults;
  /** Names of the queues. */
  lanes: Iterable<string>;
  /** Told that a queue is short enough, each time it is. */
  short: (rule: string) => void;
}

/**
 * Looks how many alarms wait in each queue, and raises and clears the fault `queue-long:<name>`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Faults } from "./faults.ts";
 * import { QueueWatch } from "./queue_watch.ts";
 *
 * const waiting: Record<string, number> = { east: 1000 };
 * const journal = { stats: () => Promise.resolve({ waiting, stored: 0, bytes: 0 }) };
 * const faults = new Faults(() => {}, () => {});
 * const watch = new QueueWatch({ journal, faults, lanes: ["east", "west"], short: () => {} });
 * const after = async (now: number, count: number) => {
 *   waiting["east"] = count;
 *   await watch.tick(now);
 *   return faults.all.map(({ rule }) => rule);
 * };
 * assertEquals(await after(0, 1000), ["queue-long:east"]);
 * assertEquals(await after(10_000, 501), ["queue-long:east"]);
 * assertEquals(await after(20_000, 500), []);
 * ```
 */
export class QueueWatch {
  readonly #parts: QueueWatchParts;
  #lookAt = -Infinity;
  #looking = false;

  /** Looks with the first {@link tick}. */
  constructor(parts: QueueWatchParts) {
    this.#parts = parts;
  }

  /** Lets time pass; cheap when it is not time to look. */
  async tick(now: number): Promise<void> {
    if (now < this.#lookAt || this.#looking) return;
    const { journal, lanes, faults, short } = this.#parts;
    this.#lookAt = now + LOOK_MS;
    this.#looking = true;
    try {
      const { waiting } = await journal.stats();
      for (const lane of lanes) {
        const rule = `${QUEUE_LONG}${lane}`, count = waiting[lane] ?? 0;
        if (count >= HIGH_WATER) {
          faults.raise(rule, `${count} alarms wait for ${lane}: look whether its AE answers, and how fast`);
        } else if (count <= HIGH_WATER / 2) {
          faults.clear(rule);
          short(rule);
        }
      }
    } catch {
      // The journal has raised its fault.
    } finally {
      this.#looking = false;
    }
  }
}
