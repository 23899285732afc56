/**
 * What faulty transmitters do, for tests and for the panel simulator.
 *
 * @module
 */
import { crc16 } from "./crc16.ts";
import { DC09_MAX_CONTENT, hex4, writeFrame } from "./frame.ts";
import type { Dc09Key } from "./key.ts";

/** How a transmitter differs from the standard. None of these belongs into an output. */
export interface Dc09Quirks {
  /**
   * How the CRC is written: as two octets (Lupusec, Trikdis), with lower-case digits, without its leading zeros, or over
   * the CR as well, which the length then counts (Eldes).
   *
   * @default {"hex"}
   */
  crc?: "hex" | "binary" | "lower-case" | "short" | "with-cr";
  /** Every so many frames one has a wrong CRC; with 1 all have. @default {0, none} */
  wrongCrcEvery?: number;
  /** How the length is written: in decimal (V13), with lower-case digits, or without its leading zeros. @default {"hex"} */
  length?: "hex" | "decimal" | "lower-case" | "short";
  /** Leaves out the line feed in front, or the carriage return behind. */
  missing?: "lf" | "cr";
  /** The transmitter's clock is ahead by this much, ms; behind when negative. @default {0} */
  clockOffsetMs?: number;
  /** Does not set its clock by the time in a NAK. @default {false} */
  ignoreNakTime?: boolean;
  /** Encrypts with this key instead of the one that is set; answers are opened with the right one. */
  wrongKey?: Dc09Key;
}

/**
 * Writes a frame as a transmitter with quirks does; without any it is `writeFrame`. Source: receiver-outputs.md §7.1, §7.5
 * (A for the binary CRC and the decimal length; the others are tolerated and not on record).
 *
 * @param content From the first `"` on.
 * @param quirks What is done differently. Nothing is counted here, so `wrongCrcEvery` has no effect.
 * @param wrongCrc True for a CRC that does not fit.
 * @returns The frame.
 * @throws {RangeError} If the content is longer than 4095 octets.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { quirkyFrame } from "./sender_quirks.ts";
 *
 * const content = new TextEncoder().encode('"NULL"0000L0#1234[]');
 * const text = (frame: Uint8Array) => new TextDecoder().decode(frame);
 * assertEquals(text(quirkyFrame(content, { length: "decimal" })), '\n1EF20019"NULL"0000L0#1234[]\r');
 * assertEquals(text(quirkyFrame(content, { length: "short" }, true)), '\nE10D13"NULL"0000L0#1234[]\r');
 * ```
 */
export function quirkyFrame(
  content: Uint8Array,
  quirks: Dc09Quirks,
  wrongCrc = false,
): Uint8Array<ArrayBuffer> {
  if (content.length > DC09_MAX_CONTENT) return writeFrame(content);
  const counted = quirks.crc === "with-cr" ? Uint8Array.of(...content, 0x0d) : content;
  const crc = crc16(counted) ^ (wrongCrc ? 0xffff : 0);
  return Uint8Array.from([
    ...(quirks.missing === "lf" ? [] : [0x0a]),
    ...(quirks.crc === "binary" ? [crc >>> 8, crc & 0xff] : digits(hex4(crc), quirks.crc)),
    ...(quirks.length === "decimal"
      ? digits(String(counted.length).padStart(4, "0"), "hex")
      : digits(hex4(counted.length), quirks.length)),
    ...content,
    ...(quirks.missing === "cr" ? [] : [0x0d]),
  ]);
}

function digits(text: string, form: string | undefined): Uint8Array {
  const written = form === "lower-case"
    ? text.toLowerCase()
    : form === "short"
    ? text.replace(/^0+(?=.)/, "")
    : text;
  return new TextEncoder().encode(written);
}
