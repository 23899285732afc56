/**
 * A table of one's own: codes, numbers and accounts that go before the usual translation.
 *
 * Its shape is plain data, so it can stand in JSON and in TOML alike.
 *
 * @module
 */
import type { TargetLanguage } from "./forms.ts";
import type { CodeOverrides } from "./override_code.ts";

/** Other numbers for numbers, both without leading zeros. */
export type Numbers = Readonly<Record<string, string>>;

/** Codes by source and target language. */
export type SiteCodes = Readonly<Partial<Record<string, Partial<Record<TargetLanguage, CodeOverrides>>>>>;

/** What can be set for all, for a site, for an output. */
export interface SiteNumbers {
  /** Codes by source language, target language and code: `codes.contact-id.sia.131 = "PA"`. */
  readonly codes?: SiteCodes;
  /** Areas by number. */
  readonly areas?: Numbers;
  /** Zones by number; Scancom channels too. */
  readonly zones?: Numbers;
  /** Users by number. */
  readonly users?: Numbers;
}

/** How accounts are spelled for an AE. */
export interface AccountRule {
  /** Accounts by account, exactly as spelled; these go as they are, without prefix and length. */
  readonly map?: Readonly<Record<string, string>>;
  /** Put before each account. */
  readonly prefix?: string;
  /** Characters with the prefix, 1 to 16: filled with zeros behind the prefix, or cut to its last characters. */
  readonly length?: number;
}

/** What can be set for an output. */
export interface OutputTable extends SiteNumbers {
  /** Accounts. */
  readonly accounts?: AccountRule;
  /** What holds for one site only, by its account as the panel spells it. */
  readonly sites?: Readonly<Record<string, SiteNumbers>>;
}

/** The whole table. What is set for an output goes before what is set for all, a site before that. */
export interface SiteTable extends OutputTable {
  /** What holds for one AE only, by the output's name. */
  readonly outputs?: Readonly<Record<string, OutputTable>>;
}

/** What of a {@link SiteTable} concerns one event and one target. */
export interface SiteRules {
  /** Codes by code. */
  readonly codes: CodeOverrides;
  /** Areas by number. */
  readonly areas: Numbers;
  /** Zones by number. */
  readonly zones: Numbers;
  /** Users by number. */
  readonly users: Numbers;
}

/**
 * Picks what concerns the events of a site.
 *
 * @param table The table.
 * @param from The events' language.
 * @param to The target language.
 * @param account The site's account as the panel spells it.
 * @param output The output's name; what is set for outputs is left out when absent.
 * @returns The rules for `translate`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { siteRules } from "./site_table.ts";
 *
 * const table = { zones: { 5: "105" }, sites: { 1234: { zones: { 5: "205" } } } };
 * assertEquals(siteRules(table, "sia", "contact-id", "1234").zones, { 5: "205" });
 * assertEquals(siteRules(table, "sia", "contact-id", "9999").zones, { 5: "105" });
 * ```
 */
export function siteRules(
  table: SiteTable,
  from: string,
  to: TargetLanguage,
  account: string,
  output?: string,
): SiteRules {
  const own = output === undefined ? undefined : member(table.outputs, output);
  const levels: SiteNumbers[] = [table, own, member(table.sites, account), member(own?.sites, account)]
    .filter((level) => level !== undefined);
  return {
    codes: Object.assign({}, ...levels.map(({ codes }) => member(codes, from)?.[to])),
    areas: Object.assign({}, ...levels.map(({ areas }) => areas)),
    zones: Object.assign({}, ...levels.map(({ zones }) => zones)),
    users: Object.assign({}, ...levels.map(({ users }) => users)),
  };
}

function member<V>(record: Readonly<Partial<Record<string, V>>> | undefined, key: string): V | undefined {
  return record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
}
