/**
 * What the writers of the 685 and the 6500 say about accounts and repeats.
 *
 * @module
 */
import type { Written } from "../contract.ts";

/** The note with a possible repeat where the form has no mark for it. */
export const REPEAT_NOTE = "a possible repeat; the form has no mark for that.";

/**
 * The note with an account that is longer than the form has room for.
 *
 * @param account The account.
 * @param room Characters that the form has. @default {4}
 * @returns The note.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { longAccountNote } from "./accounts.ts";
 *
 * assertStringIncludes(longAccountNote("123456"), "sent in full");
 * ```
 */
export function longAccountNote(account: string, room = 4): string {
  return `account ${account} has ${account.length} characters, the format has room for ${room}. It was sent in full; ` +
    `map it to ${room} characters for this output if the AE refuses the line.`;
}

/**
 * The refusal of an alarm without account.
 *
 * @returns Rule `no-account`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { noAccount } from "./accounts.ts";
 *
 * const refused = noAccount();
 * assertEquals(!refused.ok && refused.rule, "no-account");
 * ```
 */
export function noAccount(): Written {
  return {
    ok: false,
    rule: "no-account",
    message:
      "The alarm carries no account, so the AE could not tell the site. Set a default account at the input or an " +
      "account for this site at the output.",
  };
}
