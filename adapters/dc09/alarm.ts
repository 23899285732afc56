/**
 * From a DC-09 message to the alarm it reports.
 *
 * @module
 */
import type { EventDraft } from "../../src/event/alarm_event.ts";
import type { PanelAlarm } from "../contract.ts";
import type { ScancomMeaning } from "../scancom/event_draft.ts";
import type { ScancomSites } from "../scancom/sites.ts";
import { splitAccount } from "./account.ts";
import { contactIdAlarm, readContactId } from "./contact_id_alarm.ts";
import { extendedText } from "./extended_data.ts";
import type { Dc09Message } from "./message.ts";
import { isSia, siaAlarm } from "./sia_alarm.ts";
import { scancomAlarm } from "./scancom_alarm.ts";
import { readTimestamp } from "./timestamp.ts";
import { unreadableAlarm } from "./unreadable_alarm.ts";

/** What an alarm needs besides its message. */
export interface Dc09AlarmContext {
  /** The account to report under. */
  account: string;
  /** The frame as it came. */
  raw: Uint8Array;
  /** Remarks to add to its events. */
  flags?: readonly string[];
  /** The channels of the sites as last accepted, for `SCN-S8`. Nothing is known of them when absent. */
  sites?: Pick<ScancomSites, "get">;
  /** What a site connected to its channels, for `SCN-S8`. The usual UK order when absent. */
  meaningOf?: (account: string) => ScancomMeaning;
}

/** What a message means. */
export type Dc09Meaning =
  | { kind: "alarm"; alarm: PanelAlarm }
  /** A sign of life: NULL, or a SIA keep-alive. */
  | { kind: "poll" }
  /** A token that is not known here, with data that reads as none of the known ones. */
  | { kind: "unknown-token" };

/**
 * Tells what a message of a panel means.
 *
 * - `SIA-DCS`: read by the `sia` adapter, carried as SIA event data. `0|` before the event is skipped (AlphaVision).
 * - `ADM-CID`: read by the `contact_id` adapter, carried as Contact ID event data.
 * - `SCN-S8`: read by the `scancom` adapter, carried as Scancom event data.
 * - `NULL`: a poll, unless its data is an event: then an alarm, flagged `alarm-in-null`.
 * - any other token: what its data reads as, flagged `unknown-token`.
 *
 * An alarm that cannot be read is kept: see `unreadableAlarm`. `occurredAt` is the time of occurrence (`H`), else what the
 * event itself says, else the message's timestamp. Words of the extended data go into `text`, and into SIA event data
 * as its `A` part; Contact ID event data has no place for them.
 *
 * @param message The message; no answer.
 * @param context Account, bytes and remarks.
 * @returns The alarm, complete; or what else it is.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { dc09Meaning } from "./alarm.ts";
 * import { parseDc09 } from "./message.ts";
 *
 * const read = parseDc09(new TextEncoder().encode('"ADM-CID"0078R1L0#AAAA[#00AAAA|3407 01 001]_01:59:16,09-21-2023'));
 * assert(read.ok);
 * const meaning = dc09Meaning(read.message, { account: "AAAA", raw: new Uint8Array() });
 * assert(meaning.kind === "alarm");
 * assertEquals(new TextDecoder().decode(meaning.alarm.data), "AAAA18340701001");
 * assertEquals(meaning.alarm.events[0]?.occurredAt, new Date("2023-09-21T01:59:16Z"));
 * ```
 */
export function dc09Meaning(message: Dc09Message, context: Dc09AlarmContext): Dc09Meaning {
  const { id } = message;
  const { rest } = splitAccount(message.data);
  if (/^\s*[NOEL]?alive!?\s*$/.test(rest)) return { kind: "poll" };
  if (id === "SIA-DCS") return alarmOf(siaAlarm(rest, message, context), message, context);
  if (id === "ADM-CID") return alarmOf(contactIdAlarm(rest, message, context), message, context);
  if (id === "SCN-S8") return alarmOf(scancomAlarm(rest, message, context), message, context);
  const flag = id === "NULL" ? "alarm-in-null" : "unknown-token";
  const flagged = { ...context, flags: [...context.flags ?? [], flag] };
  if (readContactId(rest) !== undefined) {
    return alarmOf(contactIdAlarm(rest, message, flagged), message, flagged);
  }
  if (isSia(rest)) return alarmOf(siaAlarm(rest, message, flagged), message, flagged);
  // A relative of SCN-S8, for more channels: none is on record.
  if (id.startsWith("SCN")) return alarmOf(scancomAlarm(rest, message, flagged), message, flagged);
  // `[#0000|0000 00 000]` is a poll too (V11, Hikvision).
  if (id === "NULL" && (/^[0\s]*$/.test(rest) || rest === "")) return { kind: "poll" };
  if (id === "NULL") return alarmOf(unreadableAlarm(message, flagged), message, flagged);
  return { kind: "unknown-token" };
}

function alarmOf(alarm: PanelAlarm, message: Dc09Message, context: Dc09AlarmContext): Dc09Meaning {
  const events = alarm.events.map((event) => completed(event, message, context));
  return { kind: "alarm", alarm: { ...alarm, events } };
}

function completed(event: EventDraft, message: Dc09Message, context: Dc09AlarmContext): EventDraft {
  const words = extendedText(message.extended);
  const text = [event.text ?? "", words].filter((it) => it !== "").join(", ");
  const said = message.extended.find((it) => it.id === "H")?.text.replace(/^_/, "") ?? "";
  const stamp = message.timestamp === undefined ? undefined : readTimestamp(message.timestamp);
  const at = readTimestamp(said) ?? event.occurredAt?.getTime() ?? stamp;
  const flags = new Set([...event.flags, ...context.flags ?? []]);
  if (event.account === "") flags.add("no-account");
  return {
    ...event,
    ...(text === "" ? {} : { text }),
    ...(at === undefined ? {} : { occurredAt: new Date(at) }),
    flags: [...flags].sort(),
    raw: context.raw,
  };
}
