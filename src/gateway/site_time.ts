/**
 * The time that alarms are stamped with at the premises: this box's own, or the receiving centre's.
 *
 * @module
 */
import type { Result } from "../ip/profile.ts";
import { ntpToMs } from "../ip/ntp_time.ts";
import type { Faults } from "./faults.ts";

/** The clocks may differ by this much before it counts as a fault, ms. */
const TOLERANCE_MS = 60_000;
const FAULT = "clock-differs";

/**
 * Keeps how far the receiving centre's clock is ahead of this box's.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { msToNtp } from "../ip/ntp_time.ts";
 * import { Faults } from "./faults.ts";
 * import { SiteTime } from "./site_time.ts";
 *
 * const faults = new Faults(() => {}, () => {});
 * const own = new SiteTime("own", faults, () => 1_800_000_000_000);
 * assertEquals(own.set(msToNtp(1_800_000_120_000)), "RESP_TIME_NOT_SET");
 * assertEquals([own.now(), faults.all[0]?.rule], [1_800_000_000_000, "clock-differs"]);
 *
 * const following = new SiteTime("follow-rct", new Faults(() => {}, () => {}), () => 1_800_000_000_000);
 * assertEquals(following.set(msToNtp(1_800_000_120_000)), "RESP_ACKNOWLEDGE");
 * assert(Math.abs(following.now() - 1_800_000_120_000) < 1);
 * ```
 */
export class SiteTime {
  readonly #clock: "own" | "follow-rct";
  readonly #faults: Faults;
  readonly #own: () => number;
  #offset = 0;

  /**
   * Begins with this box's own clock.
   *
   * @param clock Whether a time from the RCT is taken over or compared only.
   * @param faults Where a difference is shown.
   * @param own This box's clock, ms since the epoch.
   */
  constructor(clock: "own" | "follow-rct", faults: Faults, own: () => number = Date.now) {
    this.#clock = clock;
    this.#faults = faults;
    this.#own = own;
  }

  /** How far the time in force is ahead of this box's clock, ms. */
  get offsetMs(): number {
    return this.#offset;
  }

  /** The time in force, ms since the epoch. */
  now(): number {
    return this.#own() + this.#offset;
  }

  /**
   * The RCT says what time it is.
   *
   * @param time 64-bit NTP time.
   * @returns The answer: acknowledged when it is in force, else "not set".
   */
  set(time: bigint): Result {
    const own = this.#own();
    const ahead = ntpToMs(time, own) - own;
    if (this.#clock === "follow-rct") {
      this.#offset = ahead;
      return "RESP_ACKNOWLEDGE";
    }
    if (Math.abs(ahead) <= TOLERANCE_MS) {
      this.#faults.clear(FAULT);
      return "RESP_TIME_NOT_SET";
    }
    const direction = ahead > 0 ? "behind" : "ahead of";
    this.#faults.raise(
      FAULT,
      `this box's clock is ${Math.round(Math.abs(ahead) / 1000)} s ${direction} the receiving centre's: ` +
        `set it, or write clock = "follow-rct" below [rct]`,
    );
    return "RESP_TIME_NOT_SET";
  }
}
