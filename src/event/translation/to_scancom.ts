/**
 * Events as Scancom Fast Format says them.
 *
 * @module
 */
import type { EventDraft } from "../alarm_event.ts";
import type { Loss, ScancomForm, Translated } from "./forms.ts";
import type { Place } from "./place.ts";
import type { TranslatedCode } from "./translate_code.ts";

/** The longest message has so many channels (panel-formats.md §3). */
const MOST_CHANNELS = 32;

/**
 * Makes the Fast Format message of one event: its channel's digit, every other channel `5`. A message repeats the state of
 * all channels, so whoever sends it writes `6` where a channel is known to be still active (panel-formats.md §3.7).
 *
 * The user of an opening or closing goes where the code is Ademco's (`22`, `44`): channel 1, 1 to F, all others filled.
 *
 * @param event The event.
 * @param code What became of its code: digit, status and channel, `17/3`.
 * @param place Its numbers.
 * @returns The form and what was lost.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { toScancom } from "./to_scancom.ts";
 *
 * const event = {
 *   account: "1234", language: "x", code: "1", qualifier: "new" as const, label: "", flags: [], raw: new Uint8Array(),
 * };
 * const code = { code: "17/3", before: false, known: true, lost: [] };
 * assertEquals(toScancom(event, code, {}).form, { channels: "55155555", status: "7" });
 * assertEquals(toScancom(event, { ...code, before: true }, {}).form, { channels: "55655555", status: "7" });
 * ```
 */
export function toScancom(event: EventDraft, code: TranslatedCode, place: Place): Translated<ScancomForm> {
  const lost = [...code.lost];
  const [digits = "57", number] = code.code.split("/");
  const digit = digits.charAt(0), status = digits.charAt(1);
  const user = /^[1-9]$|^1[0-5]$/.test(place.user ?? "") ? Number(place.user) : undefined;
  const byUser = (digits === "22" || digits === "44") && user !== undefined;
  loses(event, place, byUser, number, lost);
  if (code.before && digit !== "1") {
    lost.push({ what: "status", detail: "that it was reported before: only an alarm has such a digit" });
  }
  const channel = /^\d{1,2}$/.test(number ?? "0") ? Number(number ?? 0) : Infinity;
  if (channel > MOST_CHANNELS) {
    lost.push({ what: "device", detail: `channel ${number}: there are 1 to ${MOST_CHANNELS}, sent as none` });
  }
  const count = channel > 8 && channel <= MOST_CHANNELS ? channel > 16 ? MOST_CHANNELS : 16 : 8;
  const shown = code.before && digit === "1" ? "6" : digit;
  const channels = byUser
    ? user.toString(16).toUpperCase() + digit.repeat(7)
    : Array.from({ length: count }, (_, at) => at + 1 === channel ? shown : "5").join("");
  return { form: { channels, status }, lost, known: code.known };
}

function loses(
  { account, text, occurredAt }: EventDraft,
  place: Place,
  byUser: boolean,
  channel: string | undefined,
  lost: Loss[],
): void {
  for (const what of ["area", "zone", "user", "device"] as const) {
    const value = place[what];
    if (value === undefined || (what === "user" && byUser) || (what === "zone" && value === channel)) {
      continue;
    }
    lost.push({ what, detail: `${what} ${value}: a channel has no number beside it` });
  }
  if (text !== undefined) lost.push({ what: "text", detail: `the text ${JSON.stringify(text)}` });
  if (occurredAt !== undefined && !Number.isNaN(occurredAt.getTime())) {
    lost.push({ what: "time", detail: `the time ${occurredAt.toISOString()}` });
  }
  if (account.length > 6) {
    lost.push({ what: "account-length", detail: `account ${account} has more than 6 digits` });
  } else if (!/^\d*$/.test(account)) {
    lost.push({ what: "account", detail: `account ${account} is not digits only` });
  }
}
