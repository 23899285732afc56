/**
 * Fast Format alarms as lines of types `f` and `g`.
 *
 * @module
 */
import type { OutputItem, Written } from "../contract.ts";
import { longAccountNote, noAccount, REPEAT_NOTE } from "../ademco_685/accounts.ts";
import { parseEventData } from "../scancom/event_data.ts";
import type { WriteBosch6500Options } from "./write_alarm.ts";
import { writeBosch6500 } from "./write_message.ts";
import { writeAsSia } from "./write_sia.ts";

/**
 * Writes `fRRLAAAAAA CCCC CCCC C`, or `g` with 16 channels (receiver-outputs.md §3.1, A): the digits as the panel sent them. A message of
 * more channels is written in SIA.
 *
 * @param item The alarm; its protocol is `scancom`.
 * @param options How the output writes.
 * @returns The line; or rule `bad-event-data`, `no-account`, `not-writable`, or those of `writeAsSia`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeScancomAlarm } from "./write_scancom.ts";
 *
 * const written = writeScancomAlarm({
 *   id: "a", account: "", protocol: "scancom", data: new TextEncoder().encode("8531151555557"), events: [],
 *   repeated: false,
 * }, { receiver: "01", line: "1" });
 * assert(written.ok);
 * assertEquals(written.lines[0]?.line, "f011  8531 1515 5555 7<DC4>");
 * ```
 */
export function writeScancomAlarm(item: OutputItem, options: WriteBosch6500Options): Written {
  const read = parseEventData(item.data);
  if (!read.ok) return { ok: false, rule: "bad-event-data", message: read.message };
  const { channels, status } = read.scancom;
  if (channels.length > 16) return writeAsSia(item, options);
  const account = item.account === "" ? read.scancom.account : item.account;
  if (account === "") return noAccount();
  const { receiver, line } = options;
  const written = writeBosch6500({ kind: "fast-format", receiver, line, account, channels, status }, options);
  if (!written.ok) return written;
  const notes = [
    ...(account.length > 6 ? [longAccountNote(account, 6)] : []),
    ...(item.repeated ? [REPEAT_NOTE] : []),
  ];
  return { ok: true, lines: [{ bytes: written.bytes, line: written.line }], notes };
}
