/**
 * What is published for an alarm.
 *
 * @module
 */
import type { OutputItem } from "../contract.ts";
import { webhookBody, webhookItem } from "../webhook/body.ts";

/**
 * The JSON of an alarm: the same as a webhook's. Events that have no identity and time of receipt yet, as those of a script,
 * get the alarm's identity and the time of publishing.
 *
 * @param item The alarm.
 * @param now The time, ms since the epoch.
 * @returns The JSON, UTF-8.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mqttPayload } from "./payload.ts";
 *
 * const octets = mqttPayload({
 *   id: "01JD", account: "1234", protocol: "sia", data: new Uint8Array(), events: [], repeated: false,
 * }, 0);
 * assertEquals(JSON.parse(new TextDecoder().decode(octets)).data.id, "01JD");
 * ```
 */
export function mqttPayload(item: OutputItem, now: number): Uint8Array<ArrayBuffer> {
  return webhookBody(webhookItem(item, now));
}
