/**
 * Seals the rows of the key store.
 *
 * @module
 */
import { gcm } from "@noble/ciphers/aes.js";
import type { StoreKey } from "./store_key.ts";

const NONCE = 12;
const TAG = 16;
const LABEL = new TextEncoder().encode("tocsin key store");

/** What a row is: the check row, or a device. */
export type RowKind = "check" | "device";

/** Where a row stands; content sealed for one place does not open in another. */
export interface RowPlace {
  /** Kind of the row. */
  kind: RowKind;
  /** 16 octets. */
  id: Uint8Array;
  /** Version of the schema, 0 to 255. */
  version: number;
}

/**
 * Seals content with AES-256-GCM (NIST SP 800-38D): nonce (12 octets, random), ciphertext, tag (16 octets). Additional
 * data: label, kind (1 octet), schema version (1 octet), ID.
 *
 * Random nonces are safe for 2^32 writes under one store key (SP 800-38D, 8.3).
 *
 * @param key The store key.
 * @param place Where the row stands.
 * @param content The content.
 * @param nonce 12 random octets, never used before with this key.
 * @returns The sealed row, 28 octets longer than the content.
 * @throws {RangeError} When the nonce has another length.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openRow, type RowPlace, sealRow } from "./sealed_row.ts";
 * import { StoreKey } from "./store_key.ts";
 *
 * const key = new StoreKey(new Uint8Array(32));
 * const place: RowPlace = { kind: "device", id: new Uint8Array(16), version: 1 };
 * const sealed = sealRow(key, place, new Uint8Array([1, 2]), new Uint8Array(12));
 * assertEquals(openRow(key, place, sealed), new Uint8Array([1, 2]));
 * assertEquals(openRow(key, { ...place, version: 2 }, sealed), undefined);
 * ```
 */
export function sealRow(key: StoreKey, place: RowPlace, content: Uint8Array, nonce: Uint8Array): Uint8Array {
  if (nonce.length !== NONCE) throw new RangeError(`a nonce has ${NONCE} octets, not ${nonce.length}`);
  const octets = key.octets();
  try {
    return new Uint8Array([...nonce, ...gcm(octets, nonce, additional(place)).encrypt(content)]);
  } finally {
    octets.fill(0);
  }
}

/**
 * Opens a sealed row.
 *
 * @param key The store key.
 * @param place Where the row stands.
 * @param sealed The sealed row.
 * @returns The content; undefined when key, place or a single bit is another. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openRow } from "./sealed_row.ts";
 * import { StoreKey } from "./store_key.ts";
 *
 * const place = { kind: "check", id: new Uint8Array(16), version: 1 } as const;
 * assertEquals(openRow(new StoreKey(new Uint8Array(32)), place, new Uint8Array(40)), undefined);
 * ```
 */
export function openRow(key: StoreKey, place: RowPlace, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < NONCE + TAG) return undefined;
  const octets = key.octets();
  try {
    return gcm(octets, sealed.subarray(0, NONCE), additional(place)).decrypt(sealed.subarray(NONCE));
  } catch {
    return undefined;
  } finally {
    octets.fill(0);
  }
}

function additional({ kind, id, version }: RowPlace): Uint8Array {
  return new Uint8Array([...LABEL, kind === "check" ? 0 : 1, version, ...id]);
}
