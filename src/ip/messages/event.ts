/**
 * EVENT_MSG and EVENT_RESP: the alarm and its acknowledgement.
 *
 * @module
 */
import type { Ts50136Profile } from "../profile.ts";
import { type EventField, readFields, writeFields } from "./fields.ts";
import {
  joined,
  type Parsed,
  readResponse,
  type Response,
  type WithTrailing,
  writeResponse,
} from "./parsed.ts";

/**
 * Carries an alarm. Data: fields, see `fields.ts`; exactly one of them the Event field (A; count PROFILE).
 */
export interface EventMsg extends WithTrailing {
  /** Tells the messages apart. */
  name: "EVENT_MSG";
  /** The fields in order. */
  fields: EventField[];
}

/** Answers an alarm. Data: +0 result (1) (C). */
export interface EventResp extends Response {
  /** Tells the messages apart. */
  name: "EVENT_RESP";
}

/**
 * Reads an EVENT_MSG.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `field-cut-short`, `empty-event-field`, `no-event-field`, `second-event-field`.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parseEventMsg } from "./event.ts";
 *
 * const parsed = parseEventMsg(profile, Uint8Array.fromHex("0000050123414243"));
 * assert(parsed.ok);
 * assertEquals(parsed.value.fields[0]?.field, "event");
 * ```
 */
export function parseEventMsg(profile: Ts50136Profile, data: Uint8Array): Parsed<EventMsg> {
  const parsed = readFields(profile, data);
  return parsed.ok ? { ok: true, value: { name: "EVENT_MSG", ...parsed.value } } : parsed;
}

/**
 * Writes an EVENT_MSG.
 *
 * @param profile The profile.
 * @param message The message.
 * @returns The message data.
 * @throws {RangeError} When a field does not fit or there is not exactly one Event field: errors of the
 * caller.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writeEventMsg } from "./event.ts";
 *
 * assertThrows(() => writeEventMsg(profile, { name: "EVENT_MSG", fields: [] }), RangeError);
 * ```
 */
export function writeEventMsg(profile: Ts50136Profile, message: EventMsg): Uint8Array {
  return joined(writeFields(profile, message.fields), message.trailing);
}

/**
 * Reads an EVENT_RESP.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `message-data-too-short`, `trailing-octets`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parseEventResp } from "./event.ts";
 *
 * const parsed = parseEventResp(profile, new Uint8Array([1]));
 * assertEquals(parsed, { ok: true, value: { name: "EVENT_RESP", result: "RESP_ACKNOWLEDGE" } });
 * ```
 */
export function parseEventResp(profile: Ts50136Profile, data: Uint8Array): Parsed<EventResp> {
  return readResponse<EventResp>(
    profile,
    "EVENT_RESP",
    data,
    1,
    (result) => ({ name: "EVENT_RESP", result }),
  );
}

/**
 * Writes an EVENT_RESP.
 *
 * @param profile The profile.
 * @param message The message.
 * @returns The message data.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writeEventResp } from "./event.ts";
 *
 * assertEquals(writeEventResp(profile, { name: "EVENT_RESP", result: "RESP_ACKNOWLEDGE" }).toHex(), "01");
 * ```
 */
export function writeEventResp(profile: Ts50136Profile, message: EventResp): Uint8Array {
  return writeResponse(profile, message);
}
