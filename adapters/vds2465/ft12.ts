/**
 * The FT1.2 frame: what carries VdS 2465 records on serial lines and through modems.
 *
 * @module
 */

/** A frame (vds2465.md §5). */
export interface Ft12Frame {
  /** Control field: direction, who speaks first, and function; see {@link ft12Function}. */
  control: number;
  /** Station address; not evaluated by the devices seen so far. */
  address: number;
  /** The records, 0 to 253 octets. */
  data: Uint8Array;
}

/** What a frame is for. */
export type Ft12Function =
  /** 40: the panel's poll, without data. */
  | "send-norm"
  /** 73: data, to be confirmed. */
  | "send-data"
  /** 00: confirmation. */
  | "ack"
  /** 01: negative confirmation. */
  | "nak"
  /** Everything else. */
  | "other";

/** A frame, or why the octets are none. */
export type Ft12Result = { ok: true; frame: Ft12Frame } | { ok: false; rule: string; message: string };

/** First octet of a frame, and of its second half. */
export const FT12_START = 0x68;
/** Last octet of a frame. */
const END = 0x16;
/** Octets around control field, address and data. */
export const FT12_OVERHEAD = 6;
/** The longest data. */
export const FT12_MAX_DATA = 253;

/** Control fields that this side sends. Source: vds2465.md §5 (A). */
export const FT12_CONTROL = { SEND_NORM: 0x40, SEND_DATA: 0x73, ACK: 0x00 } as const;

/**
 * Writes a frame: `68 L L 68 C A data CS 16`. L counts C, A and data; CS is the low octet of the sum of those. Source:
 * vds2465.md §5 (A).
 *
 * @param frame The frame.
 * @returns Its octets.
 * @throws {RangeError} When data is longer than 253 octets: a mistake of the caller.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeFt12 } from "./ft12.ts";
 *
 * assertEquals(writeFt12({ control: 0x00, address: 2, data: new Uint8Array() }).toHex(), "6802026800020216");
 * ```
 */
export function writeFt12({ control, address, data }: Ft12Frame): Uint8Array {
  if (data.length > FT12_MAX_DATA) {
    throw new RangeError(`An FT1.2 frame holds ${FT12_MAX_DATA} octets at most, not ${data.length}`);
  }
  const length = data.length + 2;
  const body = [control, address, ...data];
  return Uint8Array.from([FT12_START, length, length, FT12_START, ...body, checksum(body), END]);
}

/**
 * Reads the octets of one frame.
 *
 * @param raw As many octets as the frame's length field says, and the six around them.
 * @returns The frame; or a rule: `checksum` or `end-mark`. The header is not looked at again. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { ft12Function, readFt12 } from "./ft12.ts";
 *
 * const read = readFt12(Uint8Array.fromHex("6802026840024216"));
 * assert(read.ok);
 * assertEquals(ft12Function(read.frame), "send-norm");
 * ```
 */
export function readFt12(raw: Uint8Array): Ft12Result {
  const body = raw.subarray(4, -2);
  const [sum, end] = raw.subarray(-2);
  if (end !== END) {
    return {
      ok: false,
      rule: "end-mark",
      message:
        `A frame of ${raw.length} octets does not end in 16H. Octets were lost or added on the line: check baud ` +
        "rate, parity (none) and cable; the panel sends the frame again",
    };
  }
  if (sum !== checksum(body)) {
    return {
      ok: false,
      rule: "checksum",
      message:
        "A frame's checksum is wrong. Check the cable and the line settings (8 data bits, no parity, 1 stop bit); " +
        "the panel sends the frame again",
    };
  }
  return { ok: true, frame: { control: raw[4] ?? 0, address: raw[5] ?? 0, data: raw.slice(6, -2) } };
}

/**
 * What a frame is for: bit 6 of the control field tells a request from an answer, bits 0 to 3 are the function. Direction
 * and frame count bits are not looked at, as the panels seen so far do not toggle the one nor agree on the other. A
 * request that carries data is data whatever its function, so that no alarm is lost.
 *
 * @param frame The frame.
 * @returns Its function.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ft12Function } from "./ft12.ts";
 *
 * assertEquals(ft12Function({ control: 0x73, address: 2, data: new Uint8Array([0, 0x40]) }), "send-data");
 * assertEquals(ft12Function({ control: 0x80, address: 2, data: new Uint8Array() }), "ack");
 * ```
 */
export function ft12Function({ control, data }: Ft12Frame): Ft12Function {
  const number = control & 0x0f;
  if ((control & 0x40) === 0) return number === 0 ? "ack" : number === 1 ? "nak" : "other";
  if (data.length > 0) return "send-data";
  return number === 0 ? "send-norm" : number === 3 ? "send-data" : "other";
}

function checksum(octets: Iterable<number>): number {
  let sum = 0;
  for (const octet of octets) sum = (sum + octet) & 0xff;
  return sum;
}
