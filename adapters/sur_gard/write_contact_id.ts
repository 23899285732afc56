/**
 * Contact ID alarms as Sur-Gard lines of id `5`.
 *
 * @module
 */
import { contactIdItem } from "../contact_id/output_item.ts";
import type { OutputItem, Written } from "../contract.ts";
import { longAccountNotes } from "../line_notes.ts";
import { writtenAlarm } from "../written_alarm.ts";
import type { SurGardHeader } from "./message.ts";
import { writeSurGard } from "./write_message.ts";

const QUALIFIERS = { 1: "E", 3: "R", 6: "P" } as const;

/**
 * Writes `5RRL␠18AAAAQXYZGGCCC` (receiver-outputs.md §1.2, A).
 *
 * - The account is the item's, or the data's when the item has none. Shorter than four it gets zeros in front; longer it is sent
 *   in full, with a note: a cut account is another customer's site.
 * - A possible repeat carries message type `98` instead of `18`. Receivers treat both alike; the meaning is Tocsin's own.
 *   `98` in the data stays.
 * - A wrong checksum digit at the end of the data is left out with a note; the alarm goes.
 * - What the site's table says otherwise stands in the line.
 *
 * @param item The alarm; its protocol is `contact-id`.
 * @param header Receiver and line of the output.
 * @returns One line; or rule `bad-event-data`, `no-account`, `not-writable`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeContactIdAlarm } from "./write_contact_id.ts";
 *
 * const written = writeContactIdAlarm({
 *   id: "a", account: "123", protocol: "contact-id", data: new TextEncoder().encode("012318113001004"), events: [],
 *   repeated: false,
 * }, { receiver: "01", line: "1" });
 * assert(written.ok);
 * assertEquals(written.lines[0]?.line, "5011 180123E13001004<DC4>");
 * ```
 */
export function writeContactIdAlarm(item: OutputItem, header: SurGardHeader): Written {
  const read = contactIdItem(item);
  if (!read.ok) return read;
  const { messages, said } = read;
  const lines = messages.map(({ account, messageType, qualifier, code, group, zone }) => {
    said.notes.push(...longAccountNotes(account, 4));
    return writeSurGard({
      kind: "contact-id",
      ...header,
      account: account.padStart(4, "0"),
      messageType: item.repeated ? "98" : messageType,
      qualifier: QUALIFIERS[qualifier],
      code,
      group,
      zone,
    });
  });
  return writtenAlarm(lines, said);
}
