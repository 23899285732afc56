/**
 * Checks the settings of a DC-09 transmitter.
 *
 * @module
 */
import type { Dc09SenderOptions } from "./sender_options.ts";

/**
 * Throws if a setting cannot be used, so that it is found at start and not at the first alarm.
 *
 * @param options The settings.
 * @throws {RangeError} That names the setting, what it is and what it may be.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkSenderOptions } from "./sender_settings.ts";
 *
 * checkSenderOptions({ account: "1234", receiver: "1", line: "0" });
 * assertThrows(() => checkSenderOptions({ receiver: "12Z" }), RangeError, "receiver");
 * assertThrows(() => checkSenderOptions({ supervisionMs: 60_000 }), RangeError, "account");
 * ```
 */
export function checkSenderOptions(options: Dc09SenderOptions): void {
  const { account = "", receiver = "0", line = "0", supervisionMs = 0 } = options;
  // An empty line is met in the field: `L#1234`.
  for (const [name, value] of [["receiver", receiver], ["line", line === "" ? "0" : line]] as const) {
    if (!/^[0-9A-F]{1,6}$/i.test(value)) {
      throw new RangeError(`${name} is ${JSON.stringify(value)}; expected 1 to 6 hexadecimal digits`);
    }
  }
  if (!/^[0-9A-Za-z]{0,16}$/.test(account)) {
    throw new RangeError(`account is ${JSON.stringify(account)}; expected 3 to 16 digits or letters A to F`);
  }
  if (supervisionMs > 0 && account === "") {
    throw new RangeError("supervisionMs is set, and account is not: supervision messages need one");
  }
  const { waitMs = 20_000, tries = 3, nakLimit = 2, firstSequence = 1 } = options;
  const figures: [string, number, number, number][] = [
    ["waitMs", waitMs, 1, Number.MAX_SAFE_INTEGER],
    ["tries", tries, 1, 1000],
    ["nakLimit", nakLimit, 1, 1000],
    ["supervisionMs", supervisionMs, 0, Number.MAX_SAFE_INTEGER],
    ["firstSequence", firstSequence, 1, 9999],
  ];
  for (const [name, value, least, most] of figures) {
    if (Number.isInteger(value) && value >= least && value <= most) continue;
    throw new RangeError(
      `${name} is ${value}; expected a whole number of at least ${least}${
        most > 9999 ? "" : ` and at most ${most}`
      }`,
    );
  }
}
