/**
 * The order in which a panel's alarms are stored and acknowledged: what the sessions of line protocols share.
 *
 * @module
 */
import type { AlarmOutcome, PanelAlarm, PanelEffect } from "./contract.ts";

/** A message of a panel, as it came from the framer. */
export interface QueuedMessage<T> {
  /** What the panel would send again. */
  raw: Uint8Array;
  /** Offset of its first octet in the stream. */
  offset: number;
  /**
   * Makes its alarms, one each; called when the message's turn has come, so that what was settled before it is known by
   * then. A message without alarms is not queued.
   */
  alarms: readonly (() => PanelAlarm)[];
  /** Anything the session wants back when the message is settled. */
  tag: T;
}

/** A message all alarms of which are settled. */
export interface SettledMessage<T> {
  /** What the session gave with the message. */
  tag: T;
  /** True when every alarm was accepted: acknowledge the panel. */
  accepted: boolean;
}

interface Item {
  ref: number;
  make: () => PanelAlarm;
  outcome: AlarmOutcome | "open";
}

interface Entry<T> {
  key: string;
  tag: T;
  items: Item[];
}

/**
 * Hands over a panel's messages one at a time, in order.
 *
 * - Messages behind the open one wait, up to a limit; one more is refused as `too-many-waiting` and must not be
 *   acknowledged, so that the panel sends it again.
 * - The octets of the open message or of a waiting one again are a `repeat`.
 * - Of a message that failed in part and is then repeated, only the alarms that failed are handed over again.
 * - When the connection ends, the waiting messages are handed over all the same: they came whole.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { AlarmQueue } from "./alarm_queue.ts";
 *
 * const queue = new AlarmQueue<string>("messages", 64);
 * const raw = Uint8Array.of(1);
 * const alarm = { events: [], protocol: "sia" as const, data: raw, raw, complete: true };
 * const [first] = queue.take({ raw, offset: 0, alarms: [() => alarm], tag: "one" });
 * assertEquals(first, { kind: "alarm", ref: 1, alarm });
 * assertEquals(queue.settle(1, "accepted"), { tag: "one", accepted: true });
 * assertEquals(queue.next(), []);
 * ```
 */
export class AlarmQueue<T> {
  readonly #what: string;
  readonly #most: number;
  /** The first is open, the others wait. */
  #entries: Entry<T>[] = [];
  /** The last message, when it was not accepted as a whole. */
  #failed: Entry<T> | undefined;
  #nextRef = 1;
  #ended = false;

  /**
   * Starts empty.
   *
   * @param what What the panel sends, in the plural, for messages to people: `messages`, `lines`.
   * @param most Messages that may wait behind the open one.
   */
  constructor(what: string, most: number) {
    this.#what = what;
    this.#most = most;
  }

  /** True while a message is not settled: an acknowledgement of something else could be taken for its own. */
  get busy(): boolean {
    return this.#entries.length > 0;
  }

  /**
   * Takes a message.
   *
   * @param message The message.
   * @returns Its alarms if its turn has come; `repeat`; a refusal; or nothing while it waits. Nothing after `end`.
   */
  take(message: QueuedMessage<T>): PanelEffect[] {
    if (this.#ended) return [];
    const key = message.raw.toHex();
    const same = this.#entries.find((entry) => entry.key === key);
    if (same !== undefined) return [{ kind: "repeat", ref: same.items[0]?.ref ?? 0 }];
    if (this.#entries.length > this.#most) return [this.#tooMany(message)];
    const failed = this.#failed;
    this.#failed = undefined;
    if (message.alarms.length === 0) return [];
    // Some item of it failed, so that there is always one to hand over.
    const before = failed?.key === key && failed.items.length === message.alarms.length ? failed.items : [];
    const items = message.alarms.map((make, at): Item =>
      before[at]?.outcome === "accepted" ? before[at] : { ref: this.#nextRef++, make, outcome: "open" }
    );
    const entry: Entry<T> = { key, tag: message.tag, items };
    this.#entries.push(entry);
    return this.#entries.length === 1 ? handOver(entry) : [];
  }

  /**
   * Answers an alarm.
   *
   * @param ref The alarm's number.
   * @param outcome What became of it.
   * @returns The message, when this was its last open alarm; undefined while others are open, and for a number that is
   *   not waited for.
   */
  settle(ref: number, outcome: AlarmOutcome): SettledMessage<T> | undefined {
    const entry = this.#entries[0];
    const item = entry?.items.find((each) => each.ref === ref && each.outcome === "open");
    if (this.#ended || entry === undefined || item === undefined) return undefined;
    item.outcome = outcome;
    if (entry.items.some((each) => each.outcome === "open")) return undefined;
    this.#entries.shift();
    const accepted = entry.items.every((each) => each.outcome === "accepted");
    this.#failed = accepted ? undefined : entry;
    return { tag: entry.tag, accepted };
  }

  /**
   * Hands over the message whose turn has come; to be called once behind each {@link settle} that gave a message, when
   * the session has drawn its conclusions from it.
   *
   * @returns Its alarms; none when nothing waits.
   */
  next(): PanelEffect[] {
    const next = this.#entries[0];
    return next === undefined ? [] : handOver(next);
  }

  /**
   * The connection ended: nothing is taken or settled from now on.
   *
   * @returns The alarms of the messages that waited.
   */
  end(): PanelEffect[] {
    const waiting = this.#ended ? [] : this.#entries.slice(1);
    this.#ended = true;
    this.#entries = [];
    this.#failed = undefined;
    return waiting.flatMap(handOver);
  }

  #tooMany({ raw, offset }: QueuedMessage<T>): PanelEffect {
    return {
      kind: "refused",
      offset,
      rule: "too-many-waiting",
      message:
        `${this.#most} ${this.#what} wait for the one before them to be stored, so this one was not taken and not ` +
        "acknowledged. The panel should wait for each acknowledgement; check that Tocsin can store.",
      raw,
    };
  }
}

function handOver<T>(entry: Entry<T>): PanelEffect[] {
  return entry.items
    .filter(({ outcome }) => outcome === "open")
    .map(({ ref, make }) => ({ kind: "alarm", ref, alarm: make() }));
}
