/**
 * The neutral event: what every panel language is decoded into and every output is written from.
 *
 * @module
 */

/** The panel languages an event can come from. A language from outside may use any other name. */
export type Language = "sia" | "contact-id" | "scancom" | "vds2465" | (string & Record<never, never>);

/**
 * What kind of report an event is: `new` (alarm, trouble, bypass, opening), `restore` (restoral, closing) or
 * `status` (a condition reported before and still present, or a plain message such as a test).
 */
export type Qualifier = "new" | "restore" | "status";

/**
 * One event of an alarm system, independent of the language it was reported in.
 *
 * Fields that a language does not know are absent, never empty: a missing zone is not zone 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { AlarmEvent } from "./alarm_event.ts";
 *
 * const event: AlarmEvent = {
 *   id: "01JD7Z0000AAAAAAAAAAAAAAAA",
 *   account: "027978",
 *   language: "sia",
 *   code: "BA",
 *   qualifier: "new",
 *   label: "Burglary Alarm",
 *   area: "2",
 *   zone: "227",
 *   receivedAt: new Date(0),
 *   flags: [],
 *   raw: new TextEncoder().encode("Nri2/BA227"),
 * };
 * assertEquals(event.zone, "227");
 * ```
 */
export interface AlarmEvent {
  /** Unique and sortable by time: 26 characters of Crockford base 32 (ULID); see {@link eventId}. */
  id: string;
  /** The site's account exactly as the panel spells it, leading zeros and letters kept. Empty if not known. */
  account: string;
  /** The language the panel reported in. */
  language: Language;
  /** The event code in that language: `BA`, `130`, `22`. */
  code: string;
  /** New, restore or status. */
  qualifier: Qualifier;
  /** The code's name, or the code itself when the tables do not know it (then flagged `unknown-code`). */
  label: string;
  /** Area, partition or group, as spelled. */
  area?: string;
  /** Zone, point, door or device address, as spelled. */
  zone?: string;
  /** User, as spelled. */
  user?: string;
  /** Peripheral, module or channel, as spelled. */
  device?: string;
  /** Free text sent with the event. */
  text?: string;
  /** When the panel says it happened. Absent when the panel gives no time. */
  occurredAt?: Date;
  /** When Tocsin had the complete message. */
  receivedAt: Date;
  /** Remarks such as `unknown-code`, `clock-off`, `duplicate`, `possible-duplicate`; sorted, no repeats. */
  flags: string[];
  /**
   * What the translation of its alarm for an output could not say, `output: what: detail`: "east: text: text \"Hall\"". Absent
   * when it goes as it came, or nothing was lost.
   */
  lost?: string[];
  /** The bytes the event was decoded from. */
  raw: Uint8Array;
}

/** An {@link AlarmEvent} as codecs make it: without identity and time of receipt, which the gateway adds. */
export type EventDraft = Omit<AlarmEvent, "id" | "receivedAt">;

/** {@link AlarmEvent} as JSON: bytes as lower-case hex, dates as RFC 3339. */
export type AlarmEventJson = Omit<AlarmEvent, "raw" | "occurredAt" | "receivedAt"> & {
  occurredAt?: string;
  receivedAt: string;
  raw: string;
};

/**
 * Writes an event as it appears on every JSON interface.
 *
 * @param event The event.
 * @returns A plain object; bytes as lower-case hex, dates as RFC 3339 in UTC.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { eventToJson } from "./alarm_event.ts";
 *
 * const json = eventToJson({
 *   id: "x", account: "1234", language: "contact-id", code: "130", qualifier: "new", label: "Burglary",
 *   receivedAt: new Date(0), flags: [], raw: new Uint8Array([0x31]),
 * });
 * assertEquals(json.raw, "31");
 * assertEquals(json.receivedAt, "1970-01-01T00:00:00.000Z");
 * ```
 */
export function eventToJson(event: AlarmEvent): AlarmEventJson {
  const { raw, occurredAt, receivedAt, ...rest } = event;
  return {
    ...rest,
    ...(occurredAt === undefined ? {} : { occurredAt: occurredAt.toISOString() }),
    receivedAt: receivedAt.toISOString(),
    raw: raw.toHex(),
  };
}

/**
 * Reads back what {@link eventToJson} wrote.
 *
 * @param json The plain object.
 * @returns The event.
 */
export function eventFromJson(json: AlarmEventJson): AlarmEvent {
  const { raw, occurredAt, receivedAt, ...rest } = json;
  return {
    ...rest,
    ...(occurredAt === undefined ? {} : { occurredAt: new Date(occurredAt) }),
    receivedAt: new Date(receivedAt),
    raw: Uint8Array.fromHex(raw),
  };
}
