/**
 * ENCRYPT_KEY_REQ and ENCRYPT_KEY_RESP: a new key; in force from the message after the response.
 *
 * @module
 */
import type { Ts50136Profile } from "../profile.ts";
import {
  joined,
  type Parsed,
  readFixed,
  readFlags,
  readResponse,
  type Response,
  sized,
  type WithFlags,
  type WithTrailing,
  writeFlags,
  writeResponse,
} from "./parsed.ts";

/**
 * Asks for a key, or brings one. Data: +0 flags (1), bit 0 direction, bit 1 master (A); +1 key (32), zero
 * when asking (content A, size PROFILE).
 */
export interface EncryptKeyReq extends WithTrailing, WithFlags {
  /** Tells the messages apart. */
  name: "ENCRYPT_KEY_REQ";
  /** False: the SPT asks for a key; true: the RCT brings one. */
  fromRct: boolean;
  /** The key, or zeros when asking. */
  key: Uint8Array;
}

/**
 * Brings the new key. Data: +0 result (1); +1 flags (1); +2 key (32), of which aes-128 uses the first 16
 * (content A, size PROFILE).
 */
export interface EncryptKeyResp extends Response, WithFlags {
  /** Tells the messages apart. */
  name: "ENCRYPT_KEY_RESP";
  /** As in the request. */
  fromRct: boolean;
  /** The new key, or zeros when the RCT brought it. */
  key: Uint8Array;
}

/**
 * Reads a ENCRYPT_KEY_REQ.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `message-data-too-short`, `trailing-octets`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parseEncryptKeyReq, type EncryptKeyReq } from "./encrypt_key.ts";
 *
 * const value: EncryptKeyReq = { name: "ENCRYPT_KEY_REQ", master: false, fromRct: false, key: new Uint8Array(32) };
 * const data = Uint8Array.fromHex("000000000000000000000000000000000000000000000000000000000000000000");
 * assertEquals(parseEncryptKeyReq(profile, data), { ok: true, value });
 * ```
 */
export function parseEncryptKeyReq(profile: Ts50136Profile, data: Uint8Array): Parsed<EncryptKeyReq> {
  const size = profile.values.keyOctets;
  return readFixed<EncryptKeyReq>(profile, "ENCRYPT_KEY_REQ", data, 1 + size, (data) => ({
    name: "ENCRYPT_KEY_REQ",
    ...readKeyFlags(profile, data.uint(1)),
    key: data.octets(size),
  }));
}

/**
 * Writes a ENCRYPT_KEY_REQ.
 *
 * @param profile The profile.
 * @param message The message.
 * @returns The message data.
 * @throws {RangeError} When the key has the wrong size.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writeEncryptKeyReq, type EncryptKeyReq } from "./encrypt_key.ts";
 *
 * const message: EncryptKeyReq = { name: "ENCRYPT_KEY_REQ", master: false, fromRct: false, key: new Uint8Array(32) };
 * assertEquals(writeEncryptKeyReq(profile, message).toHex(), "000000000000000000000000000000000000000000000000000000000000000000");
 * ```
 */
export function writeEncryptKeyReq(profile: Ts50136Profile, message: EncryptKeyReq): Uint8Array {
  const key = sized(message.key, profile.values.keyOctets, "the key");
  return joined([writeKeyFlags(profile, message)], key, message.trailing);
}

/**
 * Reads a ENCRYPT_KEY_RESP.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `message-data-too-short`, `trailing-octets`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parseEncryptKeyResp, type EncryptKeyResp } from "./encrypt_key.ts";
 *
 * const value: EncryptKeyResp = { name: "ENCRYPT_KEY_RESP", result: "RESP_ACKNOWLEDGE", master: false, fromRct: false, key: new Uint8Array(32) };
 * const data = Uint8Array.fromHex("01000000000000000000000000000000000000000000000000000000000000000000");
 * assertEquals(parseEncryptKeyResp(profile, data), { ok: true, value });
 * ```
 */
export function parseEncryptKeyResp(profile: Ts50136Profile, data: Uint8Array): Parsed<EncryptKeyResp> {
  const size = profile.values.keyOctets;
  return readResponse<EncryptKeyResp>(profile, "ENCRYPT_KEY_RESP", data, 2 + size, (result, data) => ({
    name: "ENCRYPT_KEY_RESP",
    result,
    ...readKeyFlags(profile, data.uint(1)),
    key: data.octets(size),
  }));
}

/**
 * Writes a ENCRYPT_KEY_RESP.
 *
 * @param profile The profile.
 * @param message The message.
 * @returns The message data.
 * @throws {RangeError} When the key has the wrong size.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writeEncryptKeyResp, type EncryptKeyResp } from "./encrypt_key.ts";
 *
 * const message: EncryptKeyResp = { name: "ENCRYPT_KEY_RESP", result: "RESP_ACKNOWLEDGE", master: false, fromRct: false, key: new Uint8Array(32) };
 * assertEquals(writeEncryptKeyResp(profile, message).toHex(), "01000000000000000000000000000000000000000000000000000000000000000000");
 * ```
 */
export function writeEncryptKeyResp(profile: Ts50136Profile, message: EncryptKeyResp): Uint8Array {
  const key = sized(message.key, profile.values.keyOctets, "the key");
  return writeResponse(profile, message, [writeKeyFlags(profile, message)], key);
}

/** Splits the flags octet into the two bits known and the rest. */
function readKeyFlags(profile: Ts50136Profile, flags: number): WithFlags & { fromRct: boolean } {
  const { keyFromRctFlag, keyMasterFlag } = profile.values;
  const fromRct = (flags & keyFromRctFlag) !== 0;
  return { ...readFlags(flags & ~keyFromRctFlag, keyMasterFlag), fromRct };
}

/** Joins the flags octet. */
function writeKeyFlags(profile: Ts50136Profile, flags: WithFlags & { fromRct: boolean }): number {
  const { keyFromRctFlag, keyMasterFlag } = profile.values;
  return (writeFlags(flags, keyMasterFlag) & ~keyFromRctFlag) | (flags.fromRct ? keyFromRctFlag : 0);
}
