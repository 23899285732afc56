/**
 * Frames that come from the other end in parts.
 *
 * @module
 */
import { RAW_OCTETS } from "./frame.ts";

/** Octets that are held until the last part is there, at most. */
const MAX_HELD = 8 * RAW_OCTETS;

/**
 * Holds the parts of a frame until it is whole, so that it leaves without a pause.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { RawParts } from "./raw_parts.ts";
 *
 * const parts = new RawParts();
 * assertEquals(parts.add(Uint8Array.of(1), true), undefined);
 * assertEquals(parts.add(Uint8Array.of(2), false), Uint8Array.of(1, 2));
 * ```
 */
export class RawParts {
  #held: Uint8Array[] = [];
  #octets = 0;

  /**
   * A part came.
   *
   * @param octets Its octets.
   * @param more Whether another part follows.
   * @returns What is whole, or more than can be held; undefined when there is none.
   */
  add(octets: Uint8Array, more: boolean): Uint8Array | undefined {
    if (octets.length > 0) this.#held.push(octets);
    this.#octets += octets.length;
    return more && this.#octets < MAX_HELD ? undefined : this.take();
  }

  /** What is held, as it is. */
  take(): Uint8Array | undefined {
    if (this.#octets === 0) return undefined;
    const bytes = new Uint8Array(this.#octets);
    let at = 0;
    for (const part of this.#held) {
      bytes.set(part, at);
      at += part.length;
    }
    this.clear();
    return bytes;
  }

  /** Drops what is held. */
  clear(): void {
    this.#held = [];
    this.#octets = 0;
  }
}
