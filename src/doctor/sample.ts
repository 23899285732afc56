/**
 * The beginning of what was heard, kept to be looked at again.
 *
 * @module
 */

/** Octets kept of all streams together, and of one. */
const MOST = 64 * 1024;
const MOST_OF_ONE = 16 * 1024;
/** Streams kept. */
const MOST_STREAMS = 64;

/**
 * Keeps the first octets of each stream, and counts all of them by value.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Sample } from "./sample.ts";
 *
 * const sample = new Sample();
 * sample.add("a", Uint8Array.of(1, 2));
 * sample.add("a", Uint8Array.of(2));
 * assertEquals([sample.octets, sample.counts[2], sample.streams[0]?.length], [3, 2, 3]);
 * ```
 */
export class Sample {
  /** Octets heard, kept or not. */
  octets = 0;
  /** How often each value came. */
  readonly counts = new Uint32Array(256);
  readonly #parts = new Map<string, number[]>();
  #kept = 0;

  /** Adds octets of a stream. */
  add(stream: string, bytes: Uint8Array): void {
    this.octets += bytes.length;
    for (const octet of bytes) this.counts[octet]!++;
    let part = this.#parts.get(stream);
    if (part === undefined) {
      if (this.#parts.size >= MOST_STREAMS) return;
      this.#parts.set(stream, part = []);
    }
    const room = Math.min(MOST - this.#kept, MOST_OF_ONE - part.length, bytes.length);
    for (let at = 0; at < room; at++) part.push(bytes[at]!);
    this.#kept += Math.max(0, room);
  }

  /** The beginnings of the streams, in the order in which they began. */
  get streams(): Uint8Array[] {
    return [...this.#parts.values()].map((part) => Uint8Array.from(part));
  }

  /** The share of octets, 0 to 1, that `which` holds for. */
  share(which: (octet: number) => boolean): number {
    if (this.octets === 0) return 0;
    let sum = 0;
    for (let octet = 0; octet < 256; octet++) if (which(octet)) sum += this.counts[octet]!;
    return sum / this.octets;
  }
}
