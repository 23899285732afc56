/**
 * The lines of one alarm, put together.
 *
 * @module
 */
import type { LineWritten } from "./checked_line.ts";
import type { Written, WrittenLine } from "./contract.ts";
import type { LineNotes } from "./line_notes.ts";
import { noEvent } from "./no_event.ts";

/**
 * Puts the lines of an alarm together: all of them, or none. Half an alarm would be acknowledged as the whole.
 *
 * @param written The lines as they were written, in order.
 * @param said What goes with them; what is said twice stands there once.
 * @returns The alarm; or the refusal of the first line that could not be written; or rule `bad-event-data` where there is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { noNotes } from "./line_notes.ts";
 * import { writtenAlarm } from "./written_alarm.ts";
 *
 * const line = { ok: true as const, bytes: Uint8Array.of(0x41, 0x14), line: "A<DC4>" };
 * const refused = { ok: false as const, rule: "not-writable", message: "…" };
 * assertEquals(writtenAlarm([line], noNotes()).ok, true);
 * assertEquals(writtenAlarm([line, refused], noNotes()), refused);
 * ```
 */
export function writtenAlarm(written: readonly LineWritten[], said: LineNotes): Written {
  const lines: WrittenLine[] = [];
  for (const one of written) {
    if (!one.ok) return one;
    lines.push({ bytes: one.bytes, line: one.line });
  }
  if (lines.length === 0) return noEvent();
  const lost = [...new Map(said.lost.map((loss) => [`${loss.what} ${loss.detail}`, loss])).values()];
  return {
    ok: true,
    lines,
    notes: [...new Set(said.notes)],
    ...(lost.length === 0 ? {} : { lost }),
    ...(said.unknown === 0 ? {} : { unknown: said.unknown }),
  };
}
