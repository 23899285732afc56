/**
 * All messages of the IP protocol: by ID and name, from message data and back.
 *
 * @module
 */
import { planOf } from "../plan.ts";
import type { MessageName, Result, Ts50136Profile } from "../profile.ts";
import type { Parsed } from "./parsed.ts";
import type { Message } from "./types.ts";
import {
  parseConnHandleReq,
  parseConnHandleResp,
  writeConnHandleReq,
  writeConnHandleResp,
} from "./connection_handle.ts";
import { parseDeviceIdReq, parseDeviceIdResp, writeDeviceIdReq, writeDeviceIdResp } from "./device_id.ts";
import {
  parseDtlsCompleteReq,
  parseDtlsCompleteResp,
  writeDtlsCompleteReq,
  writeDtlsCompleteResp,
} from "./dtls_complete.ts";
import {
  parseEncryptKeyReq,
  parseEncryptKeyResp,
  writeEncryptKeyReq,
  writeEncryptKeyResp,
} from "./encrypt_key.ts";
import {
  parseEncryptSelectReq,
  parseEncryptSelectResp,
  writeEncryptSelectReq,
  writeEncryptSelectResp,
} from "./encrypt_select.ts";
import { parseEventMsg, parseEventResp, writeEventMsg, writeEventResp } from "./event.ts";
import {
  parseHashSelectReq,
  parseHashSelectResp,
  writeHashSelectReq,
  writeHashSelectResp,
} from "./hash_select.ts";
import {
  parsePathSupervisionReq,
  parsePathSupervisionResp,
  writePathSupervisionReq,
  writePathSupervisionResp,
} from "./path_supervision.ts";
import { parsePmtuReq, parsePmtuResp, writePmtuReq, writePmtuResp } from "./pmtu.ts";
import { parsePollMsg, parsePollResp, writePollMsg, writePollResp } from "./poll.ts";
import {
  parseRctIpParamReq,
  parseRctIpParamResp,
  writeRctIpParamReq,
  writeRctIpParamResp,
} from "./rct_ip_param.ts";
import { parseSetTimeCmd, parseSetTimeResp, writeSetTimeCmd, writeSetTimeResp } from "./set_time.ts";
import {
  parseTransparentMsg,
  parseTransparentResp,
  writeTransparentMsg,
  writeTransparentResp,
} from "./transparent.ts";
import { parseVersionReq, parseVersionResp, writeVersionReq, writeVersionResp } from "./version.ts";

export type * from "./types.ts";
export type { Parsed, Response, WithFlags, WithTrailing } from "./parsed.ts";
export type { EventField } from "./fields.ts";
export * from "./connection_handle.ts";
export * from "./device_id.ts";
export * from "./dtls_complete.ts";
export * from "./encrypt_key.ts";
export * from "./encrypt_select.ts";
export * from "./event.ts";
export * from "./hash_select.ts";
export * from "./path_supervision.ts";
export * from "./pmtu.ts";
export * from "./poll.ts";
export * from "./rct_ip_param.ts";
export * from "./set_time.ts";
export * from "./transparent.ts";
export * from "./version.ts";

/**
 * Name of a message.
 *
 * @param profile The profile.
 * @param id The message ID of a header.
 * @returns The name; undefined when the profile does not know the ID.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 } from "../profile.ts";
 * import { messageName } from "./mod.ts";
 *
 * assertEquals(messageName(reconstructed2020, 0xb0), "EVENT_RESP");
 * assertEquals(messageName(reconstructed2020, 0x46), undefined);
 * ```
 */
export function messageName(profile: Ts50136Profile, id: number): MessageName | undefined {
  return planOf(profile).messageNames.get(id);
}

/**
 * ID of a message.
 *
 * @param profile The profile.
 * @param name The name.
 * @returns The message ID for the header.
 * @throws {RangeError} When the profile does not have the message.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 } from "../profile.ts";
 * import { messageId } from "./mod.ts";
 *
 * assertEquals(messageId(reconstructed2020, "EVENT_MSG"), 0x30);
 * ```
 */
