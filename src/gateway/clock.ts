/**
 * Two clocks: the one on the wall, for what people read, and a steady one, for what must not be fooled.
 *
 * @module
 */

/** More than this between the two clocks means that the wall clock was set, ms. */
const SET = 20;

let anchor = performance.timeOrigin;

/**
 * The time of day with the resolution of the steady clock: hops are microseconds apart. Follows a clock that is set, as on
 * a box without a battery that learns the time after it started.
 *
 * @returns Milliseconds since 1970-01-01T00:00:00Z, with microseconds.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { wallClock } from "./clock.ts";
 *
 * assert(Math.abs(wallClock() - Date.now()) < 50);
 * ```
 */
export function wallClock(): number {
  const steady = anchor + performance.now();
  const off = Date.now() - steady;
  if (Math.abs(off) <= SET) return steady;
  anchor += off;
  return steady + off;
}

/**
 * A clock that only goes forward, at its own pace, whatever is done to the wall clock: a path must not count as silent
 * because somebody set the time.
 *
 * @returns Milliseconds; the time of day when the process started, and from there on by itself.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { steadyClock } from "./clock.ts";
 *
 * const before = steadyClock();
 * assert(steadyClock() >= before);
 * ```
 */
export function steadyClock(): number {
  return performance.timeOrigin + performance.now();
}
