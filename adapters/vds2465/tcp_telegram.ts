/**
 * The telegram of VdS 2465 over TCP (supplement S2).
 *
 * @module
 */
import type { VdsKeys } from "./tcp_keys.ts";

/** A telegram, decrypted (vds2465.md §6.1). */
export interface VdsTelegram {
  /** Key number [Schlüsselnummer]: 0 for plain, else that of the AES key. */
  key: number;
  /** Transmit counter TC of its sender, 32 bit. */
  tc: number;
  /** Receive counter RC: the TC that the sender expects next. */
  rc: number;
  /** What the telegram is [Informationskennung, IK]; see {@link IK}. */
  ik: number;
  /** Protocol [Protokollkennung, PK]: 1 for VdS 2465, others are vendors'. */
  pk: number;
  /** Payload: window size for IK 1 and 2, records for IK 4; 0 to 255 octets. */
  payload: Uint8Array;
}

/** What a telegram is (vds2465.md §6.1, A). */
export const IK = {
  SYNC_REQUEST: 1,
  SYNC_RESPONSE: 2,
  /** Nothing to send. */
  POLL: 3,
  PAYLOAD: 4,
  IK_UNKNOWN: 5,
  PK_UNKNOWN: 6,
  /** "Poll me now." */
  SERVICE_REQUEST: 7,
} as const;

/** Protocol number of VdS 2465. */
export const PK_VDS2465 = 1;
/** Key number of an answer that says that the key is not known (B). */
export const KEY_UNKNOWN = 0xffff;
/** Octets of a telegram behind the length field without payload and filler. */
export const VDS_BODY = 13;
/** Encrypted telegrams are filled up to at least this many octets, as the receiver in field use does (vds2465.md §6.1). */
const MIN_ENCRYPTED = 48;

/** A telegram, or why the octets are none. */
export type VdsTelegramResult =
  | { ok: true; telegram: VdsTelegram }
  | { ok: false; rule: "unknown-key" | "checksum" | "payload-length"; message: string };

/**
 * Reads what stands behind key number and length (the payload of a plain telegram is a view of it): `TC(4) CS(2) RC(4) IK PK L payload filler`, numbers high octet first.
 * Encrypted with AES-128 in CBC mode, initialisation vector 0, no padding but the filler. Source: vds2465.md §6.1-§6.3
 * (A: three programs).
 *
 * @param key Key number in front of the telegram.
 * @param body The octets, filler included.
 * @param keys The keys.
 * @returns The telegram; or a rule: `unknown-key`, `checksum`, `payload-length`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { readTelegram } from "./tcp_telegram.ts";
 * import { VdsKeys } from "./tcp_keys.ts";
 *
 * const keys = new VdsKeys({ 7: "00112233445566778899aabbccddeeff" });
 * const read = readTelegram(7, Uint8Array.fromHex("3959120d0c89aa67cc349e2573bb68f7"), keys);
 * assert(read.ok);
 * assertEquals([read.telegram.tc, read.telegram.rc, read.telegram.ik], [0x1f0, 0x10000000, 2]);
 * ```
 */
export function readTelegram(key: number, body: Uint8Array, keys: VdsKeys): VdsTelegramResult {
  const plain = key === 0 ? body : decrypt(keys, key, body);
  if (plain === undefined) {
    return {
      ok: false,
      rule: "unknown-key",
      message: key === KEY_UNKNOWN
        ? "The other side says that it does not know the key number. Check that both sides use the same number and key"
        : `No key of number ${key} is set here. Check the key number in the device, or add the key`,
    };
  }
  if (vdsChecksum(plain) !== 0) {
    const advice = key === 0
      ? "Octets were changed on the way, or this is no VdS 2465 over TCP"
      : `Most likely key ${key} is not the same on both sides`;
    return { ok: false, rule: "checksum", message: `A telegram's checksum is wrong. ${advice}` };
  }
  const length = plain[12] ?? 0;
  if (plain.length < VDS_BODY || VDS_BODY + length > plain.length) {
    return {
      ok: false,
      rule: "payload-length",
      message:
        `A telegram of ${plain.length} octets announces ${length} octets of payload. The device counts wrongly: tell ` +
        "its vendor",
    };
  }
  return {
    ok: true,
    telegram: {
      key,
      tc: uint32(plain, 0),
      rc: uint32(plain, 6),
      ik: plain[10] ?? 0,
      pk: plain[11] ?? 0,
      payload: plain.subarray(VDS_BODY, VDS_BODY + length),
    },
  };
}

