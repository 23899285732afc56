/**
 * The sender behind every output whose AE answers a frame with ACK or NAK.
 *
 * @module
 */
import type { OutputEffect, OutputItem, OutputSession, WrittenLine } from "../../adapters/contract.ts";
import { type Answer, type AnswerReader, ByteAnswerReader } from "./answer_reader.ts";
import { type LineSenderCounts, noCounts } from "./line_sender_counts.ts";
import {
  disconnectedText,
  heartbeatRefused,
  invalidAnswersText,
  nakLimitText,
  noAnswerText,
  NOT_READY_TEXT,
  NOTHING_TO_SEND_TEXT,
  strayAnswer,
  strayOctets,
} from "./line_sender_messages.ts";
import type { LineSenderOptions, Poll } from "./line_sender_options.ts";

/** The `sent` effect of a {@link LineSender}: the contract's, plus what the AE may stumble over. */
export type LineSent = Extract<OutputEffect, { kind: "sent" }> & {
  /** Present when there is something to say, e.g. that the account is longer than the format has room for. */
  notes?: string[];
};

interface AlarmFlight {
  kind: "alarm";
  id: string;
  lines: WrittenLine[];
  notes: string[];
  /** The line that is in flight. */
  index: number;
  /** Lines refused by the AE, counted from 1. */
  refused: number[];
}

interface HeartbeatFlight {
  kind: "heartbeat";
}

/**
 * What the sender is at:
 * `down` no connection · `idle` ready · `waiting` for an answer · `pausing` between a NAK and the resend · `settling` after
 * an ACK while answers are still owed · `resting` after silence, where there is no heartbeat to probe with.
 */
