/**
 * The queue of one lane: the head of it in memory, all of it in the journal.
 *
 * @module
 */
import type { Journal, StoredAlarm } from "../journal/journal.ts";

/** Alarms held in memory; the rest waits in the journal. */
const HELD = 1000;
/** Alarms that may be handed over before the journal is asked again. */
const OFFER_WINDOW = 64;

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
 */
export class Outbox {
  readonly #journal: Journal;
  readonly #lane: string;
  readonly #marks: boolean;
  readonly #ready: () => void;
  #held: Waiting[] = [];
  /** In the hands of the next stage. */
  #out = new Map<string, Waiting>();
  #loadedSeq = 0;
  /** True while the journal may hold alarms of the lane that are not held here. */
  #behind = true;
  #loading = false;
  #offering = false;
  #closed = false;
  /** Highest alarm that {@link add} left to the journal. */
  #leftSeq = 0;

  /**
   * @param journal Where the alarms are.
   * @param lane The lane.
   * @param marks Whether alarms are noted as offered before they are given out.
   * @param ready Called when {@link take} may give something that it did not give before.
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

  /** Whether an alarm stored now may be handed over as soon as it is durable: then it is stored as offered. */
  get offersNext(): boolean {
    return this.#marks && !this.#behind && this.#held.length < OFFER_WINDOW;
  }

  /** Takes in an alarm that was just stored or completed, and says that it is there. */
  add(alarm: StoredAlarm): void {
    if (alarm.seq > this.#loadedSeq && (this.#behind || this.#held.length >= HELD)) {
      this.#behind = true;
      this.#leftSeq = Math.max(this.#leftSeq, alarm.seq);
      return;
    }
    this.#insert({ alarm, repeated: false, notBefore: 0 });
    this.#loadedSeq = Math.max(this.#loadedSeq, alarm.seq);
    this.#ready();
  }

  /** The next alarm to hand over, or undefined. */
  take(now: number): Waiting | undefined {
    if (this.#behind && this.#held.length < HELD / 2) void this.#load();
    for (let i = 0; i < this.#held.length; i++) {
      const waiting = this.#held[i]!;
      if (waiting.notBefore > now) continue;
      if (this.#marks && !waiting.alarm.offered) {
        void this.#offer();
        return undefined;
      }
      this.#held.splice(i, 1);
      this.#out.set(waiting.alarm.id, waiting);
      return waiting;
    }
    return undefined;
  }

  /** When a held-back alarm may go again; undefined when none is held back. */
  get nextTime(): number | undefined {
    let next: number | undefined;
    for (const { notBefore } of this.#held) {
      if (notBefore > 0 && (next === undefined || notBefore < next)) next = notBefore;
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
    this.#out.delete(id);
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
    const waiting = this.done(id);
    if (waiting === undefined) return;
    waiting.repeated ||= repeated;
    waiting.notBefore = notBefore;
    this.#insert(waiting);
  }

  /** Stops loading. */
  close(): void {
    this.#closed = true;
  }

  #insert(waiting: Waiting): void {
    const held = this.#held;
    let at = held.length;
    while (at > 0 && held[at - 1]!.alarm.seq > waiting.alarm.seq) at--;
    held.splice(at, 0, waiting);
  }

  async #load(): Promise<void> {
    if (this.#loading || this.#closed) return;
    this.#loading = true;
    try {
      do {
        const page = await this.#journal.waiting(this.#lane, this.#loadedSeq, HELD / 2);
        for (const alarm of page) {
          // Offered by an earlier run and not delivered: whether it arrived is not known.
          this.#insert({ alarm, repeated: this.#marks && alarm.offered, notBefore: 0 });
          this.#loadedSeq = alarm.seq;
        }
        // An alarm stored while the journal was being asked is in neither: ask again.
        this.#behind = page.length > 0 || this.#leftSeq > this.#loadedSeq;
      } while (this.#behind && this.#held.length < HELD / 2 && !this.#closed);
    } catch {
      // The journal has reported its fault; the next take() tries again.
    } finally {
      this.#loading = false;
    }
    if (!this.#closed && this.#held.length > 0) this.#ready();
  }

  async #offer(): Promise<void> {
    if (this.#offering || this.#closed) return;
    this.#offering = true;
    const batch = this.#held.filter(({ alarm }) => !alarm.offered).slice(0, OFFER_WINDOW).map(({ alarm }) =>
      alarm
    );
    try {
      await this.#journal.offer(batch.map(({ id }) => id));
      for (const alarm of batch) alarm.offered = true;
    } catch {
      // Not noted: nothing may be handed over. The journal has reported its fault; the next take() tries again.
    } finally {
      this.#offering = false;
    }
    if (!this.#closed && batch[0]?.offered === true) this.#ready();
  }
}
