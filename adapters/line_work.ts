/**
 * Puts a framer, a queue and a language's answers together.
 *
 * @module
 */
import type { AlarmQueue, SettledMessage } from "./alarm_queue.ts";
import type { Framed, Framer, PanelEffect, Refusal } from "./contract.ts";
import type { LineWork } from "./line_session.ts";

/** What a language of lines is made of. */
export interface LineParts<F, T> {
  /** Cuts the stream. */
  framer: Framer<F>;
  /** Keeps the messages in order. */
  queue: AlarmQueue<T>;
  /** Takes a message: into the queue, if it holds alarms. */
  take(message: Framed<F>): PanelEffect[];
  /** What a refusal is answered with, while no message waits for its own answer. Nothing when absent. */
  refuse?(refusal: Refusal): PanelEffect[];
  /** What a message is answered with when all its alarms are settled. */
  answer(settled: SettledMessage<T>): PanelEffect[];
}

/**
 * Makes the work of a session.
 *
 * @typeParam F The frame in the language's own terms.
 * @typeParam T What the queue keeps for the answer.
 * @param parts What the language is made of.
 * @returns The work, to be given to a `LineSession`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { AlarmQueue } from "./alarm_queue.ts";
 * import { LineFramer } from "./line_framer.ts";
 * import { lineWork } from "./line_work.ts";
 *
 * const work = lineWork({
 *   framer: new LineFramer({
 *     name: "Echo", longest: 80, tooLong: "too-long", read: (line) => ({ ok: true, frame: line }),
 *   }),
 *   queue: new AlarmQueue<string>("lines", 8),
 *   take: ({ frame }) => [{ kind: "poll", detail: frame }],
 *   answer: () => [],
 * });
 * assertEquals(work.feed(new TextEncoder().encode("hello\r")), [{ kind: "poll", detail: "hello" }]);
 * ```
 */
export function lineWork<F, T>({ framer, queue, take, refuse, answer }: LineParts<F, T>): LineWork {
  const effects = (items: (Framed<F> | Refusal)[]): PanelEffect[] => {
    const out: PanelEffect[] = [];
    for (const item of items) {
      if (item.kind === "frame") out.push(...take(item));
      else {
        out.push(item);
        // While an alarm is being stored the panel would take a negative answer for the alarm's.
        if (refuse !== undefined && !queue.busy) out.push(...refuse(item));
      }
    }
    return out;
  };
  return {
    get buffered() {
      return framer.buffered;
    },
    feed: (bytes) => effects(framer.feed(bytes)),
    flush: () => effects(framer.flush()),
    settle(ref, outcome) {
      const settled = queue.settle(ref, outcome);
      return settled === undefined ? [] : [...answer(settled), ...queue.next()];
    },
    end: () => queue.end(),
  };
}
