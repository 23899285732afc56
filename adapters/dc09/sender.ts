/**
 * The transmitter's side of SIA DC-09: hands alarms to a receiver, over TCP or in datagrams.
 *
 * @module
 */
import type { OutputEffect, OutputItem, OutputSession } from "../contract.ts";
import { Dc09Framer } from "./framer.ts";
import { type Dc09SenderAnswer, readAnswer } from "./sender_answer.ts";
import type { Dc09SenderOptions } from "./sender_options.ts";
import { checkSenderOptions } from "./sender_settings.ts";
import { DUH_TEXT, nakText, noAnswerText, supervisionRefused } from "./sender_texts.ts";
import { type Dc09Stamped, Dc09Writer } from "./sender_writer.ts";

/** Only the CR is missing: not waited for longer than this, ms. Ours. */
const CR_WAIT = 200;

/** A message on its way. */
interface Flight {
  /** The alarm's identity; absent for a supervision message. */
  id?: string;
  stamped: Dc09Stamped;
  /** Times sent since it was offered; times in a row without an answer; NAKs. */
  attempt: number;
  silent: number;
  naks: number;
}

/**
 * Sends alarms to a receiver, one at a time, as a panel's communicator does; `delivered` only on an ACK that carries the
 * message's number and account, see `readAnswer`.
 *
 * - **Silence**: the same octets again after `waitMs`, `tries` times in all; then `absent` with the alarm's id, and the
 *   connection is closed. In datagrams nothing is closed, and the next alarm can be offered at once.
 * - **NAK**: this side's clock is set by the receiver's time, and the message goes out once more with the new time; at
 *   `nakLimit` NAKs it is `refused`.
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
  readonly #waitMs: number;
  readonly #tries: number;
  readonly #supervisionMs: number;
  readonly #writer: Dc09Writer;
  #framer = new Dc09Framer();
  #up = false;
  #present = false;
  /** It was told that the receiver does not answer, and it has not answered since. */
  #toldAbsent = false;
  #flight: Flight | undefined;
  /** When the message in flight is sent again. */
  #deadline: number | undefined;
  #crBy: number | undefined;
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
    this.#waitMs = options.waitMs ?? 20_000;
    this.#tries = options.tries ?? 3;
    this.#supervisionMs = options.supervisionMs ?? 0;
    this.#writer = new Dc09Writer(options);
  }

  /** True when an alarm can be offered; a supervision message in flight does not hinder. */
  get ready(): boolean {
    return this.#up && this.#flight?.id === undefined;
  }

  /** When {@link tick} wants to be called, in ms since the epoch. */
  get nextTick(): number | undefined {
    if (!this.#up) return undefined;
    const times = [this.#deadline, this.#crBy, this.#supervisionAt].filter((time) => time !== undefined);
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
    const effects: OutputEffect[] = [];
    const inFlight = this.#flight?.id !== undefined;
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
    const found = this.#framer.feed(bytes);
    if (this.#options.datagram === true) found.push(...this.#framer.flush());
    for (const item of found) this.#take(readAnswer(item, this.#question()), now, effects);
    this.#crBy = this.#framer.whole ? now + CR_WAIT : undefined;
    return effects;
  }

  /** Lets time pass: repeats, supervision. */
  tick(now: number): OutputEffect[] {
    this.#clock(now);
    const effects: OutputEffect[] = [];
    if (this.#up && this.#crBy !== undefined && now >= this.#crBy) {
      this.#crBy = undefined;
      for (const item of this.#framer.flush()) this.#take(readAnswer(item, this.#question()), now, effects);
    }
    if (this.#up && this.#deadline !== undefined && now >= this.#deadline) this.#timedOut(now, effects);
    const supervision = this.#supervisionAt;
    if (this.#up && supervision !== undefined && now >= supervision) this.#supervise(now, effects);
    return effects;
  }

  /** Hands over one alarm; it is sent at once. Offered while not {@link ready}, it is refused as `not-ready`. */
  offer(item: OutputItem, now: number): OutputEffect[] {
    this.#clock(now);
    const { id } = item;
    if (!this.ready) {
      return [{
        kind: "refused",
        id,
        rule: "not-ready",
        message: "No alarm can be sent now: wait for `ready`",
      }];
    }
    const read = this.#writer.alarm(item, now);
    if (!read.ok) return [{ kind: "refused", id, rule: read.rule, message: read.message }];
    const effects: OutputEffect[] = [];
    this.#flight = { id, stamped: read.stamped, attempt: 0, silent: 0, naks: 0 };
    this.#send(this.#flight, now, effects);
    return effects;
  }

  // --- answers ---

  #question(): Parameters<typeof readAnswer>[1] {
    const { sealing, clearAnswers = false } = this.#options;
    if (this.#flight === undefined) return undefined;
    const { head } = this.#flight.stamped;
    return { head, clearAnswers, ...(sealing === undefined ? {} : { key: sealing.key }) };
  }

  #take(answer: Dc09SenderAnswer, now: number, effects: OutputEffect[]): void {
    const flight = this.#flight;
    if (answer.kind === "stray") {
      effects.push(answer);
      return;
    }
    if (flight === undefined) return;
    this.#lastTraffic = now;
    this.#toldAbsent = false;
    if (!this.#present) effects.push({ kind: "present" });
    this.#present = true;
    if (answer.kind === "nak") return this.#nakked(flight, answer.time, now, effects);
    if (answer.kind === "duh") return this.#refused(flight, "duh", DUH_TEXT, effects);
    this.#settled();
    if (answer.note !== undefined) effects.push(answer.note);
    if (flight.id === undefined) return;
    effects.push({ kind: "delivered", id: flight.id });
    if (this.#options.closeAfterAck === true && this.#options.datagram !== true) {
      this.#close("the alarm is delivered, and closing then is set", effects);
    }
  }

  #nakked(flight: Flight, time: number | undefined, now: number, effects: OutputEffect[]): void {
    if (time !== undefined) this.#writer.setClock(time, now);
    flight.naks++;
    flight.silent = 0;
    if (flight.naks >= (this.#options.nakLimit ?? 2)) {
      const text = nakText(flight.stamped.head.sequence, flight.naks);
      return this.#refused(flight, "nak-limit", text, effects);
    }
    const again = this.#writer.restamp(flight.stamped, now);
    if (again.ok) flight.stamped = again.stamped;
    this.#send(flight, now, effects);
  }

  #refused(flight: Flight, rule: string, message: string, effects: OutputEffect[]): void {
    this.#settled();
    if (flight.id !== undefined) effects.push({ kind: "refused", id: flight.id, rule, message });
    else effects.push(supervisionRefused(rule));
  }

  // --- time ---

  #timedOut(now: number, effects: OutputEffect[]): void {
    const flight = this.#flight;
    if (flight === undefined) return;
    flight.silent++;
    if (flight.silent < this.#tries) return this.#send(flight, now, effects);
    const message = noAnswerText(flight.id === undefined, flight.attempt, this.#waitMs);
    // Told once; but an alarm in flight always goes back.
    if (flight.id !== undefined || !this.#toldAbsent) this.#absent("no-answer", message, effects);
    this.#settled();
    if (this.#options.datagram !== true) this.#close("the receiver does not answer", effects);
  }

  get #supervisionAt(): number | undefined {
    const idle = this.#supervisionMs > 0 && this.#flight === undefined;
    return idle ? this.#lastTraffic + this.#supervisionMs : undefined;
  }

  #supervise(now: number, effects: OutputEffect[]): void {
    const read = this.#writer.supervision(now);
    if (!read.ok) return;
    this.#flight = { stamped: read.stamped, attempt: 0, silent: 0, naks: 0 };
    this.#send(this.#flight, now, effects);
  }

  #send(flight: Flight, now: number, effects: OutputEffect[]): void {
    flight.attempt++;
    const { id, stamped, attempt } = flight;
    if (id !== undefined) effects.push({ kind: "sent", id, line: stamped.line, attempt });
    effects.push({ kind: "send", bytes: this.#writer.frame(stamped) });
    this.#lastTraffic = now;
    this.#deadline = now + this.#waitMs;
  }

  // --- ends ---

  #settled(): void {
    this.#flight = undefined;
    this.#deadline = undefined;
  }

  #absent(rule: string, message: string, effects: OutputEffect[]): void {
    const { id, stamped } = this.#flight ?? {};
    this.#present = false;
    this.#toldAbsent = true;
    if (id !== undefined && stamped !== undefined) this.#writer.lost(id, stamped);
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
    this.#crBy = undefined;
    this.#framer = new Dc09Framer();
  }

  /** Keeps waits their length when the clock is set back. */
  #clock(now: number): void {
    const back = this.#now - now;
    if (back > 0 && Number.isFinite(back)) {
      this.#lastTraffic -= back;
      if (this.#deadline !== undefined) this.#deadline -= back;
      if (this.#crBy !== undefined) this.#crBy -= back;
    }
    this.#now = now;
  }
}
