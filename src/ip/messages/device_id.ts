/**
 * DEVICE_ID_REQ and DEVICE_ID_RESP: the SPT tells its device ID, the RCT its own.
 *
 * @module
 */
import { planOf } from "../plan.ts";
import type { Ts50136Profile } from "../profile.ts";
import {
  joined,
  type Parsed,
  readFixed,
  readFlags,
  readResponse,
  type Response,
  sized,
  type WithFlags,
  type WithTrailing,
  writeFlags,
  writeResponse,
} from "./parsed.ts";

/**
 * Tells the SPT's ID. Data: +0 flags (1), bit 0 commissioning; +1 device ID (16) (PROFILE; a flags table
 * exists, A).
 */
export interface DeviceIdReq extends WithTrailing, WithFlags {
  /** Tells the messages apart. */
  name: "DEVICE_ID_REQ";
  /** The SPT's device ID, 16 octets. */
  deviceId: Uint8Array;
}

/** Tells the RCT's ID. Data: +0 result (1); +1 device ID (16) (PROFILE). */
export interface DeviceIdResp extends Response {
  /** Tells the messages apart. */
  name: "DEVICE_ID_RESP";
  /** The RCT's device ID, 16 octets. */
  deviceId: Uint8Array;
}

/**
 * Reads a DEVICE_ID_REQ.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `message-data-too-short`, `trailing-octets`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parseDeviceIdReq, type DeviceIdReq } from "./device_id.ts";
 *
 * const value: DeviceIdReq = { name: "DEVICE_ID_REQ", master: true, deviceId: new Uint8Array(16).fill(0x11) };
 * const data = Uint8Array.fromHex("0111111111111111111111111111111111");
 * assertEquals(parseDeviceIdReq(profile, data), { ok: true, value });
 * ```
 */
export function parseDeviceIdReq(profile: Ts50136Profile, data: Uint8Array): Parsed<DeviceIdReq> {
  const size = planOf(profile).deviceIdSize;
  return readFixed<DeviceIdReq>(profile, "DEVICE_ID_REQ", data, 1 + size, (data) => ({
    name: "DEVICE_ID_REQ",
    ...readFlags(data.uint(1), profile.values.deviceIdMasterFlag),
    deviceId: data.octets(size),
  }));
}

/**
 * Writes a DEVICE_ID_REQ.
 *
 * @param profile The profile.
 * @param message The message.
 * @returns The message data.
 * @throws {RangeError} When the device ID has the wrong size.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writeDeviceIdReq, type DeviceIdReq } from "./device_id.ts";
 *
 * const message: DeviceIdReq = { name: "DEVICE_ID_REQ", master: true, deviceId: new Uint8Array(16).fill(0x11) };
 * assertEquals(writeDeviceIdReq(profile, message).toHex(), "0111111111111111111111111111111111");
 * ```
 */
export function writeDeviceIdReq(profile: Ts50136Profile, message: DeviceIdReq): Uint8Array {
  const flags = writeFlags(message, profile.values.deviceIdMasterFlag);
  const deviceId = sized(message.deviceId, planOf(profile).deviceIdSize, "the device ID");
  return joined([flags], deviceId, message.trailing);
}

/**
 * Reads a DEVICE_ID_RESP.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `message-data-too-short`, `trailing-octets`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parseDeviceIdResp, type DeviceIdResp } from "./device_id.ts";
 *
 * const value: DeviceIdResp = { name: "DEVICE_ID_RESP", result: "RESP_ACKNOWLEDGE", deviceId: new Uint8Array(16).fill(0x11) };
 * const data = Uint8Array.fromHex("0111111111111111111111111111111111");
 * assertEquals(parseDeviceIdResp(profile, data), { ok: true, value });
 * ```
 */
export function parseDeviceIdResp(profile: Ts50136Profile, data: Uint8Array): Parsed<DeviceIdResp> {
  const size = planOf(profile).deviceIdSize;
  return readResponse<DeviceIdResp>(profile, "DEVICE_ID_RESP", data, 1 + size, (result, data) => ({
    name: "DEVICE_ID_RESP",
    result,
    deviceId: data.octets(size),
  }));
}

/**
 * Writes a DEVICE_ID_RESP.
 *
 * @param profile The profile.
 * @param message The message.
 * @returns The message data.
 * @throws {RangeError} When the device ID has the wrong size.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writeDeviceIdResp, type DeviceIdResp } from "./device_id.ts";
 *
 * const message: DeviceIdResp = { name: "DEVICE_ID_RESP", result: "RESP_ACKNOWLEDGE", deviceId: new Uint8Array(16).fill(0x11) };
 * assertEquals(writeDeviceIdResp(profile, message).toHex(), "0111111111111111111111111111111111");
 * ```
 */
export function writeDeviceIdResp(profile: Ts50136Profile, message: DeviceIdResp): Uint8Array {
  return writeResponse(
    profile,
    message,
    sized(message.deviceId, planOf(profile).deviceIdSize, "the device ID"),
  );
}
