/**
 * Telling a panel's repeat of a confirmed frame from another alarm.
 *
 * @module
 */

/** The frame that was heard last, again within this time, is its repeat: three attempts of 3.4 s, ms (C). */
const AT_ONCE = 12_000;
/** A frame with a time in it, again within this time, is the panel's repeat, ms (C). */
const DATED = 60_000;
/** Frames that are remembered. */
const MAX_FRAMES = 32;

/**
 * Remembers the frames that were confirmed as alarms. Panels repeat a frame to the octet when they miss its confirmation,
 * and do not toggle the frame count bit that would tell (vds2465.md §5): what is heard next, or holds the same time, is the
 * same alarm.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SerialRepeats } from "./serial_repeats.ts";
 *
 * const repeats = new SerialRepeats();
 * repeats.heard("68…16");
 * repeats.confirmed("68…16", 1, false, 0);
 * assertEquals(repeats.of("68…16", 3000), 1);
 * repeats.heard(undefined); // a poll: the panel has gone on
 * assertEquals(repeats.of("68…16", 3500), undefined);
 * ```
 */
export class SerialRepeats {
  readonly #confirmed = new Map<string, { ref: number; at: number; dated: boolean }>();
  #last: string | undefined;

  /** A frame came: its octets if it was data, undefined if it was anything else. */
  heard(key: string | undefined): void {
    this.#last = key;
  }

  /** A frame was confirmed as alarm `ref`. `dated` says that it holds the time of the event. */
  confirmed(key: string, ref: number, dated: boolean, now: number): void {
    this.#confirmed.delete(key);
    this.#confirmed.set(key, { ref, at: now, dated });
    for (const old of this.#confirmed.keys()) {
      if (this.#confirmed.size <= MAX_FRAMES) break;
      this.#confirmed.delete(old);
    }
  }

  /** The alarm that a frame repeats; undefined when it is a new one. Ask before {@link heard} is told of it. */
  of(key: string, now: number): number | undefined {
    const before = this.#confirmed.get(key);
    if (before === undefined) return undefined;
    const age = now - before.at;
    const again = (key === this.#last && age <= AT_ONCE) || (before.dated && age <= DATED);
    return again ? before.ref : undefined;
  }
}
