/**
 * What both ends of a path know of each other before they speak: the master set of commissioning.
 *
 * @module
 */
import { equal } from "../ip/constant_time.ts";
import type { EncryptionName, Ts50136Profile } from "../ip/profile.ts";
import type { KeySet } from "../ip/seal.ts";

/** Identity and master set of one path (ip-protocol.md §2.7). */
export interface PathIdentity {
  /** Device ID of the SPT, 16 octets. */
  sptDeviceId: Uint8Array;
  /** Device ID of the RCT, 16 octets. */
  rctDeviceId: Uint8Array;
  /** Connection handle of the master set; not zero. */
  masterHandle: number;
  /** Cipher, key and hash of the master set. Only used to set up sessions. */
  master: KeySet;
}

/** Gives random octets. */
export type Random = (octets: number) => Uint8Array;

/** What sessions of either side are made with. */
export interface SessionBasis {
  /** The profile that says how messages look. */
  profile: Ts50136Profile;
  /** Source of random octets. */
  random: Random;
}

/** Where a datagram came from or goes to. The session only compares and hands it back. */
export interface PathAddress {
  hostname: string;
  port: number;
}

/** Ciphers in the order we like them. */
export const ENCRYPTION_PREFERENCE: readonly EncryptionName[] = ["aes-256", "aes-128"];

/**
 * Compares two addresses.
 *
 * @param a One address, or none.
 * @param b The other.
 * @returns True when both name the same host and port.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { sameAddress } from "./path_identity.ts";
 *
 * assert(sameAddress({ hostname: "::1", port: 1 }, { hostname: "::1", port: 1 }));
 * assert(!sameAddress(undefined, { hostname: "::1", port: 1 }));
 * ```
 */
export function sameAddress(a: PathAddress | undefined, b: PathAddress): boolean {
  return a !== undefined && a.port === b.port && a.hostname === b.hostname;
}

/**
 * Compares two master sets, keys and all.
 *
 * @param a One.
 * @param b The other.
 * @returns True when they are the same.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { type PathIdentity, sameIdentity } from "./path_identity.ts";
 *
 * const one: PathIdentity = {
 *   sptDeviceId: new Uint8Array(16).fill(1),
 *   rctDeviceId: new Uint8Array(16).fill(2),
 *   masterHandle: 7,
 *   master: { encryption: "aes-256", key: new Uint8Array(32), hash: "sha-256" },
 * };
 * assert(sameIdentity(one, structuredClone(one)));
 * assert(!sameIdentity(one, { ...one, master: { ...one.master, key: new Uint8Array(32).fill(1) } }));
 * ```
 */
export function sameIdentity(a: PathIdentity, b: PathIdentity): boolean {
  return a.masterHandle === b.masterHandle && a.master.encryption === b.master.encryption &&
    a.master.hash === b.master.hash && equal(a.master.key, b.master.key) &&
    equal(a.sptDeviceId, b.sptDeviceId) && equal(a.rctDeviceId, b.rctDeviceId);
}

/**
 * A random 16-bit number, the start of a TX sequence.
 *
 * @param random Source of random octets.
 * @returns 0…65535.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { randomSequence } from "./path_identity.ts";
 *
 * assertEquals(randomSequence(() => new Uint8Array([0x12, 0x34])), 0x1234);
 * ```
 */
export function randomSequence(random: Random): number {
  const [high = 0, low = 0] = random(2);
  return high << 8 | low;
}

/**
 * The sequence number after this one; 16 bits, wraps to 0.
 *
 * @param sequence A sequence number.
 * @returns The next one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { nextSequence } from "./path_identity.ts";
 *
 * assertEquals(nextSequence(0xffff), 0);
 * ```
 */
export function nextSequence(sequence: number): number {
  return (sequence + 1) & 0xffff;
}
