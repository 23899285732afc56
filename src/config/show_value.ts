/**
 * How a value that was found is shown in an error, without ever showing a secret.
 *
 * @module
 */

/** Longer values are described, not shown. */
const LONGEST_SHOWN = 40;
/** From this many hexadecimal digits on, a value may be a key or a part of one. */
const KEY_LIKE_DIGITS = 12;

/**
 * Describes a found value: `"10002a"`, `the number 7`, `64 hex digits`. Text that might be a key, wherever it stands, is
 * only measured: an installer who pastes the key into the wrong line must not find it in a log.
 *
 * @param value The value: text, number, boolean, date, or undefined for nothing.
 * @param secret True when the value stands where a secret belongs: then nothing of it is shown.
 * @returns Words that fit after "found".
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { showValue } from "./show_value.ts";
 *
 * assertEquals(showValue("10002a"), '"10002a"');
 * assertEquals(showValue("00112233445566778899aabbccddeeff"), "32 hex digits");
 * assertEquals(showValue("swordfish", true), "9 characters");
 * assertEquals(showValue(7), "the number 7");
 * ```
 */
export function showValue(value: unknown, secret = false): string {
  if (value === undefined) return "nothing";
  if (typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    const text = String(value);
    return secret || text.replace(/\D/g, "").length >= KEY_LIKE_DIGITS ? "a number" : `the number ${text}`;
  }
  if (value instanceof Date) return "a date";
  if (typeof value !== "string") return "something else";
  if (value === "") return "empty text";
  if (secret || mayBeSecret(value)) return measure(value);
  return JSON.stringify(value);
}

/**
 * Whether a text could be a key or part of one: long, or mostly hexadecimal digits, or like base 64.
 *
 * @param text The text.
 * @returns True when it must not be shown.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { mayBeSecret } from "./show_value.ts";
 *
 * assert(mayBeSecret("0001-0203-0405-0607-3EC1"));
 * assert(!mayBeSecret("192.168.100.200:10002"));
 * ```
 */
export function mayBeSecret(text: string): boolean {
  if (text.length > LONGEST_SHOWN) return true;
  // Addresses in dotted form are all digits, and the technician has to see them.
  if (/^[0-9.:/]+$/.test(text) && text.includes(".")) return false;
  const joined = text.replace(/[^0-9A-Za-z+]/g, "");
  const hex = joined.replace(/[^0-9A-Fa-f]/g, "").length;
  if (hex >= KEY_LIKE_DIGITS && hex * 4 >= joined.length * 3) return true;
  return joined.length >= 20 && !/[.: ]/.test(text) && /\d/.test(joined) && /[a-z]/.test(joined) &&
    /[A-Z]/.test(joined);
}

function measure(text: string): string {
  const digits = text.replace(/[\s:_-]/g, "");
  if (/^[0-9A-Fa-f]+$/.test(digits)) return `${digits.length} hex digits`;
  return `${text.length} characters`;
}
