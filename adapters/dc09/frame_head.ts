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
const ZERO = 0x30;

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
  const end = before.length;
  const from = Math.max(0, end - DC09_HEAD);
  let run = 0;
  while (end - run > from && isHexDigit(before[end - run - 1])) run++;
  if (run < 4) return [];
  const length = digitsOf(before, end - 4, end);
  const padded = before[end - 4] === ZERO;
  const readings: Dc09HeadReading[] = [];
  if (padded) {
    if (run >= 8) readings.push(hexReading(8, digitsOf(before, end - 8, end - 4), length));
    if (end >= 6) readings.push(binaryReading(before, end, length));
  }
  const start = end - run;
  if (run >= 5 && run < 8 && before[start - 1] === LF) {
    if (padded) readings.push(hexReading(run, digitsOf(before, start, end - 4), length));
    readings.push(hexReading(run, digitsOf(before, start, start + 4), digitsOf(before, start + 4, end)));
  }
  return readings;
}

/**
 * Whether a frame can begin at a `"` at all: four hexadecimal digits stand in front of it.
 *
 * @param bytes The octets.
 * @param quote Index of the `"`.
 * @returns False when {@link readHead} would find nothing.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { mayBegin } from "./frame_head.ts";
 *
 * const bytes = new TextEncoder().encode('\n1EF20013"NULL"');
 * assert(mayBegin(bytes, 9));
 * assert(!mayBegin(bytes, 14));
 * ```
 */
export function mayBegin(bytes: Uint8Array, quote: number): boolean {
  for (let at = quote - 4; at < quote; at++) if (!isHexDigit(bytes[at])) return false;
  return true;
}

/** Hexadecimal digits, read. */
interface Digits {
  count: number;
  value: number;
  /** Read as decimal; absent when there are letters. */
  decimal: number | undefined;
  lowerCase: boolean;
}

function digitsOf(bytes: Uint8Array, from: number, to: number): Digits {
  let value = 0, decimal = 0, letters = false, lowerCase = false;
  for (let at = from; at < to; at++) {
    const octet = bytes[at] as number;
    const letter = octet > 0x39;
    value = value << 4 | (letter ? (octet & 0x0f) + 9 : octet & 0x0f);
    decimal = decimal * 10 + (octet & 0x0f);
    letters ||= letter;
    lowerCase ||= octet >= 0x61;
  }
  return { count: to - from, value, decimal: letters ? undefined : decimal, lowerCase };
}

function hexReading(octets: number, crc: Digits, length: Digits): Dc09HeadReading {
  const quirks: Dc09FrameQuirk[] = [];
  if (crc.lowerCase) quirks.push("lower-case-crc");
  if (crc.count < 4) quirks.push("short-crc");
  return withLength({ crc: crc.value, form: "hex", octets, length: length.value, quirks }, length);
}

function binaryReading(before: Uint8Array, end: number, length: Digits): Dc09HeadReading {
  const crc = (before[end - 6] as number) << 8 | (before[end - 5] as number);
  return withLength({ crc, form: "binary", octets: 6, length: length.value, quirks: ["binary-crc"] }, length);
}

function withLength(reading: Dc09HeadReading, { count, decimal, lowerCase }: Digits): Dc09HeadReading {
  if (lowerCase) reading.quirks.push("lower-case-length");
  if (count < 4) reading.quirks.push("short-length");
  if (decimal !== undefined) reading.decimal = decimal;
  return reading;
}

function isHexDigit(octet: number | undefined): boolean {
  return octet !== undefined &&
    (octet >= 0x30 && octet <= 0x39 || octet >= 0x41 && octet <= 0x46 || octet >= 0x61 && octet <= 0x66);
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
