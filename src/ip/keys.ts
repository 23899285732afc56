/**
 * Keys as they are negotiated, and keys made ready for use.
 *
 * @module
 */
import { unsafe } from "@noble/ciphers/aes.js";
import { decryptCbc, encryptCbc } from "./aes_cbc.ts";
import type { EncryptionName } from "./profile.ts";

/** Encryption, key and hash as they are negotiated and stored. */
export interface KeySet {
  /** The method. */
  encryption: EncryptionName;
  /**
   * The key: of 16 octets or more the first 16 for aes-128, of 32 or more the first 32 for aes-256; ignored
   * for none.
   */
  key: Uint8Array;
  /** The hash. */
  hash: "sha-256";
}

/**
 * A key set with its key schedules expanded, made by {@link prepareKeys}. Printing it shows no key.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { prepareKeys } from "./keys.ts";
 *
 * const keys = prepareKeys({ encryption: "aes-128", key: new Uint8Array(16).fill(0xc5), hash: "sha-256" });
 * assert(!Deno.inspect(keys).includes("197"));
 * ```
 */
export class PreparedKeys {
  /** The method. */
  readonly encryption: EncryptionName;
  /** The hash. */
  readonly hash: "sha-256";
  readonly #encrypt: Uint32Array | undefined;
  readonly #decrypt: Uint32Array | undefined;

  /** Expands the key schedules; use {@link prepareKeys}. */
  constructor(keys: KeySet) {
    this.encryption = keys.encryption;
    this.hash = keys.hash;
    if (keys.encryption === "none") return;
    const size = keys.encryption === "aes-128" ? 16 : 32;
    if (keys.key.length < size) {
      throw new RangeError(
        `${keys.encryption} needs a key of ${size} octets, this one has ${keys.key.length}`,
      );
    }
    const key = keys.key.slice(0, size);
    this.#encrypt = unsafe.expandKeyLE(key);
    this.#decrypt = unsafe.expandKeyDecLE(key);
    key.fill(0);
  }

  /** Encrypts whole blocks in place, given as little-endian words; nothing for `none`. */
  encryptWords(iv: Uint32Array, words: Uint32Array): void {
    if (this.#encrypt !== undefined) encryptCbc(this.#encrypt, iv, words);
  }

  /** Decrypts whole blocks in place, given as little-endian words; nothing for `none`. */
  decryptWords(iv: Uint32Array, words: Uint32Array): void {
    if (this.#decrypt !== undefined) decryptCbc(this.#decrypt, iv, words);
  }
}

/**
 * Expands the key schedules; once per key.
 *
 * @param keys The key set. Its key is not kept.
 * @returns The prepared keys.
 * @throws {RangeError} When the key is too short for the method.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { prepareKeys } from "./keys.ts";
 *
 * const keys = prepareKeys({ encryption: "aes-256", key: new Uint8Array(32), hash: "sha-256" });
 * assertEquals(keys.encryption, "aes-256");
 * assertThrows(() => prepareKeys({ encryption: "aes-256", key: new Uint8Array(16), hash: "sha-256" }), RangeError);
 * ```
 */
export function prepareKeys(keys: KeySet): PreparedKeys {
  return new PreparedKeys(keys);
}

/** No key: clear text with a plain hash, for the first steps of commissioning. */
export const clearKeys: PreparedKeys = prepareKeys({
  encryption: "none",
  key: new Uint8Array(),
  hash: "sha-256",
});
