/**
 * Contact ID alarms as lines of type `a`.
 *
 * @module
 */
import { contactIdItem } from "../contact_id/output_item.ts";
import type { OutputItem, Written } from "../contract.ts";
import { longAccountNotes, REPEAT_NOTE } from "../line_notes.ts";
import { writtenAlarm } from "../written_alarm.ts";
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
 * - What the site's table says otherwise stands in the line.
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
  const read = contactIdItem(item);
  if (!read.ok) return read;
  const { receiver, line, mark98 = false } = options;
  const { messages, said } = read;
  const lines = messages.map(({ account, messageType, qualifier, code, group, zone }) => {
    said.notes.push(...longAccountNotes(account, 4));
    const maybeRepeat = item.repeated || messageType === "98";
    if (maybeRepeat && !mark98) said.notes.push(REPEAT_NOTE);
    return writeBosch6500({
      kind: "contact-id",
      receiver,
      line,
      account: account.padStart(4, "0"),
      messageType: maybeRepeat && mark98 ? "98" : "18",
      qualifier: (options.qualifiers === "letters" ? LETTERS : DIGITS)[qualifier],
      code,
      group,
      zone,
    }, options);
  });
  return writtenAlarm(lines, said);
}
