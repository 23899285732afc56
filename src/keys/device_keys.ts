/**
 * What the key store keeps for one device.
 *
 * @module
 */
import type { SecretKey } from "./secret_key.ts";
import type { EncryptionName, HashName } from "../ip/profile.ts";

/** How a master set came to be: shared secret, certificates over DTLS, or the config file. */
export type MasterSource = "secret" | "certificate" | "config";

/** Parameters that both ends keep from commissioning (ip-protocol.md §2.7). */
export interface MasterSet {
  /** Connection handle of the set, 1 to 2^32 − 1. */
  readonly masterHandle: number;
  /** Encryption method. */
  readonly encryption: Exclude<EncryptionName, "none">;
  /** Hash. */
  readonly hash: HashName;
  /** 32 octets; aes-128 uses the first 16. */
  readonly key: SecretKey;
  /** 16 octets. */
  readonly rctDeviceId: Uint8Array;
  /** 16 octets. */
  readonly sptDeviceId: Uint8Array;
  /** When it was agreed, ms since the epoch. */
  readonly since: number;
  /** How it was agreed. */
  readonly how: MasterSource;
}

/** A master set in the store. */
export interface StoredMasterSet extends MasterSet {
  /** Whether the peer has used it (`KeyStore.confirm`). */
  readonly proved: boolean;
}

/** How a device may be commissioned while a window is open. */
export type PendingMethod =
  | { readonly method: "secret"; /** 32 octets. */ readonly secret: SecretKey }
  | { readonly method: "certificate"; /** Common name expected. */ readonly name: string };

/** A commissioning window. */
export type Pending = PendingMethod & {
  /** When it was opened, ms since the epoch. Names the window too: see `KeyStore.openWindow`. */
  readonly openedAt: number;
  /** When it ends, ms since the epoch; at that very time it is over. */
  readonly until: number;
};

/** What is kept for a device, its ID apart. */
export interface DeviceContent {
  /** Newest first, at most two. */
  readonly masters: readonly StoredMasterSet[];
  /** The window that was opened and not used; it may have ended. */
  readonly pending?: Pending;
  /** When the device was locked out, ms since the epoch. Then there is nothing else. */
  readonly revokedAt?: number;
}

/** What is kept for a device. */
export interface DeviceKeys extends DeviceContent {
  /** 16 octets. */
  readonly deviceId: Uint8Array;
}

/** Octets of a device ID, and of a key or secret. */
export const ID_OCTETS = 16;
/** Octets of a master key or a shared secret. */
export const KEY_OCTETS = 32;
/** Longest common name that is kept, in characters; X.520 allows 64. */
export const LONGEST_NAME = 255;

/**
 * Adds a set to those of a device: in front, and behind it the one of the others that the device most likely has.
 *
 * That is the one which has proved itself, if there is one: a device that missed the last response of one or more
 * commissionings still has it. Else it is the newest.
 *
 * @param masters The sets so far, newest first.
 * @param set The new one.
 * @returns At most two sets, newest first.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SecretKey } from "./secret_key.ts";
 * import { addMaster, type StoredMasterSet } from "./device_keys.ts";
 *
 * const set = (masterHandle: number, proved: boolean): StoredMasterSet => ({
 *   masterHandle, proved, encryption: "aes-256", hash: "sha-256", key: new SecretKey(new Uint8Array(32)),
 *   rctDeviceId: new Uint8Array(16), sptDeviceId: new Uint8Array(16), since: 0, how: "secret",
 * });
 * const after = addMaster([set(2, false), set(1, true)], set(3, false));
 * assertEquals(after.map(({ masterHandle }) => masterHandle), [3, 1]);
 * ```
 */
export function addMaster(masters: readonly StoredMasterSet[], set: StoredMasterSet): StoredMasterSet[] {
  const others = masters.filter(({ masterHandle }) => masterHandle !== set.masterHandle);
  const kept = others.find(({ proved }) => proved) ?? others[0];
  return kept === undefined ? [set] : [set, kept];
}
