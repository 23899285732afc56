/**
 * Alarms that cannot be read and are kept all the same.
 *
 * @module
 */
import { siaCode } from "../../src/event/tables/sia.ts";
import { displayText } from "../sia/cp437.ts";
import { writeEventData } from "../sia/event_data.ts";
import type { PanelAlarm } from "../contract.ts";
import type { Dc09AlarmContext } from "./alarm.ts";
import { extendedText } from "./extended_data.ts";
import type { Dc09Message } from "./message.ts";

/** SIA's own code for what is not defined. */
const UNDEFINED = "UX";

/**
 * Makes the alarm of a message whose data cannot be read in the language of its token: it reaches the operator as SIA
 * `UX` (undefined) with the data as its text, so that somebody can ask what it was. Law 4: never refuse an alarm for an
 * unknown code.
 *
 * @param message The message.
 * @param context Account, bytes and remarks.
 * @returns The alarm, flagged `unreadable-event`.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { parseDc09 } from "./message.ts";
 * import { unreadableAlarm } from "./unreadable_alarm.ts";
 *
 * const read = parseDc09(new TextEncoder().encode('"ADM-CID"0001L0#1234[#1234|what?]'));
 * assert(read.ok);
 * const alarm = unreadableAlarm(read.message, { account: "1234", raw: new Uint8Array() });
 * assertEquals(new TextDecoder().decode(alarm.data), "#1234|NUX|AADM-CID #1234|what?");
 * ```
 */
export function unreadableAlarm(message: Dc09Message, context: Dc09AlarmContext): PanelAlarm {
  const said = displayText(`${message.id} ${message.data}`);
  const words = extendedText(message.extended);
  return {
    events: [{
      account: context.account,
      language: "sia",
      code: UNDEFINED,
      qualifier: "new",
      label: siaCode(UNDEFINED)?.name ?? UNDEFINED,
      text: said,
      flags: ["unreadable-event"],
      raw: context.raw,
    }],
    protocol: "sia",
    data: writeEventData(context.account, "N", UNDEFINED, words === "" ? said : `${said}, ${words}`),
    raw: context.raw,
    complete: true,
  };
}
