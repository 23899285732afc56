/**
 * The transmitter's side of SIA DC-09: hands alarms to a receiver, over TCP or in datagrams.
 *
 * @module
 */
import type { OutputEffect, OutputItem, OutputSession, Written } from "../contract.ts";
import { readAnswer } from "./sender_answer.ts";
import type { Dc09SenderOptions } from "./sender_options.ts";
import { Dc09Flight } from "./sender_flight.ts";
import { Dc09Inbox } from "./sender_inbox.ts";
import { checkSenderOptions } from "./sender_settings.ts";
import {
  DUH_TEXT,
  nakText,
  noAnswerText,
  NOT_READY_TEXT,
  repeatedNak,
  supervisionRefused,
} from "./sender_texts.ts";
import { Dc09Writer } from "./sender_writer.ts";

/**
 * Sends alarms to a receiver, one at a time, as a panel's communicator does; `delivered` only on an ACK that carries the
 * message's number and account, see `readAnswer`.
 *
 * - **Silence**: the same octets again after `waitMs`, `tries` times in all; then `absent` with the alarm's id, and the
 *   connection is closed. In datagrams nothing is closed, and the next alarm can be offered at once.
 * - **NAK**: this side's clock is set by the receiver's time, and the message goes out once more with the new time; at
 *   `nakLimit` NAKs it is `refused`. It carries no number, so a second one in the same chunk, which was there before the message
 *   went out again, counts for nothing: `stray`.
 * - **Several events** that have to be translated are a message each; `delivered` means that all of them are acknowledged.
 * - **DUH**: `refused`; the receiver knows the account, the token or the key not.
 * - **RSP**: an ACK; that it carries data is told as `stray`, and not acted on.
 * - **Supervision** (NULL, number 0000) goes out in idle time only, and an alarm does not wait for its answer. A receiver
 *   that refuses it is there all the same: `stray`, rule `supervision-refused`.
 * - An alarm that comes back as `absent` and is offered again has the number that it had, so that the receiver can tell
 *   that it is the same; within 40 s the same time, too. A `repeated` one that this sender has not sent is marked as
 *   `markRepeat` does.
 *
 * Source: receiver-outputs.md §7 (A; waits and retries C: 20 s and 3 are ours).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dc09Sender } from "./sender.ts";
 *
 * const sender = new Dc09Sender();
 * sender.connected(0);
 * const ascii = (text: string) => new TextEncoder().encode(text);
 * const [, send] = sender.offer({
 *   id: "a", account: "1234", protocol: "sia", data: ascii("#1234|Nri1BA5"), events: [], repeated: false,
 * }, 0);
 * assertEquals(send, { kind: "send", bytes: ascii('\n02920023"SIA-DCS"0001L0#1234[#1234|Nri1BA5]\r') });
 * assertEquals(sender.feed(ascii('\n1BC10012"ACK"0001L0#1234[]\r'), 20), [
 *   { kind: "present" },
 *   { kind: "delivered", id: "a" },
 * ]);
 * ```
 */
export class Dc09Sender implements OutputSession {
  readonly #options: Dc09SenderOptions;
  readonly #figures: Required<Pick<Dc09SenderOptions, "waitMs" | "tries" | "nakLimit" | "supervisionMs">>;
  readonly #writer: Dc09Writer;
  readonly #inbox: Dc09Inbox;
  #up = false;
  #present = false;
  /** It was told that the receiver does not answer, and it has not answered since. */
  #toldAbsent = false;
  #flight: Dc09Flight | undefined;
  /** The message in flight went out while the chunk was read that is at hand. */
  #justSent = false;
  /** When the message in flight is sent again. */
  #deadline: number | undefined;
  #lastTraffic = 0;
  #now = Number.NEGATIVE_INFINITY;

  /**
   * Starts without a connection.
   *
   * @param options Account, key, waits.
   * @throws {RangeError} If a setting cannot be used.
   */
  constructor(options: Dc09SenderOptions = {}) {
    checkSenderOptions(options);
    this.#options = options;
    const { waitMs = 20_000, tries = 3, nakLimit = 2, supervisionMs = 0 } = options;
    this.#figures = { waitMs, tries, nakLimit, supervisionMs };
    this.#writer = new Dc09Writer(options);
    this.#inbox = new Dc09Inbox(options.datagram === true);
  }

