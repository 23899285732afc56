/**
 * The figures of a line sender, with their defaults, and the waits that follow from them.
 *
 * @module
 */
import { type AnswerReader, ByteAnswerReader } from "./answer_reader.ts";
import type { LineSenderOptions } from "./line_sender_options.ts";

/**
 * Figures in the bounds that a line sender can work with. Times are in ms.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LineFigures } from "./line_figures.ts";
 *
 * const figures = new LineFigures({ waitMs: 2000, tries: 0, write: () => ({ ok: true, lines: [], notes: [] }) });
 * assertEquals([figures.waitMs, figures.settleMs, figures.tries], [2000, 2500, 1]);
 * assertEquals([0, 1, 50].map((times) => figures.pauseMs(times)), [0, 100, 1000]);
 * ```
 */
export class LineFigures {
  /** How long an answer is waited for. */
  readonly waitMs: number;
  /** How often a frame is sent when nothing comes back. */
  readonly tries: number;
  /** The same while the AE is absent and alarms themselves have to ask. */
  readonly triesWhileAbsent: number;
  /** NAKs until a frame is refused. */
  readonly nakLimit: number;
  /** NAKs until a heartbeat counts as answered. */
  readonly heartbeatNakLimit: number;
  /** The heartbeat; undefined when there is none, or it is off. */
  readonly heartbeat: Uint8Array | undefined;
  /** Idle time before a heartbeat. */
  readonly heartbeatMs: number;
  /** How long owed answers are waited for. */
  readonly settleMs: number;
  /** How long it is watched how often the AE answers. */
  readonly probationMs: number;
  /** Makes the reader of the AE's answers. */
  readonly reader: () => AnswerReader;
  readonly #nakPauseMs: number;
  readonly #nakPauseMaxMs: number;

  /** @param options What was given. A heartbeat with `heartbeatMs` 0 is off. */
  constructor(options: LineSenderOptions) {
    this.waitMs = Math.max(1, options.waitMs ?? 4000);
    this.tries = Math.max(1, options.tries ?? 4);
    this.triesWhileAbsent = Math.max(1, options.triesWhileAbsent ?? this.tries);
    this.nakLimit = Math.max(1, options.nakLimit ?? 20);
    this.heartbeatNakLimit = options.heartbeatNakLimit ?? 3;
    this.heartbeatMs = options.heartbeatMs ?? 30_000;
    this.heartbeat = this.heartbeatMs > 0 ? options.heartbeat : undefined;
    this.settleMs = Math.max(0, options.settleMs ?? this.waitMs + 500);
    this.probationMs = Math.max(0, options.probationMs ?? 0);
    this.reader = options.reader ?? (() => new ByteAnswerReader());
    this.#nakPauseMs = options.nakPauseMs ?? 100;
    this.#nakPauseMaxMs = options.nakPauseMaxMs ?? 1000;
  }

  /** The pause before a resend, in ms. @param times Resends of this frame before. */
  pauseMs(times: number): number {
    return Math.min(times * this.#nakPauseMs, this.#nakPauseMaxMs);
  }

  /** How long an answer is waited for, in ms. @param probe A heartbeat to an absent AE. @param attempt Times sent, from 1. */
  answerMs(probe: boolean, attempt: number): number {
    return probe && attempt > this.tries ? Math.max(this.waitMs, this.heartbeatMs) : this.waitMs;
  }
}
