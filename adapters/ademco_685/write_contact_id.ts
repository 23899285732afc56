/**
 * Alarms in Contact ID, as lines of the 685.
 *
 * @module
 */
import { contactIdCode } from "../../src/event/tables/contact_id.ts";
import { contactIdItem } from "../contact_id/output_item.ts";
import type { OutputItem, Written } from "../contract.ts";
import { longAccountNotes, REPEAT_NOTE } from "../line_notes.ts";
import { writtenAlarm } from "../written_alarm.ts";
import type { WriteAdemco685Options } from "./write_alarm.ts";
import { writeAdemco685 } from "./write_message.ts";

/**
 * Writes `RG AAAA 18 QXYZ GG FCCC` (receiver-outputs.md §2.1, A): Contact ID data as it came, the events of other languages one line
 * each, by the nearest Contact ID code; what is lost is told.
 *
 * - The account is the item's, or the data's when the item has none. Shorter than four it gets zeros in front; longer it is sent in
 *   full, with a note: a cut account is another customer's site.
 * - F is `U` for codes whose number is a user, else `C`.
 * - A possible repeat says `18` like any other, with a note, unless the option has the AE told by `98`.
 * - A wrong checksum digit at the end of the data is left out with a note; the alarm goes.
 * - What the site's table says otherwise stands in the line.
 *
 * @param item The alarm.
 * @param options How the output writes.
 * @returns The lines; or rule `bad-event-data`, `no-account`, `not-writable`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeContactIdAlarm } from "./write_contact_id.ts";
 *
 * const item = { id: "a", account: "123", events: [], repeated: false };
 * const lines = (protocol: "contact-id" | "sia", data: string) => {
 *   const written = writeContactIdAlarm(
 *     { ...item, protocol, data: new TextEncoder().encode(data) },
 *     { receiver: "1", line: "1" },
 *   );
 *   assert(written.ok);
 *   return written.lines.map(({ line }) => line);
 * };
 * assertEquals(lines("contact-id", "012318340102007"), ["<LF>11 0123 18 R401 02 U007 <CR>"]);
 * assertEquals(lines("sia", "#1234|NBA01/BA02").length, 2);
 * ```
 */
export function writeContactIdAlarm(item: OutputItem, options: WriteAdemco685Options): Written {
  const read = contactIdItem(item);
  if (!read.ok) return read;
  const { receiver, line, mark98 = false, previous = "P" } = options;
  const { messages, said } = read;
  const lines = messages.map(({ account, messageType, qualifier, code, group, zone }) => {
    said.notes.push(...longAccountNotes(account, 4));
    const maybeRepeat = item.repeated || messageType === "98";
    if (maybeRepeat && !mark98) said.notes.push(REPEAT_NOTE);
    const isUser = options.addressLetter !== "contact" && contactIdCode(code)?.address === "user";
    return writeAdemco685({
      kind: "contact-id",
      receiver,
      line,
      account: account.padStart(4, "0"),
      messageType: maybeRepeat && mark98 ? "98" : "18",
      qualifier: qualifier === 1 ? "E" : qualifier === 3 ? "R" : previous,
      code,
      group,
      address: isUser ? "user" : "zone",
      zone,
    }, options);
  });
  return writtenAlarm(lines, said);
}