  /** True when an alarm can be offered; a supervision message in flight does not hinder. */
  get ready(): boolean {
    return this.#up && this.#flight?.id === undefined;
  }

  /** When {@link tick} wants to be called, in ms since the epoch. */
  get nextTick(): number | undefined {
    if (!this.#up) return undefined;
    const times = [this.#deadline, this.#inbox.due, this.#supervisionAt].filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** A connection came up: alarms can be sent at once. */
  connected(now: number): OutputEffect[] {
    const effects = this.disconnected(now);
    this.#up = true;
    this.#toldAbsent = false;
    this.#lastTraffic = now;
    return effects;
  }

  /** It went down: an alarm in flight comes back as `absent` with its id. */
  disconnected(now: number): OutputEffect[] {
    this.#clock(now);
    const effects: OutputEffect[] = [], inFlight = this.#flight?.id !== undefined;
    if (this.#up && (inFlight || (this.#present && this.#options.closeAfterAck !== true))) {
      const what = inFlight ? " before it acknowledged the alarm, which is sent again" : "";
      this.#absent("disconnected", `The connection to the receiver ended${what}`, effects);
    }
    this.#down();
    return effects;
  }

  /** Takes bytes from the receiver; a whole datagram with the option `datagram`. Never throws. */
  feed(bytes: Uint8Array, now: number): OutputEffect[] {
    this.#clock(now);
    const effects: OutputEffect[] = [];
    if (!this.#up) return effects;
    this.#justSent = false;
    for (const item of this.#inbox.feed(bytes, now)) this.#take(item, now, effects);
    return effects;
  }

  /** Lets time pass: repeats, supervision. */
  tick(now: number): OutputEffect[] {
    this.#clock(now);
    const effects: OutputEffect[] = [];
    this.#justSent = false;
    for (const item of this.#up ? this.#inbox.overdue(now) : []) this.#take(item, now, effects);
    if (this.#up && now >= (this.#deadline ?? Infinity)) this.#timedOut(now, effects);
    if (this.#up && now >= (this.#supervisionAt ?? Infinity)) this.#supervise(now, effects);
    return effects;
  }

  /** Hands over one alarm; it is sent at once. Offered while not {@link ready}, it is refused as `not-ready`. */
  offer(item: OutputItem, now: number): OutputEffect[] {
    this.#clock(now);
    const { id } = item;
    if (!this.ready) return [{ kind: "refused", id, rule: "not-ready", message: NOT_READY_TEXT }];
    const read = this.#writer.alarm(item, now);
    if (!read.ok) return [{ kind: "refused", id, rule: read.rule, message: read.message }];
    const effects: OutputEffect[] = [];
    this.#send(this.#flight = new Dc09Flight({ id, ...read }), now, effects);
    return effects;
  }

  /**
   * Says what {@link offer} would send, with the numbers and the time of now, and takes none of them. Encrypted: `line` is the
   * content before encryption; the pad is random, so that `bytes` differ each time, and from those that are sent.
   */
  preview(item: OutputItem, now: number): Written {
    return this.#writer.preview(item, now);
  }

  #question(): Parameters<typeof readAnswer>[1] {
    const { sealing, clearAnswers = false } = this.#options;
    if (this.#flight === undefined) return undefined;
    const { head } = this.#flight.stamped;
    return { head, clearAnswers, ...(sealing === undefined ? {} : { key: sealing.key }) };
  }

  #take(item: Parameters<typeof readAnswer>[0], now: number, effects: OutputEffect[]): void {
    if (!this.#up) return;
    const answer = readAnswer(item, this.#question());
    const flight = this.#flight;
    if (answer.kind === "stray") {
      effects.push(answer);
      return;
    }
    if (flight === undefined) return;
    if (answer.kind === "nak" && this.#justSent) {
      effects.push(repeatedNak(flight.stamped.head.sequence));
      return;
    }
    this.#lastTraffic = now;
    this.#toldAbsent = false;
    if (!this.#present) effects.push({ kind: "present" });
    this.#present = true;
    if (answer.kind === "nak") return this.#nakked(flight, answer.time, now, effects);
    if (answer.kind === "duh") return this.#refused(flight, "duh", DUH_TEXT, now, effects);
    if (answer.note !== undefined) effects.push(answer.note);
    this.#messageDone(flight, now, effects);
  }

  #messageDone(flight: Dc09Flight, now: number, effects: OutputEffect[]): void {
    for (let next = flight.rest[0]; next !== undefined; next = flight.rest[0]) {
      const read = this.#writer.next(next, flight.stamped, now);
      flight.next(read.ok ? read.stamped : flight.stamped);
      if (read.ok) return this.#send(flight, now, effects);
      flight.refuse(read.rule, read.message);
    }
    this.#settled();
    const outcome = flight.outcome();
    if (outcome === undefined) return;
    effects.push(outcome);
    const { closeAfterAck, datagram } = this.#options;
    if (outcome.kind === "delivered" && closeAfterAck === true && datagram !== true) {
      this.#close("the alarm is delivered, and closing then is set", effects);
    }
  }

  #nakked(flight: Dc09Flight, time: number | undefined, now: number, effects: OutputEffect[]): void {
    if (time !== undefined) this.#writer.setClock(time, now);
    flight.naks++;
    flight.silent = 0;
    if (flight.naks >= this.#figures.nakLimit) {
      const text = nakText(flight.stamped.head.sequence, flight.naks);
      return this.#refused(flight, "nak-limit", text, now, effects);
    }
    const again = this.#writer.restamp(flight.stamped, now);
    if (again.ok) flight.stamped = again.stamped;
    this.#send(flight, now, effects);
  }

  #refused(flight: Dc09Flight, rule: string, message: string, now: number, effects: OutputEffect[]): void {
    flight.refuse(rule, message);
    if (flight.id === undefined) effects.push(supervisionRefused(rule));
    this.#messageDone(flight, now, effects);
  }

  #timedOut(now: number, effects: OutputEffect[]): void {
    const flight = this.#flight;
    if (flight === undefined) return;
    flight.silent++;
    if (flight.silent < this.#figures.tries) return this.#send(flight, now, effects);
    const message = noAnswerText(flight.id === undefined, flight.attempt, this.#figures.waitMs);
    // Told once; but an alarm in flight always goes back.
    if (flight.id !== undefined || !this.#toldAbsent) this.#absent("no-answer", message, effects);
    this.#settled();
    if (this.#options.datagram !== true) this.#close("the receiver does not answer", effects);
  }

  get #supervisionAt(): number | undefined {
    const { supervisionMs } = this.#figures;
    return supervisionMs > 0 && this.#flight === undefined ? this.#lastTraffic + supervisionMs : undefined;
  }

  #supervise(now: number, effects: OutputEffect[]): void {
    const read = this.#writer.supervision(now);
    if (read.ok) this.#send(this.#flight = new Dc09Flight(read), now, effects);
  }

  #send(flight: Dc09Flight, now: number, effects: OutputEffect[]): void {
    const sent = flight.sent();
    if (sent !== undefined) effects.push(sent);
    effects.push({ kind: "send", bytes: this.#writer.frame(flight.stamped) });
    this.#justSent = true;
    this.#lastTraffic = now;
    this.#deadline = now + this.#figures.waitMs;
  }

  #settled(): void {
    this.#flight = undefined;
    this.#deadline = undefined;
  }

  #absent(rule: string, message: string, effects: OutputEffect[]): void {
    const { id, lost } = this.#flight ?? {};
    this.#present = false;
    this.#toldAbsent = true;
    if (lost !== undefined) this.#writer.lost(lost);
    effects.push({ kind: "absent", rule, message, ...(id === undefined ? {} : { id }) });
  }

  #close(reason: string, effects: OutputEffect[]): void {
    this.#down();
    effects.push({ kind: "close", reason });
  }

  #down(): void {
    this.#settled();
    this.#up = false;
    this.#present = false;
    this.#inbox.reset();
  }

  /** Keeps waits their length when the clock is set back. */
  #clock(now: number): void {
    const back = this.#now - now;
    if (back > 0 && Number.isFinite(back)) {
      this.#lastTraffic -= back;
      if (this.#deadline !== undefined) this.#deadline -= back;
      this.#inbox.setBack(back);
    }
    this.#now = now;
  }
}
