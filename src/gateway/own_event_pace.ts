/**
 * When a fault of this receiver is told, and when its end: soon enough for the fault, seldom enough for the one that comes and goes
 * all the time.
 *
 * @module
 */

/** Times, in ms. */
export interface OwnEventTimes {
  /** A fault has to stand this long. */
  holdMs: number;
  /** Restores are at least this far apart: at most one pair in this time. */
  apartMs: number;
  /** A fault that stood this long is worth a restore even where the fault itself was not told; see `also`. */
  longMs: number;
}

/** A fault's coming or end, to be told now. */
export interface Telling {
  /** True when it is over. */
  over: boolean;
  /** The lanes it goes to; not empty. */
  lanes: readonly string[];
  /** How often it came since the last telling. */
  times: number;
  /** From its coming to its end; for one that stands, 0. Ms. */
  lastedMs: number;
}

/**
 * One thing that can fail.
 *
 * A fault is never told late because it came and went before; it is the restore that is held back, so that automation software
 * is not told that all is well while it is not.
 *
 * One telling is under way at a time: {@link due} gives the same until {@link stored}. So fault and restore are stored in order,
 * however long the journal takes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { OwnEventPace } from "./own_event_pace.ts";
 *
 * const path = new OwnEventPace({ holdMs: 0, apartMs: 60_000, longMs: Infinity });
 * const tell = (now: number) => {
 *   const telling = path.due(now);
 *   if (telling !== undefined) path.stored(now);
 *   return telling && `${telling.over ? "restore" : "fault"}, ${telling.times} times`;
 * };
 * path.came(0, ["automation"]);
 * assertEquals(tell(0), "fault, 1 times");
 * path.went(1000);
 * assertEquals(tell(1000), "restore, 1 times");
 * path.came(2000, ["automation"]);
 * assertEquals(tell(2000), "fault, 1 times");
 * path.went(3000);
 * assertEquals([tell(3000), path.nextAt], [undefined, 61_000]);
 * path.came(4000, ["automation"]);
 * path.went(5000);
 * assertEquals(tell(61_000), "restore, 2 times");
 * ```
 */
export class OwnEventPace {
  /** Lanes that were told of the fault and not yet of its end. */
  readonly told: Set<string> = new Set();

  #lanes: readonly string[] = [];
  #also: readonly string[] = [];
  #times: OwnEventTimes;
  #standing = false;
  /** Recalled from an earlier run: whether it still stands is not known. */
  #unsure = false;
  #count = 0;
  /** When the fault came that is, or is to be, told; when it came last. */
  #since = 0;
  #cameAt = 0;
  #wentAt = 0;
  #restoredAt = -Infinity;
  #underWay: Telling | undefined;

  /** Nothing is wrong. */
  constructor(times: OwnEventTimes) {
    this.#times = times;
  }

  /** Whether it is wrong now. */
  get standing(): boolean {
    return this.#standing;
  }

  /** It works for the first time: what was not told until now does not count, and from now on a fault has to stand so long. */
  begins(holdMs: number): void {
    this.#times = { ...this.#times, holdMs };
    if (this.told.size === 0 && this.#underWay === undefined) this.#count = 0;
  }

  /** Whether an earlier run left it standing, and nothing was heard of it since. */
  get unsure(): boolean {
    return this.#unsure;
  }

  /** An earlier run told this lane of the fault, at `since`, and not of its end. */
  recall(lane: string, since: number): void {
    if (this.told.size === 0 || since < this.#since) this.#since = since;
    this.told.add(lane);
    this.#count = 1;
    this.#standing = this.#unsure = true;
  }

  /**
   * It came.
   *
   * @param now When.
   * @param lanes Who is told.
   * @param also Who is told of the end of a long one, besides: the one who was away.
   */
  came(now: number, lanes: readonly string[], also: readonly string[] = []): void {
    [this.#lanes, this.#also] = [lanes, also];
    if (this.#unsure || !this.#standing) this.#cameAt = now;
    this.#unsure = false;
    if (this.#standing) return;
    this.#standing = true;
    if (this.told.size === 0 && this.#underWay === undefined) {
      this.#since = now;
      // Of old, and not worth a message then.
      if (now - this.#wentAt > this.#times.apartMs) this.#count = 0;
    }
    this.#count++;
  }

  /** It went. */
  went(now: number): void {
    if (!this.#standing) return;
    this.#standing = this.#unsure = false;
    this.#wentAt = now;
  }

  /** When {@link due} gives something next; undefined when nothing is to be told unless it comes or goes. */
  get nextAt(): number | undefined {
    if (this.#underWay !== undefined) return -Infinity;
    if (this.#standing) {
      return this.#unsure || this.#missing.length === 0 ? undefined : this.#cameAt + this.#times.holdMs;
    }
    return this.#restoreLanes.length === 0 ? undefined : this.#restoredAt + this.#times.apartMs;
  }

  /** What is to be told now. */
  due(now: number): Telling | undefined {
    const at = this.nextAt;
    if (this.#underWay !== undefined || at === undefined || now < at) return this.#underWay;
    const over = !this.#standing;
    return this.#underWay = {
      over,
      lanes: over ? this.#restoreLanes : this.#missing,
      times: Math.max(1, this.#count),
      lastedMs: over ? this.#wentAt - this.#since : 0,
    };
  }

  /** What was {@link due} is in the journal. */
  stored(now: number): void {
    const telling = this.#underWay;
    if (telling === undefined) return;
    this.#underWay = undefined;
    const later = Math.max(0, this.#count - telling.times);
    if (telling.over) {
      this.told.clear();
      this.#restoredAt = now;
      this.#count = later;
      this.#since = this.#wentAt = this.#cameAt;
    } else {
      for (const lane of telling.lanes) this.told.add(lane);
      this.#count = later + 1;
    }
  }

  get #missing(): readonly string[] {
    return this.#lanes.filter((lane) => !this.told.has(lane));
  }

  get #restoreLanes(): readonly string[] {
    const isLong = this.#wentAt - this.#since >= this.#times.longMs;
    return [...new Set([...this.told, ...(isLong ? this.#also : [])])];
  }
}
