/**
 * The frame of DC-09: line feed, check, length, content, carriage return.
 *
 * ```text
 * LF  CCCC  0LLL  "ID"SSSS…  CR
 *     CRC   octets of the content
 * ```
 *
 * @module
 */
import { crc16 } from "./crc16.ts";

/**
 * How a device writes the CRC: four hexadecimal digits, or two octets, the higher one first (Lupusec, Trikdis: an
 * implementation, and three lines of logs whose printable octets are those of the CRC).
 */
export type Dc09CrcForm = "hex" | "binary";

/** A frame with the right CRC. */
export interface Dc09Frame {
  /** The octets the CRC and the length are over: from the first `"` to the last octet before CR. */
  content: Uint8Array;
  /** How the CRC was written; the answer is written alike. */
  crc: Dc09CrcForm;
  /** What was tolerated, by name, see {@link Dc09FrameQuirk}; sorted. */
  quirks: Dc09FrameQuirk[];
}

/**
 * Ways of framing that differ from the reference and are understood all the same (receiver-outputs.md §7.1, §7.5;
 * field-needs.md 6, 7, 24).
 */
export type Dc09FrameQuirk =
  /** The CRC came as two octets. */
  | "binary-crc"
  /** The CRC is over the CR as well, and the length may count it (Eldes without timestamps: nine logs, recomputed). */
  | "cr-in-crc"
  /** The CRC has lower-case digits. */
  | "lower-case-crc"
  /** The CRC's leading zeros were left out. */
  | "short-crc"
  /** The length is written in decimal. */
  | "decimal-length"
  /** The length has lower-case digits. */
  | "lower-case-length"
  /** The length's leading zeros were left out. */
  | "short-length"
  /** The length is neither the hexadecimal nor the decimal number of octets; the CRC is right. */
  | "wrong-length"
  /** No CR behind the content. */
  | "missing-cr"
  /** No LF in front. */
  | "missing-lf";

/** The longest content: the length has three hexadecimal digits. */
export const DC09_MAX_CONTENT = 0xfff;

/**
 * Writes a frame. Source: receiver-outputs.md §7.1, confidence A+.
 *
 * @param content From the first `"` on; at most 4095 octets.
 * @param crc How to write the CRC.
 * @returns The frame from LF to CR.
 * @throws {RangeError} If the content is too long.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeFrame } from "./frame.ts";
 *
 * const frame = writeFrame(new TextEncoder().encode('"NULL"0000L0#1234[]'));
 * assertEquals(new TextDecoder().decode(frame), '\n1EF20013"NULL"0000L0#1234[]\r');
 * ```
 */
export function writeFrame(content: Uint8Array, crc: Dc09CrcForm = "hex"): Uint8Array<ArrayBuffer> {
  if (content.length > DC09_MAX_CONTENT) {
    throw new RangeError(
      `Cannot write a DC-09 message of ${content.length} octets: at most ${DC09_MAX_CONTENT} fit. Shorten its texts.`,
    );
  }
  const check = crc16(content);
  const length = new TextEncoder().encode(hex4(content.length));
  const head = crc === "binary"
    ? Uint8Array.of(check >>> 8, check & 0xff)
    : new TextEncoder().encode(hex4(check));
  return Uint8Array.from([0x0a, ...head, ...length, ...content, 0x0d]);
}

/**
 * Four upper-case hexadecimal digits.
 *
 * @param value 0 to 0xFFFF.
 * @returns The digits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hex4 } from "./frame.ts";
 *
 * assertEquals(hex4(0x2f), "002F");
 * ```
 */
export function hex4(value: number): string {
  return value.toString(16).toUpperCase().padStart(4, "0");
}