/**
 * Writes a telegram with key number and length in front. Filler is 00: none in plain, up to a multiple of 16 and at least
 * 48 octets when encrypted.
 *
 * @param telegram The telegram.
 * @param keys The keys.
 * @returns The octets to send.
 * @throws {RangeError} When there is no such key, or the payload is longer than 255 octets: mistakes of the caller.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeTelegram } from "./tcp_telegram.ts";
 * import { VdsKeys } from "./tcp_keys.ts";
 *
 * const sync = { key: 0, tc: 0x0fffffff, rc: 0, ik: 1, pk: 1, payload: new Uint8Array([1]) };
 * assertEquals(writeTelegram(sync, new VdsKeys()).toHex(), "0000000e0fffffffedfe0000000001010101");
 * ```
 */
export function writeTelegram({ key, tc, rc, ik, pk, payload }: VdsTelegram, keys: VdsKeys): Uint8Array {
  if (payload.length > 255) {
    throw new RangeError(`A telegram holds 255 octets at most, not ${payload.length}`);
  }
  const length = VDS_BODY + payload.length;
  const body = new Uint8Array(key === 0 ? length : Math.max(MIN_ENCRYPTED, Math.ceil(length / 16) * 16));
  putUint16(body, 0, tc >>> 16);
  putUint16(body, 2, tc);
  putUint16(body, 6, rc >>> 16);
  putUint16(body, 8, rc);
  body[10] = ik;
  body[11] = pk;
  body[12] = payload.length;
  body.set(payload, VDS_BODY);
  putUint16(body, 4, vdsChecksum(body));
  const sealed = key === 0 ? body : keys.encrypt(key, body);
  if (sealed === undefined) throw new RangeError(`No key of number ${key} is set here`);
  const bytes = new Uint8Array(4 + sealed.length);
  putUint16(bytes, 0, key);
  putUint16(bytes, 2, sealed.length);
  bytes.set(sealed, 4);
  return bytes;
}

/**
 * The checksum of a telegram: ones' complement of the ones' complement sum of its 16-bit words, as in IP (RFC 1071), an
 * odd last octet being the high one of a word. Source: vds2465.md §6.2 (A: three programs).
 *
 * @param body The telegram behind the length field, filler included, the checksum's own octets 0.
 * @returns The checksum; over a telegram with its checksum in place: 0 when that is right.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { vdsChecksum } from "./tcp_telegram.ts";
 *
 * assertEquals(vdsChecksum(Uint8Array.fromHex("000000a1" + "0000" + "10000001030100")), 0xec5c);
 * assertEquals(vdsChecksum(Uint8Array.fromHex("000000a1" + "ec5c" + "10000001030100")), 0);
 * ```
 */
export function vdsChecksum(body: Uint8Array): number {
  let sum = 0;
  const even = body.length & ~1;
  for (let at = 0; at < even; at += 2) sum += (body[at] as number) << 8 | (body[at + 1] as number);
  if (even < body.length) sum += (body[even] as number) << 8;
  // The carries of up to 32 KiB fit into the sum's upper half.
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** Writes the low 16 bits, high octet first. */
function putUint16(octets: Uint8Array, at: number, value: number): void {
  octets[at] = value >>> 8;
  octets[at + 1] = value;
}

function uint32(octets: Uint8Array, at: number): number {
  const high = (octets[at] as number) << 8 | (octets[at + 1] as number);
  return (high << 16 | (octets[at + 2] as number) << 8 | (octets[at + 3] as number)) >>> 0;
}

function decrypt(keys: VdsKeys, key: number, body: Uint8Array): Uint8Array | undefined {
  // A length that is no multiple of 16 was refused by the framer; here it would throw.
  const blocks = body.length > 0 && body.length % 16 === 0;
  return blocks || !keys.has(key) ? keys.decrypt(key, body) : new Uint8Array([0]);
}
