/**
 * Listens in all languages at once.
 *
 * @module
 */
import { CANDIDATES } from "./candidates.ts";
import { eighthBitParity } from "./eighth_bit.ts";
import type { ExaminationOptions } from "./examination_options.ts";
import type { Hearing } from "./hearing.ts";
import { judge, leader } from "./judge.ts";
import { Sample } from "./sample.ts";
import type { Score } from "./score.ts";
import { type Stranger, stranger } from "./strangers.ts";
import type { Certainty, Circumstances, Verdict } from "./verdict.ts";

/** Octets of one stream that are listened to: whoever sends more has nothing new to say, and costs time. */
export const MOST_OF_STREAM = 1024 * 1024;
/** Streams listened to at the same time; of more, the oldest is taken as ended. */
const MOST_STREAMS = 64;

/**
 * An examination: octets of any number of streams in, a verdict out. No I/O; memory is bounded.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Examination } from "./examination.ts";
 *
 * const examination = new Examination();
 * examination.feed("panel", Uint8Array.fromHex("46233132333435369d" + "0501815968"));
 * examination.cut("panel");
 * const verdict = examination.verdict({ source: { kind: "tcp", hostname: "0.0.0.0", port: 10002 } });
 * assertEquals([verdict.language, verdict.certainty, verdict.readable, verdict.fault], ["sia", "sure", false, "key"]);
 * assertEquals(verdict.accounts, ["123456"]);
 * ```
 */
export class Examination {
  readonly #options: ExaminationOptions;
  readonly #scores: Score[] = CANDIDATES.map((candidate) => candidate.score());
  readonly #streams = new Map<string, { hearings: Hearing[]; octets: number }>();
  readonly #sample = new Sample();

  /** Begins. @param options Keys, and the local time. */
  constructor(options: ExaminationOptions = {}) {
    this.#options = options;
  }

  /** Octets heard so far. */
  get octets(): number {
    return this.#sample.octets;
  }

  /** The first octets of the first stream. */
  get beginning(): Uint8Array {
    return this.#sample.streams[0] ?? new Uint8Array();
  }

  /**
   * Takes the next octets of a stream. Never throws.
   *
   * @param stream Its name: a connection, a peer, a line.
   * @param bytes Any part of it.
   * @param now When they came, ms since the epoch; undefined in a capture: clocks are not judged then.
   */
  feed(stream: string, bytes: Uint8Array, now?: number): void {
    if (bytes.length === 0) return;
    let known = this.#streams.get(stream);
    if (known === undefined) {
      const [oldest] = this.#streams.keys();
      if (this.#streams.size >= MOST_STREAMS && oldest !== undefined) this.cut(oldest, now);
      const hearings = CANDIDATES.map((candidate, at) => candidate.hearing(this.#scores[at]!, this.#options));
      known = { hearings, octets: 0 };
      this.#streams.set(stream, known);
    }
    const heard = bytes.subarray(0, MOST_OF_STREAM - known.octets);
    known.octets += heard.length;
    this.#sample.add(stream, heard);
    for (const ear of known.hearings) ear.feed(heard, now);
  }

  /**
   * A stream ended, or a datagram did.
   *
   * @param stream Its name.
   * @param now As for {@link feed}.
   */
  cut(stream: string, now?: number): void {
    this.silence(stream, now);
    this.#streams.delete(stream);
  }

  /** A stream fell silent: what is incomplete will not be completed, and it may go on afterwards. */
  silence(stream: string, now?: number): void {
    for (const ear of this.#streams.get(stream)?.hearings ?? []) ear.cut(now);
  }

  /** This program has acknowledged what was heard in a stream. */
  answered(stream: string): void {
    for (const ear of this.#streams.get(stream)?.hearings ?? []) ear.answered();
  }

  /** The language that leads so far, if any, and how sure it is. */
  get leading(): { score: Score; certainty: Certainty } | undefined {
    return leader(this.#scores);
  }

  /** The parity seen in the eighth bit of all octets, if they all have it. */
  get eighthBit(): "E" | "O" | "M" | undefined {
    return eighthBitParity(this.#sample);
  }

  /** What was heard when it is no alarm language, so far. */
  get stranger(): Stranger | undefined {
    return this.octets === 0 ? undefined : stranger(this.#sample, false);
  }

  /**
   * Ends all streams and says what is known.
   *
   * @param circumstances What is known beside the octets.
   * @param now As for {@link feed}.
   * @returns The verdict.
   */
  verdict(circumstances: Circumstances, now?: number): Verdict {
    for (const stream of [...this.#streams.keys()]) this.silence(stream, now);
    return judge(this.#scores, this.#sample, circumstances);
  }
}
