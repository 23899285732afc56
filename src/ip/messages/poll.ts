/**
 * POLL_MSG and POLL_RESP: the sign of life.
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

/** Says that the sender is there. Data: empty (the example row shows none, A; size C). */
export interface PollMsg extends WithTrailing {
  /** Tells the messages apart. */
  name: "POLL_MSG";
}

/** Answers a poll. Data: +0 result (1) (A by the example; size by analogy). */
export interface PollResp extends Response {
  /** Tells the messages apart. */
  name: "POLL_RESP";
}

/**
 * Reads a POLL_MSG.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `trailing-octets`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parsePollMsg, type PollMsg } from "./poll.ts";
 *
 * const value: PollMsg = { name: "POLL_MSG" };
 * const data = Uint8Array.fromHex("");
 * assertEquals(parsePollMsg(profile, data), { ok: true, value });
 * ```
 */
export function parsePollMsg(profile: Ts50136Profile, data: Uint8Array): Parsed<PollMsg> {
  return readFixed<PollMsg>(profile, "POLL_MSG", data, 0, () => ({ name: "POLL_MSG" }));
}

/**
 * Writes a POLL_MSG.
 *
 * @param _profile The profile.
 * @param message The message.
 * @returns The message data.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writePollMsg, type PollMsg } from "./poll.ts";
 *
 * const message: PollMsg = { name: "POLL_MSG" };
 * assertEquals(writePollMsg(profile, message).toHex(), "");
 * ```
 */
export function writePollMsg(_profile: Ts50136Profile, message: PollMsg): Uint8Array {
  return joined(message.trailing);
}

/**
 * Reads a POLL_RESP.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `message-data-too-short`, `trailing-octets`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parsePollResp, type PollResp } from "./poll.ts";
 *
 * const value: PollResp = { name: "POLL_RESP", result: "RESP_ACKNOWLEDGE" };
 * const data = Uint8Array.fromHex("01");
 * assertEquals(parsePollResp(profile, data), { ok: true, value });
 * ```
 */
export function parsePollResp(profile: Ts50136Profile, data: Uint8Array): Parsed<PollResp> {
  return readResponse<PollResp>(profile, "POLL_RESP", data, 1, (result) => ({ name: "POLL_RESP", result }));
}

/**
 * Writes a POLL_RESP.
 *
 * @param profile The profile.
 * @param message The message.
 * @returns The message data.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writePollResp, type PollResp } from "./poll.ts";
 *
 * const message: PollResp = { name: "POLL_RESP", result: "RESP_ACKNOWLEDGE" };
 * assertEquals(writePollResp(profile, message).toHex(), "01");
 * ```
 */
export function writePollResp(profile: Ts50136Profile, message: PollResp): Uint8Array {
  return writeResponse(profile, message);
}
