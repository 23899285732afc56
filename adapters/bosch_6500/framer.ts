/**
 * Cuts a stream from a receiver in D6500 mode into lines.
 *
 * @module
 */
import type { Framed, Refusal } from "../contract.ts";
import { OctetFramer } from "../octet_framer.ts";
import { type Bosch6500Message, type Bosch6500Reading, parseBosch6500 } from "./message.ts";

/** Settings of a {@link Bosch6500Framer}. */
export interface Bosch6500FramerOptions extends Bosch6500Reading {
  /** A line longer than this, in octets, is given up and skipped to its trailer. @default {512} */
  maxLength?: number;
}

/** Longest run of noise reported at once. */
const MAX_NOISE = 256;

/**
 * Finds the lines in a stream: each ends with the trailer and starts with a printable character, before which one header octet (0x20 or
 * below) may stand (receiver-outputs.md §3.1, A).
 *
 * Refusals: `noise` (octets before a line that cannot start one), `too-long`, `truncated` (on flush), and those of `parseBosch6500`. A
 * line with a control octet inside is refused whole: its rest may not pass for another line.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Bosch6500Framer } from "./framer.ts";
 *
 * const framer = new Bosch6500Framer();
 * assertEquals(framer.feed(new TextEncoder().encode(" a011 12341811")), []);
 * const [item] = framer.feed(new TextEncoder().encode("3001015\x14"));
 * assertEquals(item?.kind === "frame" && item.frame.kind, "contact-id");
 * assertEquals(item?.offset, 0);
 * ```
 */
export class Bosch6500Framer extends OctetFramer<Bosch6500Message> {
  readonly #max: number;
  readonly #trailer: number;
  /** `between`: what is held cannot start a line, but for its last octet, which may be a header. */
  #state: "between" | "line" | "skip" = "between";

  /** The stream starts between lines. @param options The trailer and the longest line. */
  constructor(options: Bosch6500FramerOptions = {}) {
    super();
    this.#max = Math.max(32, options.maxLength ?? 512);
    this.#trailer = options.trailer ?? 0x14;
  }

  /** The stream paused or ended: half a line is refused as `truncated`. */
  override flush(): (Framed<Bosch6500Message> | Refusal)[] {
    const out: (Framed<Bosch6500Message> | Refusal)[] = [];
    if (this.#state === "between") this.#noise(this.held.length, out);
    else if (this.#state === "line") {
      out.push(this.#refusal(
        "truncated",
        `${this.held.length} octets came without the end octet ${
          hex(this.#trailer)
        }. The line was cut on the way; its ` +
          "sender repeats it.",
      ));
    }
    this.held = [];
    this.#state = "between";
    return out;
  }

  /** Takes one octet. @param out What came of it goes here. */
  protected override octet(octet: number, out: (Framed<Bosch6500Message> | Refusal)[]): void {
    if (this.#state === "skip") {
      if (octet === this.#trailer) this.#state = "between";
      return;
    }
    if (this.#state === "between") {
      const starts = (octet > 0x20 && octet < 0x7f) || octet === this.#trailer;
      if (starts) {
        const header = octet !== this.#trailer && (this.held.at(-1) ?? 0xff) <= 0x20 ? 1 : 0;
        this.#noise(this.held.length - header, out);
        this.#state = "line";
      } else if (this.held.length === MAX_NOISE) this.#noise(MAX_NOISE, out);
    }
    if (this.held.length === 0) this.heldAt = this.position;
    this.held.push(octet);
    if (octet === this.#trailer) return this.#endLine(out);
    if (this.#state === "between" || this.held.length <= this.#max) return;
    out.push(this.#refusal(
      "too-long",
      `No end octet ${
        hex(this.#trailer)
      } within ${this.#max} octets. Skipped to the next one; check the trailer set in the ` +
        "sender, and that it speaks D6500 and not SIA mode.",
    ));
    this.held = [];
    this.#state = "skip";
  }

  #endLine(out: (Framed<Bosch6500Message> | Refusal)[]): void {
    const raw = Uint8Array.from(this.held);
    const read = parseBosch6500(raw, { trailer: this.#trailer });
    if (read.ok) out.push({ kind: "frame", offset: this.heldAt, frame: read.message, raw });
    else out.push(this.#refusal(read.rule, read.message));
    this.held = [];
    this.#state = "between";
  }

  /** Refuses the first octets of what is held. */
  #noise(count: number, out: (Framed<Bosch6500Message> | Refusal)[]): void {
    if (count === 0) return;
    const rest = this.held.slice(count);
    this.held = this.held.slice(0, count);
    out.push(this.#refusal(
      "noise",
      `${count} octet(s) that cannot start a line were skipped. Single ones after switching on are normal; many mean a ` +
        "wrong baud rate or another format.",
    ));
    this.held = rest;
    this.heldAt += count;
  }

  #refusal(rule: string, message: string): Refusal {
    return { kind: "refused", offset: this.heldAt, rule, message, raw: Uint8Array.from(this.held) };
  }
}

function hex(octet: number): string {
  return `0x${octet.toString(16).padStart(2, "0")}`;
}
