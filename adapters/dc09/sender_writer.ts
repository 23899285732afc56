/**
 * Writes what a DC-09 transmitter sends: numbers, times, cipher and frame.
 *
 * @module
 */
import { markRepeat } from "../../src/delivery/repeat_mark.ts";
import type { OutputItem, Written, WrittenLine } from "../contract.ts";
import type { LineNotes } from "../line_notes.ts";
import { DC09_BEHIND } from "./clock.ts";
import { writeFrame } from "./frame.ts";
import type { Dc09Head } from "./head.ts";
import { writeDc09 } from "./message.ts";
import { fromOctets } from "./octets.ts";
import { type Dc09Outgoing, outgoingMessages } from "./sender_message.ts";
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

/** An alarm ready to be sent, or why there is none. */
export type Dc09AlarmResult =
  | {
    ok: true;
    /** Its first message. */
    stamped: Dc09Stamped;
    /** The ones behind it: they get their numbers when they are sent. */
    rest: readonly Dc09Outgoing[];
    /** What goes with it. */
    said: LineNotes;
  }
  | { ok: false; rule: string; message: string };

/** An alarm of which nobody knows whether it arrived. */
export interface Dc09Lost {
  /** Its identity. */
  id: string;
  /** The message that was in flight. */
  stamped: Dc09Stamped;
  /** The ones behind it, which were not sent. */
  rest: readonly Dc09Outgoing[];
  /** What goes with the alarm. */
  said: LineNotes;
}

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
  #lost: Dc09Lost | undefined;

  /** Begins with the first number. @param options The transmitter's settings, checked. */
  constructor(options: Dc09SenderOptions) {
    this.#options = options;
    this.#sequence = (options.firstSequence ?? 1) - 1;
  }

  /**
   * Writes an alarm: with the number that it had, if it is the lost one, and without those of its messages that arrived; else
   * with the next one, and marked as a repeat if it is `repeated`.
   *
   * @param item The alarm.
   * @param now Milliseconds since the epoch.
   * @returns Its messages; or the rules of `outgoingMessages` and `cannot-write`. Never throws.
   */
  alarm(item: OutputItem, now: number): Dc09AlarmResult {
    const { fresh, made } = this.#made(item, now);
    if (fresh) this.#sequence = Number(this.#numberIn(1));
    return made;
  }

  /** Writes the next message of an alarm, with a number of its own. */
  next(message: Dc09Outgoing, { source }: Dc09Stamped, now: number): Dc09StampedResult {
    const made = this.#stamp(message, this.#numberIn(1), source, now);
    if (made.ok) this.#sequence = Number(this.#numberIn(1));
    return made;
  }

  /**
   * Says what {@link alarm} would make, and changes nothing. Of an encrypted message `line` is the content before encryption,
   * and `bytes` have another pad, and so other octets, each time.
   *
   * @param item The alarm.
   * @param now Milliseconds since the epoch.
   * @returns The frames; or the rules of {@link alarm}. Never throws.
   */
  preview(item: OutputItem, now: number): Written {
    const { fresh, made } = this.#made(item, now);
    if (!made.ok) return made;
    const lines: WrittenLine[] = [this.#shown(made.stamped)];
    const taken = fresh ? 1 : 0;
    for (const [at, message] of made.rest.entries()) {
      const next = this.#stamp(message, this.#numberIn(taken + at + 1), made.stamped.source, now);
      if (!next.ok) return next;
      lines.push(this.#shown(next.stamped));
    }
    const { notes, lost, unknown } = made.said;
    return {
      ok: true,
      lines,
      notes,
      ...(lost.length === 0 ? {} : { lost }),
      ...(unknown === 0 ? {} : { unknown }),
    };
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

  /** Nobody knows whether this message of an alarm arrived. */
  lost(lost: Dc09Lost): void {
    this.#lost = lost;
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

  /** @param ahead How many numbers from now on; 1 is the next. */
  #numberIn(ahead: number): string {
    return String((this.#sequence + ahead - 1) % 9999 + 1).padStart(4, "0");
  }

  /** The messages of an alarm; `fresh` when the first of them has the next number. */
  #made(item: OutputItem, now: number): { fresh: boolean; made: Dc09AlarmResult } {
    const source = sourceOf(item);
    const lost = this.#lost?.id === item.id && this.#lost.stamped.source === source ? this.#lost : undefined;
    if (lost !== undefined) {
      const { stamped, rest, said } = lost;
      // Later than that the receiver would find the time too old.
      const again = now - stamped.stampedAt <= DC09_BEHIND
        ? { ok: true as const, stamped }
        : this.restamp(stamped, now);
      return { fresh: false, made: again.ok ? { ...again, rest, said } : again };
    }
    const made = this.#anew(item, source, now);
    return { fresh: made.ok, made };
  }

  #anew(item: OutputItem, source: string, now: number): Dc09AlarmResult {
    const data = item.repeated ? markRepeat(item.protocol, item.data) : item.data;
    const made = outgoingMessages({ ...item, data }, this.#options.account);
    if (!made.ok) return made;
    // All of them, or none.
    const all = made.messages.map((message) => this.#stamp(message, this.#numberIn(1), source, now));
    const fault = all.find((one) => !one.ok);
    if (fault !== undefined && !fault.ok) return fault;
    const [first] = all;
    if (first?.ok !== true) {
      return { ok: false, rule: "unreadable-event", message: "The alarm holds no event" };
    }
    return { ok: true, stamped: first.stamped, rest: made.messages.slice(1), said: made.said };
  }

  #shown({ head, content, line }: Dc09Stamped): WrittenLine {
    const { quirks } = this.#options;
    const bytes = quirks === undefined ? writeFrame(content) : quirkyFrame(content, quirks, false);
    if (head.encrypted) return { bytes, line };
    return { bytes, line: fromOctets(bytes).replaceAll("\n", "<LF>").replaceAll("\r", "<CR>") };
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
