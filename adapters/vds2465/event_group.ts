/**
 * Which records of a telegram belong to which event.
 *
 * @module
 */
import { readDateTime, type VdsDateTime } from "./date_time.ts";
import { readIdent } from "./ident.ts";
import type { VdsRecord } from "./record.ts";
import { ST, vdsRecordType } from "./record_type.ts";
import { readText } from "./text.ts";

/** An event and what the records around it say of it. */
export interface VdsEventGroup {
  /** The record that is the event: 02, 04, 20 or 40, or one that cannot be read here. */
  event: VdsRecord;
  /** Digits of record 56. */
  ident?: string;
  /** Record 50. */
  at?: VdsDateTime;
  /** Record 54. */
  text?: string;
}

const EVENTS: ReadonlySet<number> = new Set([ST.MESSAGE, ST.MESSAGE_NO_ACK, ST.STATUS, ST.TEST]);

/**
 * Finds the events of a telegram.
 *
 * An event is a record 02, 04, 20 or 40. In a telegram without one, a record whose type is not known, a vendor's own or a
 * container is taken for an event, because it may be an alarm; answers, times, texts and the like never are.
 *
 * What stands behind an event, up to the next one, belongs to it; a priority (01) to the event behind it; what stands
 * before the first event, to the first. Events that follow each other directly share the ident number and the time behind
 * the last of them, not the text. An event without ident number has the first one of the telegram. Source: vds2465.md §2
 * (B for the order, C for sharing).
 *
 * @param records The records of one telegram, in any order.
 * @returns The events, in order; none in a telegram that is an answer or a sign of life.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { groupEvents } from "./event_group.ts";
 * import { readRecords } from "./record.ts";
 *
 * // Burglary and tamper, one behind the other, then ident number and text.
 * const { records } = readRecords(Uint8Array.fromHex("05021103000122" + "05021104000123" + "0356214365" + "02544131"));
 * const found = groupEvents(records).map(({ ident, text }) => [ident, text]);
 * assertEquals(found, [["123456", undefined], ["123456", "A1"]]);
 * ```
 */
export function groupEvents(records: readonly VdsRecord[]): VdsEventGroup[] {
  const known = records.some(({ type }) => EVENTS.has(type));
  const isEvent = (record: VdsRecord) => known ? EVENTS.has(record.type) : mayBeAlarm(record);
  const groups: { event: VdsRecord; context: VdsRecord[] }[] = [];
  let ahead: VdsRecord[] = [];
  for (const record of records) {
    if (isEvent(record)) {
      groups.push({ event: record, context: ahead });
      ahead = [];
    } else if (groups.length === 0 || record.type === ST.PRIORITY) ahead.push(record);
    else groups.at(-1)?.context.push(record);
  }
  const first = records.find(({ type, data }) => type === ST.IDENT && readIdent(data) !== "");
  const found = groups.map(({ event, context }) => read(event, context));
  // From the last to the first, so that a whole run of events shares what stands behind it.
  for (let i = found.length - 2; i >= 0; i--) {
    const [group, next, context] = [found[i], found[i + 1], groups[i]?.context ?? []];
    if (group === undefined || next === undefined || context.some(({ type }) => type !== ST.PRIORITY)) {
      continue;
    }
    if (next.ident !== undefined) group.ident = next.ident;
    if (next.at !== undefined) group.at = next.at;
  }
  for (const group of found) if (first !== undefined) group.ident ??= readIdent(first.data);
  return found;
}

/** An empty record 00 is filler that was counted as content. */
function mayBeAlarm({ type, data }: VdsRecord): boolean {
  const known = vdsRecordType(type);
  return (known === undefined || known.opaque === true) && (type !== 0 || data.length > 0);
}

function read(event: VdsRecord, context: readonly VdsRecord[]): VdsEventGroup {
  const group: VdsEventGroup = { event };
  for (const { type, data } of context) {
    if (type === ST.IDENT && readIdent(data) !== "") group.ident ??= readIdent(data);
    if (type === ST.DATE_TIME) {
      const at = readDateTime(data);
      if (at !== undefined) group.at ??= at;
    }
    if (type === ST.TEXT) {
      const text = [group.text ?? "", readText(data)].filter((part) => part !== "").join(" ");
      if (text !== "") group.text = text;
    }
  }
  return group;
}
