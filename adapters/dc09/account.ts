/**
 * Accounts in DC-09: one in the head, one in the data.
 *
 * @module
 */

/**
 * An account in the spelling that all its spellings share: upper case, no leading zeros. Field: `#AAAA[#00AAAA|` is one
 * site (vector D02).
 *
 * @param account As spelled.
 * @returns The common spelling; `0` for one of zeros only.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { accountKey } from "./account.ts";
 *
 * assertEquals([accountKey("00aaaa"), accountKey("0000")], ["AAAA", "0"]);
 * ```
 */
export function accountKey(account: string): string {
  return account.trim().toUpperCase().replace(/^0+(?=.)/, "");
}

/**
 * Separates the account from the data behind it: `#1234|NRP`.
 *
 * @param data The data of a message.
 * @returns The account as spelled, absent when the data has none, and the rest.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { splitAccount } from "./account.ts";
 *
 * assertEquals(splitAccount("#1234|NRP"), { account: "1234", rest: "NRP" });
 * assertEquals(splitAccount("Nri1/WA000"), { rest: "Nri1/WA000" });
 * ```
 */
export function splitAccount(data: string): { account?: string; rest: string } {
  const found = /^#([^|]{0,64})\|([^]*)$/.exec(data);
  return found === null ? { rest: data } : { account: found[1] ?? "", rest: found[2] ?? "" };
}
