/**
 * Rows as the chain sees them.
 *
 * @module
 */
import type { ChainedAlarm } from "./chain.ts";
import { type Row, textFromColumn } from "./sqlite_row.ts";

/**
 * Reads the columns `seq, id, origin, account, protocol, data, raw, time, events`.
 *
 * @param row The columns.
 * @returns The content of the alarm.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { chainedAlarm } from "./chain_rows.ts";
 *
 * const alarm = chainedAlarm([1, "A", "galaxy", "1234", "sia", null, null, new Uint8Array(8), "[]"]);
 * assertEquals([alarm.id, alarm.data.length], ["A", 0]);
 * ```
 */
export function chainedAlarm(row: Row): ChainedAlarm {
  const [, id, origin, account, protocol, data, raw, time, events] = row;
  return {
    id: textFromColumn(id),
    origin: textFromColumn(origin),
    account: textFromColumn(account),
    protocol: textFromColumn(protocol),
    data: octets(data),
    raw: octets(raw),
    time: octets(time),
    events: textFromColumn(events),
  };
}

/** SQLite may give an empty blob as NULL. */
function octets(value: unknown): Uint8Array {
  return value instanceof Uint8Array ? value : new Uint8Array();
}
