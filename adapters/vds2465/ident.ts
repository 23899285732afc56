/**
 * The ident number [Identifikationsnummer] of record 56: what other languages call the account.
 *
 * @module
 */

/** The longest ident number, in octets: 12 digits. */
const MAX_OCTETS = 6;
const NIBBLES = "0123456789ABCDE";
/** A nibble that is no digit. */
const FILLER = 0xf;

/** Where the filler of an ident number stands. */
export type VdsFiller = "behind" | "before";

/**
 * Reads an ident number: two digits an octet, low nibble first. A nibble F is filler, wherever it stands; leading zeros
 * are kept, as they may be part of the number. Source: vds2465.md §2.2 (A: captures of both forms).
 *
 * @param data Data of the record.
 * @returns The digits; empty when there are none. Nibbles A to E, which no device should send, are kept as letters.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readIdent } from "./ident.ts";
 *
 * assertEquals(readIdent(Uint8Array.fromHex("008051ffffff")), "000815"); // filler behind
 * assertEquals(readIdent(Uint8Array.fromHex("ffffff1f3254")), "12345"); // filler before
 * ```
 */
export function readIdent(data: Uint8Array): string {
  let digits = "";
  for (let at = 0; at < data.length; at++) {
    const octet = data[at] as number;
    const low = octet & 0xf, high = octet >> 4;
    if (low !== FILLER) digits += NIBBLES.charAt(low);
    if (high !== FILLER) digits += NIBBLES.charAt(high);
  }
  return digits;
}

/**
 * Writes an ident number.
 *
 * @param digits 1 to 12 decimal digits.
 * @param octets Length of the record's data, 1 to 6; as few as the digits need when absent.
 * @param filler Where the filler goes; behind the digits when absent.
 * @returns Data of the record.
 * @throws {RangeError} When the digits are none or too many: a mistake of the caller; see {@link isIdent}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeIdent } from "./ident.ts";
 *
 * assertEquals(writeIdent("777").toHex(), "77f7");
 * assertEquals(writeIdent("12345", 6, "before").toHex(), "ffffff1f3254");
 * ```
 */
export function writeIdent(
  digits: string,
  octets = Math.ceil(digits.length / 2),
  filler: VdsFiller = "behind",
): Uint8Array {
  if (!isIdent(digits) || octets > MAX_OCTETS || octets * 2 < digits.length) {
    throw new RangeError("An ident number has 1 to 12 decimal digits in 1 to 6 octets");
  }
  const nibbles = filler === "behind" ? digits.padEnd(octets * 2, "f") : digits.padStart(octets * 2, "f");
  return Uint8Array.from(
    { length: octets },
    (_, at) => parseInt(`${nibbles[2 * at + 1]}${nibbles[2 * at]}`, 16),
  );
}

/**
 * Whether an account can be written as an ident number: 1 to 12 decimal digits.
 *
 * @param account The account.
 * @returns True if so.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { isIdent } from "./ident.ts";
 *
 * assert(isIdent("000815"));
 * assert(!isIdent("12AB"));
 * ```
 */
export function isIdent(account: string): boolean {
  return /^[0-9]{1,12}$/.test(account);
}
