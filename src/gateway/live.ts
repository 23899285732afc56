/**
 * What a gateway tells those who watch it, and how a hop gets into the journal and to them at once.
 *
 * @module
 */
import { wallClock } from "./clock.ts";
import type { LiveEvent } from "../http/view.ts";
import type { Hop, HopStep, Journal, Note, StoredAlarm } from "../journal/journal.ts";

/** Tells listeners; costs nothing while nobody listens. */
export class Live {
  readonly #listeners = new Set<(event: LiveEvent) => void>();

  /** Adds a listener; the returned function removes it. */
  subscribe(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Tells everybody. */
  tell(event: LiveEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch {
        // Whoever looks on must not stop the alarms.
      }
    }
  }

  /** Tells of hops that are being stored with the alarm. */
  hops(alarm: Pick<StoredAlarm, "id" | "account" | "events">, hops: readonly Hop[]): void {
    if (this.#listeners.size === 0) return;
    const first = alarm.events[0];
    const label = first === undefined ? "" : `${first.code} ${first.label}`;
    for (const hop of hops) this.tell({ type: "hop", id: alarm.id, account: alarm.account, label, hop });
  }
}

/** Writes one hop to the journal (it rides with the next commit) and tells who watches. */
export class HopWriter {
  readonly #journal: Journal;
  readonly #live: Live;

  constructor(journal: Journal, live: Live) {
    this.#journal = journal;
    this.#live = live;
  }

  /**
   * Notes a step of an alarm.
   *
   * @param alarm The alarm.
   * @param step What happened.
   * @param detail With whom or with what; never a key.
   * @param change What else the journal should know.
   */
  note(
    alarm: Pick<StoredAlarm, "id" | "account" | "events">,
    step: HopStep,
    detail: string,
    change: Pick<Note, "delivered" | "told"> = {},
  ): void {
    const hop = { at: wallClock(), step, detail };
    this.#journal.note({ id: alarm.id, hop, ...change });
    this.#live.hops(alarm, [hop]);
  }
}
