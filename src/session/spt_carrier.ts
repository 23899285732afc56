/**
 * The message that carries an item of the SPT.
 *
 * @module
 */
import type { EventField, Message } from "../ip/messages/mod.ts";
import { msToNtp } from "../ip/ntp_time.ts";
import type { SptItem } from "./spt_effects.ts";

/**
 * Puts an item into its message: an alarm with its own time and the time of transmission, or octets as they are.
 *
 * @param item The item.
 * @param now The time, ms since the epoch.
 * @returns The message.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { carrier } from "./spt_carrier.ts";
 *
 * const data = new Uint8Array([1]);
 * assertEquals(carrier({ kind: "transparent", ref: "a", data }, 0), { name: "TRANSPARENT_MSG", data });
 * assertEquals(carrier({ kind: "event", ref: "a", protocol: "sia", data, time: 7n }, 0), {
 *   name: "EVENT_MSG",
 *   fields: [
 *     { field: "event", protocol: "sia", data },
 *     { field: "time-event", time: 7n },
 *     { field: "time-message", time: 2_208_988_800n << 32n },
 *   ],
 * });
 * ```
 */
export function carrier(item: SptItem, now: number): Message {
  if (item.kind === "transparent") return { name: "TRANSPARENT_MSG", data: item.data };
  const fields: EventField[] = [
    { field: "event", protocol: item.protocol, data: item.data },
    { field: "time-event", time: item.time },
    { field: "time-message", time: msToNtp(now) },
    ...(item.more ?? []),
  ];
  return { name: "EVENT_MSG", fields };
}
