/**
 * Cuts a stream from a Sur-Gard receiver into lines.
 *
 * @module
 */
import type { Framed, Framer, Refusal } from "../contract.ts";
import { parseSurGard, type SurGardMessage, type SurGardReading } from "./message.ts";

/** Settings of a {@link SurGardFramer}. */
export interface SurGardFramerOptions extends SurGardReading {
  /** A line longer than this, in octets, is given up and skipped to its end octet. @default {512} */
  maxLength?: number;
}

const DC4 = 0x14;

/**
 * Finds the lines in a stream: each ends with 0x14 and starts with a printable character (receiver-outputs.md §1.1, A).
 *
 * Refusals: `noise` (octets before a line that cannot start one), `too-long`, `truncated` (on flush), and those of
 * `parseSurGard`. A line with a control octet inside is refused whole: its rest may not pass for another line.
 *
 * Unless it is set, the width of the line number is found out: each line tells its own, and one of id `8`, which may not, is read
 * like the lines before it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SurGardFramer } from "./framer.ts";
 *
 * const framer = new SurGardFramer();
 * assertEquals(framer.feed(new TextEncoder().encode("\r\n5011 1870")).length, 1);
 * const [item] = framer.feed(new TextEncoder().encode("37E13001004\x14"));
 * assertEquals(item?.kind === "frame" && item.frame.kind, "contact-id");
 * assertEquals(item?.offset, 2);
 * ```
 */
export class SurGardFramer implements Framer<SurGardMessage> {
  #reading: SurGardReading;
  readonly #max: number;
  readonly #buffer: Uint8Array;
  #length = 0;
  /** Offset in the stream of the first octet in the buffer. */
  #start = 0;
  #position = 0;
  /** `noise`: the buffer holds what cannot start a line; `skip`: the rest of a line that was given up passes by. */
  #state: "noise" | "line" | "skip" = "line";

  /** @param options Width of the line number and longest line. */
  constructor(options: SurGardFramerOptions = {}) {
    const { maxLength, ...reading } = options;
    this.#reading = reading;
    this.#max = Math.max(32, maxLength ?? 512);
    this.#buffer = new Uint8Array(this.#max);
  }

  /** Octets held back. */
  get buffered(): number {
    return this.#length;
  }

  /** Takes the next bytes. */
  feed(bytes: Uint8Array): (Framed<SurGardMessage> | Refusal)[] {
    const out: (Framed<SurGardMessage> | Refusal)[] = [];
    for (const octet of bytes) {
      this.#octet(octet, out);
      this.#position++;
    }
    return out;
  }

  /** The stream paused or ended: half a line is refused as `truncated`. */
  flush(): (Framed<SurGardMessage> | Refusal)[] {
    const out: (Framed<SurGardMessage> | Refusal)[] = [];
    if (this.#state === "noise") this.#endNoise(out);
    else if (this.#length > 0) {
      out.push(this.#refusal(
        "truncated",
        `${this.#length} octets came without the end octet 0x14. The line was cut on the way; its sender repeats it.`,
      ));
    }
    this.#reset("line");
    return out;
  }

  #octet(octet: number, out: (Framed<SurGardMessage> | Refusal)[]): void {
    if (this.#state === "skip") {
      if (octet === DC4) this.#state = "line";
      return;
    }
    if (this.#length === 0 || this.#state === "noise") {
      const starts = (octet > 0x20 && octet < 0x7f) || octet === DC4;
      if (starts) this.#endNoise(out);
      else if (this.#length === this.#max) this.#endNoise(out);
      if (this.#length === 0) this.#start = this.#position;
      this.#state = starts ? "line" : "noise";
    }
    if (octet === DC4) return this.#endLine(out);
    if (this.#length < this.#max) {
      this.#buffer[this.#length++] = octet;
      return;
    }
    out.push(this.#refusal(
      "too-long",
      `No end octet 0x14 within ${this.#max} octets. Skipped to the next one; check that the sender speaks Sur-Gard ` +
        "and not a format that ends its lines with CR.",
    ));
    this.#reset("skip");
  }

  #endLine(out: (Framed<SurGardMessage> | Refusal)[]): void {
    const raw = new Uint8Array(this.#length + 1);
    raw.set(this.#buffer.subarray(0, this.#length));
    raw[this.#length] = DC4;
    const read = parseSurGard(raw, this.#reading);
    const offset = this.#start;
    if (read.ok) {
      out.push({ kind: "frame", offset, frame: read.message, raw });
      this.#learn(read.message);
    } else out.push({ kind: "refused", offset, rule: read.rule, message: read.message, raw });
    this.#reset("line");
  }

  /** Keeps the width of a line that told it. */
  #learn(message: SurGardMessage): void {
    if (message.kind === "other" || message.kind === "fast-format") return;
    const width = message.line.length;
    if (width !== this.#reading.probableLineDigits) {
      this.#reading = { ...this.#reading, probableLineDigits: width };
    }
  }

  #endNoise(out: (Framed<SurGardMessage> | Refusal)[]): void {
    if (this.#length === 0) return;
    out.push(this.#refusal(
      "noise",
      `${this.#length} octet(s) that cannot start a line were skipped. Single ones after switching on are normal; ` +
        "many mean a wrong baud rate or another format.",
    ));
    this.#reset("line");
  }

  #refusal(rule: string, message: string): Refusal {
    return {
      kind: "refused",
      offset: this.#start,
      rule,
      message,
      raw: this.#buffer.slice(0, this.#length),
    };
  }

  #reset(state: "line" | "skip"): void {
    this.#length = 0;
    this.#state = state;
  }
}
