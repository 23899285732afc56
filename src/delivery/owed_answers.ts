/**
 * Which answers an AE still owes, on a link whose answers carry no number, and how often it answers a frame.
 *
 * @module
 */

/** Kinds of frames; an AE may answer one kind twice and the other once. */
export type FrameKind = "alarm" | "heartbeat";

/** How often the AE answers frames of one kind. */
interface Habit {
  answers: "unknown" | "once" | "twice";
  /** Times in a row that a second answer was counted on and left out. */
  alone: number;
}

/** Figures of {@link OwedAnswers}, in ms. */
export interface OwedAnswersOptions {
  /** See `LineSenderOptions.probationMs`. */
  probationMs: number;
  /** See `LineSenderOptions.settleMs`. */
  settleMs: number;
}

/**
 * What an answer is that the frame in flight does not wait for: the `second` answer of an AE that is known to answer twice; a `late`
 * one to another copy of a frame; the one that has `taught` just now that the AE answers twice; or `unexpected`.
 */
export type DroppedAnswer = "second" | "late" | "taught" | "unexpected";

/** So often in a row a second answer has to be left out until it is counted on no longer. */
const UNLEARN = 3;

/**
 * Keeps count of the answers that an AE owes, and learns on each connection whether it answers once or twice.
 *
 * - Each frame sent is owed one answer, or two when the AE is known to answer that kind of frame twice.
 * - Not known, which is how each connection begins for each kind of frame: behind the answer the sender waits `probationMs`. More
 *   answers than frames were sent: twice. An ACK or NAK alone, or any odd number of them: once. Neither, because the frame was
 *   sent more often than it was answered: the next frame is waited out as well.
 * - A kind that is answered twice makes the other count as such too, unless it is known to be answered once.
 * - An answer that comes when none is owed, up to `settleMs` behind the last, teaches the same at any time.
 * - Three times in a row an odd number of answers from an AE that is taken to answer twice: it answers once.
 *
 * With `probationMs` 0 each frame is owed one answer and nothing is learned. Times are ms since the epoch. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { OwedAnswers } from "./owed_answers.ts";
 *
 * const answers = new OwedAnswers({ probationMs: 1000, settleMs: 4500 });
 * answers.sent("alarm");
 * answers.taken("ack", 20);
 * assertEquals([answers.owed, answers.waitMs], [0, 1000]);
 * assertEquals(answers.dropped("ack", 25), "taught");
 * answers.settled();
 * answers.sent("alarm");
 * assertEquals(answers.owed, 2);
 * ```
 */
export class OwedAnswers {
  readonly #probationMs: number;
  readonly #settleMs: number;
  #owed = 0;
  #habits: Record<FrameKind, Habit>;
  /** Kind of the frame sent last. */
  #kind: FrameKind = "alarm";
  /** Since the line was quiet: frames sent, and what came back. */
  #sends = 0;
  #acks = 0;
  #naks = 0;
  /** When an answer last came that a frame waited for. */
  #lastAt = Number.NEGATIVE_INFINITY;
  /** Whether it was told on this connection that the AE answers twice. */
  #told = false;

  /** Begins with nothing owed. @param options The figures. */
  constructor({ probationMs, settleMs }: OwedAnswersOptions) {
    this.#probationMs = probationMs;
    this.#settleMs = settleMs;
    this.#habits = this.#newHabits();
  }

  /** Answers that the AE owes. */
  get owed(): number {
    return this.#owed;
  }

  /** True when a NAK has come of an AE that answers twice, and its second has not: the resend waits for it. */
  get secondNakDue(): boolean {
    return this.#habit.answers === "twice" && this.#naks % 2 === 1;
  }

  /** How long a second answer is waited for, in ms. */
  get secondMs(): number {
    return Math.max(this.#settleMs, this.#probationMs);
  }

  /** The frame in flight is done: how long the next has to wait, in ms, unless {@link quiet} comes first. */
  get waitMs(): number {
    // Of several copies the AE may have got each: their answers are as late as the copies were apart.
    if (this.#habit.answers === "unknown" && this.#sends <= 1) return this.#probationMs;
    return this.quiet ? 0 : this.secondMs;
  }

  /** True when nothing is owed, and it is known how often the AE answers. */
  get quiet(): boolean {
    return this.#owed === 0 && this.#habit.answers !== "unknown";
  }

  /** A connection begins or ends: nothing is owed and nothing known. */
  forget(): void {
    this.#clear();
    this.#habits = this.#newHabits();
    this.#lastAt = Number.NEGATIVE_INFINITY;
    this.#told = false;
  }

  /** A frame goes out. @param kind Of what kind. */
  sent(kind: FrameKind): void {
    this.#kind = kind;
    this.#sends++;
    this.#owed += this.#habit.answers === "twice" ? 2 : 1;
  }

  /** An answer came that a frame waited for. @param kind The answer. @param now Milliseconds since the epoch. */
  taken(kind: "ack" | "nak", now: number): void {
    this.#lastAt = now;
    this.#owed--;
    this.#count(kind);
  }

  /**
   * An answer came that nothing waited for.
   *
   * @param kind The answer.
   * @param now Milliseconds since the epoch.
   * @returns What it is; `taught` once for each connection.
   */
  dropped(kind: "ack" | "nak", now: number): DroppedAnswer {
    const habit = this.#habit;
    const twice = habit.answers === "twice";
    if (this.#owed > 0) {
      this.#owed--;
      this.#count(kind);
      return twice ? "second" : "late";
    }
    if (twice || this.#probationMs === 0 || now - this.#lastAt > this.secondMs) return "unexpected";
    for (const each of Object.values(this.#habits)) {
      if (each !== habit && each.answers !== "unknown") continue;
      each.answers = "twice";
      each.alone = 0;
    }
    if (this.#sends > 0) {
      this.#count(kind);
      this.#owed = Math.max(0, 2 * this.#sends - this.#acks - this.#naks);
    }
    if (this.#told) return "second";
    this.#told = true;
    return "taught";
  }

  /** What was owed has come, or is too late: the next frame may go. */
  settled(): void {
    const habit = this.#habit;
    // An AE that answers twice gives the same answer twice.
    const odd = this.#acks % 2 === 1 || this.#naks % 2 === 1;
    if (habit.answers === "unknown" && odd) habit.answers = "once";
    else if (habit.answers === "twice" && this.#acks + this.#naks > 0) {
      habit.alone = odd ? habit.alone + 1 : 0;
      if (habit.alone >= UNLEARN) habit.answers = "once";
    }
    this.#clear();
  }

  /** Keeps times their distance when the clock is set back. @param ms How far. */
  setBack(ms: number): void {
    this.#lastAt -= ms;
  }

  get #habit(): Habit {
    return this.#habits[this.#kind];
  }

  #count(kind: "ack" | "nak"): void {
    if (kind === "ack") this.#acks++;
    else this.#naks++;
  }

  #clear(): void {
    this.#owed = 0;
    this.#sends = 0;
    this.#acks = 0;
    this.#naks = 0;
  }

  #newHabits(): Record<FrameKind, Habit> {
    const answers = this.#probationMs > 0 ? "unknown" : "once";
    return { alarm: { answers, alone: 0 }, heartbeat: { answers, alone: 0 } };
  }
}
