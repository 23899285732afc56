/**
 * Fast Format alarms as lines of types `f` and `g`.
 *
 * @module
 */
import type { OutputItem, Written } from "../contract.ts";
import { fastFormatItem } from "../fast_format_item.ts";
import { longAccountNotes } from "../line_notes.ts";
import { writtenAlarm } from "../written_alarm.ts";
import type { WriteBosch6500Options } from "./write_alarm.ts";
import { writeBosch6500 } from "./write_message.ts";
import { writeSiaAlarm } from "./write_sia.ts";

/**
 * Writes `fRRLAAAAAA CCCC CCCC C`, or `g` with 16 channels (receiver-outputs.md §3.1, A): the digits as the panel sent them. A message of
 * more channels is written in SIA.
 *
 * @param item The alarm; its protocol is `scancom`.
 * @param options How the output writes.
 * @returns The lines; or rule `bad-event-data`, `no-account`, `not-writable`, or those of `writeSiaAlarm`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeScancomAlarm } from "./write_scancom.ts";
 *
 * const written = writeScancomAlarm({
 *   id: "a", account: "", protocol: "scancom", data: new TextEncoder().encode("8531151555557"), events: [],
 *   repeated: false,
 * }, { receiver: "01", line: "1" });
 * assert(written.ok);
 * assertEquals(written.lines[0]?.line, "f011  8531 1515 5555 7<DC4>");
 * ```
 */
export function writeScancomAlarm(item: OutputItem, options: WriteBosch6500Options): Written {
  const read = fastFormatItem(item);
  if (!read.ok) return read;
  const { messages, said } = read;
  if (messages.some(({ channels }) => channels.length > 16)) return writeSiaAlarm(item, options);
  const { receiver, line } = options;
  const lines = messages.map(({ account, channels, status }) => {
    said.notes.push(...longAccountNotes(account, 6));
    return writeBosch6500({ kind: "fast-format", receiver, line, account, channels, status }, options);
  });
  return writtenAlarm(lines, said);
}
