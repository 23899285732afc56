/**
 * Contact ID alarms as lines of type `a`.
 *
 * @module
 */
import type { OutputItem, Written } from "../contract.ts";
import { longAccountNote, noAccount, REPEAT_NOTE } from "../ademco_685/accounts.ts";
import { parseEventData } from "../contact_id/event_data.ts";
import type { WriteBosch6500Options } from "./write_alarm.ts";
import { writeBosch6500 } from "./write_message.ts";

const LETTERS = { 1: "E", 3: "R", 6: "P" } as const;
const DIGITS = { 1: "1", 3: "3", 6: "6" } as const;

/**
 * Writes `aRRL␠AAAA18QXYZGGCCC` (receiver-outputs.md §3.1, A).
 *
 * - The account is the item's, or the data's when the item has none. Shorter than four it gets zeros in front; longer it is sent in
 *   full, with a note: a cut account is another customer's site.
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
 *   id: "a", account: "123", protocol: "contact-id", data: new TextEncoder().encode("012318313001004"), events: [],
 *   repeated: false,
 * }, { receiver: "01", line: "1", qualifiers: "letters" });
 * assert(written.ok);
 * assertEquals(written.lines[0]?.line, "a011 012318R13001004<DC4>");
 * ```
 */
export function writeContactIdAlarm(item: OutputItem, options: WriteBosch6500Options): Written {
  const notes: string[] = [];
  let read = parseEventData(item.data);
  if (!read.ok && read.rule === "wrong-checksum") {
    notes.push("the checksum digit of the event data is wrong; check the link to the panel.");
    read = parseEventData(item.data.subarray(0, -1));
  }
  if (!read.ok) return { ok: false, rule: "bad-event-data", message: read.message };
  const { qualifier, code, group, zone } = read.contactId;
  const account = item.account === "" ? read.contactId.account : item.account;
  if (account === "") return noAccount();
  if (account.length > 4) notes.push(longAccountNote(account));
  const maybeRepeat = item.repeated || read.contactId.messageType === "98";
  const marks = options.mark98 ?? false;
  if (maybeRepeat && !marks) notes.push(REPEAT_NOTE);
  const written = writeBosch6500({
    kind: "contact-id",
    receiver: options.receiver,
    line: options.line,
    account: account.padStart(4, "0"),
    messageType: maybeRepeat && marks ? "98" : "18",
    qualifier: (options.qualifiers === "letters" ? LETTERS : DIGITS)[qualifier],
    code,
    group,
    zone,
  }, options);
  if (!written.ok) return written;
  return { ok: true, lines: [{ bytes: written.bytes, line: written.line }], notes };
}
