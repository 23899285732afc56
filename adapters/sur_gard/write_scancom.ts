/**
 * Scancom alarms as Sur-Gard lines of id `8`.
 *
 * @module
 */
import type { OutputItem, Written } from "../contract.ts";
import { parseEventData } from "../scancom/event_data.ts";
import type { SurGardHeader } from "./message.ts";
import { noAccount } from "./write_contact_id.ts";
import { writeSurGard } from "./write_message.ts";

/**
 * Writes `8RRLAAAA CCCC CCCC C` (receiver-outputs.md §1.2, A): the digits as the panel sent them. The form has no mark of a
 * repeat: a possible one gets a note.
 *
 * @param item The alarm; its protocol is `scancom`.
 * @param header Receiver and line of the output.
 * @returns The line; or rule `bad-event-data`, `no-account`, `not-writable`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeScancomAlarm } from "./write_scancom.ts";
 *
 * const written = writeScancomAlarm({
 *   id: "a", account: "1234", protocol: "scancom", data: new TextEncoder().encode("1234155555557"), events: [],
 *   repeated: false,
 * }, { receiver: "01", line: "1" });
 * assert(written.ok);
 * assertEquals(written.lines.map(({ line }) => line), ["80111234 1555 5555 7<DC4>"]);
 * ```
 */
export function writeScancomAlarm(item: OutputItem, header: SurGardHeader): Written {
  const read = parseEventData(item.data);
  if (!read.ok) return { ok: false, rule: "bad-event-data", message: read.message };
  const { channels, status } = read.scancom;
  const account = item.account === "" ? read.scancom.account : item.account;
  if (account === "") return noAccount();
  const written = writeSurGard({ kind: "fast-format", ...header, account, channels, status });
  if (!written.ok) return written;
  const notes = item.repeated ? ["a possible repeat; the form has no mark for that."] : [];
  return { ok: true, lines: [{ bytes: written.bytes, line: written.line }], notes };
}
