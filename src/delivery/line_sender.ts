/**
 * The sender behind every output whose AE answers a frame with ACK or NAK.
 *
 * @module
 */
import type { OutputEffect, OutputItem, OutputSession, Written } from "../../adapters/contract.ts";
import { AePresence } from "./ae_presence.ts";
import { AeQuestions } from "./ae_questions.ts";
import type { Answer, AnswerReader } from "./answer_reader.ts";
import { LineFigures } from "./line_figures.ts";
import {
  type AlarmFlight,
  alarmFlight,
  type Flight,
  flightOutcome,
  type LinePhase,
  notReady,
  noTries,
  sentEffect,
} from "./line_flight.ts";
import { type LineSenderCounts, noCounts } from "./line_sender_counts.ts";
import {
  answersTwice,
  disconnectedText,
  heartbeatRefused,
  invalidAnswersText,
  noAnswerText,
  strayAnswer,
  strayOctets,
} from "./line_sender_messages.ts";
import type { LineSenderOptions } from "./line_sender_options.ts";
import { OwedAnswers } from "./owed_answers.ts";

/**
 * Sends alarms one frame at a time and calls them delivered only on ACK.
 *
 * - **NAK**: the frame is sent again, at once the first time, then after a pause that grows to `nakPauseMaxMs`, up to
 *   `nakLimit` NAKs; then the alarm is `refused` and the next may come. Of an alarm of several lines the others are still
 *   sent: they may hold events that the AE does take.
 * - **Silence**: the same bytes again after `waitMs`, `tries` times in all; then `absent`, with the alarm's id. From then on
 *   only heartbeats are sent, every `waitMs` at first, then every `heartbeatMs`, until one is acknowledged: `present`. Without
 *   a heartbeat the sender is ready again after `waitMs`, so that the next offer asks.
 * - **A new connection** proves nothing about the AE: a heartbeat goes first, and alarms wait for its ACK. Without a
 *   heartbeat the sender is ready at once. Either way `present` comes with the first ACK.
 * - **Heartbeats** fill idle time only: any frame sent or answered restarts the timer. Noise does not, or a humming line would
 *   hide a dead AE.
 * - **Bytes that arrive when nothing is in flight** never count for what is sent next: they are dropped before the send and
 *   reported as `stray`. So is everything in a chunk behind the answer that ended a frame.
 * - **Questions of the AE** are answered at once, or, where the AE may acknowledge the answer, when nothing is in flight; the
 *   next frame then waits until that acknowledgement has come or is too late.
 *
 * A byte ACK carries no number, so an answer belongs to whatever is in flight, and a late one could acknowledge a frame that the
 * AE never saw. Hence every send is owed an answer, or two where the AE answers twice, see {@link OwedAnswers}. A late ACK to an
 * earlier copy of the frame in flight counts, because all copies say the same. While answers are owed to a frame that is
 * done, the sender waits up to `settleMs` and drops them, before the next frame goes out.
 *
 * What remains, because nothing in an octet tells: an answer later than `settleMs`; a second answer that comes later than
 * `probationMs` before it is known that the AE answers twice; a single double answer of an AE that answers once, when the pause
 * between the two ends just behind the next frame's sending; an AE that answers three times.
 *
 * The state machine does no I/O: times are ms since the epoch, and come in. A clock that jumps back does not lengthen waits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LineSender } from "./line_sender.ts";
 *
 * const sender = new LineSender({
 *   write: (item) => ({ ok: true, lines: [{ bytes: item.data, line: "5011 …" }], notes: [] }),
 * });
 * sender.connected(0);
 * const item = {
 *   id: "a", account: "1234", protocol: "contact-id" as const, data: new Uint8Array([0x35]), events: [], repeated: false,
 * };
 * assertEquals(sender.offer(item, 0).map((effect) => effect.kind), ["sent", "send"]);
 * assertEquals(sender.ready, false);
 * assertEquals(sender.feed(new Uint8Array([0x06]), 20), [{ kind: "present" }, { kind: "delivered", id: "a" }]);
 * assertEquals(sender.ready, true);
 * ```
 */
export class LineSender implements OutputSession {
  /** What happened so far. */
  readonly counts: LineSenderCounts = noCounts();

  readonly #options: LineSenderOptions;
  readonly #figures: LineFigures;
  readonly #answers: OwedAnswers;
  readonly #questions: AeQuestions;
  readonly #presence = new AePresence(this.counts);
  #reader: AnswerReader;
  #phase: LinePhase = "down";
  #flight: Flight | undefined;
  /** How it stands with the frame in flight. */
  #tries = noTries();
  /** The alarm offered last; answers owed to it when another was offered. */
  #lastId = "";
  #foreign = 0;
  #deadline: number | undefined;
  #lastTraffic = 0;
  #now = Number.NEGATIVE_INFINITY;

