/**
 * What is due next among many.
 *
 * @module
 */

/**
 * A binary heap of times, by small whole numbers. Each change costs O(log n); 16 octets for each number up to the largest.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { DueHeap } from "./due_heap.ts";
 *
 * const heap = new DueHeap();
 * heap.set(0, 500);
 * heap.set(1, 300);
 * heap.set(2, 400);
 * heap.set(1, 600);
 * heap.set(2, Infinity);
 * assertEquals([heap.first, heap.at(0), heap.at(2), heap.size], [0, 500, Infinity, 2]);
 * ```
 */
export class DueHeap {
  /** By slot; Infinity: not in the heap. */
  #times = new Float64Array(16).fill(Infinity);
  /** By slot: its place in the heap. */
  #places = new Uint32Array(16);
  /** Slots, the earliest first. */
  #slots = new Uint32Array(16);
  #size = 0;

  /** How many are due at some time. */
  get size(): number {
    return this.#size;
  }

  /** The slot that is due first; undefined when none is. */
  get first(): number | undefined {
    return this.#size === 0 ? undefined : this.#slots[0];
  }

  /** When a slot is due; Infinity: not at all. */
  at(slot: number): number {
    return this.#times[slot] ?? Infinity;
  }

  /**
   * Says when a slot is due.
   *
   * @param slot A whole number from 0; the smaller the largest, the less memory.
   * @param at When; Infinity: not at all.
   */
  set(slot: number, at: number): void {
    const known = this.at(slot);
    if (known === at) return;
    if (known === Infinity) {
      this.#grow(slot);
      this.#times[slot] = at;
      this.#rise(this.#size++, slot);
      return;
    }
    const place = this.#places[slot]!;
    this.#times[slot] = at;
    if (at === Infinity) {
      const last = this.#slots[--this.#size]!;
      if (last === slot) return;
      // The last one takes the free place, and goes from there to where it belongs.
      this.#sink(place, last);
      this.#rise(this.#places[last]!, last);
    } else if (at < known) this.#rise(place, slot);
    else this.#sink(place, slot);
  }

  #rise(place: number, slot: number): void {
    const at = this.#times[slot]!;
    while (place > 0) {
      const parent = (place - 1) >> 1, above = this.#slots[parent]!;
      if (this.#times[above]! <= at) break;
      this.#put(place, above);
      place = parent;
    }
    this.#put(place, slot);
  }

  #sink(place: number, slot: number): void {
    const at = this.#times[slot]!;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#size) break;
      const right = child + 1;
      if (right < this.#size && this.#times[this.#slots[right]!]! < this.#times[this.#slots[child]!]!) {
        child = right;
      }
      const below = this.#slots[child]!;
      if (this.#times[below]! >= at) break;
      this.#put(place, below);
      place = child;
    }
    this.#put(place, slot);
  }

  #put(place: number, slot: number): void {
    this.#slots[place] = slot;
    this.#places[slot] = place;
  }

  #grow(slot: number): void {
    const { length } = this.#times;
    if (slot < length) return;
    const larger = Math.max(slot + 1, 2 * length);
    const times = new Float64Array(larger).fill(Infinity);
    const places = new Uint32Array(larger), slots = new Uint32Array(larger);
    times.set(this.#times);
    places.set(this.#places);
    slots.set(this.#slots);
    [this.#times, this.#places, this.#slots] = [times, places, slots];
  }
}
