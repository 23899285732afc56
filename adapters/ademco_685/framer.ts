/**
 * Cuts a stream from an Ademco 685 receiver into lines.
 *
 * @module
 */
import type { Framed, Refusal } from "../contract.ts";
import { OctetFramer } from "../octet_framer.ts";
import { type Ademco685Message, parseAdemco685 } from "./message.ts";

/** Settings of an {@link Ademco685Framer}. */
export interface Ademco685FramerOptions {
  /** A line longer than this, in octets, is given up and skipped to its end. @default {128} */
  maxLength?: number;
}

const LF = 0x0a;
const CR = 0x0d;
const ESC = 0x1b;
const LETTER_A = 0x41;
/** Longest run of noise reported at once. */
const MAX_NOISE = 256;

/**
 * Finds the lines in a stream: each starts with 0x0A and ends with 0x0D, 0x1B or, in the CAPS form, with an `A`
 * (receiver-outputs.md §2.1, A). A 0x0A inside a line is the start of the next: the end of the one before was lost.
 *
 * Refusals: `noise` (octets before a line), `too-long`, `truncated` (the end is missing), and those of `parseAdemco685`. A line
 * with a control octet inside is refused whole: its rest may not pass for another line.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Ademco685Framer } from "./framer.ts";
 *
 * const framer = new Ademco685Framer();
 * assertEquals(framer.feed(new TextEncoder().encode("\n13 8531 15")), []);
 * const [item] = framer.feed(new TextEncoder().encode("15 5555 7\r"));
 * assertEquals(item?.kind === "frame" && item.frame.kind, "high-speed");
 * ```
 */
export class Ademco685Framer extends OctetFramer<Ademco685Message> {
  readonly #max: number;
  /** `caps`: a CAPS line has just ended; 0x0D or 0x1B behind it still belong to it. */
  #state: "between" | "caps" | "line" | "skip" = "between";

  /** The stream starts between lines. @param options The longest line. */
  constructor(options: Ademco685FramerOptions = {}) {
    super();
    this.#max = Math.max(32, options.maxLength ?? 128);
  }

  /** The stream paused or ended: half a line is refused as `truncated`. */
  override flush(): (Framed<Ademco685Message> | Refusal)[] {
    const out: (Framed<Ademco685Message> | Refusal)[] = [];
    if (this.#state === "line") this.#truncated(out);
    else this.#endNoise(out);
    this.#state = "between";
    return out;
  }

  /** Takes one octet. @param out What came of it goes here. */
  protected override octet(octet: number, out: (Framed<Ademco685Message> | Refusal)[]): void {
    const ends = octet === CR || octet === ESC;
    if (octet === LF) {
      if (this.#state === "line") this.#truncated(out);
      else this.#endNoise(out);
      this.#begin(octet);
      this.#state = "line";
      return;
    }
    switch (this.#state) {
      case "line":
        this.held.push(octet);
        if (ends || (octet === LETTER_A && this.#isCaps())) return this.#endLine(ends, out);
        if (this.held.length > this.#max) this.#tooLong(out);
        return;
      case "skip":
        if (ends) this.#state = "between";
        return;
      case "caps":
        this.#state = "between";
        if (ends) return;
    }
    if (this.held.length === 0) this.#begin(octet);
    else this.held.push(octet);
    if (this.held.length === MAX_NOISE) this.#endNoise(out);
  }

  #begin(octet: number): void {
    this.held = [octet];
    this.heldAt = this.position;
  }

  /** Whether what is held is a whole line of the CAPS form. */
  #isCaps(): boolean {
    const read = parseAdemco685(Uint8Array.from(this.held));
    return read.ok && read.message.kind === "caps";
  }

  #endLine(ended: boolean, out: (Framed<Ademco685Message> | Refusal)[]): void {
    const raw = Uint8Array.from(this.held);
    const read = parseAdemco685(raw);
    if (read.ok) out.push({ kind: "frame", offset: this.heldAt, frame: read.message, raw });
    else out.push(this.#refusal(read.rule, read.message));
    this.held = [];
    this.#state = ended ? "between" : "caps";
  }

  #truncated(out: (Framed<Ademco685Message> | Refusal)[]): void {
    out.push(this.#refusal(
      "truncated",
      `${this.held.length} octets came without the end octet 0x0D. The line was cut on the way; its sender repeats it.`,
    ));
    this.held = [];
  }

  #tooLong(out: (Framed<Ademco685Message> | Refusal)[]): void {
    out.push(this.#refusal(
      "too-long",
      `No end octet 0x0D within ${this.#max} octets. Skipped to the next one; check that the sender speaks Ademco 685 ` +
        "and not a format that ends its lines with 0x14.",
    ));
    this.held = [];
    this.#state = "skip";
  }

  #endNoise(out: (Framed<Ademco685Message> | Refusal)[]): void {
    if (this.held.length === 0) return;
    out.push(this.#refusal(
      "noise",
      `${this.held.length} octet(s) that no 0x0A stands before were skipped. Single ones after switching on are normal; ` +
        "many mean a wrong baud rate or another format.",
    ));
    this.held = [];
  }

  #refusal(rule: string, message: string): Refusal {
    return { kind: "refused", offset: this.heldAt, rule, message, raw: Uint8Array.from(this.held) };
  }
}
