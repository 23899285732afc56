/**
 * The records that acknowledge a telegram.
 *
 * @module
 */
import { type VdsDateTime, writeDateTime } from "./date_time.ts";
import type { VdsRecord } from "./record.ts";
import { ST } from "./record_type.ts";

/**
 * Writes the acknowledgement of a telegram's records: for each 02 a 03 with the same data, as long or short as it came,
 * and nothing else in it; for a 40 a 41 and the centre's date and time. Source: vds2465.md §3.2, §3.8 (A: three programs).
 *
 * @param records The records that came.
 * @param clock What the centre's clock shows; no record 50 is sent when absent.
 * @returns The records to send, in the order of those that came; none if none wants an acknowledgement.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { answerRecords } from "./answer_records.ts";
 * import { readRecords, writeRecords } from "./record.ts";
 *
 * const { records } = readRecords(Uint8Array.fromHex("0040" + "0402110300" + "22"));
 * const clock = { year: 2025, month: 11, day: 21, hour: 1, minute: 2, second: 3 };
 * assertEquals(writeRecords(answerRecords(records, clock)).toHex(), "040311030022" + "0041" + "075019140b15010203");
 * ```
 */
export function answerRecords(records: readonly VdsRecord[], clock?: VdsDateTime): VdsRecord[] {
  const answers = records.filter(({ type }) => type === ST.MESSAGE).map(({ data }) => ({
    type: ST.ECHO,
    data,
  }));
  if (!records.some(({ type }) => type === ST.TEST)) return answers;
  const time = clock === undefined ? [] : [{ type: ST.DATE_TIME, data: writeDateTime(clock) }];
  return [...answers, { type: ST.TEST_ACK, data: new Uint8Array() }, ...time];
}
