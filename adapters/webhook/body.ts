/**
 * What is posted for an alarm.
 *
 * @module
 */
import type { OutputItem } from "../contract.ts";
import {
  type AlarmEvent,
  type AlarmEventJson,
  type EventDraft,
  eventToJson,
} from "../../src/event/alarm_event.ts";

/** An alarm for a webhook: as for other outputs, but its events have identity and time. */
export type WebhookItem = Omit<OutputItem, "events"> & {
  /** The decoded events. */
  events: AlarmEvent[];
};

/**
 * An alarm whose events all have identity and time. Those that have none yet, as those of a script, get the alarm's identity and
 * the time of sending.
 *
 * @param item The alarm.
 * @param now The time, ms since the epoch.
 * @returns The alarm for {@link webhookBody}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { webhookItem } from "./body.ts";
 *
 * const raw = new Uint8Array();
 * const event = {
 *   account: "9", language: "sia", code: "BA", qualifier: "new" as const, label: "", flags: [], raw,
 * };
 * const item = { id: "a", account: "1234", protocol: "sia" as const, data: raw, events: [event], repeated: false };
 * const [first] = webhookItem(item, 0).events;
 * assertEquals([first?.id, first?.receivedAt, first?.account], ["a", new Date(0), "9"]);
 * ```
 */
export function webhookItem(item: OutputItem, now: number): WebhookItem {
  const events = item.events.map((event): AlarmEvent => {
    const { id = item.id, receivedAt = new Date(now), occurredAt, ...rest } = event as
      & Partial<AlarmEvent>
      & EventDraft;
    // No JSON says a time that is none.
    const time = occurredAt === undefined || Number.isNaN(occurredAt.getTime()) ? {} : { occurredAt };
    return { id, ...rest, ...time, receivedAt };
  });
  return { ...item, events };
}

/** The JSON that is posted, in the envelope of "Standard Webhooks". */
export interface WebhookBody {
  /** Always `alarm`. */
  type: "alarm";
  /** When the alarm was received, RFC 3339; absent when it has no events. */
  timestamp?: string;
  /** The alarm. */
  data: {
    /** The alarm's identity, the same in every repeat: what a receiver recognises repeats by. Also in header `webhook-id`. */
    id: string;
    /** Account the receiver knows the site by; the events have the panel's own. */
    account: string;
    /** Language of the events. */
    protocol: string;
    /** Event data as the IP protocol carried it, lower-case hex. */
    data: string;
    /** The events, as on every JSON interface. */
    events: AlarmEventJson[];
  };
}

/**
 * Makes the JSON of an alarm. The same alarm always gives the same octets: whether it is a repeat is told by its id.
 *
 * @param item The alarm.
 * @returns The JSON, UTF-8.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { webhookBody } from "./body.ts";
 *
 * const octets = webhookBody({
 *   id: "01JD7Z0000AAAAAAAAAAAAAAAA", account: "1234", protocol: "sia", data: new TextEncoder().encode("#1234|NBA01"),
 *   events: [], repeated: false,
 * });
 * const { type, data } = JSON.parse(new TextDecoder().decode(octets));
 * assertEquals([type, data.account, data.data], ["alarm", "1234", "23313233347c4e42413031"]);
 * ```
 */
export function webhookBody(item: WebhookItem): Uint8Array<ArrayBuffer> {
  const { id, account, protocol, data, events } = item;
  const first = events[0];
  const body: WebhookBody = {
    type: "alarm",
    ...(first === undefined ? {} : { timestamp: first.receivedAt.toISOString() }),
    data: { id, account, protocol, data: data.toHex(), events: events.map(eventToJson) },
  };
  return new TextEncoder().encode(JSON.stringify(body));
}
