/**
 * Comparison that takes the same time whatever the difference.
 *
 * @module
 */

/**
 * Compares two octet strings without giving away by its duration where they differ. Lengths are not secret.
 *
 * @param a One.
 * @param b The other.
 * @returns True when they have the same length and octets.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { equal } from "./constant_time.ts";
 *
 * assert(equal(new Uint8Array([1, 2]), new Uint8Array([1, 2])));
 * assert(!equal(new Uint8Array([1, 2]), new Uint8Array([1, 3])));
 * ```
 */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}
