/**
 * What the conversations with panels share that send one message a line.
 *
 * @module
 */
import type { AlarmOutcome, PanelEffect, PanelSession } from "./contract.ts";

/** A language at work: `lineWork` makes one of a framer, a queue and the answers. */
export interface LineWork {
  /** Octets held back because a message is not complete. */
  readonly buffered: number;
  /** Takes bytes from the panel. */
  feed(bytes: Uint8Array): PanelEffect[];
  /** The line fell silent or ended. */
  flush(): PanelEffect[];
  /** Answers an alarm. */
  settle(ref: number, outcome: AlarmOutcome): PanelEffect[];
  /** The connection ended: nothing is taken or settled from now on. What waited is handed over. */
  end(): PanelEffect[];
}

/**
 * A panel's conversation, as time passes over it: an unfinished line counts as ended after some silence, and nothing is said
 * once the connection is gone.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LineSession } from "./line_session.ts";
 *
 * const session = new LineSession({
 *   buffered: 1,
 *   feed: () => [],
 *   flush: () => [{ kind: "poll", detail: "silence" }],
 *   settle: () => [],
 *   end: () => [],
 * }, 500);
 * session.feed(Uint8Array.of(0x31), 1000);
 * assertEquals([session.nextTick, session.tick(1499).length, session.tick(1500).length], [1500, 0, 1]);
 * ```
 */
export class LineSession implements PanelSession {
  readonly #work: LineWork;
  readonly #gapMs: number;
  #gapEnds: number | undefined;
  #ended = false;

  /**
   * Starts a conversation.
   *
   * @param work What is done with the octets.
   * @param gapMs Milliseconds of silence after which an unfinished line counts as ended.
   */
  constructor(work: LineWork, gapMs: number) {
    this.#work = work;
    this.#gapMs = gapMs;
  }

  /** When an unfinished line counts as ended, in ms since the epoch; undefined when nothing is buffered. */
  get nextTick(): number | undefined {
    return this.#gapEnds;
  }

  /**
   * Takes bytes from the panel.
   *
   * @param bytes Any part of the stream.
   * @param now Milliseconds since the epoch.
   * @returns Alarms, signs of life, repeats, refusals and answers. Never throws.
   */
  feed(bytes: Uint8Array, now: number): PanelEffect[] {
    if (this.#ended) return [];
    const effects = this.#work.feed(bytes);
    this.#gapEnds = this.#work.buffered > 0 ? now + this.#gapMs : undefined;
    return effects;
  }

  /**
   * Lets time pass.
   *
   * @param now Milliseconds since the epoch.
   * @returns What the silence completed or refused.
   */
  tick(now: number): PanelEffect[] {
    if (this.#gapEnds === undefined || now < this.#gapEnds) return [];
    this.#gapEnds = undefined;
    return this.#work.flush();
  }

  /**
   * Answers an alarm.
   *
   * @param ref The alarm's number.
   * @param outcome What became of it.
   * @returns The answer to the panel, and the next alarm if one waits. Nothing for an unknown number.
   */
  settle(ref: number, outcome: AlarmOutcome, _now: number): PanelEffect[] {
    return this.#work.settle(ref, outcome);
  }

  /**
   * The connection ended.
   *
   * @returns The alarms of messages that had come whole and were waiting, and the refusal of what had not. Nothing is sent.
   */
  end(_now: number): PanelEffect[] {
    if (this.#ended) return [];
    const rest = this.#work.flush().filter((effect) => effect.kind !== "send");
    this.#ended = true;
    this.#gapEnds = undefined;
    return [...rest, ...this.#work.end()];
  }
}
