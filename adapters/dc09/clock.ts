/**
 * Whether a panel's clock is right.
 *
 * @module
 */

/** A message may be stamped this much before the receiver's time, ms (receiver-outputs.md §7.1, A: an implementation). */
export const DC09_BEHIND = 40_000;
/** And this much after it, ms. */
export const DC09_AHEAD = 20_000;

/**
 * Compares a message's time with the receiver's.
 *
 * @param stamp The message's time, ms since 1970.
 * @param now The receiver's.
 * @returns Whether it is within the window, and the difference in words.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { compareClock } from "./clock.ts";
 *
 * assertEquals(compareClock(0, 41_000), { inWindow: false, words: "41 s behind" });
 * assertEquals(compareClock(20_000, 0), { inWindow: true, words: "20 s ahead" });
 * ```
 */
export function compareClock(stamp: number, now: number): { inWindow: boolean; words: string } {
  const difference = stamp - now;
  const size = Math.abs(Math.round(difference / 1000));
  return {
    inWindow: difference >= -DC09_BEHIND && difference <= DC09_AHEAD,
    words: size === 0 ? "exact" : `${span(size)} ${difference < 0 ? "behind" : "ahead"}`,
  };
}

function span(seconds: number): string {
  if (seconds < 600) return `${seconds} s`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 360) / 10} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
