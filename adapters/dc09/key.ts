/**
 * Keys of DC-09.
 *
 * @module
 */
import { CbcKey } from "../cbc_key.ts";

/**
 * A key for AES-CBC. Its octets cannot be read back or printed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dc09Key } from "./key.ts";
 *
 * const key = new Dc09Key(new TextEncoder().encode("0123456789ABCDEF"));
 * const block = new Uint8Array(16);
 * assertEquals(key.decrypt(key.encrypt(block)), block);
 * assertEquals([key.bits, JSON.stringify(key)], [128, "{}"]);
 * ```
 */
export class Dc09Key {
  readonly #bits: number;
  readonly #key: CbcKey;

  /**
   * Takes a key.
   *
   * @param octets 16, 24 or 32 octets: AES-128, AES-192 or AES-256. What AES makes of them is kept.
   * @throws {RangeError} If the length is another.
   */
  constructor(octets: Uint8Array) {
    if (![16, 24, 32].includes(octets.length)) {
      throw new RangeError(`A DC-09 key has 16, 24 or 32 octets, not ${octets.length}`);
    }
    this.#bits = octets.length * 8;
    this.#key = new CbcKey(octets);
  }

  /** 128, 192 or 256. */
  get bits(): number {
    return this.#bits;
  }

  /** Encrypts whole blocks. @param blocks A multiple of 16 octets. @returns As many octets. */
  encrypt(blocks: Uint8Array): Uint8Array {
    return this.#key.encrypt(blocks);
  }

  /** Decrypts whole blocks. @param blocks A multiple of 16 octets. @returns As many octets. */
  decrypt(blocks: Uint8Array): Uint8Array {
    return this.#key.decrypt(blocks);
  }
}

/** What {@link dc09Keys} makes of a key as written in a setting. */
export type Dc09KeysResult =
  | {
    ok: true;
    /** The keys it can stand for, likelier ones first: one, or two for 32 hexadecimal digits. */
    keys: Dc09Key[];
  }
  | { ok: false; rule: "bad-key"; message: string };

/**
 * Reads a key as panels want it typed: 16, 24 or 32 characters, or 32, 48 or 64 hexadecimal digits.
 *
 * 32 hexadecimal digits can be either, by the make of the panel; both are tried. Source: receiver-outputs.md §7.3,
 * confidence A.
 *
 * @param text The key. It is never part of a message.
 * @returns The keys; or rule `bad-key`.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { dc09Keys } from "./key.ts";
 *
 * const read = dc09Keys("00112233445566778899AABBCCDDEEFF");
 * assert(read.ok);
 * assertEquals(read.keys.map((key) => key.bits), [128, 256]);
 * assertEquals(dc09Keys("12345678").ok, false);
 * ```
 */
export function dc09Keys(text: string): Dc09KeysResult {
  if (!/^[\x20-\x7e]*$/.test(text)) {
    return bad("has letters outside ASCII, which panels write in different ways");
  }
  const keys: Dc09Key[] = [];
  if (/^(?:[0-9A-Fa-f]{16}){2,4}$/.test(text)) keys.push(new Dc09Key(Uint8Array.fromHex(text)));
  if ([16, 24, 32].includes(text.length)) keys.push(new Dc09Key(new TextEncoder().encode(text)));
  return keys.length > 0 ? { ok: true, keys } : bad(`has ${text.length} characters`);
}

function bad(what: string): Dc09KeysResult {
  return {
    ok: false,
    rule: "bad-key",
    message:
      `The key ${what}, expected are 16, 24 or 32 characters, or 32, 48 or 64 hexadecimal digits (0-9, A-F). ` +
      "Set the same key here and in the panel",
  };
}
