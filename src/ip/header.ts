/**
 * The header in front of every message: read and written where the profile's layout says.
 *
 * Clauses 5.2.4 to 5.2.9 for the members (confidence A); their order and sizes are reconstructed (C), see
 * `profile.ts`.
 *
 * @module
 */
import { readUint, writeUint } from "./octets.ts";
import { planOf } from "./plan.ts";
import type { Ts50136Profile } from "./profile.ts";

/** A message header in clear. */
export interface Header {
  /** Connection handle; 0 while none is assigned. */
  handle: number;
  /** Device ID of the sender (16 octets). */
  deviceId: Uint8Array;
  /** TX sequence number of this message. */
  tx: number;
  /** The TX sequence number the sender expects next from its peer. */
  rx: number;
  /** Flags; sent 0, ignored on receipt. */
  flags: number;
  /** Protocol version of the sender. */
  version: number;
  /** Message ID; see `messageName`. */
  messageId: number;
  /** Octets of message data. */
  length: number;
}

/**
 * Length of the header including message ID and message length: the standard's HL.
 *
 * @param profile The profile.
 * @returns Octets; 30 in the reconstructed profile.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { headerOctets } from "./header.ts";
 * import { reconstructed2020 } from "./profile.ts";
 *
 * assertEquals(headerOctets(reconstructed2020), 30);
 * ```
 */
export function headerOctets(profile: Ts50136Profile): number {
  return planOf(profile).headerOctets;
}

/**
 * Reads a header.
 *
 * @param profile The profile; a member its layout lacks reads as 0 (flags) or as the profile's version.
 * @param octets Clear octets, the header first; at least HL of them, else members read as zero.
 * @returns The header; `deviceId` is a view into `octets`. `length` may be negative or beyond the datagram:
 * `open` checks it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readHeader } from "./header.ts";
 * import { reconstructed2020 } from "./profile.ts";
 *
 * const octets = Uint8Array.fromHex("7360372200112233445566778899aabbccddeeff0036001d000001110000");
 * const header = readHeader(reconstructed2020, octets);
 * assertEquals([header.tx, header.rx, header.messageId], [54, 29, 0x11]);
 * ```
 */
export function readHeader(profile: Ts50136Profile, octets: Uint8Array): Header {
  const plan = planOf(profile);
  const little = plan.little;
  return {
    handle: readUint(octets, plan.handleAt, plan.handleSize, little),
    deviceId: octets.subarray(plan.deviceIdAt, plan.deviceIdAt + plan.deviceIdSize),
    tx: readUint(octets, plan.txAt, plan.txSize, little),
    rx: readUint(octets, plan.rxAt, plan.rxSize, little),
    flags: readUint(octets, plan.flagsAt, plan.flagsSize, little),
    version: plan.versionSize === 0
      ? profile.values.protocolVersion
      : readUint(octets, plan.versionAt, plan.versionSize, little),
    messageId: readUint(octets, plan.messageIdAt, plan.messageIdSize, little),
    length: readUint(octets, plan.lengthAt, plan.lengthSize, little) - plan.lengthExtra,
  };
}

/**
 * Writes a header.
 *
 * @param profile The profile; members its layout lacks are left out. Numbers too large for their field are
 * cut off.
 * @param header What to write.
 * @param octets Where to: the first HL octets.
 * @throws {RangeError} When the device ID has not the layout's size or `octets` is too short: an error of the
 * caller.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readHeader, writeHeader } from "./header.ts";
 * import { reconstructed2020 } from "./profile.ts";
 *
 * const octets = new Uint8Array(30);
 * const deviceId = new Uint8Array(16);
 * const header = { handle: 1, deviceId, tx: 2, rx: 3, flags: 0, version: 1, messageId: 0x11, length: 0 };
 * writeHeader(reconstructed2020, header, octets);
 * assertEquals(readHeader(reconstructed2020, octets), header);
 * ```
 */
export function writeHeader(profile: Ts50136Profile, header: Header, octets: Uint8Array): void {
  const plan = planOf(profile);
  const little = plan.little;
  if (octets.length < plan.headerOctets) {
    throw new RangeError(`no room for a header of ${plan.headerOctets} octets`);
  }
  if (header.deviceId.length !== plan.deviceIdSize) {
    throw new RangeError(`the device ID has ${header.deviceId.length} octets, not ${plan.deviceIdSize}`);
  }
  writeUint(octets, plan.handleAt, plan.handleSize, header.handle, little);
  octets.set(header.deviceId, plan.deviceIdAt);
  writeUint(octets, plan.txAt, plan.txSize, header.tx, little);
  writeUint(octets, plan.rxAt, plan.rxSize, header.rx, little);
  writeUint(octets, plan.flagsAt, plan.flagsSize, header.flags, little);
  writeUint(octets, plan.versionAt, plan.versionSize, header.version, little);
  writeUint(octets, plan.messageIdAt, plan.messageIdSize, header.messageId, little);
  writeUint(octets, plan.lengthAt, plan.lengthSize, header.length + plan.lengthExtra, little);
}
