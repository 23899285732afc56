/**
 * The queue of one lane: the head of it in memory, all of it in the journal.
 *
 * @module
 */
import type { Journal, StoredAlarm } from "../journal/journal.ts";

/** Alarms held in memory; the rest waits in the journal. */
const HELD = 1000;
/** Alarms held back in memory, beside those; the rest of the queue then waits for them. */
const PARKED = 20_000;
/** Alarms that may be handed over before the journal is asked again. */
const OFFER_WINDOW = 64;
/** After the journal failed it is asked again in this time. */
const RETRY_MS = 1000;
/** Alarms remembered after they were taken, lest the journal or a late completion brings them a second time. */
const REMEMBERED = 1000;

/** An alarm waiting to be handed over. */
export interface Waiting {
  alarm: StoredAlarm;
  /** It may have reached the next stage before. */
  repeated: boolean;
  /** Not before this time, ms since the epoch. */
  notBefore: number;
}

/**
 * Gives out the waiting alarms of a lane in order of acceptance, one at a time.
 *
 * With `marks`, an alarm is given out only when the journal has durably noted that it may be: after a crash exactly those
 * alarms that could have been handed over are known, and only those are sent again as possible repeats.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { MemoryJournal } from "../journal/memory_journal.ts";
 * import { Outbox } from "./outbox.ts";
 *
 * const outbox = new Outbox(new MemoryJournal({ now: () => 0 }), "rct", false, () => {});
 * await outbox.start();
 * assertEquals(outbox.take(0), undefined);
 * ```
 */
export class Outbox {
  readonly #journal: Journal;
  readonly #lane: string;
  readonly #marks: boolean;
  readonly #ready: () => void;
  /** May go now, in order. */
  #held: Waiting[] = [];
  /** Held back until their time. */
  readonly #parked = new Map<string, Waiting>();
  /** In the hands of the next stage. */
  readonly #out = new Map<string, Waiting>();
  /** Alarms that are here, or were a moment ago. */
  readonly #seen = new Set<string>();
  /** Those of them that were taken, oldest first. */
  #gone: StoredAlarm[] = [];
  #loadedSeq = 0;
  /** True while the journal may hold alarms of the lane that are not held here. */
  #behind = true;
  #loading = false;
  #offering = false;
  #closed = false;
  /** Highest alarm that {@link add} left to the journal. */
  #leftSeq = 0;
  /** First alarm of this run: those before it are from an earlier one. */
  #firstSeq = Infinity;
  /** The time of the last {@link take}. */
  #now = 0;
  /** The journal failed: not asked again before this time. */
  #retryAt: number | undefined;

  /**
   * @param journal Where the alarms are.
   * @param lane The lane.
   * @param marks Whether alarms are noted as offered before they are given out.
   * @param ready Called when {@link take} may give something that it did not give before, or when {@link nextTime} moved.
   */
  constructor(journal: Journal, lane: string, marks: boolean, ready: () => void) {
    this.#journal = journal;
    this.#lane = lane;
    this.#marks = marks;
    this.#ready = ready;
  }

  /** Loads what waits from before the start. */
  async start(): Promise<void> {
    await this.#load();
  }

  /** Alarms in memory: the others wait in the journal only. */
  get held(): number {
    return this.#held.length + this.#parked.size + this.#out.size;
  }

  /** Whether an alarm stored now may be handed over as soon as it is durable: then it is stored as offered. */
  get offersNext(): boolean {
    return this.#marks && !this.#behind && this.#held.length < OFFER_WINDOW;
  }

