/**
 * What an input remembers of its panels' alarms when they come over another connection, or from another port.
 *
 * @module
 */
import type { Dc09Message } from "./message.ts";
import { DC09_REPEAT_WINDOW, dc09Digest } from "./repeats.ts";

/** Alarms that are remembered, when nothing else is set. */
const MOST = 1024;

/** What a message is, as far as other conversations know. */
export type Dc09Known =
  | "new"
  /** Like an alarm of another conversation, but not surely the same: to be kept, and marked. */
  | "suspect"
  /** The repetition of an alarm that was acknowledged: the acknowledgement was lost with its connection, or its port. */
  | "repeat";

interface Entry {
  timestamp: string | undefined;
  accepted: boolean;
  heardAt: number;
}

/**
 * The memory of one input, for all its conversations: a panel that was not answered comes again over a new connection, or from
 * another port where a router has given its old one away. Encrypted messages are padded anew then, so that their octets do
 * not tell. Bounded; holds digests only.
 *
 * Surely the same is what carries the same time, to the second, under the same number. Without a time it is only likely:
 * a panel that was switched off and on counts from the beginning. Source for the numbers: receiver-outputs.md §7.2 (A);
 * what is made of them is ours.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dc09Memory } from "./memory.ts";
 * import { parseDc09 } from "./message.ts";
 *
 * const read = parseDc09(new TextEncoder().encode('"SIA-DCS"0007L0#1234[#1234|Nri1/BA5]_12:00:00,01-02-2026'));
 * if (!read.ok) throw new Error();
 * const memory = new Dc09Memory();
 * assertEquals(memory.look(read.message, 0), "new");
 * memory.add(read.message, 0);
 * assertEquals(memory.look(read.message, 5000), "suspect");
 * memory.settled(read.message, true);
 * assertEquals(memory.look(read.message, 5000), "repeat");
 * ```
 */
export class Dc09Memory {
  readonly #known = new Map<string, Entry>();
  readonly #most: number;

  /** Starts with nothing. @param most Alarms that are remembered. @default {1024} */
  constructor(most: number = MOST) {
    this.#most = most;
  }

  /** Alarms that are remembered. */
  get size(): number {
    return this.#known.size;
  }

  /**
   * Looks whether an alarm was there before, in another conversation.
   *
   * @param message The message.
   * @param now Milliseconds since the epoch.
   * @returns What it is.
   */
  look(message: Dc09Message, now: number): Dc09Known {
    const known = this.#known.get(keyOf(message));
    // A clock that was set back makes nothing old.
    if (known === undefined || now - known.heardAt > DC09_REPEAT_WINDOW) return "new";
    const { sequence, timestamp } = message;
    const isSame = known.timestamp === timestamp;
    if (isSame && timestamp !== undefined && known.accepted) return "repeat";
    return isSame || !/^0*$/.test(sequence) ? "suspect" : "new";
  }

  /**
   * Remembers an alarm that is handed over.
   *
   * @param message The message.
   * @param now Milliseconds since the epoch.
   */
  add(message: Dc09Message, now: number): void {
    const key = keyOf(message);
    this.#known.delete(key);
    this.#known.set(key, { timestamp: message.timestamp, accepted: false, heardAt: now });
    const oldest = this.#known.size > this.#most ? this.#known.keys().next().value : undefined;
    if (oldest !== undefined) this.#known.delete(oldest);
  }

  /**
   * Learns what became of an alarm. One that failed is forgotten: the panel sends it again, and it is new then.
   *
   * @param message The message.
   * @param accepted True when it was acknowledged.
   */
  settled(message: Dc09Message, accepted: boolean): void {
    const key = keyOf(message);
    const known = this.#known.get(key);
    if (known?.timestamp !== message.timestamp) return;
    if (!accepted) this.#known.delete(key);
    else if (known !== undefined) known.accepted = true;
  }
}

function keyOf(message: Dc09Message): string {
  return `${message.sequence} ${dc09Digest(message)}`;
}
