/**
 * The refusal of an alarm without account.
 *
 * @module
 */
import type { LineRefusal } from "./line_refusal.ts";

/**
 * Refuses an alarm that has no account, neither its own nor in its data. Account 0000 would say that the receiver itself is
 * in alarm.
 *
 * @returns Rule `no-account`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { noAccount } from "./no_account.ts";
 *
 * assertEquals(noAccount().rule, "no-account");
 * ```
 */
export function noAccount(): LineRefusal {
  return {
    ok: false,
    rule: "no-account",
    message:
      "The alarm carries no account, so the AE could not tell the site. Set a default account at the input or an " +
      "account for this site at the output.",
  };
}
