/**
 * Alarms of an output as what a VdS 2465 transmitter sends.
 *
 * @module
 */
import { parseEventData as parseContactId } from "../contact_id/event_data.ts";
import { contactIdEventDraft } from "../contact_id/event_draft.ts";
import type { OutputItem, Written } from "../contract.ts";
import { type LineNotes, noNotes, noteForm } from "../line_notes.ts";
import { type OutputForm, outputForms } from "../output_forms.ts";
import { writeEventData } from "./event_data.ts";
import { formRecords } from "./form_records.ts";
import { isIdent, readIdent, writeIdent } from "./ident.ts";
import { hex } from "./names.ts";
import { readRecords, type VdsRecord, writeRecords } from "./record.ts";
import { ST } from "./record_type.ts";
import { ruledRecords } from "./ruled_records.ts";
import { readItem, type VdsTransmitterItem } from "./transmitter_item.ts";

/** One telegram of an alarm. */
export interface VdsSenderTelegram {
  /** The telegram, made ready. */
  item: VdsTransmitterItem;
  /** Its records, for a `Vds2465Transmitter`. */
  records: Uint8Array;
}

/** An alarm made ready, or why it cannot be sent. */
export type VdsSenderItemResult =
  | {
    ok: true;
    /** Its telegrams, in the order they are sent; at least one. */
    telegrams: VdsSenderTelegram[];
    /** What goes with them: notes, and what a translation lost. */
    said: LineNotes;
  }
  | { ok: false; rule: string; message: string };

/**
 * Makes an alarm ready to be sent. VdS 2465 goes as its records, but for what the site's table says otherwise. Other languages are
 * translated, one telegram for each event, as centres that take several in one are not all there is (vds2465.md §2).
 *
 * The alarm's account becomes the ident number, in place of another one in the records; where it is none, the records keep
 * theirs, or get that of the output.
 *
 * @param alarm The alarm.
 * @param ident Ident number when the alarm's account is none.
 * @returns The alarm; or rule `unreadable-event`, or those of `readItem`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { senderItem } from "./sender_item.ts";
 *
 * const data = Uint8Array.fromHex("05021103000122");
 * const alarm = { id: "a", account: "123456", protocol: "vds2465" as const, data, events: [], repeated: false };
 * const read = senderItem(alarm);
 * assertEquals(read.ok && read.telegrams[0]?.records.toHex(), "05021103000122" + "0356214365");
 * const sia = senderItem({ ...alarm, protocol: "sia", data: new TextEncoder().encode("#1|Nri1/id7/BA3") });
 * assert(sia.ok);
 * assertEquals(sia.telegrams[0]?.item.payload.toHex(), "05021103000122" + "0356214365");
 * assertEquals(sia.said.lost.map(({ what }) => what), ["user"]);
 * ```
 */
export function senderItem(alarm: OutputItem, ident = ""): VdsSenderItemResult {
  const { account, data } = alarm;
  const said = noNotes();
  if (alarm.protocol === "vds2465") {
    const telegram = readRecords(data);
    const forms = outputForms(alarm, "vds2465");
    const ruled = forms === undefined ? telegram.records : ruledRecords(telegram.records, forms);
    if (ruled !== undefined) {
      // What the device said besides stays in the records.
      for (const form of forms ?? []) noteForm(said, { ...form, lost: [] }, nameOf(form));
      const records = writeEventData({ ...telegram, records: withIdent(ruled, account) }, account);
      return together(alarm.id, [records], ident, said);
    }
    return together(alarm.id, translated(alarm, forms ?? [], said, ident), ident, said);
  }
  const events = alarm.events.length > 0 ? alarm.events : contactIdEvents(alarm);
  const forms = outputForms({ ...alarm, events }, "vds2465") ?? [];
  if (forms.length === 0) {
    const message =
      `There is no event in the alarm's ${alarm.protocol} data, so no VdS 2465 record can be made of it. ` +
      "Check the version of the device that sent it";
    return { ok: false, rule: "unreadable-event", message };
  }
  return together(alarm.id, translated(alarm, forms, said, ident), ident, said);
}

/**
 * What an output says of an alarm before it is sent: its telegrams' payloads.
 *
 * @param read The alarm, made ready.
 * @param lines The payloads as lines.
 * @returns The lines with notes and losses, or why there are none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { senderItem, writtenItem } from "./sender_item.ts";
 *
 * const data = Uint8Array.fromHex("05021103000122");
 * const alarm = { id: "a", account: "", protocol: "vds2465" as const, data, events: [], repeated: false };
 * const written = writtenItem(senderItem(alarm), ({ payload }) => payload);
 * assertEquals(written, { ok: true, lines: [{ bytes: data, line: "05021103000122" }], notes: [] });
 * ```
 */
export function writtenItem(
  read: VdsSenderItemResult,
  lines: (item: VdsTransmitterItem) => Uint8Array,
): Written {
  if (!read.ok) return read;
  const { notes, lost, unknown } = read.said;
  return {
    ok: true,
    lines: read.telegrams.map(({ item }) => ({ bytes: lines(item), line: item.payload.toHex() })),
    notes,
    ...(lost.length === 0 ? {} : { lost }),
    ...(unknown === 0 ? {} : { unknown }),
  };
}

function translated(
  { account }: OutputItem,
  forms: OutputForm<"vds2465">[],
  said: LineNotes,
  ident: string,
): Uint8Array[] {
  return forms.map((form) => {
    const own = [account, form.event.account, ident].find(isIdent) ?? "";
    const { records, lost } = formRecords(form.event, form.form, own);
    // A line would carry the account in full; an ident number cannot.
    const accounts = form.lost.filter(({ what }) => what === "account" || what === "account-length");
    noteForm(said, form, nameOf(form), [...accounts, ...lost]);
    return writeRecords(records);
  });
}

/** All telegrams, or none: half an alarm would be acknowledged as the whole. */
function together(id: string, all: Uint8Array[], ident: string, said: LineNotes): VdsSenderItemResult {
  const telegrams: VdsSenderTelegram[] = [];
  for (const records of all) {
    const read = readItem({ id, records }, ident);
    if (!read.ok) return read;
    telegrams.push({ item: read.item, records });
  }
  return { ok: true, telegrams, said };
}

/** The account that the centre knows the site by, in place of the device's own. */
function withIdent(records: readonly VdsRecord[], account: string): VdsRecord[] {
  if (!isIdent(account)) return [...records];
  return records.map((record) =>
    record.type === ST.IDENT && readIdent(record.data) !== account
      ? { type: ST.IDENT, data: writeIdent(account) }
      : record
  );
}

function contactIdEvents({ protocol, data }: OutputItem): ReturnType<typeof contactIdEventDraft>[] {
  const read = protocol === "contact-id" ? parseContactId(data) : undefined;
  return read?.ok === true ? [contactIdEventDraft(read.contactId, data)] : [];
}

function nameOf({ form }: OutputForm<"vds2465">): string {
  return `VdS 2465 ${hex(form.messageKind)}`;
}
