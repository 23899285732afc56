/**
 * AES-CBC as the panel languages use it.
 *
 * @module
 */
import { unsafe } from "@noble/ciphers/aes.js";
import { decryptCbc, encryptCbc } from "../src/ip/aes_cbc.ts";

/** The initialisation vector is all zero, for every message. */
const IV = new Uint32Array(4);
/** Octets of the longest message that is worked on in place; kept, as an array of words for each costs more than AES. */
const USUAL = 4096;
const WORDS = new Uint32Array(USUAL / 4);
const OCTETS = new Uint8Array(WORDS.buffer);

/**
 * A key for AES-CBC with an initialisation vector of zeros and no padding: DC-09 (receiver-outputs.md §7.3, A) and
 * VdS 2465 over TCP (vds2465.md §6.3, A). It cannot be read back or printed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { CbcKey } from "./cbc_key.ts";
 *
 * const key = new CbcKey(Uint8Array.fromHex("000102030405060708090a0b0c0d0e0f"));
 * const block = Uint8Array.fromHex("00112233445566778899aabbccddeeff");
 * assertEquals(key.encrypt(block).toHex(), "69c4e0d86a7b0430d8cdb78070b4c55a"); // FIPS 197, C.1
 * assertEquals(key.decrypt(key.encrypt(block)), block);
 * assertEquals(JSON.stringify(key), "{}");
 * ```
 */
export class CbcKey {
  readonly #encrypting: Uint32Array;
  readonly #decrypting: Uint32Array;

  /**
   * Takes a key.
   *
   * @param octets 16, 24 or 32 octets. What AES makes of them is kept.
   * @throws {Error} If the length is another.
   */
  constructor(octets: Uint8Array) {
    const key = octets.slice();
    this.#encrypting = unsafe.expandKeyLE(key);
    this.#decrypting = unsafe.expandKeyDecLE(key);
    key.fill(0);
  }

  /**
   * Encrypts.
   *
   * @param blocks A multiple of 16 octets.
   * @returns As many octets.
   * @throws {RangeError} If it is no multiple of 16.
   */
  encrypt(blocks: Uint8Array): Uint8Array<ArrayBuffer> {
    return inPlace(blocks, (words) => encryptCbc(this.#encrypting, IV, words));
  }

  /**
   * Decrypts.
   *
   * @param blocks A multiple of 16 octets.
   * @returns As many octets.
   * @throws {RangeError} If it is no multiple of 16.
   */
  decrypt(blocks: Uint8Array): Uint8Array<ArrayBuffer> {
    return inPlace(blocks, (words) => decryptCbc(this.#decrypting, IV, words));
  }
}

function inPlace(blocks: Uint8Array, work: (words: Uint32Array) => void): Uint8Array<ArrayBuffer> {
  const { length } = blocks;
  if (length % 16 !== 0) throw new RangeError(`AES-CBC works on multiples of 16 octets, not on ${length}`);
  if (length > USUAL) {
    const octets = new Uint8Array(blocks);
    work(new Uint32Array(octets.buffer));
    return octets;
  }
  OCTETS.set(blocks);
  work(WORDS.subarray(0, length / 4));
  const octets = OCTETS.slice(0, length);
  OCTETS.fill(0, 0, length);
  return octets;
}
