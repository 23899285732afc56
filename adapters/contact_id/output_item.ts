/**
 * Alarms that an output says in Contact ID.
 *
 * @module
 */
import type { OutputItem } from "../contract.ts";
import { type LineNotes, noNotes, noteForm } from "../line_notes.ts";
import type { LineRefusal } from "../line_refusal.ts";
import { noAccount } from "../no_account.ts";
import { noEvent } from "../no_event.ts";
import { type OutputForm, outputForms } from "../output_forms.ts";
import { parseEventData } from "./event_data.ts";
import type { ContactId } from "./message.ts";

/** What an output has to write. */
export interface ContactIdItem {
  /** Tells it from a refusal. */
  ok: true;
  /**
   * One message for each event, in order. The account is the item's, or the panel's when the item has none, as spelled. `98` is what
   * the panel sent: a possible repeat is not marked here.
   */
  messages: ContactId[];
  /** What goes with the lines. */
  said: LineNotes;
}

/**
 * Reads an alarm as Contact ID: data in Contact ID as it came, unless the site's table says something else about it; other languages
 * by translation. A wrong checksum digit at the end of the data is left out with a note: the alarm goes.
 *
 * @param item The alarm.
 * @returns The messages; or rule `bad-event-data`, `no-account`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals, assertStringIncludes } from "@std/assert";
 * import { contactIdItem } from "./output_item.ts";
 *
 * const data = new TextEncoder().encode("1234181131010159");
 * const read = contactIdItem({
 *   id: "a", account: "99", protocol: "contact-id", data, events: [], repeated: false,
 * });
 * assert(read.ok);
 * assertEquals(read.messages.map(({ account, code }) => [account, code]), [["99", "131"]]);
 * assertStringIncludes(read.said.notes.join(), "checksum");
 * ```
 */
export function contactIdItem(item: OutputItem): ContactIdItem | LineRefusal {
  const said = noNotes();
  const forms = outputForms(item, "contact-id");
  if (item.protocol !== "contact-id") return translated(item, forms ?? [], said);
  let read = parseEventData(item.data);
  if (!read.ok && read.rule === "wrong-checksum") {
    said.notes.push("the checksum digit of the event data is wrong; check the link to the panel.");
    read = parseEventData(item.data.subarray(0, -1));
  }
  if (!read.ok) return { ok: false, rule: "bad-event-data", message: read.message };
  const { messageType } = read.contactId;
  const account = item.account === "" ? read.contactId.account : item.account;
  if (account === "") return noAccount();
  if (forms === undefined) return { ok: true, messages: [{ ...read.contactId, account }], said };
  const messages = forms.map((form) => ({ ...messageOf(form, account, said), messageType }));
  return { ok: true, messages, said };
}

function translated(
  item: OutputItem,
  forms: OutputForm<"contact-id">[],
  said: LineNotes,
): ContactIdItem | LineRefusal {
  if (forms.length === 0) return noEvent();
  const messages: ContactId[] = [];
  for (const form of forms) {
    const account = item.account === "" ? form.event.account : item.account;
    if (account === "") return noAccount();
    messages.push(messageOf(form, account, said));
  }
  return { ok: true, messages, said };
}

const QUALIFIERS = { "1": 1, "3": 3, "6": 6 } as const;

function messageOf(form: OutputForm<"contact-id">, account: string, said: LineNotes): ContactId {
  const { messageType, qualifier, code, group, zone } = form.form;
  noteForm(said, form, `Contact ID ${qualifier} ${code}`);
  return { account, messageType, qualifier: QUALIFIERS[qualifier], code, group, zone };
}
