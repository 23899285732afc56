/**
 * The answers of automation software that says one octet.
 *
 * @module
 */

/**
 * ACK 0x06 and NAK 0x15 (receiver-outputs.md §1.3, §2.2, §3.2, A).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { octetAnswers } from "./octet_answers.ts";
 *
 * assertEquals(octetAnswers.ack(), Uint8Array.of(6));
 * ```
 */
export const octetAnswers = {
  ack: (): Uint8Array => Uint8Array.of(0x06),
  nak: (): Uint8Array => Uint8Array.of(0x15),
};
