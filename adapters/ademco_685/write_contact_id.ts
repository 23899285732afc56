/**
 * Contact ID as lines of the 685.
 *
 * @module
 */
import { contactIdCode } from "../../src/event/tables/contact_id.ts";
import { type ContactIdForm, translate } from "../../src/event/translation/mod.ts";
import type { OutputItem, Written, WrittenLine } from "../contract.ts";
import { parseEventData } from "../contact_id/event_data.ts";
import { longAccountNote, noAccount, REPEAT_NOTE } from "./accounts.ts";
import { translatedEvents, translationNote } from "./translated_events.ts";
import type { WriteAdemco685Options } from "./write_alarm.ts";
import { writeAdemco685 } from "./write_message.ts";

/**
 * Writes `RG AAAA 18 QXYZ GG FCCC` (receiver-outputs.md §2.1, A): Contact ID data as it came.
 *
 * - The account is the item's, or the data's when the item has none. Shorter than four it gets zeros in front; longer it is sent in
 *   full, with a note: a cut account is another customer's site.
 * - F is `U` for codes whose number is a user, else `C`.
 * - A possible repeat says `18` like any other, with a note, unless the option has the AE told by `98`.
 * - A wrong checksum digit at the end of the data is left out with a note; the alarm goes.
 *
 * @param item The alarm; its protocol is `contact-id`.
 * @param options How the output writes.
 * @returns One line; or rule `bad-event-data`, `no-account`, `not-writable`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeContactIdAlarm } from "./write_contact_id.ts";
 *
 * const written = writeContactIdAlarm({
 *   id: "a", account: "123", protocol: "contact-id", data: new TextEncoder().encode("012318340102007"), events: [],
 *   repeated: false,
 * }, { receiver: "1", line: "1" });
 * assert(written.ok);
 * assertEquals(written.lines[0]?.line, "<LF>11 0123 18 R401 02 U007 <CR>");
 * ```
 */
export function writeContactIdAlarm(item: OutputItem, options: WriteAdemco685Options): Written {
  const notes: string[] = [];
  let read = parseEventData(item.data);
  if (!read.ok && read.rule === "wrong-checksum") {
    notes.push("the checksum digit of the event data is wrong; check the link to the panel.");
    read = parseEventData(item.data.subarray(0, -1));
  }
  if (!read.ok) return { ok: false, rule: "bad-event-data", message: read.message };
  const { contactId } = read;
  const { messageType, code, group, zone } = contactId;
  const form = { messageType, qualifier: String(contactId.qualifier) as "1" | "3" | "6", code, group, zone };
  const account = item.account === "" ? contactId.account : item.account;
  return finish([{ account, form }], item.repeated, notes, options);
}

/**
 * Writes the events of another language, one line each, by the nearest Contact ID code; what is lost is noted.
 *
 * @param item The alarm.
 * @param options How the output writes.
 * @returns The lines; or rule `bad-event-data`, `no-account`, `not-writable`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeAsContactId } from "./write_contact_id.ts";
 *
 * const written = writeAsContactId({
 *   id: "a", account: "1234", protocol: "sia", data: new TextEncoder().encode("#1234|Nri1/BA01/BA02"), events: [],
 *   repeated: false,
 * }, { receiver: "1", line: "1" });
 * assert(written.ok);
 * assertEquals(written.lines.length, 2);
 * ```
 */
export function writeAsContactId(item: OutputItem, options: WriteAdemco685Options): Written {
  const notes: string[] = [];
  const events = translatedEvents(item).map((event) => {
    const translated = translate(event, "contact-id");
    const { form } = translated;
    notes.push(translationNote(event, `Contact ID ${form.qualifier} ${form.code}`, translated));
    return { account: item.account === "" ? event.account : item.account, form };
  });
  return finish(events, item.repeated, notes, options);
}

function finish(
  events: { account: string; form: ContactIdForm }[],
  repeated: boolean,
  notes: string[],
  options: WriteAdemco685Options,
): Written {
  const { receiver, line, mark98 = false, previous = "P" } = options;
  const lines: WrittenLine[] = [];
  for (const { account, form } of events) {
    if (account === "") return noAccount();
    if (account.length > 4) notes.push(longAccountNote(account));
    const maybeRepeat = repeated || form.messageType === "98";
    if (maybeRepeat && !mark98) notes.push(REPEAT_NOTE);
    const isUser = options.addressLetter !== "contact" && contactIdCode(form.code)?.address === "user";
    const written = writeAdemco685({
      kind: "contact-id",
      receiver,
      line,
      account: account.padStart(4, "0"),
      messageType: maybeRepeat && mark98 ? "98" : "18",
      qualifier: form.qualifier === "1" ? "E" : form.qualifier === "3" ? "R" : previous,
      code: form.code,
      group: form.group,
      address: isUser ? "user" : "zone",
      zone: form.zone,
    }, options);
    if (!written.ok) return written;
    lines.push({ bytes: written.bytes, line: written.line });
  }
  if (lines.length > 0) return { ok: true, lines, notes: [...new Set(notes)] };
  return {
    ok: false,
    rule: "bad-event-data",
    message: "The event data holds no event; check the sender's version.",
  };
}
