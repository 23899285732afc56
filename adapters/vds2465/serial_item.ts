/**
 * Alarms as what a panel sends on its serial line.
 *
 * @module
 */
import type { OutputItem } from "../contract.ts";
import { FT12_MAX_DATA } from "./ft12.ts";
import { senderItem, type VdsSenderItemResult } from "./sender_item.ts";
import { readItem } from "./transmitter_item.ts";

/**
 * Makes an alarm ready to be sent in one frame, as panels do: all of its events.
 *
 * @param alarm The alarm.
 * @param ident Ident number when the alarm's account is none.
 * @returns The alarm, in one telegram; or rule `too-long`, or those of `senderItem`. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { serialItem } from "./serial_item.ts";
 *
 * const data = new TextEncoder().encode("#1|Nri1/BA3/FA4");
 * const read = serialItem({ id: "a", account: "123456", protocol: "sia", data, events: [], repeated: false });
 * assertEquals(
 *   read.ok && read.telegrams.map(({ item }) => item.payload.toHex()),
 *   ["05021103000122" + "0356214365" + "05021104000110" + "0356214365"],
 * );
 * ```
 */
export function serialItem(alarm: OutputItem, ident = ""): VdsSenderItemResult {
  const read = senderItem(alarm, ident);
  if (!read.ok) return read;
  const all = read.telegrams.map(({ item }) => item.payload);
  const records = new Uint8Array(all.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of all) {
    records.set(part, at);
    at += part.length;
  }
  if (records.length > FT12_MAX_DATA) {
    const message = `The alarm's records have ${records.length} octets, and a frame holds ${FT12_MAX_DATA}`;
    return { ok: false, rule: "too-long", message };
  }
  const whole = readItem({ id: alarm.id, records }, ident);
  return whole.ok ? { ...read, telegrams: [{ item: whole.item, records }] } : whole;
}
