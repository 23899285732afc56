/**
 * Reads the answer of a receiver that echoes the line it accepts.
 *
 * @module
 */
import type { Answer, AnswerReader } from "../../src/delivery/answer_reader.ts";

/** Longest line that is compared. */
const MAX_LINE = 256;

/**
 * An echo of the line in flight is its acknowledgement; any other line is stray. The CSV-IP form is answered so
 * (panel-formats.md §2.5 row 6, A).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { EchoReader } from "./sender_echo.ts";
 *
 * const ascii = (text: string) => new TextEncoder().encode(text);
 * const reader = new EchoReader(() => ascii("a,b,1234,18113001001\r\n"));
 * assertEquals(reader.feed(ascii("a,b,1234,181130")), []);
 * assertEquals(reader.feed(ascii("01001\r\n")), [{ kind: "ack" }]);
 * assertEquals(reader.feed(ascii("no\n")), [{ kind: "stray", raw: ascii("no") }]);
 * ```
 */
export class EchoReader implements AnswerReader {
  readonly #expected: () => Uint8Array | undefined;
  #line: number[] = [];

  /** @param expected The line in flight, with or without its line end. */
  constructor(expected: () => Uint8Array | undefined) {
    this.#expected = expected;
  }

  /** Takes the next bytes. */
  feed(bytes: Uint8Array): Answer[] {
    const answers: Answer[] = [];
    for (const octet of bytes) {
      if (octet !== 0x0d && octet !== 0x0a) this.#line.push(octet);
      if (octet === 0x0a || octet === 0x0d || this.#line.length >= MAX_LINE) this.#end(answers);
    }
    return answers;
  }

  /** Gives up half a line. */
  flush(): Answer[] {
    const raw = Uint8Array.from(this.#line);
    this.#line = [];
    return raw.length === 0 ? [] : [{ kind: "stray", raw }];
  }

  #end(answers: Answer[]): void {
    const expected = (this.#expected() ?? new Uint8Array()).filter((octet) =>
      octet !== 0x0d && octet !== 0x0a
    );
    const line = this.#line;
    const same = line.length === expected.length && line.every((octet, at) => octet === expected[at]);
    if (!same) answers.push(...this.flush());
    else if (line.length > 0) answers.push({ kind: "ack" });
    this.#line = [];
  }
}
