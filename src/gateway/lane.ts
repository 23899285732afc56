/**
 * One queue of alarms, and the outputs that may empty it.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import type { Faults } from "./faults.ts";
import { Outbox, type Waiting } from "./outbox.ts";

/** An output, as far as a lane needs to know it. */
export interface LaneLink {
  /** Name of the output. */
  readonly name: string;
  /** Its AE answers, as far as is known. */
  readonly present: boolean;
  /** An alarm could be handed over now, or its connection could be made for one. */
  readonly reachable: boolean;
  /** When its AE last left an alarm unanswered and has not answered since, ms since the epoch. */
  readonly triedAt: number | undefined;
  /** Hands over what can be handed over. */
  pump(): void;
}

/** What a lane works with. */
export interface LaneParts {
  /** Name of the lane: that of its output or route. */
  name: string;
  journal: Journal;
  faults: Faults;
  /** Milliseconds since the epoch. @default {Date.now} */
  now?: () => number;
}

/** An alarm that every AE refused is tried again after this time, or later; others go first. */
const REFUSED_PAUSE_MS = 30_000;
/** An alarm that an AE which is there left unanswered so often lets others go first. */
const SILENCES = 3;
/** What one try of an alarm is taken to cost at most, ms. */
const MOST_COST_MS = 30 * 60_000;
/** An AE that left an alarm unanswered is tried again with one alarm after this time, while another takes them. */
const TRY_AGAIN_MS = 60_000;
/** Alarms that an AE refused, waiting for the next one; beyond that they wait like those that all refused. */
const PASSED = 64;

/** An alarm that was refused, and by whom. */
interface Passed {
  waiting: Waiting;
  refused: Set<LaneLink>;
  /** With an AE now. */
  out: boolean;
}

const NOBODY: ReadonlySet<LaneLink> = new Set();

/**
 * Gives each alarm to the first of its outputs that takes it.
 *
 * - The first output whose AE is present gets the next alarm, also when it is busy just now; absent ones are passed over.
 * - An AE whose absence only an alarm can end (no heartbeat) is tried with one alarm a minute. Meanwhile the others go on: so
 *   an alarm behind may overtake the one that is tried. At the start, when no AE is known to be there, the first that is
 *   ready gets it.
 * - An alarm that an AE refuses goes to the next at once. When all that can be reached have refused it, it waits half a
 *   minute, with a fault; the ones behind it go on. Refused alarms are tried one after the other, with at least twice the
 *   time between them that a try takes: so they never take more than a third of the line.
 * - An alarm that comes back without an answer may have arrived: the next gets it as a repeat. One that an AE which is
 *   there leaves unanswered for the third time waits like a refused one; if the AE is absent, half a minute, for another to try.
 *
 * The order of alarms is kept, but for what is said above. Times come in; the journal is all that is asked.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { MemoryJournal } from "../journal/memory_journal.ts";
 * import { Faults } from "./faults.ts";
 * import { Lane } from "./lane.ts";
 *
 * const now = () => 0;
 * const lane = new Lane({ name: "either", journal: new MemoryJournal({ now }), faults: new Faults(() => {}, () => {}), now });
 * const east = { name: "east", present: true, reachable: true, triedAt: undefined, pump() {} };
 * lane.links.push(east);
 * await lane.outbox.start();
 * assertEquals(lane.peek(east, 0), undefined, "nothing waits");
 * ```
 */
export class Lane {
  /** Its name. */
  readonly name: string;
  /** The queue. */
  readonly outbox: Outbox;
  /** Its outputs, best first. */
  readonly links: LaneLink[] = [];
  readonly #faults: Faults;
  readonly #now: () => number;
  readonly #passed: Passed[] = [];
  readonly #refusals = new Set<string>();
  /** How often an alarm was not answered, by an AE that was there and by one of which that was not known. */
  readonly #silences = new Map<string, number>();
  readonly #unheard = new Map<string, number>();
  /** When an alarm was first handed over, ms since the epoch. */
  readonly #took = new Map<string, number>();
  /** When the last refused alarm is tried again. */
  #slot = 0;

  /** A lane without outputs yet. */
  constructor({ name, journal, faults, now = Date.now }: LaneParts) {
    this.name = name;
    this.#faults = faults;
    this.#now = now;
    this.outbox = new Outbox(journal, name, true, () => this.pump());
  }

  /** What a link would get now. */
  peek(link: LaneLink, now: number): Waiting | undefined {
    return this.#passedTo(link, now)?.waiting ?? this.#fresh(link, now);
  }

  /** Hands over what {@link peek} says. */
  take(link: LaneLink, now: number): Waiting | undefined {
    const passed = this.#passedTo(link, now);
    if (passed === undefined) {
      const fresh = this.#fresh(link, now) && this.outbox.take(now);
      if (fresh !== undefined) this.#took.set(fresh.alarm.id, now);
      return fresh;
    }
    passed.out = true;
    return passed.waiting;
  }

