/**
 * Alarms in 4+2 and CAPS, as lines of the 685 for an AE that knows no Contact ID.
 *
 * @module
 */
import { contactIdCode } from "../../src/event/tables/contact_id.ts";
import type { Loss } from "../../src/event/translation/mod.ts";
import type { ContactId } from "../contact_id/message.ts";
import { contactIdItem } from "../contact_id/output_item.ts";
import type { OutputItem, Written } from "../contract.ts";
import { longAccountNotes, REPEAT_NOTE } from "../line_notes.ts";
import { writtenAlarm } from "../written_alarm.ts";
import { eventDigit } from "./event_digit.ts";
import type { WriteAdemco685Options } from "./write_alarm.ts";
import { writeAdemco685 } from "./write_message.ts";

/** How the output writes pulse formats. */
export interface WritePulseOptions extends WriteAdemco685Options {
  /** `4+2` `RG AAAA EZ`; `4+2-spaced` `RG AAAA E Z`; `caps` `RG AAAA DDDA`. */
  form: "4+2" | "4+2-spaced" | "caps";
}

/**
 * Writes `RG AAAA EZ` and its variants (receiver-outputs.md §2.1, A), a line for each event: the event digit of `eventDigit`, and zone
 * or user as one hexadecimal digit, `0` for none. Of SIA, Fast Format and VdS 2465 it is the nearest Contact ID code that is told so.
 *
 * Almost everything is lost, and each loss is told: the code behind the digit, the area, numbers above 15 (sent as `F`), which alarm a
 * restore ends, that a condition was reported before.
 *
 * @param item The alarm.
 * @param options How the output writes.
 * @returns The lines; or rule `bad-event-data`, `no-account`, `not-writable` (an account that is not hexadecimal digits). Never
 *   throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writePulseAlarm } from "./write_pulse.ts";
 *
 * const item = {
 *   id: "a", account: "", protocol: "contact-id" as const, data: new TextEncoder().encode("123418113001015"), events: [],
 *   repeated: false,
 * };
 * const lines = (["4+2", "4+2-spaced", "caps"] as const).map((form) => {
 *   const written = writePulseAlarm(item, { receiver: "1", line: "2", form });
 *   assert(written.ok);
 *   return written.lines[0]?.line;
 * });
 * assertEquals(lines, ["<LF>12 1234 3F<CR>", "<LF>12 1234 3 F<CR>", "<LF>12 1234 063A"]);
 * ```
 */
export function writePulseAlarm(item: OutputItem, options: WritePulseOptions): Written {
  const read = contactIdItem(item);
  if (!read.ok) return read;
  const { receiver, line, form } = options;
  const { messages, said } = read;
  const lines = messages.map((contactId) => {
    said.notes.push(...longAccountNotes(contactId.account, 4));
    if (item.repeated || contactId.messageType === "98") said.notes.push(REPEAT_NOTE);
    const { digit, lost } = pulseOf(contactId);
    said.lost.push(...lost);
    said.notes.push(
      `Contact ID ${contactId.qualifier} ${contactId.code} was written as ${digit.join("")}; lost: ${
        lost.map(({ detail }) => detail).join("; ")
      }`,
    );
    const [event, detail] = digit;
    const message = { receiver, line, account: contactId.account.padStart(4, "0"), event, detail };
    return form === "caps"
      ? writeAdemco685({ kind: "caps", ...message, spaced: false }, options)
      : writeAdemco685({ kind: "pulse", ...message, spaced: form === "4+2-spaced" }, options);
  });
  return writtenAlarm(lines, said);
}

function pulseOf(contactId: ContactId): { digit: [event: string, zone: string]; lost: Loss[] } {
  const { qualifier, code, group, zone } = contactId;
  const { digit, meaning } = eventDigit(contactId);
  const known = contactIdCode(code);
  const said = known === undefined ? code : `${code} (${known.name})`;
  const lost: Loss[] = [];
  if (digit === "9") {
    const detail = `the restore of ${said} is sent as 9, which does not say what is over`;
    lost.push({ what: "restore", detail });
  } else lost.push({ what: "sub-kind", detail: `${said} is sent as ${digit}, which says ${meaning} only` });
  if (qualifier === 6) {
    lost.push({ what: "status", detail: "that it was reported before: the form has no such digit" });
  }
  if (!/^0*$/.test(group)) lost.push({ what: "area", detail: `area ${group}: the form has no place for it` });
  const kind = known?.address ?? "zone";
  // Contact ID numbers are decimal; letters in them are each panel's own.
  const number = /^\d+$/.test(zone) ? Number(zone) : 16;
  if (number > 15) {
    lost.push({ what: kind, detail: `${kind} ${zone} does not fit one hexadecimal digit: sent as F` });
  }
  return { digit: [digit, Math.min(number, 15).toString(16).toUpperCase()], lost };
}
