/**
 * CONN_HANDLE_REQ and CONN_HANDLE_RESP: the SPT asks for a connection handle, the RCT assigns one.
 *
 * @module
 */
import { planOf } from "../plan.ts";
import type { Ts50136Profile } from "../profile.ts";
import {
  joined,
  type Parsed,
  readFixed,
  readResponse,
  type Response,
  uint,
  type WithTrailing,
  writeResponse,
} from "./parsed.ts";

/** Asks for a handle. Data: empty (PROFILE). */
export interface ConnHandleReq extends WithTrailing {
  /** Tells the messages apart. */
  name: "CONN_HANDLE_REQ";
}

/**
 * Assigns a handle. Data: +0 result (1), +1 new connection handle (4) (PROFILE; a result table exists, A).
 */
export interface ConnHandleResp extends Response {
  /** Tells the messages apart. */
  name: "CONN_HANDLE_RESP";
  /** The new handle, used from the next request on. */
  handle: number;
}

/**
 * Reads a CONN_HANDLE_REQ.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `trailing-octets`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parseConnHandleReq } from "./connection_handle.ts";
 *
 * assertEquals(parseConnHandleReq(profile, new Uint8Array()), { ok: true, value: { name: "CONN_HANDLE_REQ" } });
 * ```
 */
export function parseConnHandleReq(profile: Ts50136Profile, data: Uint8Array): Parsed<ConnHandleReq> {
  return readFixed<ConnHandleReq>(profile, "CONN_HANDLE_REQ", data, 0, () => ({ name: "CONN_HANDLE_REQ" }));
}

/**
 * Writes a CONN_HANDLE_REQ.
 *
 * @param _profile The profile.
 * @param message The message.
 * @returns The message data.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writeConnHandleReq } from "./connection_handle.ts";
 *
 * assertEquals(writeConnHandleReq(profile, { name: "CONN_HANDLE_REQ" }).length, 0);
 * ```
 */
export function writeConnHandleReq(_profile: Ts50136Profile, message: ConnHandleReq): Uint8Array {
  return joined(message.trailing);
}

/**
 * Reads a CONN_HANDLE_RESP.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `message-data-too-short`, `trailing-octets`.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parseConnHandleResp } from "./connection_handle.ts";
 *
 * const parsed = parseConnHandleResp(profile, Uint8Array.fromHex("0173603722"));
 * assert(parsed.ok);
 * assertEquals(parsed.value.handle, 0x73603722);
 * ```
 */
export function parseConnHandleResp(profile: Ts50136Profile, data: Uint8Array): Parsed<ConnHandleResp> {
  const size = planOf(profile).handleSize;
  return readResponse<ConnHandleResp>(profile, "CONN_HANDLE_RESP", data, 1 + size, (result, data) => ({
    name: "CONN_HANDLE_RESP",
    result,
    handle: data.uint(size),
  }));
}

/**
 * Writes a CONN_HANDLE_RESP.
 *
 * @param profile The profile.
 * @param message The message.
 * @returns The message data.
 * @throws {RangeError} When the handle does not fit.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writeConnHandleResp } from "./connection_handle.ts";
 *
 * const data = writeConnHandleResp(profile, { name: "CONN_HANDLE_RESP", result: "RESP_ACKNOWLEDGE", handle: 7 });
 * assertEquals(data.toHex(), "0100000007");
 * ```
 */
export function writeConnHandleResp(profile: Ts50136Profile, message: ConnHandleResp): Uint8Array {
  return writeResponse(profile, message, uint(profile, message.handle, planOf(profile).handleSize));
}
