/**
 * Messages of the receiver's own as alarms for the journal.
 *
 * @module
 */
import { writeEventData as contactIdData } from "../../adapters/contact_id/event_data.ts";
import { writeEventData as siaData } from "../../adapters/sia/event_data.ts";
import type { OutputConfig } from "../config/output_config.ts";
import { decodeEventData } from "../decode/event_data.ts";
import { eventId } from "../event/event_id.ts";
import { ownContactId, type OwnEvent, ownSia } from "../event/own_events.ts";
import type { NewAlarm } from "../journal/journal.ts";

/** The flag of every such event. */
export const OWN_EVENT = "own-event";
/** The flag of those whose account is the receiver's own: no prefix, length or rule of the site table is for them. */
export const OWN_ACCOUNT = "own-account";

/** Languages of an output's messages of the receiver's own. */
export type OwnEventLanguage = "contact-id" | "sia";

/** What an alarm is made of. */
export interface OwnEventParts {
  /** What it says. */
  event: OwnEvent;
  /** Name of the fault, which stays with the alarm. */
  rule: string;
  /** In which language. */
  language: OwnEventLanguage;
  /** `receiver`, or the site. */
  origin: string;
  /** Whose account. */
  account: string;
  /** The account is the receiver's own, `fault_account` of the output. */
  ownAccount: boolean;
  /** In words, for automation software that takes text. */
  text: string;
  /** This RCT, 16 octets. */
  deviceId: Uint8Array;
  /** Unique time. */
  time: bigint;
  /** When it was noticed, ms since the epoch. */
  at: number;
}

/** An alarm, but for its queue. */
export type OwnEventAlarm = Omit<NewAlarm, "lane" | "offered">;

/**
 * The language of an output's messages of the receiver's own.
 *
 * @param output The output: as its `faults` says. `auto`: SIA with its text where the neutral event is sent as JSON; else Contact ID
 *   for accounts of up to 4 digits, else SIA.
 * @param account The account as the AE gets it.
 * @returns The language; undefined when none are wanted.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ownEventLanguage } from "./own_event_alarm.ts";
 *
 * assertEquals(ownEventLanguage({ faults: "auto", language: "sur-gard" }, "1234"), "contact-id");
 * assertEquals(ownEventLanguage({ faults: "auto", language: "sur-gard" }, "501234"), "sia");
 * assertEquals(ownEventLanguage({ faults: "auto", language: "mqtt" }, "1234"), "sia");
 * assertEquals(ownEventLanguage({ faults: "off", language: "sur-gard" }, "1234"), undefined);
 * ```
 */
export function ownEventLanguage(
  { faults, language }: Pick<OutputConfig, "faults" | "language">,
  account: string,
): OwnEventLanguage | undefined {
  if (faults === "off") return undefined;
  if (faults !== "auto") return faults;
  if (language === "mqtt" || language === "webhook") return "sia";
  return /^[0-9A-F]{1,4}$/i.test(account) ? "contact-id" : "sia";
}

/**
 * Makes the alarm. `raw` is the name of the fault: it tells, after a restart, what was told.
 *
 * @param parts What it is made of. An account that Contact ID cannot carry is told in SIA.
 * @returns The alarm. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ownEventAlarm } from "./own_event_alarm.ts";
 *
 * const alarm = ownEventAlarm({
 *   event: { fault: "ats", over: false, number: 0 }, rule: "path-failed:shop-12", language: "contact-id",
 *   origin: "shop-12", account: "1234", ownAccount: false, text: "path of shop-12 failed", deviceId: new Uint8Array(16), time: 1n << 63n, at: 0,
 * });
 * assertEquals(new TextDecoder().decode(alarm.data), "123418135600000");
 * assertEquals(alarm.events.map(({ code, text }) => [code, text]), [["356", "path of shop-12 failed"]]);
 * ```
 */
export function ownEventAlarm(parts: OwnEventParts): OwnEventAlarm {
  const { event, rule, origin, account, text, deviceId, time, at } = parts;
  const protocol = parts.language === "contact-id" && /^[!-~]{0,16}$/.test(account) ? "contact-id" : "sia";
  const data = protocol === "contact-id" ? asContactId(account, event) : asSia(account, event, text);
  const id = eventId(deviceId, time);
  const events = decodeEventData(protocol, data).map((draft) => ({
    ...draft,
    text,
    id,
    receivedAt: new Date(at),
    flags: [...new Set([...draft.flags, OWN_EVENT, ...(parts.ownAccount ? [OWN_ACCOUNT] : [])])].sort(),
  }));
  const raw = new TextEncoder().encode(rule);
  return { id, origin, account, protocol, data, raw, time, events, open: false };
}

function asContactId(account: string, event: OwnEvent): Uint8Array {
  const form = ownContactId(event);
  return contactIdData({ account, ...form, qualifier: form.qualifier === "3" ? 3 : 1 });
}

function asSia(account: string, event: OwnEvent, text: string): Uint8Array {
  const { block, code, address = "" } = ownSia(event);
  return siaData(account, block, `${code}${address}`, text);
}
