/**
 * PMTU_REQ, PMTU_RESP, PMTU_PROBE and PMTU_PROBE_RESP of the 2013 edition: named, not interpreted; answered
 * with RESP_CMD_NOT_SUPPORTED.
 *
 * @module
 */
import type { Ts50136Profile } from "../profile.ts";
import { type Parsed, readResponse, type Response, writeResponse } from "./parsed.ts";

/** A path MTU request or probe. Data: not known, kept as it came. */
export interface PmtuReq {
  /** Tells the messages apart. */
  name: "PMTU_REQ" | "PMTU_PROBE";
  /** The octets. */
  data: Uint8Array;
}

/** The answer. Data: +0 result (1) (C), the rest is kept as trailing octets. */
export interface PmtuResp extends Response {
  /** Tells the messages apart. */
  name: "PMTU_RESP" | "PMTU_PROBE_RESP";
}

/**
 * Reads a PMTU_REQ.
 *
 * @param profile The profile.
 * @param data The message data.
 * @param name Which of the two it is.
 * @returns The message.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parsePmtuReq, type PmtuReq } from "./pmtu.ts";
 *
 * const value: PmtuReq = { name: "PMTU_REQ", data: new Uint8Array([0xca, 0xfe]) };
 * const data = Uint8Array.fromHex("cafe");
 * assertEquals(parsePmtuReq(profile, data, value.name), { ok: true, value });
 * ```
 */
export function parsePmtuReq(
  _profile: Ts50136Profile,
  data: Uint8Array,
  name: PmtuReq["name"],
): Parsed<PmtuReq> {
  return { ok: true, value: { name, data: data.slice() } };
}

/**
 * Writes a PMTU_REQ.
 *
 * @param _profile The profile.
 * @param message The message.
 * @returns The message data.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writePmtuReq, type PmtuReq } from "./pmtu.ts";
 *
 * const message: PmtuReq = { name: "PMTU_REQ", data: new Uint8Array([0xca, 0xfe]) };
 * assertEquals(writePmtuReq(profile, message).toHex(), "cafe");
 * ```
 */
export function writePmtuReq(_profile: Ts50136Profile, message: PmtuReq): Uint8Array {
  return message.data.slice();
}

/**
 * Reads a PMTU_RESP.
 *
 * @param profile The profile.
 * @param data The message data.
 * @param name Which of the two it is.
 * @returns The message, or `message-data-too-short`, `trailing-octets`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parsePmtuResp, type PmtuResp } from "./pmtu.ts";
 *
 * const value: PmtuResp = { name: "PMTU_RESP", result: "RESP_CMD_NOT_SUPPORTED" };
 * const data = Uint8Array.fromHex("00");
 * assertEquals(parsePmtuResp(profile, data, value.name), { ok: true, value });
 * ```
 */
export function parsePmtuResp(
  profile: Ts50136Profile,
  data: Uint8Array,
  name: PmtuResp["name"],
): Parsed<PmtuResp> {
  return readResponse<PmtuResp>(profile, name, data, 1, (result) => ({ name, result }));
}

/**
 * Writes a PMTU_RESP.
 *
 * @param profile The profile.
 * @param message The message.
 * @returns The message data.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writePmtuResp, type PmtuResp } from "./pmtu.ts";
 *
 * const message: PmtuResp = { name: "PMTU_RESP", result: "RESP_CMD_NOT_SUPPORTED" };
 * assertEquals(writePmtuResp(profile, message).toHex(), "00");
 * ```
 */
export function writePmtuResp(profile: Ts50136Profile, message: PmtuResp): Uint8Array {
  return writeResponse(profile, message);
}
