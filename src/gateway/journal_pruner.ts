/**
 * Prunes the journal of a running gateway: a slice now and then, so that alarms never wait for it.
 *
 * @module
 */
import { formatDuration } from "../config/duration.ts";
import type { JournalConfig } from "../config/journal_config.ts";
import { formatSize } from "../config/size.ts";
import { type Journal, JournalError } from "../journal/journal.ts";
import { seqAtAge, YOUNG_MS } from "../journal/prune.ts";
import type { Faults } from "./faults.ts";
import type { Log } from "./log.ts";

/** What a {@link JournalPruner} works with. */
export interface PrunerParts {
  journal: Journal;
  config: JournalConfig;
  faults: Faults;
  log: Log;
  /** The clock on the wall, ms since the epoch. @default {Date.now} */
  now?: () => number;
  /** From the end of one round to the next, ms. @default {600000} */
  everyMs?: number;
}

/** What is raised while the journal is larger than it may be, and what is left in it has to stay. */
export const FULL_FAULT = "journal-full-of-waiting";

/** Rows of one slice. */
const SLICE = 200;
/** Between two slices, ms: the disk belongs to the alarms. */
const PAUSE_MS = 100;
const EVERY_MS = 600_000;
/** Alarms that are asked when they were stored: what is kept is kept up to a 240th of the journal longer. */
const SAMPLES = 240;

/**
 * Prunes at the start and every ten minutes, as the configuration says. A clock gone ahead does not make alarms old: `seqAtAge`
 * says which are.
 */
export class JournalPruner {
  /** Alarms that were pruned since the start, as `alarms-pruned`; empty while there were none. */
  readonly counters: Record<string, number> = {};
  readonly #parts: PrunerParts;
  readonly #now: () => number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(parts: PrunerParts) {
    this.#parts = parts;
    this.#now = parts.now ?? Date.now;
  }

  /** Starts; the first round begins at once. */
  start(): void {
    const { keepMs, maxBytes } = this.#parts.config;
    if (keepMs !== undefined || maxBytes !== undefined) this.#next(0);
  }

  /** Ends, behind the slice that is under way. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #next(ms: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.#running = this.#round(), ms);
  }

  /** One round: slices until there is no more. Never throws: the journal has raised its own fault. */
  async #round(): Promise<void> {
    const { log, everyMs = EVERY_MS } = this.#parts;
    let removed = 0;
    try {
      removed = await this.#slices();
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      log("warn", "journal-not-pruned", `${error.message} Tried again in ${formatDuration(everyMs)}.`);
    }
    if (removed > 0) log("info", "journal-pruned", `${removed} alarms that were done with left the journal`);
    this.#next(everyMs);
  }

  async #slices(): Promise<number> {
    const { journal, config: { keepMs, maxBytes } } = this.#parts;
    const now = this.#now();
    const times = await journal.times(SAMPLES);
    const choice = {
      ...(keepMs === undefined ? {} : { before: now - keepMs, beforeSeq: seqAtAge(times, now, keepMs) }),
      youngSeq: seqAtAge(times, now, YOUNG_MS),
      maxBytes,
      limit: SLICE,
    };
    let removed = 0, over = false;
    for (let after = 0; !this.#closed;) {
      const pruned = await journal.prune({ ...choice, after });
      removed += pruned.removed;
      over = pruned.over;
      if (pruned.removed > 0) {
        this.counters["alarms-pruned"] = (this.counters["alarms-pruned"] ?? 0) + pruned.removed;
      }
      if (!pruned.more) break;
      after = pruned.next;
      await new Promise<void>((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    if (!this.#closed) await this.#judge(over);
    return removed;
  }

  async #judge(over: boolean): Promise<void> {
    const { journal, faults, config: { maxBytes = 0 } } = this.#parts;
    if (!over) return faults.clear(FULL_FAULT);
    const { waiting } = await journal.stats();
    const count = Object.values(waiting).reduce((sum, each) => sum + each, 0);
    faults.raise(
      FULL_FAULT,
      `the journal holds more than journal.max_size (${
        formatSize(maxBytes)
      }), and nothing in it may be pruned: ` +
        `${count} alarms wait to be delivered, and no alarm goes within ${
          formatDuration(YOUNG_MS)
        }; nothing is lost, ` +
        "but see why they wait, and that the disk has room",
    );
  }
}
