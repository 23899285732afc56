/**
 * Ademco Contact ID (SIA DC-05): plain digits from boards and serial ports, and every textual form it is met in.
 *
 * @module
 */
import type { PanelAdapter } from "../contract.ts";
import { ContactIdSession, type ContactIdSessionOptions } from "./session.ts";

export { checksumDigit, digitSum, digitValue } from "./checksum.ts";
export { type ContactIdEncoded, contactIdOf, type ContactIdWriting, encodeContactId } from "./encode.ts";
export { contactIdDecoder } from "./decode.ts";
export { type DigitsResult, type Letters, readDigits } from "./digits.ts";
export { parseEventData, writeEventData } from "./event_data.ts";
export { contactIdEventDraft, type DraftOptions } from "./event_draft.ts";
export { type ContactIdFrame, ContactIdFramer, type ContactIdFramerOptions } from "./framer.ts";
export {
  type ContactId,
  type ContactIdQualifier,
  type ContactIdReading,
  type ContactIdRefusal,
  type ContactIdResult,
  parseContactId,
  writeContactId,
} from "./message.ts";
export { contactIdQuirks } from "./quirks.ts";
export { ContactIdSender, type ContactIdSenderForm, type ContactIdSenderOptions } from "./sender.ts";
export { ContactIdSession, type ContactIdSessionOptions } from "./session.ts";
export {
  type ContactIdForm,
  type ContactIdText,
  contactIdTextDraft,
  type ContactIdTextResult,
  parseContactIdText,
} from "./text.ts";
export { type ContactIdTextFrame, ContactIdTextFramer } from "./text_framer.ts";

/**
 * The adapter for inputs that send plain Contact ID.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { contactId } from "./mod.ts";
 *
 * const [effect] = contactId.session({}).feed(new TextEncoder().encode("1234181131010158\r"), 0);
 * assertEquals(effect?.kind, "alarm");
 * ```
 */
export const contactId: PanelAdapter & { session(options: ContactIdSessionOptions): ContactIdSession } = {
  name: "contact-id",
  session: (options: ContactIdSessionOptions) => new ContactIdSession(options),
};
