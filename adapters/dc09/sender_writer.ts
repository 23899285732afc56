/**
 * Writes what a DC-09 transmitter sends: numbers, times, cipher and frame.
 *
 * @module
 */
import { markRepeat } from "../../src/delivery/repeat_mark.ts";
import type { OutputItem } from "../contract.ts";
import { DC09_BEHIND } from "./clock.ts";
import { writeFrame } from "./frame.ts";
import type { Dc09Head } from "./head.ts";
import { writeDc09 } from "./message.ts";
import { fromOctets } from "./octets.ts";
import { type Dc09Outgoing, outgoingMessage } from "./sender_message.ts";
import type { Dc09SenderOptions } from "./sender_options.ts";
import { quirkyFrame } from "./sender_quirks.ts";
import { writeTimestamp } from "./timestamp.ts";

/** A message with its number and time: every repetition has the same octets. */
export interface Dc09Stamped {
  /** Its head. */
  head: Dc09Head;
  /** What it says. */
  message: Dc09Outgoing;
  /** The alarm that it was made of. */
  source: string;
  /** The frame's content. */
  content: Uint8Array;
  /** The content before encryption, for the journal. */
  line: string;
  /** When it got its time, ms. */
  stampedAt: number;
}

/** A message ready to be sent, or why there is none. */
export type Dc09StampedResult =
  | { ok: true; stamped: Dc09Stamped }
  | { ok: false; rule: string; message: string };

/**
 * Gives messages their numbers (0001 to 9999, then 0001 again) and times, and writes them. Its clock can be set by a NAK's
 * time. The message that is lost, as nobody knows whether it arrived, keeps its number, and its time for 40 s: the receiver
 * can so tell that it is the same. Source: receiver-outputs.md §7.1 (A; the wrap C).
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { Dc09Writer } from "./sender_writer.ts";
 *
 * const writer = new Dc09Writer({ firstSequence: 9999, timestamps: true });
 * writer.setClock(Date.UTC(2026, 0, 2, 12), 0);
 * const data = new TextEncoder().encode("123418113001015");
 * const item = { id: "a", account: "1234", protocol: "contact-id" as const, data, events: [], repeated: false };
 * const lines = [item, { ...item, id: "b" }].map((it) => writer.alarm(it, 0)).map((it) => it.ok && it.stamped.line);
 * assertEquals(lines, [
 *   '"ADM-CID"9999L0#1234[#1234|1130 01 015]_12:00:00,01-02-2026',
 *   '"ADM-CID"0001L0#1234[#1234|1130 01 015]_12:00:00,01-02-2026',
 * ]);
 * ```
 */
export class Dc09Writer {
  readonly #options: Dc09SenderOptions;
  #sequence: number;
  /** What this side's clock is set by, ms. */
  #correction = 0;
  #frames = 0;
  #lost: { id: string; stamped: Dc09Stamped } | undefined;

  /** Begins with the first number. @param options The transmitter's settings, checked. */
  constructor(options: Dc09SenderOptions) {
    this.#options = options;
    this.#sequence = (options.firstSequence ?? 1) - 1;
  }

  /**
   * Writes an alarm: with the number that it had, if it is the lost one; else with the next one, and marked as a repeat if
   * it is `repeated`.
   *
   * @param item The alarm.
   * @param now Milliseconds since the epoch.
   * @returns The message; or the rules of `outgoingMessage` and `cannot-write`. Never throws.
   */
  alarm(item: OutputItem, now: number): Dc09StampedResult {
    const lost = this.#lost?.id === item.id ? this.#lost.stamped : undefined;
    if (lost !== undefined && lost.source === sourceOf(item)) {
      // Later than that the receiver would find the time too old.
      return now - lost.stampedAt <= DC09_BEHIND ? { ok: true, stamped: lost } : this.restamp(lost, now);
    }
    const data = item.repeated ? markRepeat(item.protocol, item.data) : item.data;
    const made = outgoingMessage({ ...item, data }, this.#options.account);
    return made.ok ? this.#stamp(made.message, this.#nextNumber(), sourceOf(item), now) : made;
  }

  /** Writes a supervision message: NULL, number 0000. */
  supervision(now: number): Dc09StampedResult {
    const { account = "" } = this.#options;
    const message: Dc09Outgoing = { id: "NULL", account, data: "", extended: [], encoding: "ascii" };
    return this.#stamp(message, "0000", "", now);
  }

  /** Writes a message again, with the time that it is now. */
  restamp({ message, head, source }: Dc09Stamped, now: number): Dc09StampedResult {
    return this.#stamp(message, head.sequence, source, now);
  }

  /** Nobody knows whether this alarm arrived. */
  lost(id: string, stamped: Dc09Stamped): void {
    this.#lost = { id, stamped };
  }

  /** Sets the clock, unless it is a quirk of this transmitter that it does not. @param time The receiver's time, ms. */
  setClock(time: number, now: number): void {
    const { quirks } = this.#options;
    if (quirks?.ignoreNakTime !== true) this.#correction = time - now - (quirks?.clockOffsetMs ?? 0);
  }

  /** The octets of a message to be sent now. */
  frame({ content }: Dc09Stamped): Uint8Array {
    const { quirks } = this.#options;
    if (quirks === undefined) return writeFrame(content);
    const every = quirks.wrongCrcEvery ?? 0;
    this.#frames++;
    return quirkyFrame(content, quirks, every > 0 && this.#frames % every === 0);
  }

  #nextNumber(): string {
    this.#sequence = this.#sequence % 9999 + 1;
    return String(this.#sequence).padStart(4, "0");
  }

  #stamp(message: Dc09Outgoing, sequence: string, source: string, now: number): Dc09StampedResult {
    const { receiver, line = "0", sealing, timestamps = false, quirks } = this.#options;
    const head: Dc09Head = {
      id: message.id,
      encrypted: sealing !== undefined,
      sequence,
      ...(receiver === undefined ? {} : { receiver }),
      line,
      account: message.account,
    };
    const at = now + this.#correction + (quirks?.clockOffsetMs ?? 0);
    const timed = head.encrypted || timestamps ? { timestamp: writeTimestamp(at) } : {};
    const whole = { ...message, ...timed, ...head };
    const key = sealing && { ...sealing, key: quirks?.wrongKey ?? sealing.key };
    try {
      const clear = fromOctets(writeDc09({ ...whole, encrypted: false }));
      const content = writeDc09(whole, key);
      // Says whether it fits into a frame.
      writeFrame(content);
      const shown = head.encrypted ? clear.replace('"', '"*') : clear;
      return { ok: true, stamped: { head, message, source, content, line: shown, stampedAt: now } };
    } catch (error) {
      const text = error instanceof RangeError ? error.message : "The alarm cannot be written";
      return { ok: false, rule: "cannot-write", message: text };
    }
  }
}

/** What tells one alarm from another of the same identity. */
function sourceOf({ protocol, account, data }: OutputItem): string {
  return `${protocol} ${account} ${data.toHex()}`;
}
