/**
 * Fast Format alarms on their way to automation software.
 *
 * @module
 */
import type { OutputItem } from "./contract.ts";
import { type LineNotes, noNotes, noteForm, REPEAT_NOTE } from "./line_notes.ts";
import type { LineRefusal } from "./line_refusal.ts";
import { noAccount } from "./no_account.ts";
import { type OutputForm, outputForms } from "./output_forms.ts";
import { ruledForms } from "./ruled_forms.ts";
import { parseEventData } from "./scancom/event_data.ts";
import type { Scancom } from "./scancom/message.ts";

/** What an output has to write. */
export interface FastFormatItem {
  /** Tells it from a refusal. */
  ok: true;
  /** The messages, in order; more than one only where the site's table leaves no room for all events in one. */
  messages: Scancom[];
  /** What goes with the lines. */
  said: LineNotes;
}

/**
 * Reads an alarm: the digits as the panel sent them, unless the site's table says something else about one of its events. Then each
 * digit goes where the table wants it, and all other channels are `5`, normal.
 *
 * @param item The alarm; its protocol is `scancom`.
 * @returns The messages, with the item's account, or the data's when the item has none, as spelled; or rule `bad-event-data`,
 *   `no-account`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { fastFormatItem } from "./fast_format_item.ts";
 *
 * const data = new TextEncoder().encode("1234155555557");
 * const read = fastFormatItem({ id: "a", account: "99", protocol: "scancom", data, events: [], repeated: false });
 * assert(read.ok);
 * assertEquals(read.messages, [{ account: "99", channels: "15555555", status: "7" }]);
 * ```
 */
export function fastFormatItem(item: OutputItem): FastFormatItem | LineRefusal {
  const said = noNotes();
  const read = parseEventData(item.data);
  if (!read.ok) return { ok: false, rule: "bad-event-data", message: read.message };
  const { channels, status } = read.scancom;
  const account = item.account === "" ? read.scancom.account : item.account;
  if (account === "") return noAccount();
  if (item.repeated) said.notes.push(REPEAT_NOTE);
  // Read without the site's state, in which `6`, still active, may be no news: no digit gets lost.
  const forms = outputForms({ ...item, events: [] }, "scancom");
  if (forms === undefined) return { ok: true, messages: [{ account, channels, status }], said };
  for (const form of ruledForms(forms, "scancom")) {
    noteForm(said, form, `Fast Format ${form.form.channels.replace(/.{4}/g, "$& ")}${form.form.status}`);
  }
  const width = Math.max(channels.length, ...forms.map(({ form }) => form.channels.length));
  return { ok: true, messages: laidTogether(forms, width).map((one) => ({ account, ...one })), said };
}

/** The digits of all events in one message; each in its own where two of them want the same channel or another status. */
function laidTogether(forms: OutputForm<"scancom">[], width: number): { channels: string; status: string }[] {
  const wide = forms.map(({ form }) => ({ ...form, channels: form.channels.padEnd(width, "5") }));
  const digits: string[] = Array(width).fill("5");
  for (const { channels, status } of wide) {
    if (status !== wide[0]?.status) return wide;
    for (const [at, digit] of [...channels].entries()) {
      if (digit === "5") continue;
      if (digits[at] !== "5" && digits[at] !== digit) return wide;
      digits[at] = digit;
    }
  }
  return wide[0] === undefined ? [] : [{ channels: digits.join(""), status: wide[0].status }];
}
