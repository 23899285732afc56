/**
 * One language listening to one stream.
 *
 * @module
 */
import type { Framed, Framer, Refusal } from "../../adapters/contract.ts";
import type { Score } from "./score.ts";

/** Listens to one stream for one language, and keeps its score. Never throws. */
export interface Hearing {
  /** The score it writes to. */
  readonly score: Score;
  /** Takes the next octets; `now` is undefined in a capture, where nobody knows when they came. */
  feed(bytes: Uint8Array, now: number | undefined): void;
  /** The stream ended, or fell silent. */
  cut(now: number | undefined): void;
  /** This program has acknowledged what was heard: the same again now means that the answer was not understood. */
  answered(): void;
}

/** How a language looks at what its framer found. */
export interface Look<F> {
  /** A frame: scores it. Says whether a panel that repeats it is waiting for an answer. */
  frame(item: Framed<F>, now: number | undefined): boolean;
  /** A refusal: scores it. */
  refusal(item: Refusal): void;
}

/**
 * Makes a hearing of a framer and a way to look at its frames.
 *
 * @param score The language's score.
 * @param framer A fresh framer.
 * @param look How frames and refusals are scored.
 * @returns The hearing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SiaFramer } from "../../adapters/sia/mod.ts";
 * import { hearing } from "./hearing.ts";
 * import { Score } from "./score.ts";
 *
 * const score = new Score("sia");
 * const ear = hearing(score, new SiaFramer(), {
 *   frame: ({ raw }) => (score.frame(raw.length, 8), true),
 *   refusal: () => score.refuse(),
 * });
 * ear.feed(Uint8Array.fromHex("40308f40308f"), undefined);
 * assertEquals([score.frames, score.repeats, score.unexplained], [2, 1, 0]);
 * ```
 */
export function hearing<F>(score: Score, framer: Framer<F>, look: Look<F>): Hearing {
  let pending = 0;
  let last = "";
  let answered = false;

  function take(items: (Framed<F> | Refusal)[], now: number | undefined): void {
    for (const item of items) {
      if (item.kind === "refused") {
        look.refusal(item);
        continue;
      }
      const waits = look.frame(item, now);
      const raw = item.raw.toHex();
      if (waits && raw === last) {
        if (answered) score.repeatsAfterAnswer++;
        else score.repeats++;
      }
      last = waits ? raw : "";
    }
    score.pending += framer.buffered - pending;
    pending = framer.buffered;
  }

  return {
    score,
    feed(bytes, now) {
      score.hear(bytes);
      take(framer.feed(bytes), now);
    },
    cut: (now) => take(framer.flush(), now),
    answered: () => void (answered = true),
  };
}
