/**
 * Alarms as lines of a Sur-Gard receiver.
 *
 * @module
 */
import type { OutputItem, Written } from "../contract.ts";
import type { SurGardHeader } from "./message.ts";
import { writeContactIdAlarm } from "./write_contact_id.ts";
import { writeScancomAlarm } from "./write_scancom.ts";
import { writeSiaAlarm } from "./write_sia.ts";
import { writeVds2465Alarm } from "./write_vds2465.ts";

/** How an output writes its lines. */
export interface WriteAlarmOptions extends SurGardHeader {
  /** Whether the AE takes text behind SIA events. @default {false} */
  text?: boolean;
}

/**
 * Writes an alarm in the form of its own protocol: Contact ID as id `5`, SIA as id `S`, Scancom Fast Format as id `8`. Nothing
 * is translated there, so nothing is lost on the way (receiver-outputs.md §10). VdS 2465 has no form of its own: it is written
 * in SIA, with notes of what was lost.
 *
 * @param item The alarm.
 * @param options Receiver, line, text.
 * @returns The lines; or a rule: those of `writeContactIdAlarm`, `writeSiaAlarm`, `writeScancomAlarm` and
 *   `writeVds2465Alarm`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeAlarm } from "./write_alarm.ts";
 *
 * const data = new TextEncoder().encode("123418113101015");
 * const written = writeAlarm({
 *   id: "a", account: "1234", protocol: "contact-id", data, events: [], repeated: false,
 * }, { receiver: "01", line: "1" });
 * assert(written.ok);
 * assertEquals(written.lines.map(({ line }) => line), ["5011 181234E13101015<DC4>"]);
 * ```
 */
export function writeAlarm(item: OutputItem, options: WriteAlarmOptions): Written {
  const header = { receiver: options.receiver, line: options.line };
  switch (item.protocol) {
    case "contact-id":
      return writeContactIdAlarm(item, header);
    case "sia":
      return writeSiaAlarm(item, header, options.text ?? false);
    case "scancom":
      return writeScancomAlarm(item, header);
    case "vds2465":
      return writeVds2465Alarm(item, header, options.text ?? false);
  }
}
