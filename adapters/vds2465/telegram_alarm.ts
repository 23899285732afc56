/**
 * The alarm in a telegram, as it is handed to the gateway.
 *
 * @module
 */
import type { PanelAlarm } from "../contract.ts";
import { writeEventData } from "./event_data.ts";
import { vds2465EventDrafts, type VdsEventContext } from "./event_draft.ts";
import { readIdent } from "./ident.ts";
import type { VdsRecord, VdsRecords } from "./record.ts";
import { ST } from "./record_type.ts";

/**
 * Makes the alarm of a telegram.
 *
 * @param telegram Its records, and what of it could not be read.
 * @param context Account for telegrams without ident number, the octets of the records, and remarks.
 * @param frame The octets that the panel would send again; those of the records when absent.
 * @returns The alarm, complete; undefined for a telegram that is an answer or a sign of life.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readRecords } from "./record.ts";
 * import { telegramAlarm } from "./telegram_alarm.ts";
 *
 * const raw = Uint8Array.fromHex("05020001000122");
 * const alarm = telegramAlarm(readRecords(raw), { account: "000815", raw });
 * assertEquals(alarm?.data.toHex(), "05020001000122" + "0356008051");
 * assertEquals(telegramAlarm(readRecords(Uint8Array.fromHex("0356008051")), { account: "", raw }), undefined);
 * ```
 */
export function telegramAlarm(
  telegram: VdsRecords,
  context: VdsEventContext,
  frame: Uint8Array = context.raw,
): PanelAlarm | undefined {
  const events = vds2465EventDrafts(telegram, context);
  if (events.length === 0) return undefined;
  return {
    events,
    protocol: "vds2465",
    data: writeEventData(telegram, context.account),
    raw: frame,
    complete: true,
  };
}

/**
 * The ident number of a telegram.
 *
 * @param records Its records.
 * @returns The digits of the first record 56 that has some; undefined when there is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { telegramIdent } from "./telegram_alarm.ts";
 *
 * assertEquals(telegramIdent([{ type: 0x56, data: new Uint8Array([0x21, 0x43]) }]), "1234");
 * ```
 */
export function telegramIdent(records: readonly VdsRecord[]): string | undefined {
  for (const { type, data } of records) {
    const ident = type === ST.IDENT ? readIdent(data) : "";
    if (ident !== "") return ident;
  }
  return undefined;
}
