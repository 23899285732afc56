/**
 * VdS 2465 alarms as Sur-Gard lines of id `S`: in SIA, as Sur-Gard has no line for them.
 *
 * @module
 */
import type { OutputItem, Written, WrittenLine } from "../contract.ts";
import type { EventDraft } from "../../src/event/alarm_event.ts";
import { translate } from "../../src/event/translation/mod.ts";
import type { SurGardHeader } from "./message.ts";
import { noAccount } from "./write_contact_id.ts";
import { writeSiaAlarm } from "./write_sia.ts";

/**
 * Writes one line for each event: `SRRL[#AAAA|Nri1/BA3]`. The code is the nearest that SIA has (`translate`); what is lost is
 * noted. The text of the event, or its name where SIA says less, goes behind it when the AE takes text.
 *
 * @param item The alarm; its protocol is `vds2465`.
 * @param header Receiver and line of the output.
 * @param text Whether the AE takes text.
 * @returns The lines; or rule `bad-event-data`, `no-account`, or those of `writeSiaAlarm`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { vds2465EventData } from "../vds2465/event_data.ts";
 * import { writeVds2465Alarm } from "./write_vds2465.ts";
 *
 * const data = Uint8Array.fromHex("05021103000122" + "0356214365");
 * const written = writeVds2465Alarm({
 *   id: "a", account: "123456", protocol: "vds2465", data, events: vds2465EventData(data), repeated: false,
 * }, { receiver: "01", line: "1" }, false);
 * assert(written.ok);
 * assertEquals(written.lines.map(({ line }) => line), ["S011[#123456|Nri1/BA3]<DC4>"]);
 * ```
 */
export function writeVds2465Alarm(item: OutputItem, header: SurGardHeader, text: boolean): Written {
  const lines: WrittenLine[] = [];
  const notes: string[] = [];
  for (const event of item.events) {
    const account = item.account === "" ? event.account : item.account;
    if (account === "") return noAccount();
    const data = new TextEncoder().encode(`#${account}|N${blockOf(event, text, notes)}`);
    const written = writeSiaAlarm({ ...item, account, protocol: "sia", data, events: [event] }, header, text);
    if (!written.ok) return written;
    lines.push(...written.lines);
    notes.push(...written.notes);
  }
  if (lines.length === 0) {
    return {
      ok: false,
      rule: "bad-event-data",
      message: "The event data holds no VdS 2465 event; check the sender's version.",
    };
  }
  return { ok: true, lines, notes: [...new Set(notes)] };
}

function blockOf(event: EventDraft, text: boolean, notes: string[]): string {
  const { form, lost, known } = translate(event, "sia");
  // The line has no place for the time, though SIA has.
  const missing = [...lost.map(({ what }) => what), ...(form.time === undefined ? [] : ["time"])];
  notes.push(
    `VdS 2465 ${event.code} (${event.label}) was written as SIA ${form.code}` +
      (!known ? ", as SIA has nothing near." : missing.length === 0 ? "." : `; lost: ${missing.join(", ")}.`),
  );
  const area = form.area === undefined ? "" : `ri${form.area}/`;
  const id = form.id === undefined ? "" : `id${form.id}/`;
  const words = form.text === undefined || !text ? "" : `|A${form.text.replace(/[^ -{}~]/g, "?")}`;
  return `${area}${id}${form.code}${form.address ?? ""}${words}`;
}
