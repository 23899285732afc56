/**
 * An alarm of the journal as an output is given it: under the account that its AE knows, with the codes and numbers of the
 * site table.
 *
 * @module
 */
import type { OutputItem } from "../../adapters/contract.ts";
import type { AlarmEvent } from "../event/alarm_event.ts";
import {
  type Loss,
  siteAccount,
  type SiteRules,
  siteRules,
  type SiteTable,
} from "../event/translation/mod.ts";
import type { NewAlarm } from "../journal/journal.ts";
import { OWN_ACCOUNT } from "./own_event_alarm.ts";

/** An alarm to hand over: its events have identity and time. */
export type StoredItem = Omit<OutputItem, "events"> & {
  /** The decoded events. */
  events: AlarmEvent[];
};

/** An item, and what its account lost. */
export interface OwnItem {
  item: StoredItem;
  /** The account was cut. */
  lost: Loss[];
}

/** Rules remembered for one output. */
const REMEMBERED = 4096;

/**
 * Makes items for one output.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { OutputItems } from "./output_item.ts";
 *
 * const items = new OutputItems("east", { accounts: { prefix: "50" } }, ({ account }) => account);
 * const { item } = items.of({
 *   id: "a", account: "1234", protocol: "sia", data: new Uint8Array(), events: [], origin: "shop",
 * }, false);
 * assertEquals([item.account, item.rules?.("sia", "contact-id")], ["501234", undefined]);
 * ```
 */
export class OutputItems {
  readonly #output: string;
  readonly #table: SiteTable | undefined;
  readonly #accountOf: (alarm: Pick<NewAlarm, "origin" | "account">) => string;
  readonly #rules = new Map<string, SiteRules | undefined>();

  /**
   * @param output Name of the output.
   * @param table The translation table; undefined: accounts go as they are.
   * @param accountOf The account of a site, before the table.
   */
  constructor(
    output: string,
    table: SiteTable | undefined,
    accountOf: (alarm: Pick<NewAlarm, "origin" | "account">) => string,
  ) {
    this.#output = output;
    this.#table = table;
    this.#accountOf = accountOf;
  }

  /** The item of an alarm. @param alarm The alarm. @param repeated The AE may have it. */
  of(
    alarm: Pick<NewAlarm, "id" | "origin" | "account" | "protocol" | "data" | "events">,
    repeated: boolean,
  ): OwnItem {
    const { id, protocol, data, events } = alarm;
    const table = this.#table;
    const account = this.#accountOf(alarm);
    // The receiver's own account is none that a table could know.
    if (table === undefined || events[0]?.flags.includes(OWN_ACCOUNT) === true) {
      return { item: { id, account, protocol, data, events, repeated }, lost: [] };
    }
    const spelled = siteAccount(table, account, this.#output);
    const rules: OutputItem["rules"] = (from, to) => {
      const key = `${from}\0${to}\0${alarm.account}`;
      if (this.#rules.has(key)) return this.#rules.get(key);
      const found = siteRules(table, from, to, alarm.account, this.#output);
      const kept = isEmpty(found) ? undefined : found;
      if (this.#rules.size >= REMEMBERED) this.#rules.clear();
      this.#rules.set(key, kept);
      return kept;
    };
    return {
      item: { id, account: spelled.account, protocol, data, events, repeated, rules },
      lost: spelled.lost,
    };
  }
}

function isEmpty(rules: SiteRules): boolean {
  return Object.values(rules).every((each) => Object.keys(each).length === 0);
}
