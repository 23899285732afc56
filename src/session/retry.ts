/**
 * When a request is sent again, and when it is given up (ip-protocol.md §6.4).
 *
 * @module
 */
import type { Ts50136Profile } from "../ip/profile.ts";

/** How requests are repeated. */
export interface RetryOptions {
  /** Wait for the first response, ms; doubles up to `longestMs`. */
  firstMs: number;
  /** Longest wait for a response, ms. */
  longestMs: number;
  /** Transmissions, the first included. */
  transmissions: number;
}

/**
 * Retries as the profile says, or with another first wait.
 *
 * @param profile The profile.
 * @param responseTimeoutMs First wait, ms; then the longest is four times as long.
 * @param transmissions Transmissions, the first included.
 * @returns The options.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 } from "../ip/profile.ts";
 * import { retryOptions } from "./retry.ts";
 *
 * assertEquals(retryOptions(reconstructed2020), { firstMs: 2000, longestMs: 8000, transmissions: 4 });
 * assertEquals(retryOptions(reconstructed2020, 100, 3), { firstMs: 100, longestMs: 400, transmissions: 3 });
 * ```
 */
export function retryOptions(
  { values }: Ts50136Profile,
  responseTimeoutMs?: number,
  transmissions: number = values.transmissions,
): RetryOptions {
  return responseTimeoutMs === undefined
    ? { firstMs: values.responseTimeoutMs, longestMs: values.responseTimeoutMaxMs, transmissions }
    : { firstMs: responseTimeoutMs, longestMs: responseTimeoutMs * 4, transmissions };
}

/**
 * How long a request is repeated before it is given up.
 *
 * @param options The options.
 * @returns Milliseconds.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { retryBudget } from "./retry.ts";
 *
 * assertEquals(retryBudget({ firstMs: 2000, longestMs: 8000, transmissions: 4 }), 22_000);
 * ```
 */
export function retryBudget({ firstMs, longestMs, transmissions }: RetryOptions): number {
  let total = 0;
  for (let i = 0; i < transmissions; i++) total += Math.min(firstMs * 2 ** i, longestMs);
  return total;
}

/**
 * How long to wait before another connection setup: twice as long after every failure, and a quarter more or less, so that
 * a thousand SPTs do not come back in step.
 *
 * @param limitsMs Shortest and longest wait, ms: never left.
 * @param failures Setups that failed before this one.
 * @param chance A random octet.
 * @returns Milliseconds.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { backoff } from "./retry.ts";
 *
 * const limits = [5000, 60_000] as const;
 * assertEquals([0, 1, 2, 9].map((failures) => backoff(limits, failures, 0)), [5000, 7500, 15_000, 45_000]);
 * assertEquals([0, 1, 2, 9].map((failures) => backoff(limits, failures, 255)), [6250, 12_500, 25_000, 60_000]);
 * ```
 */
export function backoff(limitsMs: readonly [number, number], failures: number, chance: number): number {
  const [shortest, longest] = limitsMs;
  const pause = Math.min(longest, shortest * 2 ** Math.min(failures, 16));
  const least = Math.max(shortest, pause * 0.75);
  const most = Math.min(longest, pause * 1.25);
  return least + (most - least) * chance / 255;
}

/**
 * The transmissions of one request.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Retry } from "./retry.ts";
 *
 * const retry = new Retry({ firstMs: 100, longestMs: 400, transmissions: 2 }, 0);
 * assertEquals([retry.due(99), retry.due(100), retry.due(299), retry.due(300)], ["wait", "again", "wait", "give-up"]);
 * ```
 */
export class Retry {
  /** When {@link due} wants to be asked next, ms. */
  deadline: number;
  /** Transmissions so far. */
  attempt = 1;
  #wait: number;
  #hurried = false;
  readonly #options: RetryOptions;

  /** The request was sent at `now`. */
  constructor(options: RetryOptions, now: number) {
    this.#options = options;
    this.#wait = options.firstMs;
    this.deadline = now + this.#wait;
  }

  /** Asks at `now`; "again" counts as one more transmission. */
  due(now: number): "wait" | "again" | "give-up" {
    if (now < this.deadline) return "wait";
    if (this.attempt >= this.#options.transmissions) return "give-up";
    this.attempt++;
    this.#wait = Math.min(this.#wait * 2, this.#options.longestMs);
    this.deadline = now + this.#wait;
    return "again";
  }

  /**
   * The peer says that it could not read the request: sends it again at once, the first time it says so. Else a forger
   * of such answers could use up the transmissions.
   */
  hurry(now: number): boolean {
    if (this.#hurried || this.attempt >= this.#options.transmissions) return false;
    this.#hurried = true;
    this.deadline = now;
    return true;
  }

  /** The clock was set back by `ms`. */
  setBack(ms: number): void {
    this.deadline -= ms;
  }
}
