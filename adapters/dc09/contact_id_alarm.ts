/**
 * Alarms of `ADM-CID` messages.
 *
 * @module
 */
import { writeEventData } from "../contact_id/event_data.ts";
import { contactIdEventDraft } from "../contact_id/event_draft.ts";
import type { ContactId } from "../contact_id/message.ts";
import { parseContactIdText } from "../contact_id/text.ts";
import type { PanelAlarm } from "../contract.ts";
import type { Dc09AlarmContext } from "./alarm.ts";
import type { Dc09Message } from "./message.ts";
import { unreadableAlarm } from "./unreadable_alarm.ts";

/**
 * Reads Contact ID data and makes the alarm: `1130 01 015`, with or without its blanks.
 *
 * What follows the digits is the event's text; Contact ID event data cannot carry it. Data that cannot be read, and an
 * account that Contact ID event data cannot carry, give `unreadableAlarm`'s event data.
 *
 * @param rest The data behind the account.
 * @param message The message it came in.
 * @param context Account, bytes and remarks.
 * @returns The alarm.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { contactIdAlarm } from "./contact_id_alarm.ts";
 * import { parseDc09 } from "./message.ts";
 *
 * const read = parseDc09(new TextEncoder().encode('"ADM-CID"0028L0#1001[#1001|1406 03 004]'));
 * assert(read.ok);
 * const alarm = contactIdAlarm("1406 03 004", read.message, { account: "1001", raw: new Uint8Array() });
 * assertEquals(new TextDecoder().decode(alarm.data), "100118140603004");
 * ```
 */
export function contactIdAlarm(rest: string, message: Dc09Message, context: Dc09AlarmContext): PanelAlarm {
  const read = readContactId(rest);
  if (read === undefined) return unreadableAlarm(message, context);
  const { account, raw } = context;
  const contactId: ContactId = { ...read.contactId, account };
  const draft = contactIdEventDraft(contactId, raw);
  const event = read.text === "" ? draft : { ...draft, text: read.text };
  const carrier = /^[!-~]{0,16}$/.test(account)
    ? { protocol: "contact-id" as const, data: writeEventData(contactId) }
    : unreadableAlarm(message, context);
  return { events: [event], protocol: carrier.protocol, data: carrier.data, raw, complete: true };
}

/**
 * Reads Contact ID data.
 *
 * @param rest The data behind the account.
 * @returns The message, its account left empty, and the text behind the digits; undefined when it is none. `0000 00 000`
 *   is none: it has no qualifier.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readContactId } from "./contact_id_alarm.ts";
 *
 * assertEquals(readContactId("3401 01 070")?.contactId.code, "401");
 * assertEquals(readContactId("0000 00 000"), undefined);
 * ```
 */
export function readContactId(rest: string): { contactId: ContactId; text: string } | undefined {
  const found = /^\s*([0-9A-Z][0-9A-F]{3})\s*([0-9A-F]{2})\s*([0-9A-F]{3})(?![0-9A-F])([^]*)$/i.exec(rest);
  if (found !== null) {
    const [, event = "", group = "", zone = "", behind = ""] = found;
    const read = parseContactIdText(`#|${event} ${group} ${zone}`);
    if (!read.ok) return undefined;
    return { contactId: { ...read.contactId, account: "" }, text: behind.replace(/^[\s|,/]+/, "").trim() };
  }
  // The digits of another form: `1234 18 1130 01 015 8` and its like.
  const other = /^[0-9A-F ]{15,40}$/i.test(rest) ? parseContactIdText(rest) : undefined;
  return other?.ok === true ? { contactId: { ...other.contactId, account: "" }, text: "" } : undefined;
}
