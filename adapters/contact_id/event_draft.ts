/**
 * From a Contact ID message to the neutral event.
 *
 * @module
 */
import type { EventDraft, Qualifier } from "../../src/event/alarm_event.ts";
import { contactIdCode } from "../../src/event/tables/contact_id.ts";
import type { ContactId, ContactIdQualifier } from "./message.ts";

/** What is known of an event besides its message. */
export interface DraftOptions {
  /** Zone or user, where the form says so itself (Ademco 685); else the code table decides. */
  address?: "zone" | "user";
  /** Remarks to keep with the event. */
  flags?: readonly string[];
}

const QUALIFIERS: Readonly<Record<ContactIdQualifier, Qualifier>> = { 1: "new", 3: "restore", 6: "status" };

/**
 * Makes the neutral event of a message.
 *
 * Group `00` and zone `000` mean "none" and leave the field absent. A code the table does not know is kept, labelled
 * with itself, flagged `unknown-code`, and its number is taken as a zone.
 *
 * @param contactId The message.
 * @param raw The bytes it was read from.
 * @param options Kind of address and remarks, where known.
 * @returns The event without identity and time of receipt.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { contactIdEventDraft } from "./event_draft.ts";
 *
 * const draft = contactIdEventDraft({
 *   account: "1234", messageType: "18", qualifier: 3, code: "401", group: "02", zone: "007",
 * }, new Uint8Array());
 * assertEquals(draft.qualifier, "restore");
 * assertEquals(draft.area, "02");
 * assertEquals(draft.user, "007");
 * assertEquals(draft.zone, undefined);
 * ```
 */
export function contactIdEventDraft(
  contactId: ContactId,
  raw: Uint8Array,
  options: DraftOptions = {},
): EventDraft {
  const known = contactIdCode(contactId.code);
  const address = options.address ?? known?.address ?? "zone";
  const flags = new Set(options.flags);
  if (known === undefined) flags.add("unknown-code");
  return {
    account: contactId.account,
    language: "contact-id",
    code: contactId.code,
    qualifier: QUALIFIERS[contactId.qualifier],
    label: known?.name ?? contactId.code,
    ...(contactId.group === "00" ? {} : { area: contactId.group }),
    ...(contactId.zone === "000" ? {} : { [address]: contactId.zone }),
    flags: [...flags].sort(),
    raw,
  };
}
