/**
 * Which alarms may leave the journal, and in what order.
 *
 * Only the oldest hops of an account go, so that its chain holds from the first row that is left: an alarm goes together with
 * every alarm whose hops lie between its own. Never pruned: an alarm that the next stage has not taken, one that waits for
 * text, one younger than {@link YOUNG_MS}, and the newest hop of the journal, whose number must not be given a second time.
 *
 * @module
 */

/**
 * An alarm younger than this stays, however full the journal is, ms: panels and SPTs that were not told repeat it, and it must
 * be recognised then. A start looks for untold alarms of the last ten minutes; an SPT whose path is down repeats for longer.
 */
export const YOUNG_MS = 86_400_000;

/** What shall go. */
export interface PruneOptions {
  /** Alarms stored before this, ms since the epoch; undefined: none for their age. */
  before?: number | undefined;
  /** For their age none goes behind this number, whatever the clock says; see {@link seqAtAge}. @default {Infinity} */
  beforeSeq?: number;
  /** Alarms behind this number are young, whatever the clock says. @default {Infinity} */
  youngSeq?: number;
  /** The oldest go as long as the content of the journal takes more octets than this; undefined: none for their size. */
  maxBytes?: number | undefined;
  /** Rows, alarms and hops together, that one call looks at and removes; about, since alarms that lie in one another go together. */
  limit: number;
  /** Where the call before stopped: its {@link Pruned.next}. @default {0} */
  after?: number;
}

/** When an alarm was stored, as the clock said then. */
export interface StoredTime {
  /** The alarm's number. */
  seq: number;
  /** ms since the epoch. */
  storedAt: number;
}

/**
 * Finds the newest alarm that is older than a time beyond doubt. A clock gone ahead makes every alarm old; so between two
 * looks at the clock (those that stored the alarms, and the one now) no more than a part of that time is believed to have
 * passed, and a clock set back takes it away again. Where alarms are rarer than that, they stay for longer.
 *
 * @param times Alarms all over the journal, newest first.
 * @param now The time, ms since the epoch.
 * @param age How old, ms.
 * @returns The alarm's number; 0 when none is that old.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { seqAtAge } from "./prune.ts";
 *
 * const daily = Array.from({ length: 50 }, (_, i) => ({ seq: 50 - i, storedAt: 50 - i }));
 * assertEquals(seqAtAge(daily, 51, 30), 21);
 * // Ten thousand days ahead is a day, and a little.
 * assertEquals(seqAtAge(daily, 10_000, 30), 21);
 * ```
 */
export function seqAtAge(times: readonly StoredTime[], now: number, age: number): number {
  const believed = age / 24;
  let later = now, passed = 0;
  for (const { seq, storedAt } of times) {
    passed += Math.max(-believed, Math.min(later - storedAt, believed));
    if (passed >= age) return seq;
    later = storedAt;
  }
  return 0;
}

/** What one call did. */
export interface Pruned {
  /** Alarms removed. */
  removed: number;
  /** Whether another call, from {@link next}, may find more. */
  more: boolean;
  /** Where that call begins. */
  next: number;
  /** Whether the content still takes more than `maxBytes`. */
  over: boolean;
}

/** An alarm as pruning sees it. */
export interface Prunable {
  /** When it was stored, ms since the epoch. */
  storedAt: number;
  /** Whether it must stay, whatever its age. */
  stays: boolean;
  /** Numbers of its first and last hop; Infinity and 0 when it has none. */
  first: number;
  last: number;
  /** How many hops it has. */
  hops: number;
}

/** What bounds the choice. */
export interface PruneBounds {
  /** Alarms stored before this may go. */
  old: number;
  /** The time now: an alarm stored later than that was stored under a wrong clock. */
  now: number;
  /** The lowest hop of the account's alarms behind those that are given; Infinity when there is none. */
  bound: number;
  /** The newest hop of the journal. */
  newest: number;
  /** Rows that may go. */
  rows: number;
}

/**
 * Chooses how many of an account's oldest alarms go.
 *
 * @param alarms The oldest alarms of the account, in order of acceptance.
 * @param bounds See {@link PruneBounds}.
 * @returns `go`: this many, from the first on; `may`: this many are old enough and done with, whether or not their hops lie
 * among those of others.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { prunable } from "./prune.ts";
 *
 * const alarm = (first: number, last: number) => ({ storedAt: 1, stays: false, first, last, hops: 2 });
 * const bounds = { old: 100, now: 1000, bound: 50, newest: 60, rows: 100 };
 * assertEquals(prunable([alarm(1, 2), alarm(3, 5), alarm(4, 6)], bounds), { go: 3, may: 3 });
 * // The last hop of the third came behind one that stays.
 * assertEquals(prunable([alarm(1, 2), alarm(3, 5), alarm(4, 51)], bounds), { go: 1, may: 3 });
 * ```
 */
export function prunable(alarms: readonly Prunable[], bounds: PruneBounds): { go: number; may: number } {
  const ages = ageOf(alarms, bounds.now);
  let may = 0;
  while (may < alarms.length && !alarms[may]!.stays && ages[may]! < bounds.old) may++;
  // The lowest hop of all that come behind each place.
  const behind: number[] = [];
  let lowest = bounds.bound;
  for (let at = alarms.length; at > 0; at--) {
    behind[at] = lowest;
    lowest = Math.min(lowest, alarms[at - 1]!.first);
  }
  let go = 0, highest = 0, rows = 0;
  for (let at = 1; at <= may; at++) {
    const { last, hops } = alarms[at - 1]!;
    highest = Math.max(highest, last);
    rows += hops + 1;
    if (go > 0 && rows > bounds.rows) break;
    if (highest < behind[at]! && highest < bounds.newest) go = at;
  }
  return { go, may };
}

/** An alarm whose time has not come yet was stored under a wrong clock: it is as old as the next one behind it. */
function ageOf(alarms: readonly Prunable[], now: number): number[] {
  const ages: number[] = [];
  let age = Infinity;
  for (let at = alarms.length - 1; at >= 0; at--) {
    const { storedAt } = alarms[at]!;
    if (storedAt <= now) age = storedAt;
    ages[at] = age;
  }
  return ages;
}
