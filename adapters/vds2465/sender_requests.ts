/**
 * What a receiving centre asks of a sender whose owner has no part for it in its effects.
 *
 * @module
 */
import type { VdsRequest } from "./transmitter_desk.ts";

/** Requests that are kept until somebody takes them; older ones are dropped. */
const MOST = 64;

/**
 * Keeps the commands and times of a centre until they are taken.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SenderRequests } from "./sender_requests.ts";
 *
 * const requests = new SenderRequests();
 * requests.add({ kind: "clock", at: { year: 2026, month: 1, day: 2, hour: 12, minute: 0, second: 0 } });
 * assertEquals([requests.take().length, requests.take().length], [1, 0]);
 * ```
 */
export class SenderRequests {
  #waiting: VdsRequest[] = [];

  /** Keeps a request. */
  add(request: VdsRequest): void {
    this.#waiting.push(request);
    if (this.#waiting.length > MOST) this.#waiting.shift();
  }

  /** Takes out all that came since the last time, oldest first. */
  take(): VdsRequest[] {
    const taken = this.#waiting;
    this.#waiting = [];
    return taken;
  }
}
