/**
 * Cuts a serial stream into FT1.2 frames.
 *
 * @module
 */
import type { Framed, Framer, Refusal } from "../contract.ts";
import { FT12_OVERHEAD, FT12_START, type Ft12Frame, readFt12 } from "./ft12.ts";

/** The longest frame, in octets. */
const MAX_FRAME = 255 + FT12_OVERHEAD;
/** Noise is reported in pieces of at most this many octets, so that memory stays bounded. */
const MAX_NOISE = 256;

type Item = Framed<Ft12Frame> | Refusal;

/**
 * Cuts a byte stream into FT1.2 frames, whatever the chunk borders.
 *
 * Where the header, the end mark or the checksum is wrong, one octet is dropped and the search for 68H goes on behind it:
 * a frame that begins inside a broken one is found. The octets of a refusal may so turn out to hold the start of the next
 * frame. Every octet costs at most a fixed amount of work.
 *
 * Rules: `checksum`, `end-mark`, `truncated`, `noise`. Source: vds2465.md §5 (A for the frame, C for the way back).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Vds2465SerialFramer } from "./serial_framer.ts";
 *
 * const framer = new Vds2465SerialFramer();
 * const found = framer.feed(Uint8Array.fromHex("0068" + "6802026840024216" + "6802"));
 * assertEquals(found.map(({ kind, offset }) => [kind, offset]), [["refused", 0], ["frame", 2]]);
 * assertEquals(framer.buffered, 2);
 * ```
 */
export class Vds2465SerialFramer implements Framer<Ft12Frame> {
  readonly #held = new Uint8Array(MAX_FRAME);
  #length = 0;
  /** Offset in the stream of the first held octet. */
  #offset = 0;
  /** Octets before this offset have been refused already. */
  #refusedUpTo = 0;
  #noise: number[] = [];
  #items: Item[] = [];

  /** Takes the next bytes of the stream; see {@link Framer.feed}. */
  feed(bytes: Uint8Array): (Framed<Ft12Frame> | Refusal)[] {
    for (const octet of bytes) {
      this.#held[this.#length++] = octet;
      while (this.#length > 0 && this.#step()) { /* Until more octets are needed. */ }
    }
    return this.#taken();
  }

  /** Says that the line was idle or ended: what is buffered is refused, except for whole frames inside it. */
  flush(): (Framed<Ft12Frame> | Refusal)[] {
    while (this.#length > 0) {
      if (this.#step()) continue;
      const raw = this.#held.slice(0, this.#length);
      if (this.#offset >= this.#refusedUpTo) {
        this.#endNoise();
        const expected = this.#length > 1 ? ` of ${(raw[1] ?? 0) + FT12_OVERHEAD}` : "";
        this.#refuse(
          "truncated",
          `The line fell silent after ${raw.length}${expected} octets of a frame. The panel or the line broke off; the ` +
            "panel sends the frame again",
          raw,
        );
      }
      this.#drop();
    }
    this.#endNoise();
    return this.#taken();
  }

  /** Octets held back because a frame is not complete, or noise that is not reported yet. */
  get buffered(): number {
    return this.#length + this.#noise.length;
  }

  #taken(): Item[] {
    const items = this.#items;
    this.#items = [];
    return items;
  }

  /** Takes a frame or drops an octet; false when neither can be done without more octets. */
  #step(): boolean {
    const held = this.#held;
    const length = this.#length;
    const [start = 0, first = 0, second = 0, again = 0] = held;
    const broken = start !== FT12_START || (length > 1 && first < 2) || (length > 2 && second !== first) ||
      (length > 3 && again !== FT12_START);
    if (broken) {
      this.#drop();
      return true;
    }
    const whole = first + FT12_OVERHEAD;
    if (length < 4 || length < whole) return false;
    const raw = held.slice(0, whole);
    const read = readFt12(raw);
    if (!read.ok) {
      // What only looks like a frame inside octets that were refused is not refused again.
      if (this.#offset >= this.#refusedUpTo) {
        this.#endNoise();
        this.#refuse(read.rule, read.message, raw);
      }
      this.#drop();
      return true;
    }
    this.#endNoise();
    this.#items.push({ kind: "frame", offset: this.#offset, frame: read.frame, raw });
    // Behind a frame that was found inside a broken one there may be more.
    held.copyWithin(0, whole, length);
    this.#length -= whole;
    this.#offset += whole;
    return true;
  }

  #drop(): void {
    const octet = this.#held[0] ?? 0;
    if (this.#offset >= this.#refusedUpTo) this.#noise.push(octet);
    this.#held.copyWithin(0, 1, this.#length);
    this.#length--;
    this.#offset++;
    if (this.#noise.length >= MAX_NOISE) this.#endNoise();
  }

  /** Reports the noise that ends before the held octets. */
  #endNoise(): void {
    if (this.#noise.length === 0) return;
    const raw = Uint8Array.from(this.#noise);
    this.#noise = [];
    this.#items.push({
      kind: "refused",
      offset: this.#offset - raw.length,
      rule: "noise",
      message:
        `${raw.length} octets that are no FT1.2 frame. Check the panel's baud rate and parity (9600 or 115200, 8 data ` +
        "bits, no parity, 1 stop bit), and that it speaks VdS 2465 on this port",
      raw,
    });
  }

  #refuse(rule: string, message: string, raw: Uint8Array): void {
    this.#items.push({ kind: "refused", offset: this.#offset, rule, message, raw });
    this.#refusedUpTo = Math.max(this.#refusedUpTo, this.#offset + raw.length);
  }
}
