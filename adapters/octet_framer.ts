/**
 * What the framers that look at one octet at a time share.
 *
 * @module
 */
import type { Framed, Framer, Refusal } from "./contract.ts";

/**
 * A framer that takes octets one by one, so that chunk borders cannot matter: it counts them, and holds those of which
 * nothing has become yet.
 *
 * A framer of its own kind says what an octet does ({@link octet}) and what silence does ({@link flush}).
 *
 * @typeParam F The frame in the language's own terms.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { Framed, Refusal } from "./contract.ts";
 * import { OctetFramer } from "./octet_framer.ts";
 *
 * class Pairs extends OctetFramer<number> {
 *   override flush = () => [];
 *   protected override octet(octet: number, out: (Framed<number> | Refusal)[]): void {
 *     if (this.held.length === 0) this.heldAt = this.position;
 *     this.held.push(octet);
 *     if (this.held.length < 2) return;
 *     out.push({ kind: "frame", offset: this.heldAt, frame: octet, raw: Uint8Array.from(this.held) });
 *     this.held = [];
 *   }
 * }
 * const framer = new Pairs();
 * assertEquals(framer.feed(Uint8Array.of(1, 2, 3)).length, 1);
 * assertEquals([framer.buffered, framer.feed(Uint8Array.of(4))[0]?.offset], [1, 2]);
 * ```
 */
export abstract class OctetFramer<F> implements Framer<F> {
  /** Offset in the stream of the octet that is being taken, else of the next one. */
  protected position = 0;
  /** The message so far, or octets to be refused. */
  protected held: number[] = [];
  /** Offset in the stream of the first of them. */
  protected heldAt = 0;

  /** Octets of an unfinished message, or skipped and not reported yet. */
  get buffered(): number {
    return this.held.length;
  }

  /**
   * Takes the next octets.
   *
   * @param bytes Any part of the stream.
   * @returns Messages and refusals in stream order.
   */
  feed(bytes: Uint8Array): (Framed<F> | Refusal)[] {
    const out: (Framed<F> | Refusal)[] = [];
    for (const octet of bytes) {
      this.octet(octet, out);
      this.position++;
    }
    return out;
  }

  /**
   * Says that nothing came for a while or the stream ended.
   *
   * @returns The message that lacked only its end; or the refusal of what is left.
   */
  abstract flush(): (Framed<F> | Refusal)[];

  /** Takes one octet. @param out What came of it goes here. */
  protected abstract octet(octet: number, out: (Framed<F> | Refusal)[]): void;
}
