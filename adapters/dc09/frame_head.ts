/**
 * The octets in front of a frame's content: the CRC and the length, in all the ways they are written.
 *
 * @module
 */
import { crc16 } from "./crc16.ts";
import type { Dc09CrcForm, Dc09FrameQuirk } from "./frame.ts";

/** One way to read the octets in front of the first `"`. Which one is right, the CRC tells. */
export interface Dc09HeadReading {
  /** The CRC that was sent. */
  crc: number;
  /** How it was written. */
  form: Dc09CrcForm;
  /** How many octets in front of the `"` belong to the frame, LF not counted. */
  octets: number;
  /** The length that was sent, read as hexadecimal. */
  length: number;
  /** The same, read as decimal; absent when it has letters. */
  decimal?: number;
  /** What is unusual about it. */
  quirks: Dc09FrameQuirk[];
}

/** Octets in front of the `"` that can matter: LF, CRC 4, length 4. */
export const DC09_HEAD = 9;

const LF = 0x0a;

/**
 * All ways to read the octets in front of a `"`: likelier ones first.
 *
 * Four or fewer hexadecimal digits of CRC, or two octets; four or fewer digits of length. Leading zeros can be missing
 * only right behind an LF, else nothing would tell where the digits begin. Source: receiver-outputs.md §7.1; the
 * two-octet form is confirmed by logs of two makes (field-needs.md 6 and 7, recomputed), missing zeros are from reports
 * only.
 *
 * @param before The octets in front of the `"`; the last {@link DC09_HEAD} count.
 * @returns None when a frame cannot begin there.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readHead } from "./frame_head.ts";
 *
 * const [reading] = readHead(new TextEncoder().encode("\n1EF20013"));
 * assertEquals([reading?.crc, reading?.length], [0x1ef2, 0x13]);
 * assertEquals(readHead(new TextEncoder().encode("hello")), []);
 * ```
 */
export function readHead(before: Uint8Array): Dc09HeadReading[] {
  const tail = before.subarray(-DC09_HEAD);
  const text = String.fromCharCode(...tail);
  const readings: Dc09HeadReading[] = [];
  const add = (form: Dc09CrcForm, octets: number, crc: number, crcText: string, length: string) => {
    const quirks: Dc09FrameQuirk[] = [];
    if (form === "binary") quirks.push("binary-crc");
    else {
      if (/[a-f]/.test(crcText)) quirks.push("lower-case-crc");
      if (crcText.length < 4) quirks.push("short-crc");
    }
    if (/[a-f]/.test(length)) quirks.push("lower-case-length");
    if (length.length < 4) quirks.push("short-length");
    readings.push({
      crc,
      form,
      octets,
      length: parseInt(length, 16),
      ...(/^\d+$/.test(length) ? { decimal: Number(length) } : {}),
      quirks,
    });
  };
  const digits = /[0-9A-Fa-f]*$/.exec(text)?.[0] ?? "";
  const length = digits.slice(-4);
  if (length.length === 4 && length.startsWith("0")) {
    const crc = digits.slice(-8, -4);
    if (crc.length === 4) add("hex", 8, parseInt(crc, 16), crc, length);
    if (tail.length >= 6) {
      const [high = 0, low = 0] = tail.subarray(-6, -4);
      add("binary", 6, high << 8 | low, "", length);
    }
  }
  const run = digits.length;
  if (run >= 5 && run < 8 && tail.at(-run - 1) === LF) {
    if (length.startsWith("0")) {
      add("hex", run, parseInt(digits.slice(0, -4), 16), digits.slice(0, -4), length);
    }
    const crc = digits.slice(0, 4);
    add("hex", run, parseInt(crc, 16), crc, digits.slice(4));
  }
  return readings;
}

/**
 * The CRC that a frame should have had, for a message to the technician.
 *
 * @param content The content as it came.
 * @param readings How the octets in front can be read.
 * @returns Received and computed CRC.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { crcsOf, readHead } from "./frame_head.ts";
 *
 * const text = (it: string) => new TextEncoder().encode(it);
 * assertEquals(crcsOf(text('"NULL"0000L0#1234[]'), readHead(text("\n1EF30013"))), {
 *   received: 0x1ef3,
 *   computed: 0x1ef2,
 * });
 * ```
 */
export function crcsOf(
  content: Uint8Array,
  readings: readonly Dc09HeadReading[],
): { received: number; computed: number } {
  return { received: readings[0]?.crc ?? 0, computed: crc16(content) };
}
