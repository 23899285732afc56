/**
 * Time events that no two alarms of an SPT share: they are the alarms' identity (see `src/event/event_id.ts`).
 *
 * @module
 */
import { EVENTS_PER_TIME } from "../event/event_id.ts";
import { msToNtp } from "../ip/ntp_time.ts";
import type { Random } from "../session/path_identity.ts";

/** Gives strictly increasing 64-bit NTP times. */
export class UniqueTime {
  readonly #random: Random;
  #last = 0n;

  constructor(random: Random) {
    this.#random = random;
  }

  /**
   * A time that was not given before.
   *
   * The fraction below a quarter of a microsecond is random, so that a clock set back after a restart does not give a time
   * twice.
   *
   * @param now Milliseconds since the epoch.
   * @returns 64-bit NTP time, a multiple of {@link EVENTS_PER_TIME}.
   */
  next(now: number): bigint {
    const [high = 0, low = 0] = this.#random(2);
    const step = BigInt(EVENTS_PER_TIME);
    let time = (msToNtp(now) & ~0x3fffffn) | BigInt(high << 8 | low) * step;
    if (time <= this.#last) time = this.#last + step;
    this.#last = time;
    return time;
  }
}
