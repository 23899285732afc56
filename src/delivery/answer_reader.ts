/**
 * Reads the answers of an AE on a link that answers with single bytes.
 *
 * @module
 */

/** What an {@link AnswerReader} found in the bytes of an AE. */
export type Answer =
  /** The AE has the frame. */
  | { kind: "ack" }
  /** The AE wants the frame again. */
  | { kind: "nak" }
  /** Bytes that are no answer, in one run. */
  | { kind: "stray"; raw: Uint8Array }
  /**
   * Something else that the AE said, such as a command. It says nothing about the frame in flight. `reply` goes out when
   * nothing is in flight, once; the next frame waits a while for its acknowledgement, which counts for nothing.
   */
  | { kind: "remark"; rule: string; message: string; raw: Uint8Array; reply?: Uint8Array };

/** Turns an AE's bytes into answers, whatever the chunk borders. Never throws; linear in the bytes. */
export interface AnswerReader {
  /** Takes the next bytes. */
  feed(bytes: Uint8Array): Answer[];
  /** Gives up what is buffered (half of a text answer) and starts afresh. */
  flush(): Answer[];
}

/** How an AE spells its answers. */
export interface ByteAnswerOptions {
  /** The byte that accepts a frame. @default {0x06} */
  ack?: number;
  /** The byte that asks for the frame again. @default {0x15} */
  nak?: number;
  /**
   * Also take the words `ACK` and `NAK`, with or without CR LF, for answers. One AE bridge seen in the field answers so
   * (receiver-outputs.md §1.7, source G1, confidence A). `NACK` is a NAK too: ours, lest its end be read as ACK.
   * @default {false}
   */
  textAnswers?: boolean;
}

const WORDS: Readonly<Record<string, "ack" | "nak">> = { ACK: "ack", NAK: "nak", NACK: "nak" };

/**
 * Reads single-byte answers, and text answers where the option says so.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ByteAnswerReader } from "./answer_reader.ts";
 *
 * const reader = new ByteAnswerReader({ textAnswers: true });
 * assertEquals(reader.feed(new TextEncoder().encode("AC")), []);
 * assertEquals(reader.feed(new TextEncoder().encode("K\r\n\x15")), [{ kind: "ack" }, { kind: "nak" }]);
 * ```
 */
export class ByteAnswerReader implements AnswerReader {
  #ack: number;
  #nak: number;
  #text: boolean;
  /** The beginning of a word, while it can still become one. */
  #word = "";

  /** @param options How the AE spells its answers. */
  constructor(options: ByteAnswerOptions = {}) {
    this.#ack = options.ack ?? 0x06;
    this.#nak = options.nak ?? 0x15;
    this.#text = options.textAnswers ?? false;
  }

  /** Takes the next bytes; neighbouring stray bytes come as one run. */
  feed(bytes: Uint8Array): Answer[] {
    const answers: Answer[] = [];
    let stray: number[] = [];
    const endRun = () => {
      if (stray.length > 0) answers.push({ kind: "stray", raw: Uint8Array.from(stray) });
      stray = [];
    };
    for (const byte of bytes) {
      const text = this.#text ? this.#feedText(byte) : "no";
      if (text === "partial") continue;
      if (text === "ack" || text === "nak") {
        endRun();
        answers.push({ kind: text });
        continue;
      }
      // Not a word after all: what was held back is stray, and this byte is looked at afresh.
      for (const letter of this.#word) stray.push(letter.charCodeAt(0));
      this.#word = "";
      if (byte === this.#ack || byte === this.#nak) {
        endRun();
        answers.push({ kind: byte === this.#ack ? "ack" : "nak" });
      } else if (this.#text && this.#feedText(byte) === "partial") continue;
      else stray.push(byte);
    }
    endRun();
    return answers;
  }

  /** Gives up half a word. */
  flush(): Answer[] {
    if (this.#word === "") return [];
    const raw = new TextEncoder().encode(this.#word);
    this.#word = "";
    return [{ kind: "stray", raw }];
  }

  #feedText(byte: number): "ack" | "nak" | "partial" | "no" {
    // CR and LF end a text answer; alone they mean nothing and are let pass.
    if (this.#word === "" && (byte === 0x0d || byte === 0x0a)) return "partial";
    const word = this.#word + String.fromCharCode(byte);
    const meaning = WORDS[word];
    if (meaning !== undefined) {
      this.#word = "";
      return meaning;
    }
    if (!Object.keys(WORDS).some((known) => known.startsWith(word))) return "no";
    this.#word = word;
    return "partial";
  }
}
