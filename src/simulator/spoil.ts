/**
 * Ways to spoil a frame.
 *
 * @module
 */

/**
 * Turns over the lowest bit of one octet.
 *
 * @param frame The frame.
 * @param at Which octet.
 * @returns A copy.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { flipOctet } from "./spoil.ts";
 *
 * assertEquals(flipOctet(Uint8Array.of(1, 2), 1), Uint8Array.of(1, 3));
 * ```
 */
export function flipOctet(frame: Uint8Array, at: number): Uint8Array {
  return frame.map((octet, index) => index === at ? octet ^ 0x01 : octet);
}

/**
 * Makes another digit of the last one of a line: where the language has a checksum digit, the wrong one. A line that ends
 * otherwise, or has no such digit, becomes unreadable.
 *
 * @param frame The line.
 * @returns A copy.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { lastDigitWrong } from "./spoil.ts";
 *
 * const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
 * assertEquals(text(lastDigitWrong(new TextEncoder().encode("1234181131010158\r\n"))), "1234181131010151\r\n");
 * assertEquals(text(lastDigitWrong(new TextEncoder().encode("5011 181234E131\x14"))), "5011 181234E13?\x14");
 * ```
 */
export function lastDigitWrong(frame: Uint8Array): Uint8Array {
  const text = new TextDecoder("latin1").decode(frame);
  // Digits alone end with a checksum, and so does what stands in brackets.
  const end = /^[0-9A-F]+(?=[\r\n]*$)|^\[.*(?=\]$)/.exec(text)?.[0].length;
  if (end === undefined) return unreadable(frame);
  const spoiled = frame.slice();
  spoiled[end - 1] = spoiled[end - 1] === 0x31 ? 0x32 : 0x31;
  return spoiled;
}

/**
 * Puts a question mark in the place of the last digit or letter.
 *
 * @param frame The line.
 * @returns A copy.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { unreadable } from "./spoil.ts";
 *
 * const frame = new TextEncoder().encode("1234155555557\r\n");
 * assertEquals(new TextDecoder().decode(unreadable(frame)), "123415555555?\r\n");
 * ```
 */
export function unreadable(frame: Uint8Array): Uint8Array {
  const spoiled = frame.slice();
  const at = spoiled.findLastIndex((octet) => octet >= 0x30 && octet <= 0x7a);
  if (at >= 0) spoiled[at] = 0x3f;
  return spoiled;
}
