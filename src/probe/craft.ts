/**
 * Datagrams as no sound program writes them: right key and right hash, wrong on purpose in one place.
 *
 * @module
 */
import { digest, HASH_OCTETS } from "../ip/digest.ts";
import { type Header, writeHeader } from "../ip/header.ts";
import { planOf } from "../ip/plan.ts";
import type { Ts50136Profile } from "../ip/profile.ts";
import type { PreparedKeys } from "../ip/seal.ts";

/** Where the parts of a datagram are, in octets from its start. */
export interface Places {
  /** First octet of the message data. */
  readonly data: number;
  /** First octet of the padding. */
  readonly padding: number;
  /** First octet of the hash. */
  readonly hash: number;
}

/** What is wrong. */
export interface Faults {
  /** Message length in the header, instead of the length of the data. */
  readonly length?: number;
  /** Octets after the connection handle, at least; 0 for no more padding than the cipher needs. */
  readonly minRegion?: number;
  /** Called between hash and cipher: what it changes the hash does not cover. */
  readonly spoil?: (octets: Uint8Array, places: Places) => void;
  /** Another hash over the octets before it; 32 octets. */
  readonly hash?: (covered: Uint8Array) => Uint8Array;
}

/**
 * Seals a message with faults.
 *
 * @param profile The profile.
 * @param keys The keys; `clearKeys` for no cipher.
 * @param header The header.
 * @param data The message data, of any length.
 * @param random Gives the padding.
 * @param faults What is wrong; nothing when empty.
 * @returns The datagram.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../ip/profile.ts";
 * import { clearKeys, open } from "../ip/seal.ts";
 * import { craft } from "./craft.ts";
 *
 * const header = { handle: 7, deviceId: new Uint8Array(16), tx: 1, rx: 0, flags: 0, version: 1, messageId: 0x11 };
 * const zeros = (n: number) => new Uint8Array(n);
 * const sound = craft(profile, clearKeys, header, zeros(0), zeros, {});
 * assertEquals(open(profile, clearKeys, sound).ok, true);
 * const long = craft(profile, clearKeys, header, zeros(0), zeros, { length: 9999 });
 * assertEquals(open(profile, clearKeys, long), { ok: false, rule: "bad-message-length" });
 * ```
 */
export function craft(
  profile: Ts50136Profile,
  keys: PreparedKeys,
  header: Omit<Header, "length">,
  data: Uint8Array,
  random: (n: number) => Uint8Array,
  faults: Faults,
): Uint8Array {
  const { clear, block, headerOctets, minRegion, iv } = planOf(profile);
  const padding = headerOctets + data.length;
  const least = Math.max(faults.minRegion ?? minRegion, padding - clear + HASH_OCTETS);
  const region = Math.ceil(least / block) * block;
  const hash = clear + region - HASH_OCTETS;
  const lead = (4 - clear % 4) % 4;
  const octets = new Uint8Array(new ArrayBuffer(lead + clear + region), lead, clear + region);
  writeHeader(profile, { ...header, length: faults.length ?? data.length }, octets);
  octets.set(data, headerOctets);
  octets.set(random(hash - padding), padding);
  const covered = octets.subarray(0, hash);
  octets.set(faults.hash?.(covered) ?? digest(keys.hash, covered), hash);
  faults.spoil?.(octets, { data: headerOctets, padding, hash });
  keys.encryptWords(iv, new Uint32Array(octets.buffer, lead + clear, region >> 2));
  return octets;
}

/**
 * A copy with one bit turned round.
 *
 * @param octets The octets.
 * @param at Which octet.
 * @param bit Which bit, 0 the lowest.
 * @returns The copy.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { flipped } from "./craft.ts";
 *
 * assertEquals(flipped(new Uint8Array([0, 0]), 1, 7).toHex(), "0080");
 * ```
 */
export function flipped(octets: Uint8Array, at: number, bit: number): Uint8Array {
  const copy = octets.slice();
  copy[at] = (copy[at] ?? 0) ^ (1 << bit);
  return copy;
}
