/**
 * Alarms of `SCN-S8` messages: Scancom Fast Format.
 *
 * @module
 */
import type { PanelAlarm } from "../contract.ts";
import { writeEventData } from "../scancom/event_data.ts";
import { scancomEventDrafts } from "../scancom/event_draft.ts";
import { parseScancomText } from "../scancom/text.ts";
import type { Dc09AlarmContext } from "./alarm.ts";
import type { Dc09Message } from "./message.ts";
import { unreadableAlarm } from "./unreadable_alarm.ts";

/**
 * Reads 4-8-1, 5-8-1 or 6-8-1 digits, or 8-1 behind `#account|`, blanks anywhere, and makes the alarm; 16 channels and more
 * are read too.
 *
 * The events are those of the `scancom` adapter: which digits are news depends on what was accepted of the site before
 * (`context.sites`). Event data is account, channels and status (ip-protocol.md §8.3). The layout in DC-09 is confidence C
 * (panel-formats.md §3.6).
 *
 * @param rest The data behind the account.
 * @param message The message it came in.
 * @param context Account, bytes and remarks. When the message has no account, the digits' account is used.
 * @returns The alarm; `unreadableAlarm` when there are other than these digits.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { parseDc09 } from "./message.ts";
 * import { scancomAlarm } from "./scancom_alarm.ts";
 *
 * const read = parseDc09(new TextEncoder().encode('"SCN-S8"0001L0#123456[#123456|1555 5555 7]'));
 * assert(read.ok);
 * const alarm = scancomAlarm("1555 5555 7", read.message, { account: "123456", raw: new Uint8Array() });
 * assertEquals([alarm.protocol, new TextDecoder().decode(alarm.data)], ["scancom", "123456155555557"]);
 * assertEquals([alarm.events[0]?.code, alarm.events[0]?.label], ["17", "Alarm: fire"]);
 * ```
 */
export function scancomAlarm(rest: string, message: Dc09Message, context: Dc09AlarmContext): PanelAlarm {
  const { account, raw, sites, meaningOf } = context;
  const read = parseScancomText(`[#${account}|${rest}]`);
  if (!read.ok) return unreadableAlarm(message, context);
  const { scancom, flags } = read;
  const state = sites?.get(scancom.account);
  return {
    events: scancomEventDrafts(scancom, raw, {
      ...meaningOf?.(scancom.account),
      ...(state === undefined ? {} : { state }),
      flags,
    }),
    protocol: "scancom",
    data: writeEventData(scancom),
    raw,
    complete: true,
  };
}
