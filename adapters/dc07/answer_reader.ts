/**
 * Reads the framed answers of an AE on a DC-07 link.
 *
 * @module
 */
import type { Answer, AnswerReader } from "../../src/delivery/answer_reader.ts";
import type { StrayEffect } from "../../src/delivery/line_sender_messages.ts";
import type { Framed, Refusal } from "../contract.ts";
import { Dc07Framer } from "./framer.ts";
import { type Dc07Frame, dc07Line, dc07Meaning } from "./message.ts";

/** What a {@link Dc07AnswerReader} works with. */
export interface Dc07AnswerParts {
  /** Sequence number of the frame that was sent last; undefined when there was none. */
  expected: () => string | undefined;
  /** Told about every frame and octet that is no answer to that frame. */
  stray: (effect: StrayEffect) => void;
}

/**
 * Turns an AE's frames into answers. An ACK counts only when it has the number of the frame in flight: a late one to an
 * earlier frame acknowledges nothing. A negative answer has no number, so it belongs to what is in flight
 * (receiver-outputs.md §4.1 and §9, A).
 *
 * Rules of what is dropped: `late-answer`, `ae-command` (a frame with data), and those of `Dc07Framer`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dc07AnswerReader } from "./answer_reader.ts";
 *
 * const dropped: string[] = [];
 * const reader = new Dc07AnswerReader({ expected: () => "0043", stray: ({ rule }) => dropped.push(rule) });
 * assertEquals(reader.feed(new TextEncoder().encode("?\n87C40B\t00000100[]\r")), [{ kind: "nak" }]);
 * assertEquals(dropped, ["noise"]);
 * ```
 */
export class Dc07AnswerReader implements AnswerReader {
  readonly #framer = new Dc07Framer();
  readonly #parts: Dc07AnswerParts;

  /** Starts at the beginning of a stream. @param parts The number that counts, and who hears of the rest. */
  constructor(parts: Dc07AnswerParts) {
    this.#parts = parts;
  }

  /** Takes the next bytes. */
  feed(bytes: Uint8Array): Answer[] {
    return this.#framer.feed(bytes).flatMap((item) => this.#answer(item));
  }

  /** A frame goes on in the next chunk, whatever was sent between: answers have numbers. */
  flush(): Answer[] {
    return [];
  }

  #answer(item: Framed<Dc07Frame> | Refusal): Answer[] {
    const { raw } = item;
    if (item.kind === "refused") return this.#drop(item.rule, item.message, raw);
    const { frame } = item;
    const meaning = dc07Meaning(frame);
    if (meaning === "data") {
      return this.#drop(
        "ae-command",
        `The AE sent \`${dc07Line(raw)}\`. Commands of the AE are not carried out and not answered; ` +
          "switch off setting the time from the AE.",
        raw,
      );
    }
    if (meaning === "nak") return [{ kind: "nak" }];
    const expected = this.#parts.expected();
    if (frame.sequence === expected) return [{ kind: "ack" }];
    return this.#drop(
      "late-answer",
      `The AE acknowledged frame ${frame.sequence}, ` +
        (expected === undefined ? "but nothing was sent" : `the last one sent has ${expected}`) +
        ". It was dropped and counts for nothing.",
      raw,
    );
  }

  #drop(rule: string, message: string, raw: Uint8Array): Answer[] {
    this.#parts.stray({ kind: "stray", rule, message, raw });
    return [];
  }
}
