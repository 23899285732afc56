/**
 * TRANSPARENT_MSG and TRANSPARENT_RESP: octets that the protocol does not look into.
 *
 * @module
 */
import type { Result, Ts50136Profile } from "../profile.ts";
import { type Parsed, readResponse, writeResponse } from "./parsed.ts";

/** Carries octets. Data: +0… opaque (PROFILE). */
export interface TransparentMsg {
  /** Tells the messages apart. */
  name: "TRANSPARENT_MSG";
  /** The octets. */
  data: Uint8Array;
}

/** Answers, possibly with octets. Data: +0 result (1); +1… opaque (PROFILE; a result table exists, A). */
export interface TransparentResp {
  /** Tells the messages apart. */
  name: "TRANSPARENT_RESP";
  /** The result code by name. */
  result: Result;
  /** The octets; may be none. */
  data: Uint8Array;
}

/**
 * Reads a TRANSPARENT_MSG.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parseTransparentMsg, type TransparentMsg } from "./transparent.ts";
 *
 * const value: TransparentMsg = { name: "TRANSPARENT_MSG", data: new Uint8Array([0xca, 0xfe]) };
 * const data = Uint8Array.fromHex("cafe");
 * assertEquals(parseTransparentMsg(profile, data), { ok: true, value });
 * ```
 */
export function parseTransparentMsg(_profile: Ts50136Profile, data: Uint8Array): Parsed<TransparentMsg> {
  return { ok: true, value: { name: "TRANSPARENT_MSG", data: data.slice() } };
}

/**
 * Writes a TRANSPARENT_MSG.
 *
 * @param _profile The profile.
 * @param message The message.
 * @returns The message data.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writeTransparentMsg, type TransparentMsg } from "./transparent.ts";
 *
 * const message: TransparentMsg = { name: "TRANSPARENT_MSG", data: new Uint8Array([0xca, 0xfe]) };
 * assertEquals(writeTransparentMsg(profile, message).toHex(), "cafe");
 * ```
 */
export function writeTransparentMsg(_profile: Ts50136Profile, message: TransparentMsg): Uint8Array {
  return message.data.slice();
}

/**
 * Reads a TRANSPARENT_RESP.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `message-data-too-short`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parseTransparentResp, type TransparentResp } from "./transparent.ts";
 *
 * const value: TransparentResp = { name: "TRANSPARENT_RESP", result: "RESP_ACKNOWLEDGE", data: new Uint8Array([0xca, 0xfe]) };
 * const data = Uint8Array.fromHex("01cafe");
 * assertEquals(parseTransparentResp(profile, data), { ok: true, value });
 * ```
 */
export function parseTransparentResp(profile: Ts50136Profile, data: Uint8Array): Parsed<TransparentResp> {
  const head = readResponse(profile, "TRANSPARENT_RESP", data.subarray(0, 1), 1, (result) => ({ result }));
  if (!head.ok) return head;
  return { ok: true, value: { name: "TRANSPARENT_RESP", ...head.value, data: data.slice(1) } };
}

/**
 * Writes a TRANSPARENT_RESP.
 *
 * @param profile The profile.
 * @param message The message.
 * @returns The message data.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writeTransparentResp, type TransparentResp } from "./transparent.ts";
 *
 * const message: TransparentResp = { name: "TRANSPARENT_RESP", result: "RESP_ACKNOWLEDGE", data: new Uint8Array([0xca, 0xfe]) };
 * assertEquals(writeTransparentResp(profile, message).toHex(), "01cafe");
 * ```
 */
export function writeTransparentResp(profile: Ts50136Profile, message: TransparentResp): Uint8Array {
  return writeResponse(profile, { result: message.result }, message.data);
}
