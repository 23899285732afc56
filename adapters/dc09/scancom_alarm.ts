/**
 * Alarms of `SCN-S8` messages: Scancom Fast Format with eight channels.
 *
 * @module
 */
import type { PanelAlarm } from "../contract.ts";
import type { Dc09AlarmContext } from "./alarm.ts";
import type { Dc09Message } from "./message.ts";
import { unreadableAlarm } from "./unreadable_alarm.ts";

/**
 * Reads 4-8-1, 5-8-1 or 6-8-1 digits, or 8-1 behind `#account|`, blanks anywhere, and makes the alarm.
 *
 * Event data is account, eight channels and status (ip-protocol.md §8.3). Until there is a Scancom adapter the event is a
 * generic one: code = the nine digits, flagged `not-decoded`; nothing is lost. The layout in DC-09 is confidence C
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
 * ```
 */
export function scancomAlarm(rest: string, message: Dc09Message, context: Dc09AlarmContext): PanelAlarm {
  const found = /^(\d{4,6})?(\d{8})(\d)$/.exec(rest.replaceAll(/\s/g, ""));
  const account = context.account === "" ? found?.[1] ?? "" : context.account;
  if (found === null || !/^[0-9A-Za-z]{0,16}$/.test(account)) return unreadableAlarm(message, context);
  const [, , channels = "", status = ""] = found;
  return {
    events: [{
      account,
      language: "scancom",
      code: channels + status,
      qualifier: "new",
      label: "Scancom Fast Format report",
      text: `channels ${channels}, status ${status}`,
      flags: ["not-decoded"],
      raw: context.raw,
    }],
    protocol: "scancom",
    data: new TextEncoder().encode(account + channels + status),
    raw: context.raw,
    complete: true,
  };
}
