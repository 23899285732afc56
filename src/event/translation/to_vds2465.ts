/**
 * Events as VdS 2465 says them.
 *
 * @module
 */
import type { EventDraft } from "../alarm_event.ts";
import type { Loss, Translated, VdsForm } from "./forms.ts";
import type { Place } from "./place.ts";
import { saidText } from "./said_text.ts";
import type { TranslatedCode } from "./translate_code.ts";

/** The first panel behind the transmitter (vds2465.md §8, C). */
const FIRST_PANEL = 1;
/** Digits of the longest ident number (vds2465.md §2.2, A). */
const MAX_IDENT = 12;

/**
 * Makes the VdS 2465 form (vds2465.md §8, C): device 1 (a VdS 2465 event keeps its own), area and address as they are. A number above 255 goes into address
 * and supplement, high octet first, as Telenot numbers its points. The time is not part of the form: it goes into a record
 * of its own.
 *
 * @param event The event.
 * @param code What became of its code: the message kind.
 * @param place Its numbers.
 * @returns The form and what was lost.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { toVds2465 } from "./to_vds2465.ts";
 *
 * const event = {
 *   account: "1234", language: "x", code: "1", qualifier: "new" as const, label: "", flags: [], raw: new Uint8Array(),
 * };
 * const { form, lost } = toVds2465(event, { code: "22", before: false, known: true, lost: [] }, { zone: "1330" });
 * assertEquals([form.messageKind, form.address, form.supplement], [0x22, 5, 50]);
 * assertEquals(lost.map(({ what }) => what), ["zone"]);
 * ```
 */
export function toVds2465(event: EventDraft, code: TranslatedCode, place: Place): Translated<VdsForm> {
  const lost = [...code.lost];
  if (code.before) {
    lost.push({ what: "status", detail: "that it was reported before: it is sent as a change" });
  }
  const { address, supplement } = addressOf(event, place, lost);
  const text = saidText(event, code);
  const { account } = event;
  if (!/^\d*$/.test(account)) {
    lost.push({ what: "account", detail: `account ${account} is not digits only` });
  } else if (account.length > MAX_IDENT) {
    lost.push({ what: "account-length", detail: `account ${account} has more than ${MAX_IDENT} digits` });
  }
  const form: VdsForm = {
    messageKind: parseInt(code.code, 16),
    device: deviceOf(event, place, lost),
    area: areaOf(place.area, lost),
    address,
    supplement,
    ...(text === undefined ? {} : { text }),
  };
  return { form, lost, known: code.known };
}

/** A VdS 2465 device keeps its number; 0 is the transmitter. */
function deviceOf(event: EventDraft, { device }: Place, lost: Loss[]): number {
  const own = event.language === "vds2465" ? event.device ?? "" : "";
  if (/^\d{1,2}$/.test(own) && Number(own) <= 15) return Number(own);
  if (device !== undefined) {
    lost.push({ what: "device", detail: `device ${device}: sent as device ${FIRST_PANEL}` });
  }
  return FIRST_PANEL;
}

function areaOf(area: string | undefined, lost: Loss[]): number {
  if (area === undefined) return 0;
  if (/^\d{1,2}$/.test(area) && Number(area) <= 15) return Number(area);
  lost.push({ what: "area", detail: `area ${area}: there are 1 to 15, sent as none` });
  return 0;
}

function addressOf(
  { language }: EventDraft,
  { zone, user }: Place,
  lost: Loss[],
): { address: number; supplement: number } {
  const value = zone ?? user;
  if (user !== undefined) {
    const detail = zone === undefined
      ? `user ${user} is sent as the address, which is read as an input`
      : `user ${user}: there is one number, and it is the zone`;
    lost.push({ what: "user", detail });
  }
  if (value === undefined) return { address: 0, supplement: 0 };
  const number = /^\d{1,5}$/.test(value) ? Number(value) : Infinity;
  if (number <= 0xff) return { address: number, supplement: 0 };
  const what = zone === undefined ? "user" : "zone";
  if (number > 0xffff) {
    lost.push({ what, detail: `${what} ${value}: there are 1 to 65535, sent as none` });
    return { address: 0, supplement: 0 };
  }
  const [address, supplement] = [number >> 8, number & 0xff];
  // In VdS 2465 it had both before.
  if (language !== "vds2465") {
    const detail = `${what} ${value} is above 255: sent as address ${address} with supplement ${supplement}`;
    lost.push({ what, detail });
  }
  return { address, supplement };
}
