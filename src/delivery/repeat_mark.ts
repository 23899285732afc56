/**
 * How an alarm says of itself that it may be a repeat.
 *
 * After a crash or a broken connection it can be unknown whether an alarm arrived. It is then sent again (a lost alarm
 * costs more than a second one) and marked in its own language, so that the mark survives every line protocol behind:
 *
 * - SIA: the event block is `O` (old event) instead of `N` (new event): panel-formats.md §1.2.
 * - Contact ID: message type `98` instead of `18`; receivers treat both alike (panel-formats.md §2.1, A). That `98` means
 *   "possible repeat" is Tocsin's own convention.
 *
 * @module
 */
import type { CarriedProtocol } from "../../adapters/contract.ts";

/**
 * Marks event data as a possible repeat.
 *
 * @param protocol Protocol of the data.
 * @param data Event data as an EVENT_MSG carries it (ip-protocol.md §8).
 * @returns The marked data; the data itself where the language has no mark, or has it set already.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { markRepeat } from "./repeat_mark.ts";
 *
 * const ascii = (text: string) => new TextEncoder().encode(text);
 * assertEquals(markRepeat("sia", ascii("#1234|Nri1/BA01")), ascii("#1234|Ori1/BA01"));
 * assertEquals(markRepeat("contact-id", ascii("123418113101015")), ascii("123498113101015"));
 * ```
 */
export function markRepeat(protocol: CarriedProtocol, data: Uint8Array): Uint8Array {
  const marked = data.slice();
  if (protocol === "sia") {
    // The event block follows the separator; without one it starts at the first N or O, which no account holds.
    const separator = data.indexOf(0x7c);
    const at = separator >= 0 ? separator + 1 : data.findIndex((octet) => octet === 0x4e || octet === 0x4f);
    if (data[at] === 0x4e) marked[at] = 0x4f;
  } else if (protocol === "contact-id") {
    // From the right, as accounts may be long: MT is followed by Q XYZ GG CCC, 9 digits.
    const at = data.length - 11;
    if (at >= 0 && data[at] === 0x31 && data[at + 1] === 0x38) marked[at] = 0x39;
  }
  return marked;
}
