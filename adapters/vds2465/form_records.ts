/**
 * Translated events as VdS 2465 records.
 *
 * @module
 */
import type { EventDraft } from "../../src/event/alarm_event.ts";
import type { Loss, VdsForm } from "../../src/event/translation/mod.ts";
import { dateTimeAt } from "./date_time.ts";
import { isIdent, writeIdent } from "./ident.ts";
import type { VdsRecord } from "./record.ts";
import { writeFields } from "./record_fields.ts";
import { ST } from "./record_type.ts";
import { formRecord } from "./ruled_records.ts";
import { writeText } from "./text.ts";

/** Characters of a text: with the other records it fits a telegram of 255 octets. */
const MAX_TEXT = 200;
/** Years that a device's clock may show; the rest are clocks that were never set. */
const YEARS = { from: 1900, to: 9999 };

/** The records of an event, and what they do not say. */
export interface VdsFormRecords {
  /** Sorted by type, as the guideline demands (vds2465.md §2). */
  records: VdsRecord[];
  /** What has no place in them. */
  lost: Loss[];
}

/**
 * Lays a translated event out as the records of one telegram: 02, and where known the time (50, UTC, as devices send no zone),
 * the text (54) and the ident number (56).
 *
 * @param event The event.
 * @param form The event as VdS 2465 says it.
 * @param ident Digits of the ident number; none when it is no number of 1 to 12 digits.
 * @returns The records, and losses `text` and `time`. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formRecords } from "./form_records.ts";
 * import { writeRecords } from "./record.ts";
 *
 * const event = { account: "1", language: "sia", code: "BA", qualifier: "new" as const, label: "", flags: [] };
 * const form = { messageKind: 0x22, device: 1, area: 2, address: 3, supplement: 0, text: "Flur" };
 * const { records } = formRecords({ ...event, flags: [], raw: new Uint8Array() }, form, "123456");
 * assertEquals(writeRecords(records).toHex(), "05021203000122" + "0454466c7572" + "0356214365");
 * ```
 */
export function formRecords(event: EventDraft, form: VdsForm, ident: string): VdsFormRecords {
  const lost: Loss[] = [];
  const time = timeOf(event, lost);
  const text = textOf(form.text, lost);
  const records = [
    formRecord(form),
    ...(time === undefined ? [] : [time]),
    ...(text === undefined ? [] : [{ type: ST.TEXT, data: writeText(text) }]),
    ...(isIdent(ident) ? [{ type: ST.IDENT, data: writeIdent(ident) }] : []),
  ];
  return { records, lost };
}

function timeOf({ occurredAt }: EventDraft, lost: Loss[]): VdsRecord | undefined {
  if (occurredAt === undefined || Number.isNaN(occurredAt.getTime())) return undefined;
  const at = dateTimeAt(occurredAt.getTime());
  if (at.year >= YEARS.from && at.year <= YEARS.to) return writeFields({ kind: "date-time", at });
  lost.push({ what: "time", detail: `the time ${occurredAt.toISOString()}: no clock of a device shows it` });
  return undefined;
}

function textOf(text: string | undefined, lost: Loss[]): string | undefined {
  if (text === undefined || text === "") return undefined;
  const characters = [...text];
  if (characters.length > MAX_TEXT) {
    const detail = `the text ${JSON.stringify(text)} was cut to ${MAX_TEXT} characters`;
    lost.push({ what: "text", detail });
  } else if (characters.some((character) => (character.codePointAt(0) ?? 0) > 0xff)) {
    const detail = `letters of the text ${JSON.stringify(text)} that ISO 8859-1 lacks were sent as ?`;
    lost.push({ what: "text", detail });
  }
  return characters.slice(0, MAX_TEXT).join("");
}
