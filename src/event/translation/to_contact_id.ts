/**
 * Events as Contact ID says them.
 *
 * @module
 */
import type { EventDraft } from "../alarm_event.ts";
import { contactIdCode } from "../tables/contact_id.ts";
import type { ContactIdForm, Loss, Translated } from "./forms.ts";
import type { Place } from "./place.ts";
import type { TranslatedCode } from "./translate_code.ts";

/**
 * Makes the Contact ID form (panel-formats.md §5.1, rules 3 and 4). Areas above 99 and numbers above 999 are sent as 99 and
 * 999. What was reported before is qualifier 6, except for restores and closings, which would turn into alarms by it.
 *
 * @param event The event.
 * @param code What became of its code: qualifier and three digits.
 * @param place Its numbers.
 * @returns The form and what was lost.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { toContactId } from "./to_contact_id.ts";
 *
 * const event = {
 *   account: "1234", language: "x", code: "1", qualifier: "new" as const, label: "", flags: [], raw: new Uint8Array(),
 * };
 * const { form, lost } = toContactId(event, { code: "3130", before: false, known: true, lost: [] }, { zone: "1330" });
 * assertEquals(form, { messageType: "18", qualifier: "3", code: "130", group: "00", zone: "999" });
 * assertEquals(lost.map(({ what }) => what), ["zone"]);
 * ```
 */
export function toContactId(
  event: EventDraft,
  code: TranslatedCode,
  place: Place,
): Translated<ContactIdForm> {
  const lost = [...code.lost];
  const isNews = code.code.startsWith("1");
  if (code.before && !isNews) {
    lost.push({
      what: "status",
      detail: "that it was reported before: a restore or closing has no such form",
    });
  }
  const digits = code.code.slice(1);
  const form: ContactIdForm = {
    messageType: "18",
    qualifier: isNews ? code.before ? "6" : "1" : "3",
    code: digits,
    group: fitted("area", place.area, 2, lost),
    zone: numberOf(digits, place, lost),
  };
  losesRest(event, place, lost);
  return { form, lost, known: code.known };
}

function numberOf(code: string, { zone, user }: Place, lost: Loss[]): string {
  const takesUser = contactIdCode(code)?.address === "user";
  if (!takesUser) {
    if (user !== undefined) {
      lost.push({ what: "user", detail: `user ${user}: the number of code ${code} is a zone` });
    }
    return fitted("zone", zone, 3, lost);
  }
  if (zone !== undefined) {
    const detail = user === undefined
      ? `${zone} is a zone; the number of code ${code} is read as a user`
      : `zone ${zone}: the number of code ${code} is the user`;
    lost.push({ what: "zone", detail });
  }
  return user === undefined ? fitted("zone", zone, 3, lost) : fitted("user", user, 3, lost);
}

function losesRest({ account, text, occurredAt }: EventDraft, { device }: Place, lost: Loss[]): void {
  if (device !== undefined) {
    lost.push({ what: "device", detail: `device ${device} has no place in the message` });
  }
  if (text !== undefined) lost.push({ what: "text", detail: `the text ${JSON.stringify(text)}` });
  if (occurredAt !== undefined && !Number.isNaN(occurredAt.getTime())) {
    lost.push({ what: "time", detail: `the time ${occurredAt.toISOString()}` });
  }
  if (account.length > 4) {
    lost.push({ what: "account-length", detail: `account ${account} has more than 4 digits` });
  } else if (!/^[0-9B-F]*$/i.test(account)) {
    lost.push({ what: "account", detail: `account ${account} has letters other than B to F` });
  }
}

/** So many digits; what does not fit is the highest number that does. */
function fitted(what: string, value: string | undefined, width: number, lost: Loss[]): string {
  if (value === undefined) return "0".repeat(width);
  const digits = value.toUpperCase();
  if (/^[0-9B-F]+$/.test(digits) && digits.length <= width) return digits.padStart(width, "0");
  const sent = (/^\d+$/.test(digits) ? "9" : "0").repeat(width);
  lost.push({ what, detail: `${what} ${value} does not fit ${width} digits: sent as ${sent}` });
  return sent;
}
