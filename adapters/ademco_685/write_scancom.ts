/**
 * Fast Format alarms as lines of the 685.
 *
 * @module
 */
import type { OutputItem, Written } from "../contract.ts";
import { parseEventData } from "../scancom/event_data.ts";
import { longAccountNote, noAccount, REPEAT_NOTE } from "./accounts.ts";
import type { WriteAdemco685Options } from "./write_alarm.ts";
import { writeAsContactId } from "./write_contact_id.ts";
import { writeAdemco685 } from "./write_message.ts";

/**
 * Writes `RG AAAA CCCC CCCC C` (receiver-outputs.md §2.1, A), the digits as the panel sent them. The form has eight channels: a message
 * of more is written as Contact ID, one line for each event.
 *
 * @param item The alarm; its protocol is `scancom`.
 * @param options How the output writes.
 * @returns The lines; or rule `bad-event-data`, `no-account`, `not-writable`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeScancomAlarm } from "./write_scancom.ts";
 *
 * const written = writeScancomAlarm({
 *   id: "a", account: "", protocol: "scancom", data: new TextEncoder().encode("8531151555557"), events: [],
 *   repeated: false,
 * }, { receiver: "1", line: "3" });
 * assert(written.ok);
 * assertEquals(written.lines[0]?.line, "<LF>13 8531 1515 5555 7<CR>");
 * ```
 */
export function writeScancomAlarm(item: OutputItem, options: WriteAdemco685Options): Written {
  const read = parseEventData(item.data);
  if (!read.ok) return { ok: false, rule: "bad-event-data", message: read.message };
  const { channels, status } = read.scancom;
  if (channels.length !== 8) return writeAsContactId(item, options);
  const account = item.account === "" ? read.scancom.account : item.account;
  if (account === "") return noAccount();
  const { receiver, line } = options;
  const written = writeAdemco685({
    kind: "high-speed",
    receiver,
    line,
    account: account.padStart(4, "0"),
    channels,
    status,
  }, options);
  if (!written.ok) return written;
  const notes = [
    ...(account.length > 4 ? [longAccountNote(account)] : []),
    ...(item.repeated ? [REPEAT_NOTE] : []),
  ];
  return { ok: true, lines: [{ bytes: written.bytes, line: written.line }], notes };
}
