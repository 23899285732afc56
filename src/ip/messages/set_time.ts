/**
 * SET_TIME_CMD and SET_TIME_RESP: the RCT sets the SPT's clock.
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
import { readNtp, writeNtp } from "./ntp_octets.ts";

/** Sets the clock. Data: +0 time (8), 64-bit NTP, UTC, big-endian (A). */
export interface SetTimeCmd extends WithTrailing {
  /** Tells the messages apart. */
  name: "SET_TIME_CMD";
  /** 64-bit NTP time; see `ntp_time.ts`. */
  time: bigint;
}

/** Answers it. Data: +0 result (1) (A). */
export interface SetTimeResp extends Response {
  /** Tells the messages apart. */
  name: "SET_TIME_RESP";
}

/**
 * Reads a SET_TIME_CMD.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `message-data-too-short`, `trailing-octets`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parseSetTimeCmd, type SetTimeCmd } from "./set_time.ts";
 *
 * const value: SetTimeCmd = { name: "SET_TIME_CMD", time: 0x83aa7e8000000000n };
 * const data = Uint8Array.fromHex("83aa7e8000000000");
 * assertEquals(parseSetTimeCmd(profile, data), { ok: true, value });
 * ```
 */
export function parseSetTimeCmd(profile: Ts50136Profile, data: Uint8Array): Parsed<SetTimeCmd> {
  return readFixed<SetTimeCmd>(profile, "SET_TIME_CMD", data, 8, (data) => ({
    name: "SET_TIME_CMD",
    time: readNtp(data.octets(8)),
  }));
}

/**
 * Writes a SET_TIME_CMD.
 *
 * @param _profile The profile.
 * @param message The message.
 * @returns The message data.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writeSetTimeCmd, type SetTimeCmd } from "./set_time.ts";
 *
 * const message: SetTimeCmd = { name: "SET_TIME_CMD", time: 0x83aa7e8000000000n };
 * assertEquals(writeSetTimeCmd(profile, message).toHex(), "83aa7e8000000000");
 * ```
 */
export function writeSetTimeCmd(_profile: Ts50136Profile, message: SetTimeCmd): Uint8Array {
  return joined(writeNtp(message.time), message.trailing);
}

/**
 * Reads a SET_TIME_RESP.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `message-data-too-short`, `trailing-octets`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parseSetTimeResp, type SetTimeResp } from "./set_time.ts";
 *
 * const value: SetTimeResp = { name: "SET_TIME_RESP", result: "RESP_ACKNOWLEDGE" };
 * const data = Uint8Array.fromHex("01");
 * assertEquals(parseSetTimeResp(profile, data), { ok: true, value });
 * ```
 */
export function parseSetTimeResp(profile: Ts50136Profile, data: Uint8Array): Parsed<SetTimeResp> {
  return readResponse<SetTimeResp>(
    profile,
    "SET_TIME_RESP",
    data,
    1,
    (result) => ({ name: "SET_TIME_RESP", result }),
  );
}

/**
 * Writes a SET_TIME_RESP.
 *
 * @param profile The profile.
 * @param message The message.
 * @returns The message data.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writeSetTimeResp, type SetTimeResp } from "./set_time.ts";
 *
 * const message: SetTimeResp = { name: "SET_TIME_RESP", result: "RESP_ACKNOWLEDGE" };
 * assertEquals(writeSetTimeResp(profile, message).toHex(), "01");
 * ```
 */
export function writeSetTimeResp(profile: Ts50136Profile, message: SetTimeResp): Uint8Array {
  return writeResponse(profile, message);
}
