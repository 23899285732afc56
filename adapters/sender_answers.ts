/**
 * Reads answers that are fixed runs of octets.
 *
 * @module
 */
import type { Answer, AnswerReader } from "../src/delivery/answer_reader.ts";
import { columnParity } from "./sia/block.ts";

/** One answer: its octets, `undefined` for one that may be any, and what it means. */
export interface AnswerPattern {
  /** The octets. */
  octets: readonly (number | undefined)[];
  /** Looks at the octets that fit and says what they are. */
  meaning: (octets: readonly number[]) => "ack" | "nak" | "stray";
}

/**
 * Finds answers in a stream, whatever the chunk borders and whatever stands between them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { PatternAnswerReader } from "./sender_answers.ts";
 *
 * const reader = new PatternAnswerReader([{ octets: [0x32, 0x06], meaning: () => "ack" }]);
 * assertEquals(reader.feed(Uint8Array.of(0x32)), []);
 * assertEquals(reader.feed(Uint8Array.of(0x32, 0x06)), [
 *   { kind: "stray", raw: Uint8Array.of(0x32) },
 *   { kind: "ack" },
 * ]);
 * ```
 */
export class PatternAnswerReader implements AnswerReader {
  readonly #patterns: readonly AnswerPattern[];
  readonly #ignored: ReadonlySet<number>;
  /** The beginning of an answer, while it can still become one. */
  #held: number[] = [];
  #stray: number[] = [];

  /** @param patterns The answers. @param ignored Octets that mean nothing between answers. */
  constructor(patterns: readonly AnswerPattern[], ignored: readonly number[] = []) {
    this.#patterns = patterns;
    this.#ignored = new Set(ignored);
  }

  /** Takes the next bytes; neighbouring stray bytes come as one run. */
  feed(bytes: Uint8Array): Answer[] {
    const answers: Answer[] = [];
    for (const octet of bytes) {
      if (this.#held.length === 0 && this.#ignored.has(octet)) continue;
      this.#held.push(octet);
      this.#look(answers);
    }
    this.#endStray(answers);
    return answers;
  }

  /** Gives up half an answer. */
  flush(): Answer[] {
    const answers: Answer[] = [];
    this.#stray.push(...this.#held);
    this.#held = [];
    this.#endStray(answers);
    return answers;
  }

  #look(answers: Answer[]): void {
    while (this.#held.length > 0) {
      const begun = this.#patterns.filter(({ octets }) =>
        this.#held.every((octet, at) => at < octets.length && (octets[at] ?? octet) === octet)
      );
      const whole = begun.find(({ octets }) => octets.length === this.#held.length);
      if (whole === undefined) {
        if (begun.length > 0) return;
        this.#stray.push(this.#held.shift() ?? 0);
        continue;
      }
      const kind = whole.meaning(this.#held);
      if (kind === "stray") this.#stray.push(...this.#held);
      this.#held = [];
      if (kind === "stray") return;
      this.#endStray(answers);
      answers.push({ kind });
    }
  }

  #endStray(answers: Answer[]): void {
    if (this.#stray.length > 0) answers.push({ kind: "stray", raw: Uint8Array.from(this.#stray) });
    this.#stray = [];
  }
}

/** `6`, `7`, `8` and the early modules' 08 accept a block. */
const ACCEPTS = [0x36, 0x37, 0x38, 0x08];
/** `9` and the early modules' 09 want it again. */
const REJECTS = [0x39, 0x09];
const HANG_UP = 0x37;

/**
 * Reads the answers to SIA blocks: `40 38 87` and `00 38 C7`, `40 39 86` and `00 39 C6`, those of early modules with 08
 * and 09, and acknowledge-and-stand-by (`6`) and -disconnect (`7`) as acknowledgements. Source: panel-formats.md §1.2 and
 * §1.6, A; 08 and 09 with a header: C. `1` (wait) and commands of the receiver are stray.
 *
 * @param hangUp Called when the receiver acknowledges and wants the panel to hang up.
 * @returns A reader.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { siaAnswerReader } from "./sender_answers.ts";
 *
 * const reader = siaAnswerReader(() => {});
 * assertEquals(reader.feed(Uint8Array.fromHex("ff403887")), [
 *   { kind: "stray", raw: Uint8Array.of(0xff) },
 *   { kind: "ack" },
 * ]);
 * assertEquals(reader.feed(Uint8Array.fromHex("0039c6")), [{ kind: "nak" }]);
 * ```
 */
export function siaAnswerReader(hangUp: () => void): AnswerReader {
  const patterns = [...ACCEPTS, ...REJECTS].flatMap((code) =>
    [0x00, 0x40, 0x80, 0xc0].map((header): AnswerPattern => ({
      octets: [header, code, columnParity(Uint8Array.of(header, code))],
      meaning: () => {
        if (code === HANG_UP) hangUp();
        return ACCEPTS.includes(code) ? "ack" : "nak";
      },
    }))
  );
  return new PatternAnswerReader(patterns);
}
