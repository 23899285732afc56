/**
 * Alarms as lines of a receiver in D6500 mode.
 *
 * @module
 */
import type { OutputItem, Written } from "../contract.ts";
import type { Bosch6500Header } from "./message.ts";
import { writeContactIdAlarm } from "./write_contact_id.ts";
import type { Bosch6500Writing } from "./write_message.ts";
import { writeScancomAlarm } from "./write_scancom.ts";
import { writeSiaAlarm } from "./write_sia.ts";

/** How an output writes its lines. */
export interface WriteBosch6500Options extends Bosch6500Header, Bosch6500Writing {
  /** Qualifiers of Contact ID: `1`, `3`, `6` as Bosch writes them, or `E`, `R`, `P` as the VisorALARM does. @default {"digits"} */
  qualifiers?: "digits" | "letters";
  /** Mark a possible repeat of Contact ID by message type `98`. On record for this format is `18` only. @default {false} */
  mark98?: boolean;
  /** Whether the AE takes text behind SIA events. @default {false} */
  text?: boolean;
}

/**
 * Writes an alarm: Contact ID as type `a`, SIA as `S`, Fast Format of 8 channels as `f` and of 16 as `g`. All else goes in SIA, and what
 * that loses is told (receiver-outputs.md §10).
 *
 * @param item The alarm.
 * @param options Receiver, line, variants.
 * @returns The lines; or a rule: those of `writeContactIdAlarm`, `writeScancomAlarm`, `writeSiaAlarm`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeAlarm } from "./write_alarm.ts";
 *
 * const data = new TextEncoder().encode("123418113001015");
 * const written = writeAlarm({
 *   id: "a", account: "1234", protocol: "contact-id", data, events: [], repeated: false,
 * }, { receiver: "01", line: "1" });
 * assert(written.ok);
 * assertEquals(written.lines.map(({ line }) => line), ["a011 123418113001015<DC4>"]);
 * ```
 */
export function writeAlarm(item: OutputItem, options: WriteBosch6500Options): Written {
  switch (item.protocol) {
    case "contact-id":
      return writeContactIdAlarm(item, options);
    case "scancom":
      return writeScancomAlarm(item, options);
    case "sia":
    case "vds2465":
      return writeSiaAlarm(item, options);
  }
}