  /** Starts without a connection. @param options The protocol's figures and its writer. */
  constructor(options: LineSenderOptions) {
    this.#options = options;
    this.#figures = new LineFigures(options);
    this.#answers = new OwedAnswers(this.#figures);
    this.#questions = new AeQuestions(options.polls ?? []);
    this.#reader = this.#figures.reader();
  }

  /** True when an alarm can be offered. */
  get ready(): boolean {
    return this.#phase === "idle";
  }

  /** When {@link tick} wants to be called, in ms since the epoch. */
  get nextTick(): number | undefined {
    return this.#deadline;
  }

  /** A connection came up: the AE is probed, or the sender becomes ready. */
  connected(now: number): OutputEffect[] {
    const effects = this.#phase === "down" ? [] : this.disconnected(now);
    this.#clock(now);
    this.#reader = this.#figures.reader();
    this.#answers.forget();
    this.#questions.forget();
    this.#foreign = 0;
    this.#presence.told = false;
    this.#lastTraffic = now;
    if (this.#figures.heartbeat === undefined) this.#idle();
    else this.#start({ kind: "heartbeat" }, now, effects);
    return effects;
  }

  /** The connection ended. An alarm in flight comes back with the `absent` effect. */
  disconnected(now: number): OutputEffect[] {
    this.#clock(now);
    if (this.#phase === "down") return [];
    const effects: OutputEffect[] = [];
    const id = this.#alarm?.id;
    if (id !== undefined || this.#presence.present) {
      effects.push(this.#presence.gone("disconnected", disconnectedText(id !== undefined), id));
    }
    this.#flight = undefined;
    this.#answers.forget();
    this.#questions.forget();
    this.#phase = "down";
    this.#deadline = undefined;
    return effects;
  }

  /** Takes bytes from the AE. */
  feed(bytes: Uint8Array, now: number): OutputEffect[] {
    this.#clock(now);
    const effects: OutputEffect[] = [];
    for (const answer of this.#reader.feed(bytes)) this.#handle(answer, now, effects);
    // Sends that an answer calls for come only now: the rest of the chunk was there before them.
    const waits = this.#phase === "waiting" && !this.#tries.hurried;
    const rests = this.#phase === "idle" || this.#phase === "resting";
    if (!waits && (!rests || this.#questions.waiting)) this.#run(now, effects);
    return effects;
  }

  /** Lets time pass. */
  tick(now: number): OutputEffect[] {
    this.#clock(now);
    const effects: OutputEffect[] = [];
    this.#run(now, effects);
    return effects;
  }

  /** Hands over one alarm; it is sent at once. Offered while not {@link ready}, it is refused as `not-ready`. */
  offer(item: OutputItem, now: number): OutputEffect[] {
    this.#clock(now);
    const flight = this.ready ? alarmFlight(item.id, this.#options.write(item)) : notReady(item.id);
    if (flight.kind === "refused") {
      this.counts.refused++;
      return [flight];
    }
    if (flight.notes.length > 0) this.counts.noted++;
    // Another output of the route has got the alarm that was given up: late answers to it are none to this one.
    if (item.id !== this.#lastId) this.#foreign = this.#answers.owed;
    this.#lastId = item.id;
    const effects: OutputEffect[] = [];
    this.#start(flight, now, effects);
    return effects;
  }

  /** The lines that {@link offer} would send; nothing changes. Times are no part of them. */
  preview(item: OutputItem, _now: number): Written {
    return this.#options.write(item);
  }

  // --- answers ---

  #handle(answer: Answer, now: number, effects: OutputEffect[]): void {
    if (answer.kind === "stray") return this.#strayBytes(answer.raw, now, effects);
    if (answer.kind === "remark") return this.#remark(answer, effects);
    const awaited = this.#flight !== undefined && this.#answers.owed > 0 &&
      (this.#phase === "waiting" || this.#phase === "pausing");
    const resting = this.#phase === "resting" || (this.#phase === "idle" && !this.#presence.present);
    const lateSign = resting && this.#answers.owed > 0 && answer.kind === "ack";
    if (awaited && this.#foreign > 0) {
      this.#foreign--;
      this.#deadline = now + this.#figures.waitMs;
      return this.#strayAnswer(answer.kind, now, effects);
    }
    if (!awaited && !lateSign) return this.#strayAnswer(answer.kind, now, effects);
    this.#answers.taken(answer.kind, now);
    this.#lastTraffic = now;
    if (answer.kind === "ack") return this.#acked(now, effects);
    this.counts.naks++;
    if (this.#phase === "waiting") this.#nakked(now, effects);
    // A late NAK during the pause: the resend is on its way already, or has waited for it.
    else if (this.#tries.awaitsSecondNak && !this.#answers.secondNakDue) this.#pause(now);
  }

  #acked(now: number, effects: OutputEffect[]): void {
    this.counts.acks++;
    effects.push(...this.#presence.came());
    this.#lineDone(now, effects);
  }

  #nakked(now: number, effects: OutputEffect[]): void {
    this.#tries.silent = 0;
    this.#tries.naks++;
    const flight = this.#flight;
    if (flight?.kind === "heartbeat" && this.#tries.naks >= this.#figures.heartbeatNakLimit) {
      effects.push(heartbeatRefused(this.#tries.naks));
      return this.#acked(now, effects);
    }
    if (flight?.kind === "alarm" && this.#tries.naks >= this.#figures.nakLimit) {
      flight.refused.push(flight.index + 1);
      return this.#lineDone(now, effects);
    }
    this.#pause(now);
    this.#tries.awaitsSecondNak = this.#answers.secondNakDue;
    if (this.#tries.awaitsSecondNak) this.#deadline = now + this.#answers.secondMs;
  }

  #pause(now: number): void {
    this.#phase = "pausing";
    this.#deadline = now + this.#figures.pauseMs(this.#tries.naks - 1);
    this.#tries.awaitsSecondNak = false;
  }

  /** The frame in flight is settled, one way or the other. */
  #lineDone(now: number, effects: OutputEffect[]): void {
    const flight = this.#flight;
    if (flight?.kind === "heartbeat") this.#flight = undefined;
    else if (flight?.kind === "alarm" && ++flight.index === flight.lines.length) {
      this.#flight = undefined;
      const outcome = flightOutcome(flight, this.#figures.nakLimit);
      this.counts[outcome.kind]++;
      effects.push(outcome);
    }
    this.#phase = "settling";
    this.#deadline = now + this.#answers.waitMs;
  }

  #strayAnswer(kind: "ack" | "nak", now: number, effects: OutputEffect[]): void {
    const { replied } = this.#questions;
    if (replied === "owed") {
      this.#questions.replied = "answered";
      // This, too, may be acknowledged twice.
      this.#deadline = now + this.#figures.probationMs;
      return;
    }
    this.counts.strayAnswers++;
    if (replied === "answered") return void effects.push(strayAnswer(kind, false));
    const what = this.#answers.dropped(kind, now);
    if (this.#phase === "settling" && this.#answers.quiet) this.#deadline = now;
    // Told once: from then on it is no surprise.
    if (what === "taught") effects.push(answersTwice(kind));
    else if (what !== "second") effects.push(strayAnswer(kind, what === "late"));
  }

  #strayBytes(raw: Uint8Array, now: number, effects: OutputEffect[]): void {
    const { rest, answered, replies } = this.#phase === "down"
      ? { rest: raw, answered: 0, replies: [] }
      : this.#questions.take(raw, now);
    this.counts.polls += answered;
    for (const bytes of replies) effects.push({ kind: "send", bytes });
    // An absent AE that asks is back: the next probe must not wait out the long pause between probes.
    if (answered > 0 && this.#flight?.kind === "heartbeat" && this.#phase === "waiting") {
      this.#deadline = Math.min(this.#deadline ?? Infinity, now + this.#figures.waitMs);
    }
    if (rest.length === 0) return;
    this.counts.strayOctets += rest.length;
    effects.push(strayOctets(rest));
    if (this.#options.strayRepeats !== true || this.#phase !== "waiting" || this.#tries.hurried) return;
    this.#tries.hurried = true;
    this.#tries.garbled = true;
    this.#deadline = Math.min(this.#deadline ?? Infinity, now + this.#figures.pauseMs(this.#tries.silent));
  }

  #remark(answer: Extract<Answer, { kind: "remark" }>, effects: OutputEffect[]): void {
    const { kind: _kind, reply, ...said } = answer;
    this.counts.remarks++;
    effects.push({ kind: "stray", ...said });
    if (reply === undefined || this.#phase === "down") return;
    this.#questions.wait({ bytes: reply, settleMs: this.#figures.waitMs });
  }

  // --- time ---

  /** Does what is due. Every step ends with a deadline in the future or in a phase that has none. */
  #run(now: number, effects: OutputEffect[]): void {
    while (this.#deadline !== undefined && now >= this.#deadline) {
      if (this.#phase === "waiting") this.#timedOut(now, effects);
      else if (this.#phase === "pausing") this.#send(now, effects);
      else if (this.#phase === "idle") this.#start({ kind: "heartbeat" }, now, effects);
      else {
        // After a rest answers stay owed: the alarm that went back is the next to be offered, and they may come then.
        if (this.#phase === "settling" && this.#questions.replied === "none") this.#answers.settled();
        this.#questions.replied = "none";
        if (this.#flight === undefined) this.#idle();
        else this.#start(this.#flight, now, effects);
      }
    }
    if (this.#phase === "idle" || this.#phase === "resting") this.#sendReply(now, effects);
  }

  #timedOut(now: number, effects: OutputEffect[]): void {
    this.counts.timeouts++;
    this.#foreign = 0;
    this.#tries.silent++;
    if (this.#options.naksInARow === true) this.#tries.naks = 0;
    const alarm = this.#alarm;
    const { tries, triesWhileAbsent, waitMs, heartbeat } = this.#figures;
    const limit = alarm !== undefined && this.#presence.told ? triesWhileAbsent : tries;
    if (this.#tries.silent < limit) return this.#send(now, effects);
    // Told once; but an alarm in flight always goes back.
    const tell = !this.#presence.told || alarm !== undefined;
    if (tell) {
      const { silent, garbled } = this.#tries;
      const text = garbled ? invalidAnswersText(silent) : noAnswerText(silent, waitMs, alarm === undefined);
      effects.push(this.#presence.gone(garbled ? "invalid-answers" : "no-answer", text, alarm?.id));
    }
    this.#presence.told = true;
    if (heartbeat === undefined) {
      this.#flight = undefined;
      this.#phase = "resting";
      this.#deadline = now + waitMs;
    } else if (tell) this.#start({ kind: "heartbeat" }, now, effects);
    else this.#send(now, effects);
  }

  /** The alarm in flight. */
  get #alarm(): AlarmFlight | undefined {
    return this.#flight?.kind === "alarm" ? this.#flight : undefined;
  }

  /** Ready; and a moment at least, even when a heartbeat is due: an alarm that waits goes first. */
  #idle(): void {
    this.#phase = "idle";
    const { heartbeat, heartbeatMs } = this.#figures;
    const due = Math.max(this.#lastTraffic + heartbeatMs, this.#now + 1);
    this.#deadline = heartbeat === undefined ? undefined : due;
  }

  // --- sending ---

  #start(flight: Flight, now: number, effects: OutputEffect[]): void {
    this.#flight = flight;
    this.#tries = noTries();
    this.#send(now, effects);
  }

  #sendReply(now: number, effects: OutputEffect[]): void {
    const reply = this.#questions.next();
    if (reply === undefined) return;
    effects.push({ kind: "send", bytes: reply.bytes });
    this.#lastTraffic = now;
    this.#phase = "settling";
    this.#deadline = now + Math.max(1, reply.settleMs);
  }

  #send(now: number, effects: OutputEffect[]): void {
    const flight = this.#flight;
    const bytes = flight?.kind === "alarm" ? flight.lines[flight.index]?.bytes : this.#figures.heartbeat;
    if (flight === undefined || bytes === undefined) return this.#idle();
    // Half a text answer from before must not be completed by what comes after.
    for (const answer of this.#reader.flush()) this.#handle(answer, now, effects);
    this.#tries.attempt++;
    if (flight.kind === "heartbeat") this.counts.heartbeats++;
    else {
      this.counts.frames++;
      // `sent` comes before `send`: a journal can note the hand-over before the AE can have the frame.
      if (this.#tries.attempt > 1) this.counts.repeats++;
      effects.push(sentEffect(flight, this.#tries.attempt));
    }
    effects.push({ kind: "send", bytes });
    this.#answers.sent(flight.kind);
    this.#lastTraffic = now;
    this.#phase = "waiting";
    this.#tries.hurried = false;
    const slow = flight.kind === "heartbeat" && !this.#presence.present;
    this.#deadline = now + this.#figures.answerMs(slow, this.#tries.attempt);
  }

  /** Keeps waits their length when the clock is set back. */
  #clock(now: number): void {
    const back = this.#now - now;
    if (back > 0 && Number.isFinite(back)) {
      this.#lastTraffic -= back;
      if (this.#deadline !== undefined) this.#deadline -= back;
      this.#answers.setBack(back);
      this.#questions.setBack(back);
    }
    this.#now = now;
  }
}
