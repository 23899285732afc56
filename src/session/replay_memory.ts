/**
 * What an SPT remembers of the setups it went through, so that none of them can be played to it again.
 *
 * @module
 */
import { digest } from "../ip/digest.ts";

/** Setups remembered; the oldest is forgotten first. */
const MOST = 1024;

/**
 * Setups by handle, sequence number and key.
 *
 * The only thing that ties the answers of a setup to it is the SPT's TX number, 16 bits. Who has recorded many setups and
 * cuts the line can wait until an old one fits. It brings the same handle, the same numbers and the same key as then,
 * which the RCT itself never does.
 *
 * Of a key only eight octets of a hash are kept. Who makes the memory gives it the marks of before, and keeps the new ones.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ReplayMemory } from "./replay_memory.ts";
 *
 * const memory = new ReplayMemory();
 * const key = new Uint8Array(32).fill(1);
 * assertEquals([memory.isNew(7, 26, key), memory.isNew(7, 26, key), memory.isNew(7, 27, key)], [true, false, true]);
 * const afterRestart = new ReplayMemory(memory.takeFresh());
 * assertEquals([afterRestart.isNew(7, 27, key), afterRestart.isNew(7, 28, key)], [false, true]);
 * ```
 */
export class ReplayMemory {
  readonly #seen: Set<string>;
  #fresh: string[] = [];

  /**
   * Takes up what was remembered before.
   *
   * @param marks What {@link takeFresh} gave, oldest first.
   */
  constructor(marks: Iterable<string> = []) {
    this.#seen = new Set(marks);
  }

  /** The marks that came since this was asked last. They hold no secret. */
  takeFresh(): string[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }

  /**
   * Whether a setup is not one of before; from now on it is.
   *
   * @param handle The handle assigned.
   * @param tx The RCT's sequence number.
   * @param key The session key.
   * @returns True when it is new.
   */
  isNew(handle: number, tx: number, key: Uint8Array): boolean {
    const mark = `${handle}:${tx}:${digest("sha-256", key).subarray(0, 8).toHex()}`;
    if (this.#seen.has(mark)) return false;
    this.#seen.add(mark);
    this.#fresh.push(mark);
    if (this.#seen.size > MOST) this.#seen.delete(this.#seen.values().next().value!);
    return true;
  }
}
