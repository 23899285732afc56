/**
 * Event data of an EVENT_MSG, read in the panel's language.
 *
 * @module
 */
import { contactIdEventDraft, parseEventData } from "../../adapters/contact_id/mod.ts";
import type { CarriedProtocol } from "../../adapters/contract.ts";
import { scancomEventData } from "../../adapters/scancom/mod.ts";
import { siaEvents } from "../../adapters/sia/mod.ts";
import { vds2465EventData } from "../../adapters/vds2465/mod.ts";
import type { EventDraft } from "../event/alarm_event.ts";

/**
 * Decodes event data of an EVENT_MSG. An alarm is never refused for what it says: what cannot be read becomes one event that
 * says so, with the bytes.
 *
 * @param protocol Its protocol.
 * @param data The event data.
 * @returns At least one event.
 */
export function decodeEventData(protocol: CarriedProtocol, data: Uint8Array): EventDraft[] {
  if (protocol === "sia") return siaEvents(data);
  if (protocol === "contact-id") {
    const parsed = parseEventData(data);
    if (parsed.ok) {
      const repeat = parsed.contactId.messageType === "98" ? ["possible-duplicate"] : [];
      return [contactIdEventDraft(parsed.contactId, data, { flags: repeat })];
    }
  }
  if (protocol === "scancom") return scancomEventData(data);
  if (protocol === "vds2465") return vds2465EventData(data);
  return [{
    account: "",
    language: protocol,
    code: "",
    qualifier: "new",
    label: "Event data that could not be read",
    flags: ["unreadable"],
    raw: data,
  }];
}
