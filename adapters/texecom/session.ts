/**
 * The conversation with a Texecom communicator.
 *
 * @module
 */
import type {
  AlarmOutcome,
  Framed,
  PanelEffect,
  PanelSession,
  PanelSessionOptions,
  Refusal,
} from "../contract.ts";
import { AlarmQueue } from "../alarm_queue.ts";
import { TexecomFramer } from "./framer.ts";
import { lineAlarms } from "./line_alarms.ts";
import { acknowledgement, pollFlags, pollReply, type TexecomMessage } from "./message.ts";

/** Settings of {@link TexecomSession}. */
export interface TexecomSessionOptions extends PanelSessionOptions {
  /** Minutes after which the panel shall poll again, 1 to 255; 1 when absent. */
  pollMinutes?: number;
  /** After this many milliseconds of silence an unfinished line is given up; 2500 when absent. Our choice. */
  gapMs?: number;
}

/** Lines that wait behind one that is not settled. */
const MAX_WAITING = 32;

/**
 * One communicator's conversation: Contact ID lines and SIA lines are alarms, polls are answered at once, `+++` closes.
 *
 * A line is acknowledged (type digit, 0x06, CR LF) when every alarm in it is settled as accepted. If one failed,
 * nothing is sent, since the protocol has no negative answer that is known: the panel repeats the line after its own
 * time. Of a line repeated after such a failure only the alarms that failed are handed over again; the same line
 * again while it is open is a `repeat`. A line with a wrong checksum or parity is not answered either.
 *
 * Lines are handed over one at a time, in order; up to 32 wait, one more is refused as `too-many-waiting`.
 * Source: panel-formats.md §1.6 "Texecom", confidence A (an implementation, re-run).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TexecomSession } from "./session.ts";
 *
 * const session = new TexecomSession();
 * const [alarm] = session.feed(new TextEncoder().encode("21AAA181130010013\r\n"), 0);
 * assertEquals(alarm?.kind === "alarm" && alarm.alarm.events[0]?.account, "1000");
 * const [answer] = session.settle(1, "accepted", 5);
 * assertEquals(answer?.kind === "send" && answer.bytes.toHex(), "32060d0a");
 * ```
 */
export class TexecomSession implements PanelSession {
  readonly #framer = new TexecomFramer();
  readonly #defaultAccount: string;
  readonly #pollMinutes: number;
  readonly #gapMs: number;
  /** The tag is the type digit, for the acknowledgement. */
  readonly #queue = new AlarmQueue<"2" | "3">("lines", MAX_WAITING);
  #gapEnds: number | undefined;
  #ended = false;

  /** Starts a conversation. @param options How lines are read and polls answered. */
  constructor(options: TexecomSessionOptions = {}) {
    this.#defaultAccount = options.defaultAccount ?? "";
    this.#pollMinutes = options.pollMinutes ?? 1;
    this.#gapMs = options.gapMs ?? 2500;
  }

  /** When an unfinished line is given up, in ms since the epoch; undefined when nothing is buffered. */
  get nextTick(): number | undefined {
    return this.#gapEnds;
  }

  /**
   * Takes bytes from the communicator.
   *
   * @param bytes Any part of the stream.
   * @param now Milliseconds since the epoch.
   * @returns Alarms, polls and their answers, repeats, refusals, `close`. Never throws.
   */
  feed(bytes: Uint8Array, now: number): PanelEffect[] {
    if (this.#ended) return [];
    const effects = this.#take(this.#framer.feed(bytes));
    this.#gapEnds = this.#framer.buffered > 0 ? now + this.#gapMs : undefined;
    return effects;
  }

  /**
   * Lets time pass.
   *
   * @param now Milliseconds since the epoch.
   * @returns What the silence completed or refused.
   */
  tick(now: number): PanelEffect[] {
    if (this.#gapEnds === undefined || now < this.#gapEnds) return [];
    this.#gapEnds = undefined;
    return this.#take(this.#framer.flush());
  }

  /**
   * Answers an alarm.
   *
   * @param ref The alarm's number.
   * @param outcome What became of it.
   * @returns The acknowledgement, if this was the line's last alarm and all were accepted; then the next line's alarms.
   */
  settle(ref: number, outcome: AlarmOutcome, _now: number): PanelEffect[] {
    const settled = this.#queue.settle(ref, outcome);
    if (settled === undefined) return [];
    const { tag, accepted } = settled;
    const answer: PanelEffect[] = accepted ? [{ kind: "send", bytes: acknowledgement(tag) }] : [];
    return [...answer, ...this.#queue.next()];
  }

  /**
   * The connection ended.
   *
   * @returns The alarms of lines that had come whole and were waiting, and the refusal of what had not.
   */
  end(_now: number): PanelEffect[] {
    if (this.#ended) return [];
    const rest = this.#take(this.#framer.flush()).filter((effect) => effect.kind !== "send");
    this.#ended = true;
    this.#gapEnds = undefined;
    return [...rest, ...this.#queue.end()];
  }

  #take(found: (Framed<TexecomMessage> | Refusal)[]): PanelEffect[] {
    const effects: PanelEffect[] = [];
    for (const item of found) {
      if (item.kind === "refused") effects.push(item);
      else if (item.frame.kind === "poll") this.#poll(item.frame, effects);
      else if (item.frame.kind === "end") {
        effects.push({ kind: "close", reason: "the panel ended the session (+++)" });
      } else effects.push(...this.#line(item));
    }
    return effects;
  }

  #poll(poll: { account: string; flags: number }, effects: PanelEffect[]): void {
    const account = poll.account === "" ? this.#defaultAccount : poll.account;
    const names = pollFlags(poll.flags);
    effects.push({ kind: "send", bytes: pollReply(this.#pollMinutes) });
    effects.push({
      kind: "poll",
      ...(account === "" ? {} : { account }),
      detail: names.length === 0 ? "no flags" : names.join(", "),
    });
  }

  #line({ frame, raw, offset }: Framed<TexecomMessage>): PanelEffect[] {
    const tag = frame.kind === "contact-id" ? "2" : "3";
    const alarms = lineAlarms(frame, raw, this.#defaultAccount).map((alarm) => () => alarm);
    const effects = this.#queue.take({ raw, offset, alarms, tag });
    if (alarms.length > 0) return effects;
    // While an alarm is being stored, the panel would take this acknowledgement for the alarm's.
    const answer: PanelEffect[] = this.#queue.busy ? [] : [{ kind: "send", bytes: acknowledgement(tag) }];
    return [...answer, { kind: "poll", detail: "a line without events" }];
  }
}
