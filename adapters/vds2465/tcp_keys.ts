/**
 * The AES keys of VdS 2465 over TCP, by key number.
 *
 * @module
 */

import { CbcKey } from "../cbc_key.ts";

/** Keys by number, 1 to 65534: 16 octets, or 32 hexadecimal digits as printed by the receiving centre. */
export type VdsKeyOptions = Readonly<Record<number, Uint8Array | string>>;

/**
 * Holds keys so that they cannot be printed by accident: not by a log, an error, JSON or an inspector.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { VdsKeys } from "./tcp_keys.ts";
 *
 * const keys = new VdsKeys({ 7: "00112233445566778899aabbccddeeff" });
 * assertEquals([keys.has(7), keys.has(8), keys.size], [true, false, 1]);
 * assertEquals(JSON.stringify(keys), "{}");
 * ```
 */
export class VdsKeys {
  readonly #keys = new Map<number, CbcKey>();

  /**
   * Takes keys.
   *
   * @param keys The keys; none when absent.
   * @throws {RangeError} When a number is not 1 to 65534 or a key is not 16 octets. The key is not in the message.
   */
  constructor(keys: VdsKeyOptions = {}) {
    for (const [name, key] of Object.entries(keys)) {
      const number = Number(name);
      if (!Number.isInteger(number) || number < 1 || number > 65534) {
        throw new RangeError(
          "A VdS 2465 key number is 1 to 65534: use the one that the receiving centre assigned",
        );
      }
      const octets = typeof key === "string" ? fromHex(key) : key.slice();
      if (octets?.length !== 16) {
        throw new RangeError(`VdS 2465 key number ${number} is not 32 hexadecimal digits (16 octets)`);
      }
      this.#keys.set(number, new CbcKey(octets));
      octets.fill(0);
    }
  }

  /** How many keys there are. */
  get size(): number {
    return this.#keys.size;
  }

  /** Whether there is a key of this number. */
  has(number: number): boolean {
    return this.#keys.has(number);
  }

  /**
   * Encrypts with AES-128 in CBC mode, initialisation vector 0.
   *
   * @param number Number of the key.
   * @param blocks A multiple of 16 octets.
   * @returns As many octets; undefined when there is no key of this number.
   */
  encrypt(number: number, blocks: Uint8Array): Uint8Array | undefined {
    return this.#keys.get(number)?.encrypt(blocks);
  }

  /**
   * Decrypts; the inverse of {@link encrypt}.
   *
   * @param number Number of the key.
   * @param blocks A multiple of 16 octets.
   * @returns As many octets; undefined when there is no key of this number.
   */
  decrypt(number: number, blocks: Uint8Array): Uint8Array | undefined {
    return this.#keys.get(number)?.decrypt(blocks);
  }
}

function fromHex(digits: string): Uint8Array | undefined {
  return /^([0-9A-Fa-f]{2})*$/.test(digits) ? Uint8Array.fromHex(digits) : undefined;
}
