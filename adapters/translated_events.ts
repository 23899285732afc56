/**
 * The events of an alarm that an output has to translate, and what it says about that.
 *
 * @module
 */
import type { EventDraft } from "../src/event/alarm_event.ts";
import type { Translated } from "../src/event/translation/mod.ts";
import { parseEventData } from "./contact_id/event_data.ts";
import { contactIdEventDraft } from "./contact_id/event_draft.ts";
import type { OutputItem } from "./contract.ts";
import { scancomEventData } from "./scancom/event_data.ts";
import { siaEvents } from "./sia/event_data.ts";
import { vds2465EventData } from "./vds2465/event_data.ts";

/**
 * The events of an alarm: the item's own, or read from its data where a script has handed over the data only.
 *
 * @param item The alarm.
 * @returns The events; none for Contact ID data that cannot be read.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { translatedEvents } from "./translated_events.ts";
 *
 * const data = new TextEncoder().encode("#1234|Nri1/BA01/FA02");
 * const events = translatedEvents({
 *   id: "a", account: "1234", protocol: "sia", data, events: [], repeated: false,
 * });
 * assertEquals(events.map(({ code }) => code), ["BA", "FA"]);
 * ```
 */
export function translatedEvents(item: OutputItem): EventDraft[] {
  if (item.events.length > 0) return item.events;
  switch (item.protocol) {
    case "sia":
      return siaEvents(item.data);
    case "scancom":
      return scancomEventData(item.data);
    case "vds2465":
      return vds2465EventData(item.data);
    case "contact-id": {
      const read = parseEventData(item.data);
      return read.ok ? [contactIdEventDraft(read.contactId, item.data)] : [];
    }
  }
}

/**
 * Says what a translation did, for the note that goes with the line. An account that is longer than the target's own is not among
 * the losses: lines carry it in full, and say so themselves.
 *
 * @param event The event.
 * @param as What it was written as, e.g. `Contact ID 1 130`.
 * @param translated What the translation says of itself.
 * @returns One sentence, without its end.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { translationNote } from "./translated_events.ts";
 *
 * const event = { language: "sia", code: "BA", label: "Burglary Alarm" };
 * const lost = [{ what: "text", detail: "text `Hall`" }];
 * assertEquals(
 *   translationNote(event, "Contact ID 1 130", { lost, known: true }),
 *   "SIA BA (Burglary Alarm) was written as Contact ID 1 130; lost: text `Hall`",
 * );
 * ```
 */
export function translationNote(
  event: Pick<EventDraft, "language" | "code" | "label">,
  as: string,
  translated: Pick<Translated<unknown>, "lost" | "known">,
): string {
  const language = NAMES[event.language] ?? event.language;
  const spelled = event.code === "" ? "" : ` ${event.code}`;
  const label = event.label === event.code ? "" : ` (${event.label})`;
  const unknown = translated.known ? "" : ", the general code, as there is nothing near";
  const lost = translated.lost.filter(({ what }) => what !== "account-length").map(({ detail }) => detail)
    .join("; ");
  return `${language}${spelled}${label} was written as ${as}${unknown}${
    lost === "" ? "" : `; lost: ${lost}`
  }`;
}

const NAMES: Readonly<Record<string, string>> = {
  "sia": "SIA",
  "contact-id": "Contact ID",
  "scancom": "Fast Format",
  "vds2465": "VdS 2465",
};
