/**
 * HASH_SELECT_REQ and HASH_SELECT_RESP: the SPT offers hashes, the RCT chooses one.
 *
 * @module
 */
import { planOf } from "../plan.ts";
import type { Hash, Ts50136Profile } from "../profile.ts";
import { joined, type Parsed, readResponse, type Response, writeResponse } from "./parsed.ts";

/** Offers hashes. Data: +0… hash IDs (1 each), best first (A). */
export interface HashSelectReq {
  /** Tells the messages apart. */
  name: "HASH_SELECT_REQ";
  /** Hashes offered, best first. */
  offers: Hash[];
}

/** Tells the choice, and is the first message that uses it. Data: +0 result (1); +1 hash ID (1) (A). */
export interface HashSelectResp extends Response {
  /** Tells the messages apart. */
  name: "HASH_SELECT_RESP";
  /** The hash chosen. */
  hash: Hash;
}

/**
 * Reads a HASH_SELECT_REQ.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parseHashSelectReq, type HashSelectReq } from "./hash_select.ts";
 *
 * const value: HashSelectReq = { name: "HASH_SELECT_REQ", offers: ["sha-256", "ripemd-256"] };
 * const data = Uint8Array.fromHex("0001");
 * assertEquals(parseHashSelectReq(profile, data), { ok: true, value });
 * ```
 */
export function parseHashSelectReq(profile: Ts50136Profile, data: Uint8Array): Parsed<HashSelectReq> {
  const offers = Array.from(data, planOf(profile).hashes.nameOf);
  return { ok: true, value: { name: "HASH_SELECT_REQ", offers } };
}

/**
 * Writes a HASH_SELECT_REQ.
 *
 * @param profile The profile.
 * @param message The message.
 * @returns The message data.
 * @throws {RangeError} When the profile has no number for a hash.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writeHashSelectReq, type HashSelectReq } from "./hash_select.ts";
 *
 * const message: HashSelectReq = { name: "HASH_SELECT_REQ", offers: ["sha-256", "ripemd-256"] };
 * assertEquals(writeHashSelectReq(profile, message).toHex(), "0001");
 * ```
 */
export function writeHashSelectReq(profile: Ts50136Profile, message: HashSelectReq): Uint8Array {
  return joined(message.offers.map(planOf(profile).hashes.idOf));
}

/**
 * Reads a HASH_SELECT_RESP.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `message-data-too-short`, `trailing-octets`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parseHashSelectResp, type HashSelectResp } from "./hash_select.ts";
 *
 * const value: HashSelectResp = { name: "HASH_SELECT_RESP", result: "RESP_ACKNOWLEDGE", hash: "sha-256" };
 * const data = Uint8Array.fromHex("0100");
 * assertEquals(parseHashSelectResp(profile, data), { ok: true, value });
 * ```
 */
export function parseHashSelectResp(profile: Ts50136Profile, data: Uint8Array): Parsed<HashSelectResp> {
  const { hashes } = planOf(profile);
  return readResponse<HashSelectResp>(profile, "HASH_SELECT_RESP", data, 2, (result, data) => ({
    name: "HASH_SELECT_RESP",
    result,
    hash: hashes.nameOf(data.uint(1)),
  }));
}

/**
 * Writes a HASH_SELECT_RESP.
 *
 * @param profile The profile.
 * @param message The message.
 * @returns The message data.
 * @throws {RangeError} When the profile has no number for the hash.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writeHashSelectResp, type HashSelectResp } from "./hash_select.ts";
 *
 * const message: HashSelectResp = { name: "HASH_SELECT_RESP", result: "RESP_ACKNOWLEDGE", hash: "sha-256" };
 * assertEquals(writeHashSelectResp(profile, message).toHex(), "0100");
 * ```
 */
export function writeHashSelectResp(profile: Ts50136Profile, message: HashSelectResp): Uint8Array {
  return writeResponse(profile, message, [planOf(profile).hashes.idOf(message.hash)]);
}
