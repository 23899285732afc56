/**
 * One question at a time to the gateway, however many browsers ask it.
 *
 * @module
 */

/** The answer did not come in time. */
export class AnswerLate extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
    this.name = "AnswerLate";
  }
}

/**
 * Shares an answer among all who ask: one that is being worked out, or one not older than `maxAgeMs`. Whoever waits
 * longer than `deadlineMs` is told so, while the question stays asked: a journal that hangs is asked once, not once
 * for every poll of every page.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SharedAnswer } from "./shared_answer.ts";
 *
 * let asked = 0;
 * const answer = new SharedAnswer<number>(1000, 1000);
 * const ask = () => Promise.resolve(++asked);
 * assertEquals(await Promise.all([answer.get(ask), answer.get(ask)]), [1, 1]);
 * ```
 */
export class SharedAnswer<T> {
  readonly #maxAgeMs: number;
  readonly #deadlineMs: number;
  #current: Promise<T> | undefined;
  #settledAt: number | undefined;

  constructor(maxAgeMs: number, deadlineMs: number) {
    this.#maxAgeMs = maxAgeMs;
    this.#deadlineMs = deadlineMs;
  }

  /**
   * Asks, or takes the answer that is there.
   *
   * @param ask Works the answer out; may throw or reject, which is then everybody's answer and is not kept.
   * @returns The answer. Rejects with {@link AnswerLate} after the deadline.
   */
  async get(ask: () => T | Promise<T>): Promise<T> {
    const old = this.#settledAt !== undefined && performance.now() - this.#settledAt >= this.#maxAgeMs;
    if (this.#current === undefined || old) this.#ask(ask);
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new AnswerLate(this.#deadlineMs)), this.#deadlineMs);
    try {
      return await Promise.race([this.#current!, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  #ask(ask: () => T | Promise<T>): void {
    this.#settledAt = undefined;
    const current = this.#current = (async () => await ask())();
    current.then(
      () => this.#settledAt = performance.now(),
      () => this.#current = undefined,
    );
  }
}
