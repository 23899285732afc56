/**
 * Contact ID as text: every form that panels, receivers and manuals write it in.
 *
 * @module
 */
import type { EventDraft } from "../../src/event/alarm_event.ts";
import type { Letters } from "./digits.ts";
import { contactIdEventDraft } from "./event_draft.ts";
import { parseContactId } from "./message.ts";
import { hidePassword } from "./password.ts";
import { bracketedForms } from "./text_bracketed.ts";
import { plainForms } from "./text_plain.ts";
import { receiverForms } from "./text_receiver.ts";
import type { ContactIdText, ContactIdTextResult } from "./text_result.ts";

export type { ContactIdForm, ContactIdText, ContactIdTextResult } from "./text_result.ts";

const FORMS = [...bracketedForms, ...receiverForms, ...plainForms];

/** Longer texts are refused unread. */
const MAX_TEXT = 1024;

/**
 * Reads one message in any textual form of panel-formats.md §2.5 and says which form it was.
 *
 * Lenient: line ends and the receivers' trailer (0x14) around the text are dropped, letters may be lower case. An
 * unknown event code is no fault. Where two forms fit, the commoner is taken and flagged `ambiguous-form`.
 *
 * @param text One message, a character per octet.
 * @param options `letters` `"dtmf"` when the text is raw telephone tones (only digits are then expected).
 * @returns Form, message and fields, or the rule that refused it. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { parseContactIdText } from "./text.ts";
 *
 * const read = parseContactIdText("[#13E3186|1302 01 000]");
 * assert(read.ok);
 * assertEquals(read.form, "adm-cid");
 * assertEquals(read.contactId.account, "13E3186");
 * ```
 */
export function parseContactIdText(text: string, options: { letters?: Letters } = {}): ContactIdTextResult {
  if (text.length > MAX_TEXT) {
    return {
      ok: false,
      rule: "too-long",
      message:
        `Got ${text.length} characters, expected at most ${MAX_TEXT}: this is no single Contact ID message. ` +
        `Check that lines end with CR or LF.`,
    };
  }
  // deno-lint-ignore no-control-regex -- the trailer of receivers is DC4.
  const trimmed = text.replace(/^[\r\n]+/, "").replace(/[\r\n\x14]+$/, "");
  if (options.letters === "dtmf") {
    const read = parseContactId(trimmed, { letters: "dtmf" });
    return read.ok ? { ...read, form: "asterisk", fields: {}, flags: [] } : read;
  }
  for (const candidate of new Set([trimmed, trimmed.trim()])) {
    for (const form of FORMS) {
      const result = form(candidate);
      if (result !== undefined) return result;
    }
  }
  return {
    ok: false,
    rule: "unknown-form",
    message:
      `${
        JSON.stringify(hidePassword(trimmed).slice(0, 60))
      } has none of the known Contact ID forms; expected for instance ` +
      `16 digits such as 1234181131010158. Check which format and port the panel is set to.`,
  };
}

/**
 * Makes the neutral event of a text that was read.
 *
 * @param read What {@link parseContactIdText} gave.
 * @param raw The bytes of the text.
 * @returns The event without identity and time of receipt.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { contactIdTextDraft, parseContactIdText } from "./text.ts";
 *
 * const read = parseContactIdText("01 1234 18 R401 01 U007 ");
 * assert(read.ok);
 * assertEquals(contactIdTextDraft(read, new Uint8Array()).user, "007");
 * ```
 */
export function contactIdTextDraft(read: ContactIdText, raw: Uint8Array): EventDraft {
  return contactIdEventDraft(read.contactId, raw, {
    flags: read.flags,
    ...(read.address === undefined ? {} : { address: read.address }),
  });
}
