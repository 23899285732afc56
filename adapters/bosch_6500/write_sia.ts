/**
 * Alarms in SIA, as lines of type `S`.
 *
 * @module
 */
import type { OutputItem, Written } from "../contract.ts";
import { siaItemBlocks } from "../sia/item_blocks.ts";
import { writtenAlarm } from "../written_alarm.ts";
import type { WriteBosch6500Options } from "./write_alarm.ts";
import { writeBosch6500 } from "./write_message.ts";

/** Octets between the brackets as Sur-Gard has them (receiver-outputs.md §1.2, A; C that the D6500 has no more); accounts up to 16 (§10, A). */
const LIMITS = { room: 66, account: 16, multiEvent: true };

/**
 * Writes `SRRL[#account|Nblock]` (receiver-outputs.md §3.1, A): what Sur-Gard has as id `S`, with the header and trailer of this
 * output. SIA goes as the panel spelled it; VdS 2465, and Fast Format that has no line, go by the nearest code that SIA has, a line for
 * each event, and what is lost is told. `O` marks a possible repeat, long blocks are split by event, nothing is cut.
 *
 * @param item The alarm.
 * @param options How the output writes.
 * @returns The lines; or rule `bad-event-data`, `no-account`, `line-too-long`, `not-writable`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeSiaAlarm } from "./write_sia.ts";
 *
 * const written = writeSiaAlarm({
 *   id: "a", account: "", protocol: "sia", data: new TextEncoder().encode("#1234|Nri1/BA01"), events: [], repeated: true,
 * }, { receiver: "01", line: "1" });
 * assert(written.ok);
 * assertEquals(written.lines[0]?.line, "S011[#1234|Ori1/BA01]<DC4>");
 * ```
 */
export function writeSiaAlarm(item: OutputItem, options: WriteBosch6500Options): Written {
  const { receiver, line, text = false } = options;
  const made = siaItemBlocks(item, { ...LIMITS, text });
  if (!made.ok) return made;
  const lines = made.blocks.map((one) =>
    writeBosch6500({ kind: "sia-block", receiver, line, ...one }, options)
  );
  return writtenAlarm(lines, made.said);
}
