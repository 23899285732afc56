/**
 * VERSION_REQ and VERSION_RESP: which protocol version is spoken.
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
  uint,
  type WithTrailing,
  writeResponse,
} from "./parsed.ts";

/** Tells the highest version the SPT supports. Data: +0 version (1) (PROFILE). */
export interface VersionReq extends WithTrailing {
  /** Tells the messages apart. */
  name: "VERSION_REQ";
  /** Highest version supported. */
  version: number;
}

/** Tells the version to use. Data: +0 result (1); +1 version (1) (PROFILE; a result table exists, A). */
export interface VersionResp extends Response {
  /** Tells the messages apart. */
  name: "VERSION_RESP";
  /** Version to be used. */
  version: number;
}

/**
 * Reads a VERSION_REQ.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `message-data-too-short`, `trailing-octets`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parseVersionReq, type VersionReq } from "./version.ts";
 *
 * const value: VersionReq = { name: "VERSION_REQ", version: 1 };
 * const data = Uint8Array.fromHex("01");
 * assertEquals(parseVersionReq(profile, data), { ok: true, value });
 * ```
 */
export function parseVersionReq(profile: Ts50136Profile, data: Uint8Array): Parsed<VersionReq> {
  return readFixed<VersionReq>(profile, "VERSION_REQ", data, 1, (data) => ({
    name: "VERSION_REQ",
    version: data.uint(1),
  }));
}

/**
 * Writes a VERSION_REQ.
 *
 * @param profile The profile.
 * @param message The message.
 * @returns The message data.
 * @throws {RangeError} When a member does not fit its field: an error of the caller.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writeVersionReq, type VersionReq } from "./version.ts";
 *
 * const message: VersionReq = { name: "VERSION_REQ", version: 1 };
 * assertEquals(writeVersionReq(profile, message).toHex(), "01");
 * ```
 */
export function writeVersionReq(profile: Ts50136Profile, message: VersionReq): Uint8Array {
  return joined(uint(profile, message.version, 1), message.trailing);
}

/**
 * Reads a VERSION_RESP.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `message-data-too-short`, `trailing-octets`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parseVersionResp, type VersionResp } from "./version.ts";
 *
 * const value: VersionResp = { name: "VERSION_RESP", result: "RESP_ACKNOWLEDGE", version: 1 };
 * const data = Uint8Array.fromHex("0101");
 * assertEquals(parseVersionResp(profile, data), { ok: true, value });
 * ```
 */
export function parseVersionResp(profile: Ts50136Profile, data: Uint8Array): Parsed<VersionResp> {
  return readResponse<VersionResp>(profile, "VERSION_RESP", data, 2, (result, data) => ({
    name: "VERSION_RESP",
    result,
    version: data.uint(1),
  }));
}

/**
 * Writes a VERSION_RESP.
 *
 * @param profile The profile.
 * @param message The message.
 * @returns The message data.
 * @throws {RangeError} When a member does not fit its field: an error of the caller.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writeVersionResp, type VersionResp } from "./version.ts";
 *
 * const message: VersionResp = { name: "VERSION_RESP", result: "RESP_ACKNOWLEDGE", version: 1 };
 * assertEquals(writeVersionResp(profile, message).toHex(), "0101");
 * ```
 */
export function writeVersionResp(profile: Ts50136Profile, message: VersionResp): Uint8Array {
  return writeResponse(profile, message, uint(profile, message.version, 1));
}
