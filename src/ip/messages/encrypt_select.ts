/**
 * ENCRYPT_SELECT_REQ and ENCRYPT_SELECT_RESP: the SPT offers encryption methods, the RCT chooses one.
 *
 * @module
 */
import { planOf } from "../plan.ts";
import type { Encryption, Ts50136Profile } from "../profile.ts";
import {
  joined,
  type Parsed,
  readFixed,
  readFlags,
  readResponse,
  type Response,
  type WithFlags,
  writeFlags,
  writeResponse,
} from "./parsed.ts";

/**
 * Offers methods. Data: +0 flags (1), bit 1 master; +1… encryption IDs, best first (PROFILE; the flag
 * exists, A).
 */
export interface EncryptSelectReq extends WithFlags {
  /** Tells the messages apart. */
  name: "ENCRYPT_SELECT_REQ";
  /** Methods offered, best first. */
  offers: Encryption[];
}

/**
 * Tells the choice. Data: +0 result (1); +1 flags (1) echoed; +2 encryption ID (1) (PROFILE; a result table
 * exists, A).
 */
export interface EncryptSelectResp extends Response, WithFlags {
  /** Tells the messages apart. */
  name: "ENCRYPT_SELECT_RESP";
  /** The method chosen; in force after the key exchange that follows. */
  encryption: Encryption;
}

/**
 * Reads a ENCRYPT_SELECT_REQ.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `message-data-too-short`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parseEncryptSelectReq, type EncryptSelectReq } from "./encrypt_select.ts";
 *
 * const value: EncryptSelectReq = { name: "ENCRYPT_SELECT_REQ", master: false, offers: ["aes-256", "aes-128"] };
 * const data = Uint8Array.fromHex("000201");
 * assertEquals(parseEncryptSelectReq(profile, data), { ok: true, value });
 * ```
 */
export function parseEncryptSelectReq(profile: Ts50136Profile, data: Uint8Array): Parsed<EncryptSelectReq> {
  const flags = readFixed(
    profile,
    "ENCRYPT_SELECT_REQ",
    data.subarray(0, 1),
    1,
    (data) => {
      return readFlags(data.uint(1), profile.values.selectMasterFlag);
    },
  );
  if (!flags.ok) return flags;
  const offers = Array.from(data.subarray(1), planOf(profile).encryptions.nameOf);
  return { ok: true, value: { name: "ENCRYPT_SELECT_REQ", ...flags.value, offers } };
}

/**
 * Writes a ENCRYPT_SELECT_REQ.
 *
 * @param profile The profile.
 * @param message The message.
 * @returns The message data.
 * @throws {RangeError} When the profile has no number for a method.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writeEncryptSelectReq, type EncryptSelectReq } from "./encrypt_select.ts";
 *
 * const message: EncryptSelectReq = { name: "ENCRYPT_SELECT_REQ", master: false, offers: ["aes-256", "aes-128"] };
 * assertEquals(writeEncryptSelectReq(profile, message).toHex(), "000201");
 * ```
 */
export function writeEncryptSelectReq(profile: Ts50136Profile, message: EncryptSelectReq): Uint8Array {
  const flags = writeFlags(message, profile.values.selectMasterFlag);
  return joined([flags], message.offers.map(planOf(profile).encryptions.idOf));
}

/**
 * Reads a ENCRYPT_SELECT_RESP.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `message-data-too-short`, `trailing-octets`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parseEncryptSelectResp, type EncryptSelectResp } from "./encrypt_select.ts";
 *
 * const value: EncryptSelectResp = { name: "ENCRYPT_SELECT_RESP", result: "RESP_ACKNOWLEDGE", master: false, encryption: "aes-256" };
 * const data = Uint8Array.fromHex("010002");
 * assertEquals(parseEncryptSelectResp(profile, data), { ok: true, value });
 * ```
 */
export function parseEncryptSelectResp(profile: Ts50136Profile, data: Uint8Array): Parsed<EncryptSelectResp> {
  const { encryptions } = planOf(profile);
  return readResponse<EncryptSelectResp>(profile, "ENCRYPT_SELECT_RESP", data, 3, (result, data) => ({
    name: "ENCRYPT_SELECT_RESP",
    result,
    ...readFlags(data.uint(1), profile.values.selectMasterFlag),
    encryption: encryptions.nameOf(data.uint(1)),
  }));
}

/**
 * Writes a ENCRYPT_SELECT_RESP.
 *
 * @param profile The profile.
 * @param message The message.
 * @returns The message data.
 * @throws {RangeError} When the profile has no number for the method.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writeEncryptSelectResp, type EncryptSelectResp } from "./encrypt_select.ts";
 *
 * const message: EncryptSelectResp = { name: "ENCRYPT_SELECT_RESP", result: "RESP_ACKNOWLEDGE", master: false, encryption: "aes-256" };
 * assertEquals(writeEncryptSelectResp(profile, message).toHex(), "010002");
 * ```
 */
export function writeEncryptSelectResp(profile: Ts50136Profile, message: EncryptSelectResp): Uint8Array {
  const flags = writeFlags(message, profile.values.selectMasterFlag);
  return writeResponse(profile, message, [flags, planOf(profile).encryptions.idOf(message.encryption)]);
}
