/**
 * PATH_SUPERVISION_REQ and PATH_SUPERVISION_RESP: how often the path is polled, and by whom.
 *
 * @module
 */
import { planOf } from "../plan.ts";
import type { PollMode, Ts50136Profile } from "../profile.ts";
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

/** Asks for an interval. Data: +0 interval in seconds (4); +4 push or pull (1) (A). */
export interface PathSupervisionReq extends WithTrailing {
  /** Tells the messages apart. */
  name: "PATH_SUPERVISION_REQ";
  /** Seconds until the sender of polls sends the next. */
  intervalS: number;
  /** Who polls. */
  mode: PollMode;
}

/**
 * Tells the interval to use. Data: +0 result (1), also RESP_POLL_TOO_SLOW; +1 interval in seconds (4); +5
 * push or pull (1) (A).
 */
export interface PathSupervisionResp extends Response {
  /** Tells the messages apart. */
  name: "PATH_SUPERVISION_RESP";
  /** Seconds until the sender of polls sends the next. */
  intervalS: number;
  /** Who polls. */
  mode: PollMode;
}

/**
 * Reads a PATH_SUPERVISION_REQ.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `message-data-too-short`, `trailing-octets`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parsePathSupervisionReq, type PathSupervisionReq } from "./path_supervision.ts";
 *
 * const value: PathSupervisionReq = { name: "PATH_SUPERVISION_REQ", intervalS: 15, mode: "push" };
 * const data = Uint8Array.fromHex("0000000f00");
 * assertEquals(parsePathSupervisionReq(profile, data), { ok: true, value });
 * ```
 */
export function parsePathSupervisionReq(
  profile: Ts50136Profile,
  data: Uint8Array,
): Parsed<PathSupervisionReq> {
  const { pollModes } = planOf(profile);
  return readFixed<PathSupervisionReq>(profile, "PATH_SUPERVISION_REQ", data, 5, (data) => ({
    name: "PATH_SUPERVISION_REQ",
    intervalS: data.uint(4),
    mode: pollModes.nameOf(data.uint(1)),
  }));
}

/**
 * Writes a PATH_SUPERVISION_REQ.
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
 * import { writePathSupervisionReq, type PathSupervisionReq } from "./path_supervision.ts";
 *
 * const message: PathSupervisionReq = { name: "PATH_SUPERVISION_REQ", intervalS: 15, mode: "push" };
 * assertEquals(writePathSupervisionReq(profile, message).toHex(), "0000000f00");
 * ```
 */
export function writePathSupervisionReq(profile: Ts50136Profile, message: PathSupervisionReq): Uint8Array {
  const mode = planOf(profile).pollModes.idOf(message.mode);
  return joined(uint(profile, message.intervalS, 4), [mode], message.trailing);
}

/**
 * Reads a PATH_SUPERVISION_RESP.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `message-data-too-short`, `trailing-octets`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parsePathSupervisionResp, type PathSupervisionResp } from "./path_supervision.ts";
 *
 * const value: PathSupervisionResp = { name: "PATH_SUPERVISION_RESP", result: "RESP_ACKNOWLEDGE", intervalS: 15, mode: "push" };
 * const data = Uint8Array.fromHex("010000000f00");
 * assertEquals(parsePathSupervisionResp(profile, data), { ok: true, value });
 * ```
 */
export function parsePathSupervisionResp(
  profile: Ts50136Profile,
  data: Uint8Array,
): Parsed<PathSupervisionResp> {
  const { pollModes } = planOf(profile);
  return readResponse<PathSupervisionResp>(profile, "PATH_SUPERVISION_RESP", data, 6, (result, data) => ({
    name: "PATH_SUPERVISION_RESP",
    result,
    intervalS: data.uint(4),
    mode: pollModes.nameOf(data.uint(1)),
  }));
}

/**
 * Writes a PATH_SUPERVISION_RESP.
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
 * import { writePathSupervisionResp, type PathSupervisionResp } from "./path_supervision.ts";
 *
 * const message: PathSupervisionResp = { name: "PATH_SUPERVISION_RESP", result: "RESP_ACKNOWLEDGE", intervalS: 15, mode: "push" };
 * assertEquals(writePathSupervisionResp(profile, message).toHex(), "010000000f00");
 * ```
 */
export function writePathSupervisionResp(profile: Ts50136Profile, message: PathSupervisionResp): Uint8Array {
  const mode = planOf(profile).pollModes.idOf(message.mode);
  return writeResponse(profile, message, uint(profile, message.intervalS, 4), [mode]);
}
