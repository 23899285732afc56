/**
 * Alarms of an output as what a VdS 2465 transmitter sends.
 *
 * @module
 */
import type { OutputItem } from "../contract.ts";
import { writeEventData } from "./event_data.ts";
import { readRecords } from "./record.ts";
import { readItem, type VdsTransmitterItem } from "./transmitter_item.ts";

/** An alarm made ready, or why it cannot be sent. */
export type VdsSenderItemResult =
  | { ok: true; item: VdsTransmitterItem; records: Uint8Array }
  | { ok: false; rule: string; message: string };

/**
 * Makes an alarm ready to be sent: its records as they are, and the account as ident number where they have none. Alarms
 * in other languages are not translated.
 *
 * @param alarm The alarm.
 * @param ident Ident number when the alarm's account is none.
 * @returns The alarm, and its records for a `Vds2465Transmitter`; or rule `no-form`, or those of `readItem`. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { senderItem } from "./sender_item.ts";
 *
 * const data = Uint8Array.fromHex("05021103000122");
 * const alarm = { id: "a", account: "123456", protocol: "vds2465" as const, data, events: [], repeated: false };
 * const read = senderItem(alarm);
 * assertEquals(read.ok && read.records.toHex(), "05021103000122" + "0356214365");
 * const other = senderItem({ ...alarm, protocol: "sia" });
 * assertEquals(!other.ok && other.rule, "no-form");
 * ```
 */
export function senderItem(
  { id, account, protocol, data }: OutputItem,
  ident = "",
): VdsSenderItemResult {
  if (protocol !== "vds2465") {
    return {
      ok: false,
      rule: "no-form",
      message:
        `Alarms in ${protocol} are not translated to VdS 2465. Set the panel to VdS 2465, or send this site to ` +
        "another output",
    };
  }
  const records = writeEventData(readRecords(data), account);
  const read = readItem({ id, records }, ident);
  return read.ok ? { ...read, records } : read;
}
