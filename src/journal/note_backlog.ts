/**
 * Notes that wait for a disk that writes again.
 *
 * @module
 */
import type { NoteOp } from "./sqlite_wire.ts";

/**
 * A bounded list of notes, oldest first.
 *
 * Over the limit, notes of one alarm are merged into one (delivery and told are kept, of the hops the latest). If that
 * is not enough the oldest are dropped: an alarm whose delivery is dropped is sent again after a restart, never lost.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { NoteBacklog } from "./note_backlog.ts";
 * import { OP } from "./sqlite_wire.ts";
 *
 * const backlog = new NoteBacklog(10);
 * backlog.push([OP.note, "A", 1000, 0, null, "", ""]);
 * assertEquals(backlog.take(5).length, 1);
 * assertEquals(backlog.size, 0);
 * ```
 */
export class NoteBacklog {
  readonly #limit: number;
  #notes: NoteOp[] = [];
  #dropped = 0;

  /** @param limit Notes kept at most. */
  constructor(limit: number) {
    this.#limit = Math.max(1, limit);
  }

  /** Notes held. */
  get size(): number {
    return this.#notes.length;
  }

  /** Notes dropped so far because there were too many. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Adds the newest. */
  push(note: NoteOp): void {
    this.#notes.push(note);
    if (this.#notes.length > this.#limit) this.#shrink();
  }

  /** Gives back notes that were taken and not written: they are older than the others. */
  restore(notes: readonly NoteOp[]): void {
    this.#notes = [...notes, ...this.#notes];
    if (this.#notes.length > this.#limit) this.#shrink();
  }

  /** Takes at most `count` of the oldest. */
  take(count: number): NoteOp[] {
    return this.#notes.splice(0, count);
  }

  /** Merges; then drops down to three quarters, so that the work is not done again for every note. */
  #shrink(): void {
    const merged = new Map<string, NoteOp>();
    for (const note of this.#notes) {
      const known = merged.get(note[1]);
      if (known === undefined) {
        merged.set(note[1], [...note]);
        continue;
      }
      known[2] ??= note[2];
      known[3] |= note[3];
      if (note[4] !== null) [known[4], known[5], known[6]] = [note[4], note[5], note[6]];
    }
    this.#notes = [...merged.values()];
    const excess = this.#notes.length - Math.ceil(this.#limit * 0.75);
    if (excess > 0) {
      this.#notes.splice(0, excess);
      this.#dropped += excess;
    }
  }
}
