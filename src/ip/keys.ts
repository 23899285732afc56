/**
 * Keys as they are negotiated, and keys made ready for use.
 *
 * @module
 */
import { unsafe } from "@noble/ciphers/aes.js";
import { decryptCbc, encryptCbc } from "./aes_cbc.ts";
import type { EncryptionName, HashName } from "./profile.ts";

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
  hash: HashName;
}

/** A key expanded for both directions. */
interface Schedules {
  readonly encrypt: Uint32Array;
  readonly decrypt: Uint32Array;
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
  readonly hash: HashName;
  readonly #schedules: Schedules | undefined;

  /** Expands the key schedules; use {@link prepareKeys}. */
  constructor(keys: KeySet | PreparedKeys, hash: HashName = keys.hash) {
    if (hash !== "sha-256" && hash !== "ripemd-256") throw new RangeError(`there is no hash ${hash}`);
    this.encryption = keys.encryption;
    this.hash = hash;
    this.#schedules = keys instanceof PreparedKeys ? keys.#schedules : expand(keys);
  }

  /**
   * The same key under another hash, without expanding it again. HASH_SELECT_RESP is the first message under
   * the newly chosen hash (2013 edition, A); the key stays.
   *
   * @param hash The hash chosen.
   * @returns The keys to seal and open with from then on. These stay as they are, for messages that were
   * sealed before.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { prepareKeys } from "./keys.ts";
   *
   * const keys = prepareKeys({ encryption: "aes-128", key: new Uint8Array(16), hash: "sha-256" });
   * assertEquals([keys.withHash("ripemd-256").hash, keys.hash], ["ripemd-256", "sha-256"]);
   * ```
   */
  withHash(hash: HashName): PreparedKeys {
    return hash === this.hash ? this : new PreparedKeys(this, hash);
  }

  /** Encrypts whole blocks in place, given as little-endian words; nothing for `none`. */
  encryptWords(iv: Uint32Array, words: Uint32Array): void {
    if (this.#schedules !== undefined) encryptCbc(this.#schedules.encrypt, iv, words);
  }

  /** Decrypts whole blocks in place, given as little-endian words; nothing for `none`. */
  decryptWords(iv: Uint32Array, words: Uint32Array): void {
    if (this.#schedules !== undefined) decryptCbc(this.#schedules.decrypt, iv, words);
  }
}

/**
 * Expands the key schedules; once per key.
 *
 * @param keys The key set. Its key is not kept.
 * @returns The prepared keys.
 * @throws {RangeError} When the key is too short for the method, or the program does not have the hash.
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

function expand({ encryption, key }: KeySet): Schedules | undefined {
  if (encryption === "none") return undefined;
  const size = encryption === "aes-128" ? 16 : 32;
  if (key.length < size) {
    throw new RangeError(`${encryption} needs a key of ${size} octets, this one has ${key.length}`);
  }
  const used = key.slice(0, size);
  const schedules = { encrypt: unsafe.expandKeyLE(used), decrypt: unsafe.expandKeyDecLE(used) };
  used.fill(0);
  return schedules;
}