export function messageId(profile: Ts50136Profile, name: MessageName): number {
  const id = planOf(profile).messageIds.get(name);
  if (id === undefined) throw new RangeError(`the profile has no number for ${name}`);
  return id;
}

/**
 * Reads the data of any message. Never throws.
 *
 * @param profile The profile.
 * @param id The message ID of the header.
 * @param data The message data.
 * @returns The message, or `unknown-message`, or the refusal of that message's parser.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { reconstructed2020 } from "../profile.ts";
 * import { parseMessage } from "./mod.ts";
 *
 * const parsed = parseMessage(reconstructed2020, 0x45, Uint8Array.fromHex("0000000f00"));
 * assert(parsed.ok && parsed.value.name === "PATH_SUPERVISION_REQ");
 * assertEquals(parsed.value.intervalS, 15);
 * ```
 */
export function parseMessage(profile: Ts50136Profile, id: number, data: Uint8Array): Parsed<Message> {
  const name = messageName(profile, id);
  switch (name) {
    case "CONN_HANDLE_REQ":
      return parseConnHandleReq(profile, data);
    case "CONN_HANDLE_RESP":
      return parseConnHandleResp(profile, data);
    case "DEVICE_ID_REQ":
      return parseDeviceIdReq(profile, data);
    case "DEVICE_ID_RESP":
      return parseDeviceIdResp(profile, data);
    case "DTLS_COMPLETE_REQ":
      return parseDtlsCompleteReq(profile, data);
    case "DTLS_COMPLETE_RESP":
      return parseDtlsCompleteResp(profile, data);
    case "ENCRYPT_KEY_REQ":
      return parseEncryptKeyReq(profile, data);
    case "ENCRYPT_KEY_RESP":
      return parseEncryptKeyResp(profile, data);
    case "ENCRYPT_SELECT_REQ":
      return parseEncryptSelectReq(profile, data);
    case "ENCRYPT_SELECT_RESP":
      return parseEncryptSelectResp(profile, data);
    case "EVENT_MSG":
      return parseEventMsg(profile, data);
    case "EVENT_RESP":
      return parseEventResp(profile, data);
    case "HASH_SELECT_REQ":
      return parseHashSelectReq(profile, data);
    case "HASH_SELECT_RESP":
      return parseHashSelectResp(profile, data);
    case "PATH_SUPERVISION_REQ":
      return parsePathSupervisionReq(profile, data);
    case "PATH_SUPERVISION_RESP":
      return parsePathSupervisionResp(profile, data);
    case "PMTU_REQ":
    case "PMTU_PROBE":
      return parsePmtuReq(profile, data, name);
    case "PMTU_RESP":
    case "PMTU_PROBE_RESP":
      return parsePmtuResp(profile, data, name);
    case "POLL_MSG":
      return parsePollMsg(profile, data);
    case "POLL_RESP":
      return parsePollResp(profile, data);
    case "RCT_IP_PARAM_REQ":
      return parseRctIpParamReq(profile, data);
    case "RCT_IP_PARAM_RESP":
      return parseRctIpParamResp(profile, data);
    case "SET_TIME_CMD":
      return parseSetTimeCmd(profile, data);
    case "SET_TIME_RESP":
      return parseSetTimeResp(profile, data);
    case "TRANSPARENT_MSG":
      return parseTransparentMsg(profile, data);
    case "TRANSPARENT_RESP":
      return parseTransparentResp(profile, data);
    case "VERSION_REQ":
      return parseVersionReq(profile, data);
    case "VERSION_RESP":
      return parseVersionResp(profile, data);
    case undefined:
      return {
        ok: false,
        rule: "unknown-message",
        message: `Message 0x${id.toString(16).padStart(2, "0")} is not in the profile ${profile.name}. ` +
          "The peer speaks a later edition or another profile; it is told that the message is not supported.",
      };
  }
}

