/**
 * RCT_IP_PARAM_REQ and RCT_IP_PARAM_RESP: the addresses at which the RCT can be reached.
 *
 * @module
 */
import type { Ts50136Profile } from "../profile.ts";
import {
  addressField,
  joined,
  type Parsed,
  readFixed,
  readResponse,
  type Response,
  uint,
  type WithTrailing,
  writeResponse,
} from "./parsed.ts";

/** Asks for the addresses. Data: empty (PROFILE). */
export interface RctIpParamReq extends WithTrailing {
  /** Tells the messages apart. */
  name: "RCT_IP_PARAM_REQ";
}

/**
 * Tells them. Data: +0 result (1); then, best first, address (16) and port (2) (PROFILE; a result table
 * exists, A).
 */
export interface RctIpParamResp extends Response {
  /** Tells the messages apart. */
  name: "RCT_IP_PARAM_RESP";
  /**
   * Addresses, best first: IPv6, or IPv4 as ::ffff:a.b.c.d, 16 octets, in the edition of 2017 filled up to 32;
   * UDP port.
   */
  addresses: { address: Uint8Array; port: number }[];
}

/**
 * Reads a RCT_IP_PARAM_REQ.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `trailing-octets`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parseRctIpParamReq, type RctIpParamReq } from "./rct_ip_param.ts";
 *
 * const value: RctIpParamReq = { name: "RCT_IP_PARAM_REQ" };
 * const data = Uint8Array.fromHex("");
 * assertEquals(parseRctIpParamReq(profile, data), { ok: true, value });
 * ```
 */
export function parseRctIpParamReq(profile: Ts50136Profile, data: Uint8Array): Parsed<RctIpParamReq> {
  return readFixed<RctIpParamReq>(profile, "RCT_IP_PARAM_REQ", data, 0, () => ({ name: "RCT_IP_PARAM_REQ" }));
}

/**
 * Writes a RCT_IP_PARAM_REQ.
 *
 * @param _profile The profile.
 * @param message The message.
 * @returns The message data.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { writeRctIpParamReq, type RctIpParamReq } from "./rct_ip_param.ts";
 *
 * const message: RctIpParamReq = { name: "RCT_IP_PARAM_REQ" };
 * assertEquals(writeRctIpParamReq(profile, message).toHex(), "");
 * ```
 */
export function writeRctIpParamReq(_profile: Ts50136Profile, message: RctIpParamReq): Uint8Array {
  return joined(message.trailing);
}

/**
 * Reads a RCT_IP_PARAM_RESP.
 *
 * @param profile The profile.
 * @param data The message data.
 * @returns The message, or `message-data-too-short`, `trailing-octets`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 as profile } from "../profile.ts";
 * import { parseRctIpParamResp, type RctIpParamResp } from "./rct_ip_param.ts";
 *
 * const value: RctIpParamResp = {
 *   name: "RCT_IP_PARAM_RESP",
 *   result: "RESP_ACKNOWLEDGE",
 *   addresses: [{ address: Uint8Array.fromHex("00000000000000000000ffffc0000201"), port: 50136 }],
 * };
 * const data = Uint8Array.fromHex("0100000000000000000000ffffc0000201c3d8");
 * assertEquals(parseRctIpParamResp(profile, data), { ok: true, value });
 * ```
 */
export function parseRctIpParamResp(profile: Ts50136Profile, data: Uint8Array): Parsed<RctIpParamResp> {
  const { addressOctets, portOctets } = profile.values;
  const count = Math.floor(Math.max(0, data.length - 1) / (addressOctets + portOctets));
  const size = 1 + count * (addressOctets + portOctets);
  return readResponse<RctIpParamResp>(profile, "RCT_IP_PARAM_RESP", data, size, (result, data) => {
    const addresses: RctIpParamResp["addresses"] = [];
    for (let i = 0; i < count; i++) {
      addresses.push({ address: data.octets(addressOctets), port: data.uint(portOctets) });
    }
    return { name: "RCT_IP_PARAM_RESP", result, addresses };
  });
}

/**
 * Writes a RCT_IP_PARAM_RESP.
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
 * import { writeRctIpParamResp, type RctIpParamResp } from "./rct_ip_param.ts";
 *
 * const message: RctIpParamResp = {
 *   name: "RCT_IP_PARAM_RESP",
 *   result: "RESP_ACKNOWLEDGE",
 *   addresses: [{ address: Uint8Array.fromHex("00000000000000000000ffffc0000201"), port: 50136 }],
 * };
 * assertEquals(writeRctIpParamResp(profile, message).toHex(), "0100000000000000000000ffffc0000201c3d8");
 * ```
 */
export function writeRctIpParamResp(profile: Ts50136Profile, message: RctIpParamResp): Uint8Array {
  const addresses = message.addresses.flatMap(({ address, port }) => [
    addressField(profile, address),
    uint(profile, port, profile.values.portOctets),
  ]);
  return writeResponse(profile, message, ...addresses);
}
