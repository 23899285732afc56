/**
 * An alarm that goes to several automation softwares is several rows of the journal: one for each queue.
 *
 * @module
 */

/**
 * The identity of an alarm's row in a further queue.
 *
 * @param id The alarm's identity, as `eventId` makes it.
 * @param lane The queue.
 * @returns An identity of its own: the alarm's, a hyphen and the queue's name, spelled with letters, digits, `-` and `_`, so
 * that it fits into a header, and short enough for that (at most 128 characters).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { alarmIdOf, laneRowId } from "./lane_row.ts";
 *
 * const id = "01JD7Z0000AAAAAAAAAAAAAAAA";
 * assertEquals(laneRowId(id, "AE east"), `${id}-AE_20_east`);
 * assertEquals(alarmIdOf(laneRowId(id, "AE east")), id);
 * assertEquals(alarmIdOf(id), id);
 * ```
 */
export function laneRowId(id: string, lane: string): string {
  const spelled = lane.replace(/[^0-9A-Za-z-]/gu, (sign) => `_${sign.codePointAt(0)!.toString(16)}_`);
  return `${id}-${spelled.length <= ROOM ? spelled : shortened(spelled)}`;
}

/**
 * The alarm that a row of the journal is of.
 *
 * @param rowId Identity of a row.
 * @returns The alarm's identity: the same for all its rows.
 */
export function alarmIdOf(rowId: string): string {
  const at = rowId.indexOf("-");
  return at < 0 ? rowId : rowId.slice(0, at);
}

/** Characters for the queue: 128 without the alarm's identity and the hyphen. */
const ROOM = 100;

/** Long names: their beginning and a check sum (FNV-1a), so that two names do not become one. */
function shortened(name: string): string {
  let hash = 0x811c9dc5;
  for (const sign of name) hash = Math.imul(hash ^ sign.codePointAt(0)!, 0x01000193) >>> 0;
  return `${name.slice(0, ROOM - 9)}-${hash.toString(16).padStart(8, "0")}`;
}
