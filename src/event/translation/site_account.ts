/**
 * The account that an AE knows a site by.
 *
 * @module
 */
import type { Loss } from "./forms.ts";
import type { SiteTable } from "./site_table.ts";

/**
 * Spells an account as the table wants it: as mapped; else with the prefix, and filled or cut to the length.
 *
 * @param table The table.
 * @param account The account as the panel spells it.
 * @param output The output's name: its map, prefix and length go before those for all.
 * @returns The account, and a loss `account-length` when digits other than zeros were cut. An empty account stays empty.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { siteAccount } from "./site_account.ts";
 *
 * const table = { accounts: { map: { "9": "4711" } }, outputs: { east: { accounts: { prefix: "50", length: 6 } } } };
 * assertEquals(siteAccount(table, "123", "east").account, "500123");
 * assertEquals(siteAccount(table, "9", "east").account, "4711");
 * assertEquals(siteAccount(table, "123").account, "123");
 * assertEquals(siteAccount(table, "98765", "east").lost.map(({ what }) => what), ["account-length"]);
 * ```
 */
export function siteAccount(
  table: SiteTable,
  account: string,
  output?: string,
): { account: string; lost: Loss[] } {
  const { outputs } = table;
  const own = output !== undefined && outputs !== undefined && Object.hasOwn(outputs, output)
    ? outputs[output]?.accounts
    : undefined;
  for (const map of [own?.map, table.accounts?.map]) {
    if (map !== undefined && Object.hasOwn(map, account)) return { account: map[account]!, lost: [] };
  }
  if (account === "") return { account, lost: [] };
  const prefix = own?.prefix ?? table.accounts?.prefix ?? "";
  const length = own?.length ?? table.accounts?.length;
  if (length === undefined) return { account: prefix + account, lost: [] };
  const room = Math.max(0, length - prefix.length);
  const kept = room === 0 ? "" : account.padStart(room, "0").slice(-room);
  const spelled = prefix + kept;
  if (/^0*$/.test(account.slice(0, Math.max(0, account.length - room)))) {
    return { account: spelled, lost: [] };
  }
  const detail =
    `account ${account} was cut to ${spelled}: another site may be known by it, so map it in the table`;
  return { account: spelled, lost: [{ what: "account-length", detail }] };
}
