/**
 * Fast Format alarms as lines of the 685.
 *
 * @module
 */
import type { OutputItem, Written } from "../contract.ts";
import { fastFormatItem } from "../fast_format_item.ts";
import { longAccountNotes } from "../line_notes.ts";
import { writtenAlarm } from "../written_alarm.ts";
import type { WriteAdemco685Options } from "./write_alarm.ts";
import { writeContactIdAlarm } from "./write_contact_id.ts";
import { writeAdemco685 } from "./write_message.ts";
import { writePulseAlarm } from "./write_pulse.ts";

/**
 * Writes `RG AAAA CCCC CCCC C` (receiver-outputs.md §2.1, A), the digits as the panel sent them. The form has eight channels: a message
 * of more is written as other languages are, one line for each event.
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
  const read = fastFormatItem(item);
  if (!read.ok) return read;
  const { messages, said } = read;
  if (messages.some(({ channels }) => channels.length !== 8)) {
    const { form = "contact-id" } = options;
    return form === "contact-id"
      ? writeContactIdAlarm(item, options)
      : writePulseAlarm(item, { ...options, form });
  }
  const { receiver, line } = options;
  const lines = messages.map(({ account, channels, status }) => {
    said.notes.push(...longAccountNotes(account, 4));
    const message = { receiver, line, account: account.padStart(4, "0"), channels, status };
    return writeAdemco685({ kind: "high-speed", ...message }, options);
  });
  return writtenAlarm(lines, said);
}
