/**
 * Chance that can be repeated.
 *
 * @module
 */

/** Gives numbers from 0 up to, and without, 1. */
export type Chance = () => number;

/**
 * Makes a source of numbers that is the same for the same seed: what a random run did can be done again. Nothing for keys.
 *
 * @param seed Any number.
 * @returns The source.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { seededRandom } from "./seeded_random.ts";
 *
 * const [a, b] = [seededRandom(7), seededRandom(7)];
 * assertEquals([a(), a(), a()], [b(), b(), b()]);
 * assert(a() < 1);
 * ```
 */
export function seededRandom(seed: number): Chance {
  let state = Math.trunc(seed) >>> 0;
  return () => {
    // SplitMix32: a counter whose bits are mixed.
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}

/**
 * One of several things.
 *
 * @param chance The source.
 * @param from What can be drawn; at least one.
 * @returns One of them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pick } from "./seeded_random.ts";
 *
 * assertEquals(pick(() => 0.99, ["a", "b"]), "b");
 * ```
 */
export function pick<T>(chance: Chance, from: readonly T[]): T {
  const found = from[Math.floor(chance() * from.length)];
  if (found === undefined) throw new RangeError("there is nothing to draw from");
  return found;
}

/**
 * A whole number.
 *
 * @param chance The source.
 * @param low The smallest.
 * @param high The largest.
 * @returns A number between them, both included.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { between } from "./seeded_random.ts";
 *
 * assertEquals(between(() => 0.5, 1, 3), 2);
 * ```
 */
export function between(chance: Chance, low: number, high: number): number {
  return low + Math.floor(chance() * (high - low + 1));
}
