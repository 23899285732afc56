/**
 * Octets as text, for lines whose fields are taken apart as text.
 *
 * @module
 */

/**
 * One character for each octet, U+0000 to U+00FF, so that nothing is lost.
 *
 * @param bytes The octets.
 * @returns As many characters.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { latin1 } from "./latin1.ts";
 *
 * assertEquals(latin1(Uint8Array.of(0x41, 0xe4, 0x14)), "A\xe4\x14");
 * ```
 */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const octet of bytes) text += String.fromCharCode(octet);
  return text;
}