  /** The AE took it. */
  done(id: string): Waiting | undefined {
    this.#forget(id);
    this.#took.delete(id);
    this.#silences.delete(id);
    this.#unheard.delete(id);
    this.#refusals.delete(id);
    if (this.#refusals.size === 0) this.#faults.clear(this.#faultName);
    return this.outbox.done(id);
  }

  /**
   * An AE refused it: the next one gets it, or it waits.
   *
   * @param id The alarm.
   * @param link The output.
   * @param message Why, in words.
   * @param now Milliseconds since the epoch.
   * @param partly It took a part of it.
   */
  refused(id: string, link: LaneLink, message: string, now: number, partly = false): void {
    const waiting = this.outbox.inHand(id);
    if (waiting === undefined) return;
    waiting.repeated ||= partly;
    const known = this.#passed.find((each) => each.waiting === waiting);
    const passed = known ?? { waiting, refused: new Set(), out: false };
    passed.refused.add(link);
    passed.out = false;
    if (
      this.#choose(now, passed.refused) === undefined ||
      (known === undefined && this.#passed.length >= PASSED)
    ) {
      this.#park(passed, `account ${waiting.alarm.account}: ${message}`, now);
    } else if (known === undefined) this.#passed.push(passed);
  }

  /**
   * The AE did not answer: it may have it.
   *
   * @param id The alarm.
   * @param wasPresent The AE was there when it was handed over.
   * @param now Milliseconds since the epoch.
   */
  unanswered(id: string, wasPresent: boolean, now: number): void {
    const waiting = this.outbox.inHand(id);
    if (waiting === undefined) return;
    waiting.repeated = true;
    const counted = wasPresent ? this.#silences : this.#unheard;
    const times = (counted.get(id) ?? 0) + 1;
    counted.set(id, times);
    if (wasPresent && times >= SILENCES) {
      return this.#park(
        { waiting },
        `account ${waiting.alarm.account}: the AE answers, but not to this alarm`,
        now,
      );
    }
    this.#forget(id);
    this.#took.delete(id);
    // Of an AE that is not there it is not known whose fault it is: another alarm is tried next, lest this one blocks it for good.
    this.outbox.putBack(id, true, !wasPresent && times % SILENCES === 0 ? now + REFUSED_PAUSE_MS : 0);
  }

  /** Something changed: each output takes what it can. */
  pump(): void {
    this.#settle(this.#now());
    for (const link of this.links) link.pump();
  }

  /** When {@link peek} is to be called again although nothing comes. */
  get nextTime(): number | undefined {
    return this.outbox.nextTime;
  }

  /** Who gets an alarm next, though it may be busy. */
  #choose(now: number, refused: ReadonlySet<LaneLink>): LaneLink | undefined {
    let reachable: LaneLink | undefined;
    for (const link of this.links) {
      if (refused.has(link)) continue;
      if (link.present) return link;
      if (!link.reachable) continue;
      if (isDue(link, now)) return link;
      reachable ??= link;
    }
    return reachable;
  }

  #fresh(link: LaneLink, now: number): Waiting | undefined {
    if (this.#passed.length >= PASSED || this.#choose(now, NOBODY) !== link) return undefined;
    return this.outbox.peek(now);
  }

  /** The oldest of those that another AE refused. */
  #passedTo(link: LaneLink, now: number): Passed | undefined {
    let oldest: Passed | undefined;
    for (const passed of this.#passed) {
      if (passed.out || this.#choose(now, passed.refused) !== link) continue;
      if (oldest === undefined || passed.waiting.alarm.seq < oldest.waiting.alarm.seq) oldest = passed;
    }
    return oldest;
  }

  /** Alarms that one AE refused while the others went away. */
  #settle(now: number): void {
    for (const passed of [...this.#passed]) {
      if (passed.out || this.#choose(now, passed.refused) !== undefined) continue;
      const { account } = passed.waiting.alarm;
      this.#park(passed, `account ${account}: refused by one output, and the others do not answer`, now);
    }
  }

  #park({ waiting }: Pick<Passed, "waiting">, why: string, now: number): void {
    const { id } = waiting.alarm;
    this.#forget(id);
    this.#refusals.add(id);
    const what = this.links.length > 1 ? "route" : "output";
    this.#faults.raise(this.#faultName, `${what} ${this.name}: ${why}; kept and tried again`);
    const cost = Math.min(Math.max(0, now - (this.#took.get(id) ?? now)), MOST_COST_MS);
    this.#took.delete(id);
    const pause = Math.max(REFUSED_PAUSE_MS, 2 * cost);
    // A clock that was set back: at most a pause for each of them.
    this.#slot = Math.min(Math.max(this.#slot, now), now + pause * (this.#refusals.size - 1)) + pause;
    this.outbox.putBack(id, false, this.#slot);
  }

  #forget(id: string): void {
    const at = this.#passed.findIndex(({ waiting }) => waiting.alarm.id === id);
    if (at >= 0) this.#passed.splice(at, 1);
  }

  get #faultName(): string {
    return `ae-refuses:${this.name}`;
  }
}

/** A clock that was set back does not lengthen the wait. */
function isDue({ triedAt }: LaneLink, now: number): boolean {
  return triedAt === undefined || now < triedAt || now - triedAt >= TRY_AGAIN_MS;
}
