/**
 * The JSON that `tocsin decode` prints.
 *
 * @module
 */
import type { Decoded } from "../../adapters/contract.ts";
import { eventId, EVENTS_PER_TIME } from "../event/event_id.ts";
import { msToNtp } from "../ip/ntp_time.ts";

/**
 * Makes a decoded message ready for `JSON.stringify`: bytes as lower-case hex, dates as RFC 3339, 64-bit numbers as
 * decimal text.
 *
 * Its events become complete {@link AlarmEvent}s: received now, with an identity of their own.
 *
 * @param decoded The message, or why it was refused.
 * @param now The time, ms since the epoch.
 * @returns A plain object.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodedToJson } from "./decoded_json.ts";
 *
 * const message = { data: new Uint8Array([0x31]) };
 * assertEquals(
 *   decodedToJson({ ok: true, language: "sia", offset: 0, message, events: [] }, 0)["message"],
 *   { data: "31" },
 * );
 * ```
 */
export function decodedToJson(decoded: Decoded, now: number): Record<string, unknown> {
  if (!decoded.ok) return { ...decoded };
  const time = msToNtp(now) + BigInt(decoded.offset * EVENTS_PER_TIME);
  const events = decoded.events.map((draft, i) =>
    plain({ id: eventId(NO_DEVICE, time + BigInt(i)), ...draft, receivedAt: new Date(now) })
  );
  return { ...decoded, message: plain(decoded.message), events };
}

/** A capture names no SPT. */
const NO_DEVICE = new Uint8Array(16);

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.toHex();
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}
