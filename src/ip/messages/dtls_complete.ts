/**
 * DTLS_COMPLETE_REQ and DTLS_COMPLETE_RESP: the last pair inside DTLS, when a site is commissioned by certificate.
 *
 * @module
 */
import type { Ts50136Profile } from "../profile.ts";
import {
  joined,
  type Parsed,
  readFixed,
  readResponse,
  type Response,
  type WithTrailing,
  writeResponse,
} from "./parsed.ts";

/** Ends the DTLS phase. Data: empty (PROFILE). */
export interface DtlsCompleteReq extends WithTrailing {
  /** Tells the messages apart. */
  name: "DTLS_COMPLETE_REQ";
}

/** Answers it. Data: +0 result (1) (a result table exists, A). */
export interface DtlsCompleteResp extends Response {
  /** Tells the messages apart. */
  name: "DTLS_COMPLETE_RESP";
}

/**
 * Reads a DTLS_COMPLETE_REQ.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `trailing-octets`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parseDtlsCompleteReq, type DtlsCompleteReq } from "./dtls_complete.ts";
 *
 * const value: DtlsCompleteReq = { name: "DTLS_COMPLETE_REQ" };
 * const data = Uint8Array.fromHex("");
 * assertEquals(parseDtlsCompleteReq(profile, data), { ok: true, value });
 * ```
 */
export function parseDtlsCompleteReq(profile: Ts50136Profile, data: Uint8Array): Parsed<DtlsCompleteReq> {
  return readFixed<DtlsCompleteReq>(
    profile,
    "DTLS_COMPLETE_REQ",
    data,
    0,
    () => ({ name: "DTLS_COMPLETE_REQ" }),
  );
}

/**
 * Writes a DTLS_COMPLETE_REQ.
 *
 * @param _profile The profile.
 * @param message The message.
 * @returns The message data.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writeDtlsCompleteReq, type DtlsCompleteReq } from "./dtls_complete.ts";
 *
 * const message: DtlsCompleteReq = { name: "DTLS_COMPLETE_REQ" };
 * assertEquals(writeDtlsCompleteReq(profile, message).toHex(), "");
 * ```
 */
export function writeDtlsCompleteReq(_profile: Ts50136Profile, message: DtlsCompleteReq): Uint8Array {
  return joined(message.trailing);
}

/**
 * Reads a DTLS_COMPLETE_RESP.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `message-data-too-short`, `trailing-octets`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parseDtlsCompleteResp, type DtlsCompleteResp } from "./dtls_complete.ts";
 *
 * const value: DtlsCompleteResp = { name: "DTLS_COMPLETE_RESP", result: "RESP_ACKNOWLEDGE" };
 * const data = Uint8Array.fromHex("01");
 * assertEquals(parseDtlsCompleteResp(profile, data), { ok: true, value });
 * ```
 */
export function parseDtlsCompleteResp(profile: Ts50136Profile, data: Uint8Array): Parsed<DtlsCompleteResp> {
  return readResponse<DtlsCompleteResp>(
    profile,
    "DTLS_COMPLETE_RESP",
    data,
    1,
    (result) => ({ name: "DTLS_COMPLETE_RESP", result }),
  );
}

/**
 * Writes a DTLS_COMPLETE_RESP.
 *
 * @param profile The profile.
 * @param message The message.
 * @returns The message data.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writeDtlsCompleteResp, type DtlsCompleteResp } from "./dtls_complete.ts";
 *
 * const message: DtlsCompleteResp = { name: "DTLS_COMPLETE_RESP", result: "RESP_ACKNOWLEDGE" };
 * assertEquals(writeDtlsCompleteResp(profile, message).toHex(), "01");
 * ```
 */
export function writeDtlsCompleteResp(profile: Ts50136Profile, message: DtlsCompleteResp): Uint8Array {
  return writeResponse(profile, message);
}
