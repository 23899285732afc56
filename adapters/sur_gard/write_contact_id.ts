/**
 * Contact ID alarms as Sur-Gard lines of id `5`.
 *
 * @module
 */
import type { OutputItem, Written } from "../contract.ts";
import { parseEventData } from "../contact_id/event_data.ts";
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
  const notes: string[] = [];
  let read = parseEventData(item.data);
  if (!read.ok && read.rule === "wrong-checksum") {
    notes.push("the checksum digit of the event data is wrong; check the link to the panel.");
    read = parseEventData(item.data.subarray(0, -1));
  }
  if (!read.ok) return { ok: false, rule: "bad-event-data", message: read.message };
  const { contactId } = read;
  const spelled = item.account === "" ? contactId.account : item.account;
  if (spelled === "") return noAccount();
  if (spelled.length > 4) {
    notes.push(
      `account ${spelled} has ${spelled.length} characters, the format has room for 4. It was sent in full; ` +
        "map it to 4 characters for this output if the AE refuses the line.",
    );
  }
  const written = writeSurGard({
    kind: "contact-id",
    ...header,
    account: spelled.padStart(4, "0"),
    messageType: item.repeated ? "98" : contactId.messageType,
    qualifier: QUALIFIERS[contactId.qualifier],
    code: contactId.code,
    group: contactId.group,
    zone: contactId.zone,
  });
  if (!written.ok) return written;
  return { ok: true, lines: [{ bytes: written.bytes, line: written.line }], notes };
}

/**
 * The refusal of an alarm without account. Account 0000 would say that the receiver itself is in alarm.
 *
 * @returns Rule `no-account`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { noAccount } from "./write_contact_id.ts";
 *
 * const refused = noAccount();
 * assertEquals(!refused.ok && refused.rule, "no-account");
 * ```
 */
export function noAccount(): Written {
  return {
    ok: false,
    rule: "no-account",
    message:
      "The alarm carries no account, so the AE could not tell the site. Set a default account at the input or an " +
      "account for this site at the output.",
  };
}
