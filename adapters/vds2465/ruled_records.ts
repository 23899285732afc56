/**
 * VdS 2465 records with the site's own codes and numbers.
 *
 * @module
 */
import { translate } from "../../src/event/translation/mod.ts";
import type { VdsForm } from "../../src/event/translation/mod.ts";
import type { OutputForm } from "../output_forms.ts";
import { EXTENSION } from "./address.ts";
import { groupEvents } from "./event_group.ts";
import type { VdsRecord } from "./record.ts";
import { readFields, writeFields } from "./record_fields.ts";
import { ST } from "./record_type.ts";

/**
 * Puts into records what the site's table says otherwise, and leaves all else as it came: device, kind of address, the records
 * around.
 *
 * @param records The records of one telegram.
 * @param forms Its events with the table's rules, one for each.
 * @returns The records anew; undefined when the events are not those of the records.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { outputForms } from "../output_forms.ts";
 * import { readRecords, writeRecords } from "./record.ts";
 * import { ruledRecords } from "./ruled_records.ts";
 *
 * const data = Uint8Array.fromHex("05021203000222" + "02544131");
 * const rules = () => ({ codes: { 22: { to: "23" } }, areas: {}, zones: {}, users: {} });
 * const item = { id: "a", account: "", protocol: "vds2465" as const, data, events: [], repeated: false, rules };
 * const ruled = ruledRecords(readRecords(data).records, outputForms(item, "vds2465") ?? []);
 * assertEquals(writeRecords(ruled ?? []).toHex(), "05021203000223" + "02544131");
 * ```
 */
export function ruledRecords(
  records: readonly VdsRecord[],
  forms: readonly OutputForm<"vds2465">[],
): VdsRecord[] | undefined {
  const groups = groupEvents(records);
  if (groups.length !== forms.length) return undefined;
  const byRecord = new Map(groups.map(({ event }, at) => [event, forms[at]]));
  return records.map((record) => {
    const form = byRecord.get(record);
    return form === undefined ? record : ruledRecord(record, form);
  });
}

function ruledRecord(record: VdsRecord, { event, form }: OutputForm<"vds2465">): VdsRecord {
  const plain = translate(event, "vds2465").form;
  const fields = readFields(record);
  if (fields.kind !== "message") {
    // A test is a record of its own; another code makes a state change of it.
    return record.type === ST.TEST && form.messageKind !== plain.messageKind ? formRecord(form) : record;
  }
  const point = form.address === plain.address && form.supplement === plain.supplement
    ? {}
    : { address: form.address, supplement: form.supplement };
  return writeFields({
    ...fields,
    ...(form.messageKind === plain.messageKind ? {} : { messageKind: form.messageKind }),
    ...(form.area === plain.area ? {} : { area: form.area }),
    ...point,
  });
}

/**
 * Writes a translated event as a state change, acknowledgement wanted (vds2465.md §2.1, §3.1).
 *
 * @param form The event as VdS 2465 says it.
 * @returns The record 02: `G/B Adr AZ AE MA`, its address an input.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formRecord } from "./ruled_records.ts";
 *
 * const form = { messageKind: 0x22, device: 1, area: 2, address: 3, supplement: 0 };
 * assertEquals(formRecord(form).data.toHex(), "1203000122");
 * ```
 */
export function formRecord({ messageKind, device, area, address, supplement }: VdsForm): VdsRecord {
  const at = { device, area, address, supplement, extension: EXTENSION.INPUT };
  return writeFields({ kind: "message", type: ST.MESSAGE, ...at, messageKind });
}
