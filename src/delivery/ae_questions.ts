/**
 * What an AE asks out of turn, and the answers to that.
 *
 * @module
 */
import type { Poll } from "./line_sender_options.ts";

/** An answer to the AE that waits until nothing is in flight. */
export interface AeReply {
  /** The answer. */
  bytes: Uint8Array;
  /** How long the next frame waits for its acknowledgement, in ms. */
  settleMs: number;
}

/** What is left of octets when the questions are taken out. */
export interface Asked {
  /** The octets that are no question. */
  rest: Uint8Array;
  /** Questions that are answered; those like one of a moment ago are let pass. */
  answered: number;
  /** The answers that go out at once. */
  replies: Uint8Array[];
}

/**
 * Keeps the questions of an AE, how often they are answered, and the one answer that waits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { AeQuestions } from "./ae_questions.ts";
 *
 * const reply = new TextEncoder().encode("OKAY");
 * const questions = new AeQuestions([{ byte: 0x53, reply, quietMs: 10_000 }]);
 * const octets = Uint8Array.of(0x53, 0x53, 0x54);
 * assertEquals(questions.take(octets, 0), { rest: Uint8Array.of(0x54), answered: 1, replies: [reply] });
 * ```
 */
export class AeQuestions {
  readonly #polls: { poll: Poll; quietUntil: number }[];
  #waiting: AeReply | undefined;
  /** Of the reply sent last: whether the AE may still acknowledge it, or has; `none` when that is over. */
  replied: "none" | "owed" | "answered" = "none";

  /** @param polls The questions that are known. */
  constructor(polls: readonly Poll[]) {
    this.#polls = polls.map((poll) => ({ poll, quietUntil: Number.NEGATIVE_INFINITY }));
  }

  /**
   * Takes octets that are no answer.
   *
   * @param octets The octets.
   * @param now Milliseconds since the epoch.
   * @returns What becomes of them.
   */
  take(octets: Uint8Array, now: number): Asked {
    const replies: Uint8Array[] = [];
    let answered = 0;
    const rest = octets.filter((octet) => {
      const entry = this.#polls.find(({ poll }) => poll.byte === octet);
      if (entry === undefined || now < entry.quietUntil) return entry === undefined;
      const { reply, quietMs, settleMs } = entry.poll;
      answered++;
      entry.quietUntil = now + quietMs;
      if (settleMs === undefined) replies.push(reply);
      else this.wait({ bytes: reply, settleMs });
      return false;
    });
    return { rest, answered, replies };
  }

  /** True when an answer waits to be sent. */
  get waiting(): boolean {
    return this.#waiting !== undefined;
  }

  /** An answer that has to wait; in the place of another that waits. @param reply The answer. */
  wait(reply: AeReply): void {
    this.#waiting = reply;
  }

  /** The time has come. @returns The answer that waits; from now on it may be acknowledged. */
  next(): AeReply | undefined {
    const reply = this.#waiting;
    this.#waiting = undefined;
    if (reply !== undefined) this.replied = "owed";
    return reply;
  }

  /** A connection begins or ends: what waits is not sent. */
  forget(): void {
    this.#waiting = undefined;
    this.replied = "none";
  }

  /** Keeps times their distance when the clock is set back. @param ms How far. */
  setBack(ms: number): void {
    for (const entry of this.#polls) entry.quietUntil -= ms;
  }
}
