/**
 * Copies of short pieces of a stream.
 *
 * @module
 */

/** Octets of a slab: small, since one frame that is kept keeps the whole of it in memory. */
const SLAB = 1024;

/**
 * Copies pieces of a stream into slabs, as an allocation for each costs more than reading a short frame does. Pieces
 * never share octets. What is copied is a view: its `buffer` holds other pieces of the same stream, too.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Slab } from "./slab.ts";
 *
 * const chunk = Uint8Array.of(1, 2, 3, 4);
 * const slab = new Slab();
 * const piece = slab.copy(chunk, 1, 3);
 * chunk.fill(0);
 * assertEquals([piece, slab.copy(chunk, 0, 1)], [Uint8Array.of(2, 3), Uint8Array.of(0)]);
 * ```
 */
export class Slab {
  #octets: Uint8Array<ArrayBuffer> | undefined;
  #used = 0;

  /**
   * Copies.
   *
   * @param bytes Where from.
   * @param from Index of the first octet.
   * @param to Index behind the last one.
   * @returns The copy.
   */
  copy(bytes: Uint8Array, from: number, to: number): Uint8Array<ArrayBuffer> {
    const length = to - from;
    if (length > SLAB / 2) return new Uint8Array(bytes.subarray(from, to));
    let octets = this.#octets;
    if (octets === undefined || this.#used + length > SLAB) {
      octets = this.#octets = new Uint8Array(SLAB);
      this.#used = 0;
    }
    const start = this.#used;
    octets.set(length === bytes.length ? bytes : bytes.subarray(from, to), start);
    this.#used = start + length;
    return octets.subarray(start, this.#used);
  }
}
