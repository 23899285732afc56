/**
 * Sealing a message into a datagram and opening it again: header, data, padding, hash, encryption.
 *
 * ```
 * [ handle | rest of the header | data | random padding | hash ]
 *   clear   <-------- encrypted, a multiple of 16 octets ------>
 * ```
 *
 * Order of the parts: confidence A. Hash over the clear octets from 0 to the end of the padding, then AES-CBC
 * with a fixed IV over everything after the handle: C and PROFILE, see `profile.ts`. The hash is that of the
 * keys, SHA-256 or RIPEMD-256. A clear message is the same without the cipher: its hash finds damage, not
 * forgery.
 *
 * @module
 */
import { equal } from "./constant_time.ts";
import { digest, HASH_OCTETS } from "./digest.ts";
import { type Header, readHeader, writeHeader } from "./header.ts";
import type { PreparedKeys } from "./keys.ts";
import { readUint } from "./octets.ts";
import { type Plan, planOf } from "./plan.ts";
import type { Ts50136Profile } from "./profile.ts";

export { clearKeys, type KeySet, PreparedKeys, prepareKeys } from "./keys.ts";

/**
 * How a datagram failed to open. The lengths are plain to everyone on the network; beyond them there is one
 * failure:
 * `unauthentic` (wrong key, wrong method, damaged or forged). `bad-message-length` comes after
 * authentication: the peer itself wrote a length beyond its message.
 */
export type OpenRule =
  | "datagram-too-short"
  | "datagram-too-long"
  | "not-whole-blocks"
  | "unauthentic"
  | "bad-message-length";

/** An opened datagram, or the rule it broke. */
export type Opened = { ok: true; header: Header; data: Uint8Array } | { ok: false; rule: OpenRule };

/**
 * Seals a message.
 *
 * @param profile The profile.
 * @param keys The keys in force.
 * @param header The header; its length is that of `data`.
 * @param data The message data.
 * @param random Gives `n` unpredictable octets for the padding. Called at most once.
 * @returns The datagram.
 * @throws {RangeError} When the datagram would be longer than the profile sends (see {@link maxData}), the
 * device ID has the wrong size or `random` gave another number of octets: errors of the caller.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "./profile.ts";
 * import { open, prepareKeys, seal } from "./seal.ts";
 *
 * const keys = prepareKeys({ encryption: "aes-128", key: new Uint8Array(16), hash: "sha-256" });
 * const header = { handle: 7, deviceId: new Uint8Array(16), tx: 1, rx: 0, flags: 0, version: 1, messageId: 0x11 };
 * const datagram = seal(profile, keys, header, new Uint8Array(), (n) => new Uint8Array(n));
 * assertEquals(datagram.length, 4 + 128);
 * const opened = open(profile, keys, datagram);
 * assert(opened.ok);
 * assertEquals(opened.header.tx, 1);
 * ```
 */
export function seal(
  profile: Ts50136Profile,
  keys: PreparedKeys,
  header: Omit<Header, "length">,
  data: Uint8Array,
  random: (n: number) => Uint8Array,
): Uint8Array {
  const plan = planOf(profile);
  const { clear } = plan;
  const dataEnd = plan.headerOctets + data.length;
  const region = Math.max(
    plan.minRegion,
    Math.ceil((dataEnd - clear + HASH_OCTETS) / plan.block) * plan.block,
  );
  if (clear + region > profile.values.maxSend) {
    throw new RangeError(
      `${data.length} octets of data make a datagram of ${
        clear + region
      }; ${profile.values.maxSend} is the limit`,
    );
  }
  const datagram = alignedOctets(clear, region);
  const hashAt = clear + region - HASH_OCTETS;
  writeHeader(profile, { ...header, length: data.length }, datagram);
  datagram.set(data, plan.headerOctets);
  if (hashAt > dataEnd) {
    const padding = random(hashAt - dataEnd);
    if (padding.length !== hashAt - dataEnd) {
      throw new RangeError(`${padding.length} octets of padding came, not ${hashAt - dataEnd}`);
    }
    datagram.set(padding, dataEnd);
  }
  datagram.set(digest(keys.hash, datagram.subarray(0, hashAt)), hashAt);
  if (keys.encryption !== "none") keys.encryptWords(plan.iv, regionWords(datagram, clear));
  return datagram;
}

/**
 * Opens a datagram: decrypts, compares the hash in constant time, reads the header. Padding is not looked at.
 *
 * @param profile The profile.
 * @param keys The keys in force for the datagram's handle.
 * @param datagram The datagram; not changed, and not aliased by the result.
 * @returns Header and data, or the rule it broke. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "./profile.ts";
 * import { clearKeys, open } from "./seal.ts";
 *
 * assertEquals(open(profile, clearKeys, new Uint8Array(10)), { ok: false, rule: "datagram-too-short" });
 * assertEquals(open(profile, clearKeys, new Uint8Array(68)), { ok: false, rule: "unauthentic" });
 * ```
 */
