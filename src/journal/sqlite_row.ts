/**
 * Alarms as rows: how a {@link NewAlarm} is packed for the worker, and how a row becomes a {@link StoredAlarm} again.
 *
 * @module
 */
import type { CarriedProtocol } from "../../adapters/contract.ts";
import { type AlarmEvent, type AlarmEventJson, eventFromJson, eventToJson } from "../event/alarm_event.ts";
import type { Hop, HopStep, StoredAlarm } from "./journal.ts";

/** The columns of an alarm, in the order {@link alarmFromRow} reads them. */
export const ALARM_COLUMNS = "seq, id, lane, origin, account, protocol, data, raw, time, events, " +
  "open, offered, stored_at, delivered_at, told";

/** One row with {@link ALARM_COLUMNS}. */
export type Row = unknown[];

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Prepares text for SQLite. Text with a NUL is cut at the NUL when read back, so it is stored as bytes.
 *
 * @param text The text.
 * @returns The text, or its UTF-8 when it has a NUL in it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { textFromColumn, textToColumn } from "./sqlite_row.ts";
 *
 * assertEquals(textToColumn("1234"), "1234");
 * assertEquals(textFromColumn(textToColumn("12\x0034")), "12\x0034");
 * ```
 */
export function textToColumn(text: string): string | Uint8Array {
  return text.includes("\0") ? encoder.encode(text) : text;
}

/** Reads back what {@link textToColumn} wrote. */
export function textFromColumn(value: unknown): string {
  return value instanceof Uint8Array ? decoder.decode(value) : String(value ?? "");
}

/**
 * Writes the events of an alarm as the `events` column.
 *
 * An event whose date is not a date is stored without it: an alarm is not refused for its clock.
 *
 * @param events The events.
 * @returns A JSON array.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { eventsFromColumn, eventsToColumn } from "./sqlite_row.ts";
 *
 * assertEquals(eventsFromColumn(eventsToColumn([])), []);
 * assertEquals(eventsFromColumn("damaged"), []);
 * ```
 */
export function eventsToColumn(events: readonly AlarmEvent[]): string {
  return JSON.stringify(events.map((event) => eventToJson(withRealDates(event))));
}

/**
 * Reads back what {@link eventsToColumn} wrote.
 *
 * @param value The column.
 * @returns The events; none when the column cannot be read, for the alarm's bytes still stand and must go on.
 */
export function eventsFromColumn(value: unknown): AlarmEvent[] {
  try {
    return (JSON.parse(textFromColumn(value)) as AlarmEventJson[]).map(eventFromJson);
  } catch {
    return [];
  }
}

function withRealDates(event: AlarmEvent): AlarmEvent {
  const { occurredAt, receivedAt, ...rest } = event;
  return {
    ...rest,
    ...(occurredAt === undefined || Number.isNaN(occurredAt.getTime()) ? {} : { occurredAt }),
    receivedAt: Number.isNaN(receivedAt.getTime()) ? new Date(0) : receivedAt,
  };
}

/**
 * Reads one alarm.
 *
 * @param row The columns named by {@link ALARM_COLUMNS}.
 */
export function alarmFromRow(row: Row): StoredAlarm {
  return {
    seq: Number(row[0]),
    id: textFromColumn(row[1]),
    lane: textFromColumn(row[2]),
    origin: textFromColumn(row[3]),
    account: textFromColumn(row[4]),
    protocol: textFromColumn(row[5]) as CarriedProtocol,
    data: bytesFromColumn(row[6]),
    raw: bytesFromColumn(row[7]),
    time: timeFromColumn(row[8]),
    events: eventsFromColumn(row[9]),
    open: row[10] === 1,
    offered: row[11] === 1,
    storedAt: Number(row[12]),
    deliveredAt: row[13] === null ? undefined : Number(row[13]),
    told: row[14] === 1,
  };
}

/**
 * Reads one hop.
 *
 * @param row `at, step, detail`.
 */
export function hopFromRow(row: Row): Hop {
  return { at: Number(row[0]), step: textFromColumn(row[1]) as HopStep, detail: textFromColumn(row[2]) };
}

/** SQLite may give an empty blob as NULL. */
function bytesFromColumn(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array();
}

function timeFromColumn(value: unknown): bigint {
  if (!(value instanceof Uint8Array) || value.length !== 8) return 0n;
  return new DataView(value.buffer, value.byteOffset, 8).getBigUint64(0);
}
