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

/** How an output writes its lines. */
export interface WriteAlarmOptions extends SurGardHeader {
  /** Whether the AE takes text behind SIA events. @default {false} */
  text?: boolean;
}

/**
 * Writes an alarm in the form of its own protocol: Contact ID as id `5`, SIA as id `S`, Scancom Fast Format of 8 and 16 channels as
 * id `8`. Nothing is translated there, so nothing is lost on the way (receiver-outputs.md §10), and only what the site's table says
 * otherwise is written anew. VdS 2465, and Fast Format of more channels, have no form of their own: they are written in SIA, and what
 * that loses is told.
 *
 * @param item The alarm.
 * @param options Receiver, line, text.
 * @returns The lines; or a rule: those of `writeContactIdAlarm`, `writeSiaAlarm` and `writeScancomAlarm`. Never throws.
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
  const { text = false } = options;
  switch (item.protocol) {
    case "contact-id":
      return writeContactIdAlarm(item, header);
    case "scancom":
      return writeScancomAlarm(item, header, text);
    case "sia":
    case "vds2465":
      return writeSiaAlarm(item, header, text);
  }
}
