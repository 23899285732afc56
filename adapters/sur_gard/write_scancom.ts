/**
 * Scancom alarms as Sur-Gard lines of id `8`.
 *
 * @module
 */
import type { OutputItem, Written } from "../contract.ts";
import { fastFormatItem } from "../fast_format_item.ts";
import { writtenAlarm } from "../written_alarm.ts";
import type { SurGardHeader } from "./message.ts";
import { writeSurGard } from "./write_message.ts";
import { writeSiaAlarm } from "./write_sia.ts";

/**
 * Writes `8RRLAAAA CCCC CCCC C` (receiver-outputs.md §1.2, A): the digits as the panel sent them. The form has no mark of a
 * repeat: a possible one gets a note. It has 8 channels or 16: a message of more is written in SIA.
 *
 * @param item The alarm; its protocol is `scancom`.
 * @param header Receiver and line of the output.
 * @param text Whether the AE takes text behind SIA events.
 * @returns The lines; or rule `bad-event-data`, `no-account`, `not-writable`, or those of `writeSiaAlarm`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeScancomAlarm } from "./write_scancom.ts";
 *
 * const written = writeScancomAlarm({
 *   id: "a", account: "1234", protocol: "scancom", data: new TextEncoder().encode("1234155555557"), events: [],
 *   repeated: false,
 * }, { receiver: "01", line: "1" }, false);
 * assert(written.ok);
 * assertEquals(written.lines.map(({ line }) => line), ["80111234 1555 5555 7<DC4>"]);
 * ```
 */
export function writeScancomAlarm(item: OutputItem, header: SurGardHeader, text: boolean): Written {
  const read = fastFormatItem(item);
  if (!read.ok) return read;
  const { messages, said } = read;
  if (messages.some(({ channels }) => channels.length > 16)) return writeSiaAlarm(item, header, text);
  return writtenAlarm(messages.map((one) => writeSurGard({ kind: "fast-format", ...header, ...one })), said);
}
