/**
 * Listens for Scancom Fast Format.
 *
 * @module
 */
import { ScancomFramer } from "../../adapters/scancom/mod.ts";
import { type Hearing, hearing } from "./hearing.ts";
import type { Score } from "./score.ts";

/**
 * Makes the hearing for Fast Format: `1234 1555 5555 7`. The format has no checksum: digits 1 to 6 for the channels, most of
 * them idle (5), blanks in their places and the account once more are the evidence. Source: panel-formats.md §3.
 *
 * @param score Where to keep score.
 * @returns The hearing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Score } from "./score.ts";
 * import { scancomHearing } from "./scancom_hearing.ts";
 *
 * const score = new Score("scancom", {}, true);
 * scancomHearing(score).feed(new TextEncoder().encode("123456 1555 5555 7\r\n"), undefined);
 * assertEquals(score.settings, { account_digits: 6, channel_count: 8 });
 * ```
 */
export function scancomHearing(score: Score): Hearing {
  return hearing(score, new ScancomFramer(), {
    frame({ frame, raw }) {
      const { scancom, form, flags } = frame;
      const { account, channels } = scancom;
      const idle = [...channels].filter((digit) => digit === "5").length;
      const usual = /^[1-6]+$/.test(channels) && /^[0-9]$/.test(scancom.status);
      const blanks = raw.includes(0x20) || form !== "plain";
      const again = account !== "" && score.accounts.has(account);
      score.frame(
        raw.length,
        !usual ? 0 : 5 + (idle * 2 >= channels.length ? 5 : 0) + (blanks ? 5 : 0) + (again ? 4 : 0),
      );
      score.events++;
      score.kind(`${form} form`);
      if (form === "plain") {
        score.settings["account_digits"] ??= account.length;
        score.settings["channel_count"] ??= channels.length;
      }
      const other = [...score.accounts.keys()].find((name) => name.length !== account.length);
      if (account !== "" && other !== undefined) {
        score.find({
          rule: "account-lengths",
          fault: "account",
          weight: "warn",
          what:
            `accounts of ${other.length} and of ${account.length} digits (${other}, ${account}): most likely a digit got lost`,
          todo:
            "Compare with the panel's account, and set account_digits in the input: such messages are refused then, and sent again",
        });
      }
      if (account !== "") score.account(account);
      else {
        score.find({
          rule: "no-account",
          fault: "account",
          weight: "warn",
          what: "the messages carry no account",
          todo: "Set account = in the input below",
        });
      }
      if (flags.includes("ambiguous-form")) {
        score.find({
          rule: "ambiguous-form",
          fault: "account",
          weight: "warn",
          what: "14 digits are either an account of 5 or one of 4 and a checksum",
          todo: "Compare the account with the panel's, and set account_digits to the right number",
        });
      }
      return true;
    },
    refusal({ rule, message, raw }) {
      score.refuse(0);
      const digits = /^[0-9 \t\r\n]+$/.test(String.fromCharCode(...raw));
      score.find({
        rule,
        fault: rule === "wrong-length" && digits ? "account" : "protocol",
        weight: score.frames > 0 ? "warn" : "stop",
        what: message,
        todo: rule === "wrong-length"
          ? "Compare account_digits and channel_count with the panel's form (4-8-1, 6-8-1, …)"
          : "",
      });
    },
  });
}
