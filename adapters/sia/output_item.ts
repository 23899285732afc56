/**
 * SIA alarms on their way to automation software.
 *
 * @module
 */
import type { OutputItem } from "../contract.ts";
import { latin1 } from "../latin1.ts";
import type { LineRefusal } from "../line_refusal.ts";
import { noAccount } from "../no_account.ts";

/** SIA event data, taken apart. */
export interface SiaItem {
  /** Tells it from a refusal. */
  ok: true;
  /** The item's account, or the data's when the item has none, as spelled. */
  account: string;
  /** `N` new; `O` old, or a possible repeat. */
  letter: "N" | "O";
  /** What follows the letter. */
  block: Uint8Array;
}

/**
 * Takes the data of an alarm apart: `#1234|Nri1/BA01|AHall`, `#1234NBA01`, `NBA01`. A profile of ours, ip-protocol.md §8.1.
 *
 * @param item The alarm; its protocol is `sia`.
 * @returns The parts; or rule `bad-event-data`, `no-account`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { readSiaItem } from "./output_item.ts";
 *
 * const data = new TextEncoder().encode("#1234|Nri1/BA01");
 * const read = readSiaItem({ id: "a", account: "", protocol: "sia", data, events: [], repeated: true });
 * assert(read.ok);
 * assertEquals([read.account, read.letter, read.block.length], ["1234", "O", 8]);
 * ```
 */
export function readSiaItem(item: OutputItem): SiaItem | LineRefusal {
  const text = latin1(item.data);
  const found = /^#([^|]*)\|([NO])/.exec(text) ?? /^(?:#([^|NO]*))?([NO])/.exec(text);
  if (found === null) {
    return {
      ok: false,
      rule: "bad-event-data",
      message:
        "The event data is no SIA block. Expected `#account|N…` or `#account|O…`; check the sender's version.",
    };
  }
  const [all, spelled = "", letter] = found;
  const account = item.account === "" ? spelled : item.account;
  if (account === "") return noAccount();
  return {
    ok: true,
    account,
    letter: item.repeated || letter === "O" ? "O" : "N",
    block: item.data.subarray(all.length),
  };
}
