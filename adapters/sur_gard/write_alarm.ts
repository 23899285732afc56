/**
 * Alarms as lines of a Sur-Gard receiver.
 *
 * @module
 */
import type { OutputItem } from "../contract.ts";
import type { Written } from "../../src/delivery/line_sender_options.ts";
import type { SurGardHeader } from "./message.ts";
import { writeContactIdAlarm } from "./write_contact_id.ts";
import { writeSiaAlarm } from "./write_sia.ts";

/** How an output writes its lines. */
export interface WriteAlarmOptions extends SurGardHeader {
  /** Whether the AE takes text behind SIA events. @default {false} */
  text?: boolean;
}

/**
 * Writes an alarm in the form of its own protocol: Contact ID as id `5`, SIA as id `S`. Nothing is translated, so nothing is
 * lost on the way (receiver-outputs.md §10).
 *
 * @param item The alarm.
 * @param options Receiver, line, text.
 * @returns The lines; or a rule: `no-form` for protocols that have no line yet, and those of `writeContactIdAlarm` and
 *   `writeSiaAlarm`. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeAlarm } from "./write_alarm.ts";
 *
 * const written = writeAlarm({
 *   id: "a", account: "1234", protocol: "vds2465", data: new Uint8Array(), events: [], repeated: false,
 * }, { receiver: "01", line: "1" });
 * assertEquals(!written.ok && written.rule, "no-form");
 * ```
 */
export function writeAlarm(item: OutputItem, options: WriteAlarmOptions): Written {
  const header = { receiver: options.receiver, line: options.line };
  if (item.protocol === "contact-id") return writeContactIdAlarm(item, header);
  if (item.protocol === "sia") return writeSiaAlarm(item, header, options.text ?? false);
  return {
    ok: false,
    rule: "no-form",
    message: `Alarms in ${item.protocol} have no Sur-Gard line here. The alarm is kept; ` +
      "set the panel to SIA or Contact ID, or send this site to another output.",
  };
}