  /**
   * Takes in an alarm that was just stored or completed, and says that it is there.
   *
   * @param alarm The alarm.
   * @param late True when it was open before: it is kept here then, as the journal may have passed it, or may not know yet
   * that it is complete.
   */
  add(alarm: StoredAlarm, late = false): void {
    this.#firstSeq = Math.min(this.#firstSeq, alarm.seq);
    if (!late && alarm.seq > this.#loadedSeq && (this.#behind || this.#held.length >= HELD)) {
      this.#behind = true;
      this.#leftSeq = Math.max(this.#leftSeq, alarm.seq);
      return;
    }
    if (!this.#behind) this.#loadedSeq = Math.max(this.#loadedSeq, alarm.seq);
    if (this.#admit({ alarm, repeated: false, notBefore: 0 })) this.#ready();
  }

  /** The next alarm to hand over, or undefined. */
  take(now: number): Waiting | undefined {
    const first = this.peek(now);
    if (first === undefined) return undefined;
    this.#held.shift();
    this.#out.set(first.alarm.id, first);
    return first;
  }

  /** What {@link take} would give. */
  peek(now: number): Waiting | undefined {
    const back = this.#now - now;
    if (back > 0) this.#setBack(back);
    this.#now = now;
    for (const [id, waiting] of this.#parked) {
      if (waiting.notBefore > now) continue;
      this.#parked.delete(id);
      this.#place(waiting);
    }
    if (this.#retryAt !== undefined && now >= this.#retryAt) this.#retryAt = undefined;
    const mayAsk = this.#retryAt === undefined;
    if (mayAsk && this.#behind && this.#hasRoom) void this.#load();
    const first = this.#held[0];
    // Completed late, and alarms from before it are just being read.
    if (first === undefined || (this.#loading && first.alarm.seq > this.#loadedSeq)) return undefined;
    if (this.#marks && !first.alarm.offered) {
      if (mayAsk) void this.#offer();
      return undefined;
    }
    return first;
  }

  /** When {@link take} is to be called again although nothing comes; undefined when there is nothing to wait for. */
  get nextTime(): number | undefined {
    let next = this.#closed ? undefined : this.#retryAt;
    for (const { notBefore } of this.#parked.values()) {
      if (next === undefined || notBefore < next) next = notBefore;
    }
    return next;
  }

  /** An alarm in the hands of the next stage. */
  inHand(id: string): Waiting | undefined {
    return this.#out.get(id);
  }

  /** The next stage took it. */
  done(id: string): Waiting | undefined {
    const waiting = this.#out.get(id);
    if (waiting === undefined) return undefined;
    this.#out.delete(id);
    this.#gone.push(waiting.alarm);
    if (this.#gone.length >= 2 * REMEMBERED) this.#forget();
    return waiting;
  }

  /**
   * The next stage did not take it: it goes back to its place.
   *
   * @param id The alarm.
   * @param repeated It may have arrived all the same.
   * @param notBefore When it may be tried again, ms since the epoch; 0 at once.
   */
  putBack(id: string, repeated: boolean, notBefore = 0): void {
    const waiting = this.#out.get(id);
    if (waiting === undefined) return;
    this.#out.delete(id);
    waiting.repeated ||= repeated;
    waiting.notBefore = notBefore;
    if (notBefore > 0) this.#parked.set(id, waiting);
    else this.#place(waiting);
  }

  /** Stops loading. */
  close(): void {
    this.#closed = true;
  }

  /** A clock that was set back does not lengthen waits. */
  #setBack(ms: number): void {
    if (this.#retryAt !== undefined) this.#retryAt -= ms;
    for (const waiting of this.#parked.values()) waiting.notBefore -= ms;
  }

  get #hasRoom(): boolean {
    return this.#held.length < HELD / 2 && this.#parked.size < PARKED;
  }

  /** Takes in an alarm that is not here yet. */
  #admit(waiting: Waiting): boolean {
    if (this.#seen.has(waiting.alarm.id)) return false;
    this.#seen.add(waiting.alarm.id);
    this.#place(waiting);
    return true;
  }

  #place(waiting: Waiting): void {
    const held = this.#held;
    let at = held.length;
    while (at > 0 && held[at - 1]!.alarm.seq > waiting.alarm.seq) at--;
    held.splice(at, 0, waiting);
  }

  /** Forgets the older half of what was taken; not what a page may still bring. */
  #forget(): void {
    const old = this.#gone.slice(0, REMEMBERED), kept = this.#gone.slice(REMEMBERED);
    const ahead = old.filter(({ seq }) => seq > this.#loadedSeq);
    for (const { id, seq } of old) if (seq <= this.#loadedSeq) this.#seen.delete(id);
    this.#gone = [...ahead, ...kept];
  }

  async #load(): Promise<void> {
    if (this.#loading || this.#closed) return;
    this.#loading = true;
    let failed = false;
    try {
      do {
        const left = this.#leftSeq;
        const page = await this.#journal.waiting(this.#lane, this.#loadedSeq, HELD / 2);
        for (const alarm of page) {
          // Offered by an earlier run and not delivered: whether it arrived is not known.
          const repeated = this.#marks && alarm.offered && alarm.seq < this.#firstSeq;
          this.#admit({ alarm, repeated, notBefore: 0 });
          this.#loadedSeq = alarm.seq;
        }
        // An alarm stored while the journal was being asked is in neither: ask again.
        this.#behind = page.length > 0 || this.#leftSeq > left;
      } while (this.#behind && this.#hasRoom && !this.#closed);
    } catch {
      // The journal has reported its fault.
      failed = true;
    } finally {
      this.#loading = false;
    }
    this.#asked(failed, this.#held.length > 0);
  }

  async #offer(): Promise<void> {
    if (this.#offering || this.#closed) return;
    this.#offering = true;
    const batch = this.#held.filter(({ alarm }) => !alarm.offered).slice(0, OFFER_WINDOW).map(({ alarm }) =>
      alarm
    );
    let failed = false;
    try {
      await this.#journal.offer(batch.map(({ id }) => id));
      for (const alarm of batch) alarm.offered = true;
    } catch {
      // Not noted: nothing may be handed over. The journal has reported its fault.
      failed = true;
    } finally {
      this.#offering = false;
    }
    this.#asked(failed, true);
  }

  /** The journal answered. When it failed, the next stage is told too: it learns when to call again. */
  #asked(failed: boolean, more: boolean): void {
    this.#retryAt = failed ? this.#now + RETRY_MS : undefined;
    if (!this.#closed && (failed || more)) this.#ready();
  }
}
