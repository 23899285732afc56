/**
 * Commands on their way to a panel.
 *
 * @module
 */
import { type VdsRecord, writeRecords } from "./record.ts";

/** Where a command got to. */
export type VdsCommandState =
  /** Waits for its turn on the line. */
  | "waiting"
  /** Sent, and not answered yet. */
  | "sent"
  /** The panel has confirmed it. */
  | "done"
  /** The panel has answered with an error. */
  | "refused"
  /** The panel did not answer. */
  | "unanswered";

/** A command that waits or is in flight. */
export interface VdsCommand {
  /** Its number. */
  readonly ref: number;
  /** Its records. */
  readonly records: readonly VdsRecord[];
  /** True for the acknowledgement of an alarm: goes out before all commands that wait, and at once. */
  readonly urgent: boolean;
  /** When it was handed over, ms since the epoch. */
  readonly addedAt: number;
  /** When it was sent last; undefined while it waits. */
  sentAt: number | undefined;
  /** How often it was sent. */
  attempts: number;
}

/** Commands that may wait. */
const MAX_WAITING = 16;
/** Ended commands whose state is remembered. */
const MAX_ENDED = 64;
/** The longest command, in octets: user data of a Telenot panel (vds2465.md §5, A). */
const MAX_OCTETS = 247;

/**
 * A queue of commands, one in flight at a time.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { VdsCommands } from "./commands.ts";
 *
 * const commands = new VdsCommands();
 * const ref = commands.add([{ type: 0x02, data: Uint8Array.fromHex("00053002e1") }], 0);
 * commands.sent(5);
 * assertEquals(commands.state(ref), "sent");
 * commands.end("done");
 * assertEquals([commands.state(ref), commands.first], ["done", undefined]);
 * ```
 */
export class VdsCommands {
  readonly #queue: VdsCommand[] = [];
  readonly #ended = new Map<number, VdsCommandState>();
  #nextRef = 1;

  /**
   * Takes a command.
   *
   * @param records Its records.
   * @param now Milliseconds since the epoch.
   * @param urgent True for the acknowledgement of an alarm: it is taken however many wait, and goes before them.
   * @returns Its number.
   * @throws {RangeError} When it is longer than 247 octets or 16 wait already.
   */
  add(records: readonly VdsRecord[], now: number, urgent = false): number {
    if (!urgent) this.#check(records);
    const ref = this.#nextRef++;
    const command = { ref, records, urgent, addedAt: now, sentAt: undefined, attempts: 0 };
    const place = this.#queue.findIndex((each) => !each.urgent && each.sentAt === undefined);
    this.#queue.splice(urgent && place >= 0 ? place : this.#queue.length, 0, command);
    // A panel that confirms nothing would fill the memory with acknowledgements: the oldest is of no use to it any more.
    if (this.#queue.length > 2 * MAX_WAITING) this.end("unanswered");
    return ref;
  }

  /** The command in flight, or the one that is to be sent next. */
  get first(): VdsCommand | undefined {
    return this.#queue[0];
  }

  /** The first command was sent. */
  sent(now: number): void {
    const command = this.first;
    if (command === undefined) return;
    command.sentAt = now;
    command.attempts++;
  }

  /** The first command has come to its end. */
  end(state: "done" | "refused" | "unanswered"): void {
    const command = this.#queue.shift();
    if (command === undefined) return;
    this.#ended.set(command.ref, state);
    for (const ref of this.#ended.keys()) {
      if (this.#ended.size <= MAX_ENDED) break;
      this.#ended.delete(ref);
    }
  }

  #check(records: readonly VdsRecord[]): void {
    const length = writeRecords(records).length;
    if (length > MAX_OCTETS) {
      throw new RangeError(`A command holds ${MAX_OCTETS} octets of records at most, not ${length}`);
    }
    if (this.#queue.length >= MAX_WAITING) {
      throw new RangeError(`${MAX_WAITING} commands wait already; the panel does not take them`);
    }
  }

  /** Where a command got to; undefined for numbers that were never given or ended long ago. */
  state(ref: number): VdsCommandState | undefined {
    const command = this.#queue.find((each) => each.ref === ref);
    if (command === undefined) return this.#ended.get(ref);
    return command.sentAt === undefined ? "waiting" : "sent";
  }
}
