/**
 * The values of Contact ID digits and the checksum over them.
 *
 * @module
 */

/** The digits in the order of their values: position 0 is value 1. `0` counts ten. */
const DIGITS = "1234567890BCDEF";

/**
 * Value of one Contact ID digit in the checksum: `1`-`9` as they are, `0` is 10, `B`-`F` are 11-15. `A` counts as
 * `0`, because some panels write it where the DTMF digit zero is meant.
 *
 * Source: panel-formats.md §2.1 and §2.2, confidence A.
 *
 * @param digit One character, upper case.
 * @returns 1 to 15, or undefined when the character is no Contact ID digit.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { digitValue } from "./checksum.ts";
 *
 * assertEquals(digitValue("0"), 10);
 * assertEquals(digitValue("F"), 15);
 * assertEquals(digitValue("x"), undefined);
 * ```
 */
export function digitValue(digit: string): number | undefined {
  if (digit === "A") return 10;
  const index = digit.length === 1 ? DIGITS.indexOf(digit) : -1;
  return index < 0 ? undefined : index + 1;
}

/**
 * Sum of the values of all digits, modulo 15. A message with its checksum digit gives 0.
 *
 * @param digits Contact ID digits, upper case.
 * @returns 0 to 14, or undefined when a character is no Contact ID digit.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { digitSum } from "./checksum.ts";
 *
 * assertEquals(digitSum("1234181131010158"), 0);
 * assertEquals(digitSum("12-4"), undefined);
 * ```
 */
export function digitSum(digits: string): number | undefined {
  let sum = 0;
  for (const digit of digits) {
    const value = digitValue(digit);
    if (value === undefined) return undefined;
    sum += value;
  }
  return sum % 15;
}

/**
 * The checksum digit S that makes the sum of all values a multiple of 15.
 *
 * Source: panel-formats.md §2.3, confidence A.
 *
 * @param digits The digits before S, upper case; 15 of them for a four-digit account.
 * @returns One of `1`-`9`, `0`, `B`-`F`, or undefined when a character is no Contact ID digit.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checksumDigit } from "./checksum.ts";
 *
 * assertEquals(checksumDigit("123418113101015"), "8");
 * assertEquals(checksumDigit("123418130101000"), "F");
 * ```
 */
export function checksumDigit(digits: string): string | undefined {
  const sum = digitSum(digits);
  return sum === undefined ? undefined : DIGITS[14 - sum];
}
