/**
 * What a Sur-Gard receiver says about itself.
 *
 * @module
 */

/**
 * Event character and code of the old family, `X YY` in `1RR0␠␠␠␠␠␠0000␠X␠␠YY`.
 *
 * Source: receiver-outputs.md §1.6, confidence A (MLR2E manual). `n` stands for one character: a card or a line.
 */
const STATUS: readonly (readonly [pattern: string, meaning: string])[] = [
  ["A01", "printer error"],
  ["R02", "printer restored"],
  ["A03", "12 V battery low"],
  ["R04", "12 V battery restored"],
  ["A05", "COM1 (automation) absent"],
  ["R06", "COM1 (automation) restored"],
  ["A07", "UPS mains failure"],
  ["R08", "UPS mains restored"],
  ["A11", "9 V battery low"],
  ["R12", "9 V battery restored"],
  ["A13", "COM2 absent"],
  ["R14", "COM2 restored"],
  ["A15", "mains failure"],
  ["R16", "mains restored"],
  ["A17", "UPS battery low"],
  ["R18", "UPS battery restored"],
  ["T19", "CPM master failure"],
  ["AD0", "CPM reset"],
  ["T10", "faulty data on line card"],
  ["A20", "telephone line fault"],
  ["R30", "telephone line restored"],
  ["ACn", "internal bus error, card n"],
  ["AFn", "line card n absent"],
  ["REn", "line card n restored"],
  ["P0n", "two-way audio on line n"],
];

/**
 * Says what a receiver status means.
 *
 * @param event The event character: `A` alarm, `R` restored, `T` trouble, `P` audio.
 * @param detail The two characters at the end of the line.
 * @returns The meaning, with the card or line filled in; undefined when the table does not know it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { receiverStatus } from "./receiver_status.ts";
 *
 * assertEquals(receiverStatus("A", "05"), "COM1 (automation) absent");
 * assertEquals(receiverStatus("R", "E7"), "line card 7 restored");
 * ```
 */
export function receiverStatus(event: string, detail: string): string | undefined {
  const exact = STATUS.find(([pattern]) => pattern === event + detail);
  if (exact !== undefined) return exact[1];
  const n = detail.charAt(1);
  // Cards 1 to 9, then A to U for cards 10 to 30.
  if (!/^[1-9A-U]$/.test(n)) return undefined;
  const numbered = STATUS.find(([pattern]) => pattern === `${event}${detail.charAt(0)}n`);
  return numbered?.[1].replace(/ n\b/, ` ${n}`);
}
