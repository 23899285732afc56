/**
 * Alarms in SIA, as Sur-Gard lines of id `S`.
 *
 * @module
 */
import type { OutputItem, Written } from "../contract.ts";
import { siaItemBlocks } from "../sia/item_blocks.ts";
import { writtenAlarm } from "../written_alarm.ts";
import type { SurGardHeader } from "./message.ts";
import { writeSurGard } from "./write_message.ts";

/**
 * Octets between the brackets (receiver-outputs.md §1.2, A for the figure; counted with `#` and account: the careful reading), and
 * those of an account in the older family (A).
 */
const LIMITS = { room: 66, account: 6, multiEvent: true };

/**
 * Writes `SRRL[#AAAA|N…]` (receiver-outputs.md §1.2, A).
 *
 * - SIA goes as the panel spelled it. VdS 2465, and Fast Format that has no line, go by the nearest code that SIA has, a line for each
 *   event; what is lost is told.
 * - The account is the item's as spelled, or the data's when the item has none.
 * - Text is left out, or put as `*'text'NM` behind its event when `text` is true.
 * - A possible repeat carries the old-event block `O` in place of `N`. `O` in the data stays.
 * - More than 66 octets between the brackets: text is dropped first, with a note; then each event gets a line of its own,
 *   under the modifiers it stood under.
 * - Characters that would break the line (brackets, control characters, anything outside ASCII) are replaced, with a note.
 *
 * @param item The alarm.
 * @param header Receiver and line of the output.
 * @param text Whether the AE takes text.
 * @returns The lines; or rule `bad-event-data`, `no-account`, `line-too-long` (a single event is too long), `not-writable`.
 *   Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeSiaAlarm } from "./write_sia.ts";
 *
 * const written = writeSiaAlarm({
 *   id: "a", account: "1234", protocol: "sia", data: new TextEncoder().encode("#1234|Nri1/BA01|AHall"), events: [],
 *   repeated: true,
 * }, { receiver: "01", line: "1" }, true);
 * assert(written.ok);
 * assertEquals(written.lines.map(({ line }) => line), ["S011[#1234|Ori1/BA01*'Hall'NM]<DC4>"]);
 * ```
 */
export function writeSiaAlarm(item: OutputItem, header: SurGardHeader, text: boolean): Written {
  const made = siaItemBlocks(item, { ...LIMITS, text });
  if (!made.ok) return made;
  const lines = made.blocks.map((one) => writeSurGard({ kind: "sia-block", id: "S", ...header, ...one }));
  return writtenAlarm(lines, made.said);
}
