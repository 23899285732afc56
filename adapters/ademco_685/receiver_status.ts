/**
 * What an Ademco 685 receiver says about itself.
 *
 * @module
 */

/** Channels of `RCVB` by number, with what is new where the digit is 1 (receiver-outputs.md §2.3, A). */
const RCVB: Readonly<Record<number, string>> = {
  4: "auto print mode on",
  5: "battery test passed",
  6: "transmission error (garbled call)",
  7: "time and date set",
};

/**
 * Says what a message of the receiver means: `LINE` (telephone lines by number), `RCVB`, and `RCVA` (printer, computer, power …).
 *
 * Each channel has a digit: 1 new, 3 restored, 6 reported before, 5 normal; status 9 is the system test. Source: receiver-outputs.md
 * §2.3, confidence A. Which channel of `RCVA` is which is not known: they go by number.
 *
 * @param name `LINE`, `RCVA`, `RCVB`.
 * @param channels Eight digits.
 * @param status The digit behind them.
 * @returns What is said, one entry for each; empty when all is normal.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { receiverStatus } from "./receiver_status.ts";
 *
 * assertEquals(receiverStatus("LINE", "53556555", "7"), ["line 2 restored", "line 5 still faulty"]);
 * assertEquals(receiverStatus("RCVB", "55555555", "9"), ["system test"]);
 * ```
 */
export function receiverStatus(name: string, channels: string, status: string): string[] {
  const said = [...channels].flatMap((digit, at) => {
    const number = at + 1;
    if (digit === "5") return [];
    if (name === "LINE") return [`line ${number} ${LINE[digit] ?? `digit ${digit}`}`];
    const known = name === "RCVB" ? RCVB[number] : undefined;
    if (known !== undefined && digit === "1") return [known];
    return [`${known ?? `${name} channel ${number}`}: ${OTHERS[digit] ?? `digit ${digit}`}`];
  });
  return status === "9" ? [...said, "system test"] : said;
}

const LINE: Readonly<Record<string, string>> = { "1": "fault", "3": "restored", "6": "still faulty" };
const OTHERS: Readonly<Record<string, string>> = { "1": "new", "3": "restored", "6": "reported before" };