type Phase = "down" | "idle" | "waiting" | "pausing" | "settling" | "resting";

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
 * A byte ACK carries no number, so on this kind of link an answer belongs to whatever is in flight, and a late answer could
 * acknowledge a frame that the AE never saw. Hence: every send is owed one answer. A late ACK to an earlier copy of the frame
 * in flight counts, because all copies say the same. When a frame is done and answers to other copies are still owed,
 * the sender waits up to `settleMs` for them and drops them, before the next frame goes out. What remains: an answer later than
 * that, and an AE that answers one frame twice with a pause between.
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
  readonly #waitMs: number;
  readonly #tries: number;
  readonly #nakLimit: number;
  readonly #heartbeat: Uint8Array | undefined;
  readonly #heartbeatMs: number;
  readonly #settleMs: number;
  readonly #polls: { poll: Poll; quietUntil: number }[];
  #reader: AnswerReader;
  #phase: Phase = "down";
  #present = false;
  /** True when the gateway was told that this AE does not answer, and it has not answered since. */
  #toldAbsent = false;
  #flight: AlarmFlight | HeartbeatFlight | undefined;
  /** Of the frame in flight: times sent, times in a row without an answer, NAKs. */
  #attempt = 0;
  #silent = 0;
  #naks = 0;
  /** Answers that the AE still owes for what was sent. */
  #owed = 0;
  /** What the AE asked for out of turn: waits until nothing is in flight. */
  #reply: { bytes: Uint8Array; settleMs: number } | undefined;
  /** Of the reply sent last: whether the AE may still acknowledge it, or has; `none` when that is over. */
  #replied: "none" | "owed" | "answered" = "none";
  /** True when octets that are no answer have cut the wait for one short; and whether they have since the frame's first send. */
  #hurried = false;
  #garbled = false;
  #deadline: number | undefined;
  #lastTraffic = 0;
  #now = Number.NEGATIVE_INFINITY;

  /** Starts without a connection. @param options The protocol's figures and its writer. A heartbeat with `heartbeatMs` 0 is off. */
  constructor(options: LineSenderOptions) {
    this.#options = options;
    this.#waitMs = Math.max(1, options.waitMs ?? 4000);
    this.#tries = Math.max(1, options.tries ?? 4);
    this.#nakLimit = Math.max(1, options.nakLimit ?? 20);
    this.#heartbeatMs = options.heartbeatMs ?? 30_000;
    this.#heartbeat = this.#heartbeatMs > 0 ? options.heartbeat : undefined;
    this.#settleMs = Math.max(0, options.settleMs ?? this.#waitMs + 500);
    this.#polls = (options.polls ?? []).map((poll) => ({ poll, quietUntil: Number.NEGATIVE_INFINITY }));
    this.#reader = this.#newReader();
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
    this.#reader = this.#newReader();
    this.#forget();
    this.#toldAbsent = false;
    this.#lastTraffic = now;
    if (this.#heartbeat === undefined) this.#idle();
    else this.#start({ kind: "heartbeat" }, now, effects);
    return effects;
  }

  /** The connection ended. An alarm in flight comes back with the `absent` effect. */
  disconnected(now: number): OutputEffect[] {
    this.#clock(now);
    if (this.#phase === "down") return [];
    const effects: OutputEffect[] = [];
    const id = this.#flight?.kind === "alarm" ? this.#flight.id : undefined;
    if (id !== undefined || this.#present) {
      effects.push(this.#absent("disconnected", disconnectedText(id !== undefined)));
    }
    this.#flight = undefined;
    this.#forget();
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
    const waits = this.#phase === "waiting" && !this.#hurried;
    const due = this.#phase !== "idle" || this.#reply !== undefined;
    if (!waits && this.#phase !== "resting" && due) this.#run(now, effects);
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
    if (!this.ready) {
      return [this.#refuse(item.id, "not-ready", NOT_READY_TEXT)];
    }
    const written = this.#options.write(item);
    if (!written.ok) return [this.#refuse(item.id, written.rule, written.message)];
    if (written.lines.length === 0) {
      return [this.#refuse(item.id, "nothing-to-send", NOTHING_TO_SEND_TEXT)];
    }
    if (written.notes.length > 0) this.counts.noted++;
    const effects: OutputEffect[] = [];
    const { lines, notes } = written;
    this.#start({ kind: "alarm", id: item.id, lines, notes, index: 0, refused: [] }, now, effects);
    return effects;
  }

  // --- answers ---

  #handle(answer: Answer, now: number, effects: OutputEffect[]): void {
    if (answer.kind === "stray") return this.#strayBytes(answer.raw, now, effects);
    if (answer.kind === "remark") return this.#remark(answer, effects);
    const awaited = this.#flight !== undefined && this.#owed > 0 &&
      (this.#phase === "waiting" || this.#phase === "pausing");
    const resting = this.#phase === "resting" || (this.#phase === "idle" && !this.#present);
    const lateSign = resting && this.#owed > 0 && answer.kind === "ack";
    if (!awaited && !lateSign) return this.#strayAnswer(answer.kind, now, effects);
    this.#owed--;
    this.#lastTraffic = now;
    if (answer.kind === "ack") return this.#acked(now, effects);
    this.counts.naks++;
    // A late NAK during the pause: the resend is on its way already.
    if (this.#phase === "waiting") this.#nakked(now, effects);
  }

  #acked(now: number, effects: OutputEffect[]): void {
    this.counts.acks++;
    if (!this.#present) {
      this.#present = true;
      this.#toldAbsent = false;
      this.counts.presences++;
      effects.push({ kind: "present" });
    }
    this.#lineDone(now, effects);
  }

  #nakked(now: number, effects: OutputEffect[]): void {
    this.#silent = 0;
    this.#naks++;
    const flight = this.#flight;
    if (flight?.kind === "heartbeat" && this.#naks >= (this.#options.heartbeatNakLimit ?? 3)) {
      effects.push(heartbeatRefused(this.#naks));
      return this.#acked(now, effects);
    }
    if (flight?.kind === "alarm" && this.#naks >= this.#nakLimit) {
      flight.refused.push(flight.index + 1);
      return this.#lineDone(now, effects);
    }
    this.#phase = "pausing";
    this.#deadline = now + this.#pause(this.#naks - 1);
  }

  /** @param times Resends of this frame before. */
  #pause(times: number): number {
    return Math.min(times * (this.#options.nakPauseMs ?? 100), this.#options.nakPauseMaxMs ?? 1000);
  }

  /** The frame in flight is settled, one way or the other. */
  #lineDone(now: number, effects: OutputEffect[]): void {
    const flight = this.#flight;
    if (flight?.kind === "heartbeat") this.#flight = undefined;
    else if (flight?.kind === "alarm" && ++flight.index === flight.lines.length) {
      this.#flight = undefined;
      effects.push(this.#outcome(flight));
    }
    this.#phase = "settling";
    this.#deadline = this.#owed > 0 ? now + this.#settleMs : now;
  }

  #outcome(flight: AlarmFlight): OutputEffect {
    if (flight.refused.length === 0) {
      this.counts.delivered++;
      return { kind: "delivered", id: flight.id };
    }
    const { id, refused, lines, notes } = flight;
    const text = nakLimitText(this.#nakLimit, refused, lines.length, lines[0]?.line ?? "", notes);
    return this.#refuse(id, "nak-limit", text);
  }

  #strayAnswer(kind: "ack" | "nak", now: number, effects: OutputEffect[]): void {
    if (this.#replied === "owed") {
      this.#replied = "answered";
      this.#owed--;
      this.#deadline = now;
      return;
    }
    this.counts.strayAnswers++;
    const late = this.#owed > 0;
    if (late) this.#owed--;
    if (this.#phase === "settling" && this.#owed === 0) this.#deadline = now;
    effects.push(strayAnswer(kind, late));
  }

  #strayBytes(raw: Uint8Array, now: number, effects: OutputEffect[]): void {
    const rest = raw.filter((byte) => !this.#polled(byte, now, effects));
    if (rest.length === 0) return;
    this.counts.strayOctets += rest.length;
    effects.push(strayOctets(rest));
    if (this.#options.strayRepeats !== true || this.#phase !== "waiting" || this.#hurried) return;
    this.#hurried = true;
    this.#garbled = true;
    this.#deadline = Math.min(this.#deadline ?? Infinity, now + this.#pause(this.#silent));
  }

  #remark(answer: Extract<Answer, { kind: "remark" }>, effects: OutputEffect[]): void {
    const { kind: _kind, reply, ...said } = answer;
    this.counts.remarks++;
    effects.push({ kind: "stray", ...said });
    if (reply !== undefined && this.#phase !== "down") this.#reply = { bytes: reply, settleMs: this.#waitMs };
  }

  #polled(byte: number, now: number, effects: OutputEffect[]): boolean {
    const entry = this.#polls.find(({ poll }) => poll.byte === byte);
    if (entry === undefined || this.#phase === "down") return false;
    if (now >= entry.quietUntil) {
      const { reply, quietMs, settleMs } = entry.poll;
      this.counts.polls++;
      entry.quietUntil = now + quietMs;
      if (settleMs === undefined) effects.push({ kind: "send", bytes: reply });
      else this.#reply = { bytes: reply, settleMs };
    }
    return true;
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
        if (this.#replied === "owed") this.#owed--;
        else if (this.#phase === "settling" && this.#replied === "none") this.#owed = 0;
        this.#replied = "none";
        if (this.#flight === undefined) this.#idle();
        else this.#start(this.#flight, now, effects);
      }
    }
    if (this.#phase === "idle" && this.#reply !== undefined) this.#sendReply(this.#reply, now, effects);
  }

  #timedOut(now: number, effects: OutputEffect[]): void {
    this.counts.timeouts++;
    this.#silent++;
    if (this.#options.naksInARow === true) this.#naks = 0;
    const alarm = this.#flight?.kind === "alarm" ? this.#flight : undefined;
    const limit = alarm !== undefined && this.#toldAbsent
      ? Math.max(1, this.#options.triesWhileAbsent ?? this.#tries)
      : this.#tries;
    if (this.#silent < limit) return this.#send(now, effects);
    // Told once; but an alarm in flight always goes back.
    const tell = !this.#toldAbsent || alarm !== undefined;
    if (tell) {
      const text = noAnswerText(this.#silent, this.#waitMs, alarm === undefined);
      effects.push(
        this.#garbled
          ? this.#absent("invalid-answers", invalidAnswersText(this.#silent))
          : this.#absent("no-answer", text),
      );
    }
    this.#toldAbsent = true;
    if (this.#heartbeat === undefined) {
      this.#flight = undefined;
      this.#phase = "resting";
      this.#deadline = now + this.#waitMs;
    } else if (tell) this.#start({ kind: "heartbeat" }, now, effects);
    else this.#send(now, effects);
  }

  #absent(rule: string, message: string): OutputEffect {
    const id = this.#flight?.kind === "alarm" ? this.#flight.id : undefined;
    if (this.#present || !this.#toldAbsent) this.counts.absences++;
    this.#present = false;
    return { kind: "absent", rule, message, ...(id === undefined ? {} : { id }) };
  }

  #refuse(id: string, rule: string, message: string): OutputEffect {
    this.counts.refused++;
    return { kind: "refused", id, rule, message };
  }

  #idle(): void {
    this.#phase = "idle";
    this.#deadline = this.#heartbeat === undefined ? undefined : this.#lastTraffic + this.#heartbeatMs;
  }

  // --- sending ---

  #start(flight: AlarmFlight | HeartbeatFlight, now: number, effects: OutputEffect[]): void {
    this.#flight = flight;
    this.#garbled = false;
    this.#attempt = 0;
    this.#silent = 0;
    this.#naks = 0;
    this.#send(now, effects);
  }

  #sendReply(
    { bytes, settleMs }: { bytes: Uint8Array; settleMs: number },
    now: number,
    effects: OutputEffect[],
  ): void {
    this.#reply = undefined;
    effects.push({ kind: "send", bytes });
    this.#owed++;
    this.#replied = "owed";
    this.#lastTraffic = now;
    this.#phase = "settling";
    this.#deadline = now + Math.max(1, settleMs);
  }

  #send(now: number, effects: OutputEffect[]): void {
    const flight = this.#flight;
    const line = flight?.kind === "alarm" ? flight.lines[flight.index] : undefined;
    const bytes = flight?.kind === "heartbeat" ? this.#heartbeat : line?.bytes;
    if (flight === undefined || bytes === undefined) return this.#idle();
    // Half a text answer from before must not be completed by what comes after.
    for (const answer of this.#reader.flush()) this.#handle(answer, now, effects);
    this.#attempt++;
    if (flight.kind === "heartbeat") this.counts.heartbeats++;
    else {
      this.counts.frames++;
      // `sent` comes before `send`: a journal can note the hand-over before the AE can have the frame.
      if (this.#attempt > 1) this.counts.repeats++;
      const sent: LineSent = {
        kind: "sent",
        id: flight.id,
        line: line?.line ?? "",
        attempt: this.#attempt,
        ...(flight.notes.length === 0 ? {} : { notes: flight.notes }),
      };
      effects.push(sent);
    }
    effects.push({ kind: "send", bytes });
    this.#owed++;
    this.#lastTraffic = now;
    this.#phase = "waiting";
    this.#hurried = false;
    this.#deadline = now + this.#waitFor(flight);
  }

  #waitFor(flight: AlarmFlight | HeartbeatFlight): number {
    const slow = flight.kind === "heartbeat" && !this.#present && this.#attempt > this.#tries;
    return slow ? Math.max(this.#waitMs, this.#heartbeatMs) : this.#waitMs;
  }

  /** A connection begins or ends: nothing is owed on either side. */
  #forget(): void {
    this.#owed = 0;
    this.#reply = undefined;
    this.#replied = "none";
    this.#hurried = false;
  }

  #newReader(): AnswerReader {
    return this.#options.reader?.() ?? new ByteAnswerReader();
  }

  /** Keeps waits their length when the clock is set back. */
  #clock(now: number): void {
    const back = this.#now - now;
    if (back > 0 && Number.isFinite(back)) {
      this.#lastTraffic -= back;
      if (this.#deadline !== undefined) this.#deadline -= back;
      for (const entry of this.#polls) entry.quietUntil -= back;
    }
    this.#now = now;
  }
}
