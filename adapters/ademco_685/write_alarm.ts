/**
 * Alarms as lines of an Ademco 685 receiver.
 *
 * @module
 */
import type { OutputItem, Written } from "../contract.ts";
import type { Ademco685Header } from "./message.ts";
import { writeContactIdAlarm } from "./write_contact_id.ts";
import type { Ademco685Writing } from "./write_message.ts";
import { writePulseAlarm } from "./write_pulse.ts";
import { writeScancomAlarm } from "./write_scancom.ts";

/** How an output writes its lines. */
export interface WriteAdemco685Options extends Ademco685Header, Ademco685Writing {
  /**
   * The letter before the number of a Contact ID line: `C` or `U` by the code, or always `C` for an AE that knows no `U`.
   * @default {"by-code"}
   */
  addressLetter?: "by-code" | "contact";
  /** How a condition reported before (Contact ID qualifier 6) is written: `P`, or `E` for an AE that knows no `P`. @default {"P"} */
  previous?: "P" | "E";
  /**
   * What lines are made of where the AE knows no Contact ID: `4+2` `EZ`, `4+2-spaced` `E Z`, `caps` the two digits as one decimal
   * number. Almost everything but account and kind of event is lost by it. @default {"contact-id"}
   */
  form?: "contact-id" | "4+2" | "4+2-spaced" | "caps";
  /** Mark a possible repeat by message type `98`. On record for this format is `18` only. @default {false} */
  mark98?: boolean;
}

/**
 * Writes an alarm: Contact ID and Fast Format of eight channels in their own form, all else as Contact ID; what is lost is told
 * (receiver-outputs.md §10). The 685 has no form for SIA, VdS 2465 or text. With another `form` all but Fast Format of eight channels
 * is written in that.
 *
 * @param item The alarm.
 * @param options Receiver, line card group, variants.
 * @returns The lines; or a rule: those of `writeContactIdAlarm`, `writeScancomAlarm` and `writePulseAlarm`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeAlarm } from "./write_alarm.ts";
 *
 * const data = new TextEncoder().encode("123418113001015");
 * const written = writeAlarm({
 *   id: "a", account: "1234", protocol: "contact-id", data, events: [], repeated: false,
 * }, { receiver: "1", line: "1" });
 * assert(written.ok);
 * assertEquals(written.lines.map(({ line }) => line), ["<LF>11 1234 18 E130 01 C015 <CR>"]);
 * ```
 */
export function writeAlarm(item: OutputItem, options: WriteAdemco685Options): Written {
  const { form = "contact-id" } = options;
  if (item.protocol === "scancom") return writeScancomAlarm(item, options);
  return form === "contact-id"
    ? writeContactIdAlarm(item, options)
    : writePulseAlarm(item, { ...options, form });
}
