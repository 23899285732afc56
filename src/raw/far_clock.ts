/**
 * The clock of the other end of a raw line, as far as its messages tell.
 *
 * @module
 */

/** How far two clocks may run apart: 0.2 ms a second, several times what a quartz does. */
const DRIFT = 0.0002;

/**
 * A time that the other end's clock has surely passed. It is never ahead of that clock, so that a latest time that is counted from
 * it is never too late, whatever the path does: a message that took long makes it fall back, and the next quick one brings it
 * on. It falls back by {@link DRIFT} too, since the clocks run apart while nothing is heard.
 *
 * Clocks count ms modulo 2^32 (49 days); what is compared lies closer together than half of that.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { FarClock } from "./far_clock.ts";
 *
 * const far = new FarClock();
 * far.heard(5000, 100);
 * assertEquals(far.at(200), 5099);
 * // This one was 40 ms longer on its way than the first: it tells nothing new.
 * far.heard(5110, 250);
 * assertEquals(far.at(250), 5149);
 * ```
 */
export class FarClock {
  #known = false;
  #ahead = 0;
  #since = 0;

  /** Whether anything was heard. */
  get known(): boolean {
    return this.#known;
  }

  /**
   * A message came.
   *
   * @param clock What the other end's clock said when it was written.
   * @param now Our clock, ms; it goes forward only.
   */
  heard(clock: number, now: number): void {
    if (this.#known && apart(clock, this.at(now)) <= 0) return;
    this.#known = true;
    this.#ahead = clock - now;
    this.#since = now;
  }

  /**
   * The time there.
   *
   * @param now Our clock, ms.
   * @returns Milliseconds modulo 2^32; 0 as long as nothing was heard.
   */
  at(now: number): number {
    if (!this.#known) return 0;
    return Math.floor(this.#ahead + now - DRIFT * (now - this.#since)) >>> 0;
  }
}

/**
 * How far one time is behind another.
 *
 * @param later A time, ms modulo 2^32.
 * @param earlier Another.
 * @returns Milliseconds; negative when it is before it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { apart } from "./far_clock.ts";
 *
 * assertEquals([apart(3, 1), apart(1, 0xffffffff), apart(0xffffffff, 1)], [2, 2, -2]);
 * ```
 */
export function apart(later: number, earlier: number): number {
  return (later - earlier) | 0;
}
