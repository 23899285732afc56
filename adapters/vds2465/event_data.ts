/**
 * VdS 2465 as the IP protocol carries it in the Event field of EVENT_MSG.
 *
 * @module
 */
import type { EventDraft } from "../../src/event/alarm_event.ts";
import { vds2465EventDrafts } from "./event_draft.ts";
import { isIdent, readIdent, writeIdent } from "./ident.ts";
import { readRecords, type VdsRecords, writeRecords } from "./record.ts";
import { ST } from "./record_type.ts";

/**
 * Writes event data for EVENT_MSG: the records back to back, as they came, without transport framing. Source:
 * ip-protocol.md §8.4 (PROFILE), vds2465.md §7 (C).
 *
 * Left out are the records that only steer the line: acknowledgements (03, 41 without data) and hang-up (FF). A telegram
 * without ident number gets one of the account, so that the receiving centre knows whose alarm it is; an account that
 * cannot be written as 1 to 12 digits cannot be carried.
 *
 * @param telegram The records of one telegram; a record that was cut off stands at the end, as it came.
 * @param account Account for telegrams without ident number; may be empty.
 * @returns The event data.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeEventData } from "./event_data.ts";
 * import { readRecords } from "./record.ts";
 *
 * const telegram = readRecords(Uint8Array.fromHex("05021103000122" + "00ff"));
 * assertEquals(writeEventData(telegram, "123456").toHex(), "05021103000122" + "0356214365");
 * ```
 */
export function writeEventData({ records, refused }: VdsRecords, account = ""): Uint8Array {
  const kept = records.filter(({ type, data }) =>
    type !== ST.ECHO && type !== ST.HANG_UP && !(type === ST.TEST_ACK && data.length === 0)
  );
  if (isIdent(account) && !kept.some(({ type, data }) => type === ST.IDENT && readIdent(data) !== "")) {
    kept.push({ type: ST.IDENT, data: writeIdent(account) });
  }
  const data = writeRecords(kept);
  const rest = refused?.raw;
  if (rest === undefined) return data;
  const whole = new Uint8Array(data.length + rest.length);
  whole.set(data);
  whole.set(rest, data.length);
  return whole;
}

/**
 * The events in event data of an EVENT_MSG, as {@link writeEventData} writes it.
 *
 * @param data The event data, without the protocol identifier in front.
 * @returns At least one event: data that holds none gives one with an empty code and the flag `unreadable-event`, so that
 *   it reaches somebody. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { vds2465EventData } from "./event_data.ts";
 *
 * const [event] = vds2465EventData(Uint8Array.fromHex("050406b1000112" + "0356214365"));
 * assertEquals([event?.account, event?.code, event?.zone], ["123456", "12", "177"]);
 * assertEquals(vds2465EventData(new Uint8Array())[0]?.flags, ["no-account", "unreadable-event"]);
 * ```
 */
export function vds2465EventData(data: Uint8Array): EventDraft[] {
  const telegram = readRecords(data);
  const events = vds2465EventDrafts(telegram, { account: "", raw: data });
  if (events.length > 0) return events;
  return [{
    account: "",
    language: "vds2465",
    code: "",
    qualifier: "new",
    label: "Unreadable VdS 2465 event",
    flags: ["no-account", "unreadable-event"],
    raw: data,
  }];
}