/**
 * Writes the data of any message.
 *
 * @param profile The profile.
 * @param message The message.
 * @returns The message data; its ID is `messageId(profile, message.name)`.
 * @throws {RangeError} When a member does not fit its field: an error of the caller.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 } from "../profile.ts";
 * import { writeMessage } from "./mod.ts";
 *
 * assertEquals(writeMessage(reconstructed2020, { name: "POLL_RESP", result: "RESP_ACKNOWLEDGE" }).toHex(), "01");
 * ```
 */
export function writeMessage(profile: Ts50136Profile, message: Message): Uint8Array {
  switch (message.name) {
    case "CONN_HANDLE_REQ":
      return writeConnHandleReq(profile, message);
    case "CONN_HANDLE_RESP":
      return writeConnHandleResp(profile, message);
    case "DEVICE_ID_REQ":
      return writeDeviceIdReq(profile, message);
    case "DEVICE_ID_RESP":
      return writeDeviceIdResp(profile, message);
    case "DTLS_COMPLETE_REQ":
      return writeDtlsCompleteReq(profile, message);
    case "DTLS_COMPLETE_RESP":
      return writeDtlsCompleteResp(profile, message);
    case "ENCRYPT_KEY_REQ":
      return writeEncryptKeyReq(profile, message);
    case "ENCRYPT_KEY_RESP":
      return writeEncryptKeyResp(profile, message);
    case "ENCRYPT_SELECT_REQ":
      return writeEncryptSelectReq(profile, message);
    case "ENCRYPT_SELECT_RESP":
      return writeEncryptSelectResp(profile, message);
    case "EVENT_MSG":
      return writeEventMsg(profile, message);
    case "EVENT_RESP":
      return writeEventResp(profile, message);
    case "HASH_SELECT_REQ":
      return writeHashSelectReq(profile, message);
    case "HASH_SELECT_RESP":
      return writeHashSelectResp(profile, message);
    case "PATH_SUPERVISION_REQ":
      return writePathSupervisionReq(profile, message);
    case "PATH_SUPERVISION_RESP":
      return writePathSupervisionResp(profile, message);
    case "PMTU_REQ":
    case "PMTU_PROBE":
      return writePmtuReq(profile, message);
    case "PMTU_RESP":
    case "PMTU_PROBE_RESP":
      return writePmtuResp(profile, message);
    case "POLL_MSG":
      return writePollMsg(profile, message);
    case "POLL_RESP":
      return writePollResp(profile, message);
    case "RCT_IP_PARAM_REQ":
      return writeRctIpParamReq(profile, message);
    case "RCT_IP_PARAM_RESP":
      return writeRctIpParamResp(profile, message);
    case "SET_TIME_CMD":
      return writeSetTimeCmd(profile, message);
    case "SET_TIME_RESP":
      return writeSetTimeResp(profile, message);
    case "TRANSPARENT_MSG":
      return writeTransparentMsg(profile, message);
    case "TRANSPARENT_RESP":
      return writeTransparentResp(profile, message);
    case "VERSION_REQ":
      return writeVersionReq(profile, message);
    case "VERSION_RESP":
      return writeVersionResp(profile, message);
  }
}

/**
 * The data of a bare refusal, which fits any response: the result octet alone. Also the answer to a request
 * that the profile does not know; its ID is the request's with the response bit set.
 *
 * @param profile The profile.
 * @param result The result code.
 * @returns The message data.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 } from "../profile.ts";
 * import { refusal } from "./mod.ts";
 *
 * assertEquals(refusal(reconstructed2020, "RESP_NEGATIVE_ACKNOWLEDGE").toHex(), "02");
 * ```
 */
export function refusal(profile: Ts50136Profile, result: Result): Uint8Array {
  return new Uint8Array([planOf(profile).results.idOf(result)]);
}
