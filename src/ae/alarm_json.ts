/**
 * The JSON of an alarm, as webhooks and MQTT carry it, read by the one who gets it.
 *
 * @module
 */
import type { EventDraft, Qualifier } from "../event/alarm_event.ts";

/** What the JSON of an alarm says. */
export interface JsonAlarm {
  /** The alarm's identity, the same in every repeat. */
  id: string;
  /** Account of the site. */
  account: string;
  /** Its events. */
  events: EventDraft[];
}

/** Events of one alarm that are read. */
const MOST_EVENTS = 100;
const QUALIFIERS: readonly unknown[] = ["new", "restore", "status"] satisfies Qualifier[];

/**
 * Reads the JSON of an alarm (see `webhookBody`).
 *
 * @param octets UTF-8.
 * @returns The alarm; undefined when it is not the JSON of one. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readJsonAlarm } from "./alarm_json.ts";
 *
 * const json = '{"type":"alarm","data":{"id":"01JD","account":"1234","events":[{"code":"BA","qualifier":"new"}]}}';
 * assertEquals(readJsonAlarm(new TextEncoder().encode(json))?.events[0]?.code, "BA");
 * assertEquals(readJsonAlarm(new TextEncoder().encode("online")), undefined);
 * ```
 */
export function readJsonAlarm(octets: Uint8Array): JsonAlarm | undefined {
  let body: unknown;
  try {
    body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(octets));
  } catch {
    return undefined;
  }
  const { type, data } = members(body);
  const { id, account, events } = members(data);
  if (type !== "alarm" || typeof id !== "string" || !Array.isArray(events)) return undefined;
  return {
    id,
    account: text(account) ?? "",
    events: events.slice(0, MOST_EVENTS).map((event) => readEvent(members(event))),
  };
}

function readEvent(event: Record<string, unknown>): EventDraft {
  const optional: Record<string, unknown> = {};
  for (const name of ["area", "zone", "user", "device", "text"]) {
    const value = text(event[name]);
    if (value !== undefined) optional[name] = value;
  }
  const occurredAt = new Date(text(event["occurredAt"]) ?? NaN);
  const qualifier = QUALIFIERS.includes(event["qualifier"]) ? event["qualifier"] as Qualifier : "new";
  const raw = text(event["raw"]) ?? "";
  const flags = Array.isArray(event["flags"])
    ? event["flags"].filter((flag) => typeof flag === "string")
    : [];
  return {
    account: text(event["account"]) ?? "",
    language: text(event["language"]) ?? "",
    code: text(event["code"]) ?? "",
    qualifier,
    label: text(event["label"]) ?? "",
    ...optional,
    ...(Number.isNaN(occurredAt.getTime()) ? {} : { occurredAt }),
    flags,
    raw: /^(?:[0-9a-f]{2})*$/i.test(raw) ? Uint8Array.fromHex(raw) : new Uint8Array(),
  };
}

function members(value: unknown): Record<string, unknown> {
  return value !== null && typeof value === "object" ? value as Record<string, unknown> : {};
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
