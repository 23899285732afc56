/**
 * Attempts to connect, with growing pauses.
 *
 * @module
 */
import type { Closable } from "./tcp.ts";

/** Pauses of {@link reconnect}. */
export interface ReconnectPauses {
  /** First pause before another attempt, ms; doubles up to `maxRetryMs`. */
  retryMs: number;
  /** Longest pause between attempts, ms. */
  maxRetryMs: number;
}

/**
 * Connects, and connects again when the connection is lost or did not come up.
 *
 * @param pauses How long to pause between attempts.
 * @param attempt One connection, from its attempt to its end. Never throws. Is given the pause that comes after it, ms, and a
 * signal that is aborted when it is to end. True when the connection proved the peer well: the short pause again.
 * @param hangUp Ends the connection that is up, if there is one.
 * @param wanted For connections on demand: asked before each attempt, which waits for what it returns.
 * @returns Something to close: no further attempt is made, and a pause is cut short.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconnect } from "./reconnect.ts";
 *
 * const pauses: number[] = [];
 * const done = Promise.withResolvers<void>();
 * const attempts = reconnect({ retryMs: 1, maxRetryMs: 4 }, (pause) => {
 *   if (pauses.push(pause) === 5) done.resolve();
 *   return Promise.resolve(pauses.length === 4);
 * }, () => {});
 * await done.promise;
 * await attempts.close();
 * assertEquals(pauses.slice(0, 5), [1, 2, 4, 4, 2]);
 * ```
 */
export function reconnect(
  pauses: ReconnectPauses,
  attempt: (pauseMs: number, stop: AbortSignal) => Promise<boolean>,
  hangUp: () => void | Promise<void>,
  wanted?: () => Promise<void> | undefined,
): Closable {
  const stop = new AbortController();
  const { signal } = stop;
  const stopped = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  let wake: (() => void) | undefined;
  const loop = (async () => {
    for (let pause = pauses.retryMs; !signal.aborted;) {
      const wait = wanted?.();
      if (wait !== undefined) await Promise.race([wait, stopped]);
      if (signal.aborted) return;
      if (await attempt(pause, signal)) pause = pauses.retryMs;
      if (signal.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      const timer = setTimeout(resolve, pause);
      await promise;
      clearTimeout(timer);
      pause = Math.min(pause * 2, pauses.maxRetryMs);
    }
  })();
  return {
    async close() {
      stop.abort();
      wake?.();
      await hangUp();
      await loop;
    },
  };
}
