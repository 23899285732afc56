/**
 * The frame as nearly every device writes it, found at one go.
 *
 * @module
 */
import { crc16 } from "./crc16.ts";

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
/** Octets of LF, CRC and length. */
export const PLAIN_HEAD = 9;

/**
 * Looks whether a whole frame without any quirk stands here: LF, CRC and length in upper-case hexadecimal digits, a right
 * length, a right CRC, CR, and neither CR nor LF in between. All others are left to the framer's octet by octet way,
 * which comes to the same result for these.
 *
 * @param bytes Octets of the stream.
 * @param at Where to look.
 * @returns Index behind the frame's CR; -1 when there is no such frame, or not all of it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { plainFrameEnd } from "./plain_frame.ts";
 *
 * const bytes = new TextEncoder().encode('\n1EF20013"NULL"0000L0#1234[]\r\n');
 * assertEquals(plainFrameEnd(bytes, 0), bytes.length - 1);
 * assertEquals(plainFrameEnd(bytes.subarray(0, -2), 0), -1);
 * ```
 */
export function plainFrameEnd(bytes: Uint8Array, at: number): number {
  // The length has three digits and a zero in front.
  if (bytes[at] !== LF || bytes[at + 5] !== 0x30 || bytes[at + PLAIN_HEAD] !== QUOTE) return -1;
  const content = at + PLAIN_HEAD;
  const crc = hexAt(bytes, at + 1), length = hexAt(bytes, at + 5);
  const end = content + length;
  if (crc < 0 || length < 2 || bytes[end] !== CR) return -1;
  for (let i = content; i < end; i++) {
    const octet = bytes[i];
    if (octet === CR || octet === LF) return -1;
  }
  return crc16(bytes, 0, content, end) === crc ? end + 1 : -1;
}

/** Four upper-case hexadecimal digits; negative when they are none. */
function hexAt(bytes: Uint8Array, at: number): number {
  let value = 0;
  for (let i = at; i < at + 4; i++) {
    const octet = bytes[i] as number;
    const digit = octet >= 0x30 && octet <= 0x39
      ? octet - 0x30
      : octet >= 0x41 && octet <= 0x46
      ? octet - 0x37
      : -1;
    if (digit < 0) return -1;
    value = value << 4 | digit;
  }
  return value;
}
