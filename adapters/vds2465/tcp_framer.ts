/**
 * Cuts a TCP stream of VdS 2465 into telegrams, without decrypting them.
 *
 * @module
 */
import type { Framed, Framer, Refusal } from "../contract.ts";
import { Slab } from "../slab.ts";
import { KEY_UNKNOWN, VDS_BODY } from "./tcp_telegram.ts";

/** A telegram as it stands in the stream. */
export interface VdsTcpFrame {
  /** Key number: 0 for plain. */
  key: number;
  /** What stands behind the length, filler included. */
  body: Uint8Array;
}

/** Octets of key number and length. */
const HEADER = 4;
/** The longest body read here. Payload is 255 at most; the filler seen makes it 160. */
const MAX_BODY = 4096;

/** Octets held at first; more only for longer telegrams. */
const USUAL = 512;

type Item = Framed<VdsTcpFrame> | Refusal;

/**
 * Cuts a byte stream into telegrams, whatever the chunk borders: `K(2) SL(2)`, then SL octets.
 *
 * The format has no start mark. When a length cannot be right (rule `length`: less than 13, more than 4096, or encrypted
 * and no multiple of 16), nothing behind it can be told apart any more: the framer is {@link lost}, and the rest of the
 * stream is refused as `noise`, once, with its first octets. Close the connection then. Other rule: `truncated`, when the
 * stream ends inside a telegram. Source: vds2465.md §6.1 (A).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Vds2465TcpFramer } from "./tcp_framer.ts";
 *
 * const framer = new Vds2465TcpFramer();
 * assertEquals(framer.feed(Uint8Array.fromHex("0000000d10000000ec5d")), []);
 * const [item] = framer.feed(Uint8Array.fromHex("000000a1030100"));
 * assertEquals(item?.kind === "frame" && item.frame.body.length, 13);
 * ```
 */
export class Vds2465TcpFramer implements Framer<VdsTcpFrame> {
  readonly #slab = new Slab();
  #held = new Uint8Array(USUAL);
  #length = 0;
  /** Octets of the header, and once it is there of the whole telegram. */
  #want = HEADER;
  /** Offset in the stream of the first held octet. */
  #offset = 0;
  #lost = false;
  #noise = 0;

  /** True once a length could not be right. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Octets held back because a telegram is not complete. */
  get buffered(): number {
    return this.#length;
  }

  /** Takes the next bytes of the stream; see {@link Framer.feed}. */
  feed(bytes: Uint8Array): (Framed<VdsTcpFrame> | Refusal)[] {
    if (this.#length === 0 && !this.#lost && wholeEnd(bytes, 0) === bytes.length) {
      // A telegram and nothing else, as it mostly comes.
      return [this.#framed(this.#slab.copy(bytes, 0, bytes.length))];
    }
    const items: Item[] = [];
    let at = 0;
    while (at < bytes.length) {
      if (this.#lost) {
        if (this.#noise === 0) items.push(this.#afterwards(bytes.slice(at, at + 64)));
        this.#noise += bytes.length - at;
        break;
      }
      const end = this.#length === 0 ? wholeEnd(bytes, at) : -1;
      if (end > 0) {
        items.push(this.#framed(this.#slab.copy(bytes, at, end)));
        at = end;
        continue;
      }
      this.#held[this.#length++] = bytes[at++] as number;
      if (this.#length < this.#want) continue;
      // The header first, as it says how much the rest is.
      if (this.#want === HEADER) this.#checkLength(items);
      else items.push(this.#take());
    }
    return items;
  }

  /** The stream ended: what is buffered is refused as `truncated`, and a new stream may begin. */
  flush(): (Framed<VdsTcpFrame> | Refusal)[] {
    const items: Item[] = [];
    if (this.#length > 0) {
      const raw = this.#held.slice(0, this.#length);
      items.push({
        kind: "refused",
        offset: this.#offset,
        rule: "truncated",
        message:
          `The connection ended after ${raw.length} octets of a telegram. The device sends it again when it is back`,
        raw,
      });
    }
    this.#offset += this.#length + this.#noise;
    this.#length = 0;
    this.#want = HEADER;
    this.#noise = 0;
    this.#lost = false;
    return items;
  }

  #take(): Framed<VdsTcpFrame> {
    const raw = this.#slab.copy(this.#held, 0, this.#length);
    this.#length = 0;
    this.#want = HEADER;
    return this.#framed(raw);
  }

  #framed(raw: Uint8Array): Framed<VdsTcpFrame> {
    const offset = this.#offset;
    this.#offset += raw.length;
    const key = uint16(raw, 0);
    return { kind: "frame", offset, frame: { key, body: raw.subarray(HEADER) }, raw };
  }

  #checkLength(items: Item[]): void {
    const key = uint16(this.#held, 0);
    const length = uint16(this.#held, 2);
    if (canBe(key, length)) {
      this.#want = HEADER + length;
      if (this.#want > this.#held.length) {
        const held = new Uint8Array(HEADER + MAX_BODY);
        held.set(this.#held.subarray(0, HEADER));
        this.#held = held;
      }
      return;
    }
    items.push({
      kind: "refused",
      offset: this.#offset,
      rule: "length",
      message:
        `A telegram with key number ${key} announces ${length} octets, which no VdS 2465 telegram has. Check that the ` +
        "device speaks VdS 2465 over TCP on this port",
      raw: this.#held.slice(0, HEADER),
    });
    this.#offset += HEADER;
    this.#length = 0;
    this.#lost = true;
  }

  #afterwards(raw: Uint8Array): Refusal {
    return {
      kind: "refused",
      offset: this.#offset,
      rule: "noise",
      message:
        "Octets behind a length that cannot be right; nothing more of this connection can be read. Connect again",
      raw,
    };
  }
}

/** Where a telegram ends that begins here and is there as a whole; -1 when there is none. */
function wholeEnd(bytes: Uint8Array, at: number): number {
  if (at + HEADER + VDS_BODY > bytes.length) return -1;
  const length = uint16(bytes, at + 2);
  const end = at + HEADER + length;
  return end <= bytes.length && canBe(uint16(bytes, at), length) ? end : -1;
}

function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) << 8 | (bytes[at + 1] as number);
}

/** Whether a telegram can have this key number and length. */
function canBe(key: number, length: number): boolean {
  const encrypted = key !== 0 && key !== KEY_UNKNOWN;
  return length >= VDS_BODY && length <= MAX_BODY && (!encrypted || length % 16 === 0);
}