export function open(profile: Ts50136Profile, keys: PreparedKeys, datagram: Uint8Array): Opened {
  const plan = planOf(profile);
  const rule = brokenLength(profile, plan, keys, datagram.length);
  if (rule !== undefined) return { ok: false, rule };
  const octets = decrypted(plan, keys, datagram);
  const hashAt = datagram.length - HASH_OCTETS;
  if (!equal(digest(keys.hash, octets.subarray(0, hashAt)), octets.subarray(hashAt))) {
    return { ok: false, rule: "unauthentic" };
  }
  const header = readHeader(profile, octets);
  const dataEnd = plan.headerOctets + header.length;
  if (header.length < 0 || dataEnd > hashAt) return { ok: false, rule: "bad-message-length" };
  return { ok: true, header, data: octets.subarray(plan.headerOctets, dataEnd) };
}

/**
 * Reads the connection handle, which is never encrypted, to find the keys by.
 *
 * @param profile The profile.
 * @param datagram The datagram.
 * @returns The handle; undefined when the datagram is too short to be a message.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "./profile.ts";
 * import { peekHandle } from "./seal.ts";
 *
 * assertEquals(peekHandle(profile, new Uint8Array([0x73, 0x60, 0x37, 0x22, ...new Uint8Array(64)])), 0x73603722);
 * assertEquals(peekHandle(profile, new Uint8Array(3)), undefined);
 * ```
 */
export function peekHandle(profile: Ts50136Profile, datagram: Uint8Array): number | undefined {
  const plan = planOf(profile);
  if (datagram.length < plan.headerOctets + HASH_OCTETS) return undefined;
  return readUint(datagram, plan.handleAt, plan.handleSize, plan.little);
}

/**
 * For a datagram that did not open, and an edition that answers a bad hash with a negative acknowledgement
 * (`nakOnBadHash`): the request it claims to be.
 *
 * Nothing of it is authentic: anyone can have sent or changed it. It is good for the ID of that one answer
 * and for nothing else: not for sequence numbers, not for the peer's address, not as a sign of life. Such an
 * answer tells a forger what his octets decrypt to, one request ID in sixteen or so; the editions that ask
 * for it have to live with that, and `nakIntervalMs` keeps it slow. Give the device ID, and octets that do
 * not even decrypt to the peer's name (noise, another key) go unanswered.
 *
 * @param profile The profile.
 * @param keys The keys in force for the datagram's handle.
 * @param datagram The datagram; not changed.
 * @param deviceId The peer's device ID: a datagram with another one claims nothing.
 * @returns The message ID, if it is that of a request in the profile; else undefined. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { edition } from "./editions.ts";
 * import { clearKeys, open, peekRequest } from "./seal.ts";
 *
 * const profile = edition("2017");
 * const datagram = new Uint8Array(132);
 * datagram[27] = 0x11;
 * assertEquals(open(profile, clearKeys, datagram), { ok: false, rule: "unauthentic" });
 * assertEquals(peekRequest(profile, clearKeys, datagram), 0x11); // POLL_MSG
 * ```
 */
export function peekRequest(
  profile: Ts50136Profile,
  keys: PreparedKeys,
  datagram: Uint8Array,
  deviceId?: Uint8Array,
): number | undefined {
  const plan = planOf(profile);
  if (brokenLength(profile, plan, keys, datagram.length) !== undefined) return undefined;
  const header = readHeader(profile, decrypted(plan, keys, datagram));
  if (deviceId !== undefined && !equal(header.deviceId, deviceId)) return undefined;
  const id = header.messageId;
  return plan.messageNames.has(id) && (id & profile.values.responseBit) === 0 ? id : undefined;
}

/**
 * The longest message data that fits in a datagram.
 *
 * @param profile The profile.
 * @returns Octets; 950 in the reconstructed profile.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "./profile.ts";
 * import { maxData } from "./seal.ts";
 *
 * assertEquals(maxData(profile), 950);
 * ```
 */
export function maxData(profile: Ts50136Profile): number {
  const plan = planOf(profile);
  const region = Math.floor((profile.values.maxSend - plan.clear) / plan.block) * plan.block;
  return plan.clear + region - plan.headerOctets - HASH_OCTETS;
}

/** The rule that a datagram of this length breaks before anything in it is looked at. */
function brokenLength(
  profile: Ts50136Profile,
  plan: Plan,
  keys: PreparedKeys,
  length: number,
): OpenRule | undefined {
  if (length < plan.headerOctets + HASH_OCTETS) return "datagram-too-short";
  if (length > profile.values.maxReceive) return "datagram-too-long";
  if (keys.encryption !== "none" && (length - plan.clear) % 16 !== 0) return "not-whole-blocks";
  return undefined;
}

/** A copy of the datagram, decrypted. */
function decrypted(plan: Plan, keys: PreparedKeys, datagram: Uint8Array): Uint8Array<ArrayBuffer> {
  const octets = alignedOctets(plan.clear, datagram.length - plan.clear);
  octets.set(datagram);
  if (keys.encryption !== "none") keys.decryptWords(plan.iv, regionWords(octets, plan.clear));
  return octets;
}

/** Octets for a datagram whose region begins on a word border, so that the cipher can work on words. */
function alignedOctets(clear: number, region: number): Uint8Array<ArrayBuffer> {
  const lead = (4 - clear % 4) % 4;
  return new Uint8Array(new ArrayBuffer(lead + clear + region), lead, clear + region);
}

/** The region as little-endian words; Deno runs on little-endian machines only. */
function regionWords(octets: Uint8Array<ArrayBuffer>, clear: number): Uint32Array {
  return new Uint32Array(octets.buffer, octets.byteOffset + clear, (octets.length - clear) >> 2);
}
