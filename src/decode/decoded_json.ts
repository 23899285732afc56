/**
 * The JSON that `tocsin decode` prints.
 *
 * @module
 */
import type { Decoded } from "../../adapters/contract.ts";
import type { EventDraft } from "../event/alarm_event.ts";

/**
 * Makes a decoded message ready for `JSON.stringify`: bytes as lower-case hex, dates as RFC 3339, 64-bit numbers as
 * decimal text.
 *
 * @param decoded The message, or why it was refused.
 * @returns A plain object.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodedToJson } from "./decoded_json.ts";
 *
 * const message = { data: new Uint8Array([0x31]) };
 * assertEquals(
 *   decodedToJson({ ok: true, language: "sia", offset: 0, message, events: [] })["message"],
 *   { data: "31" },
 * );
 * ```
 */
export function decodedToJson(decoded: Decoded): Record<string, unknown> {
  if (!decoded.ok) return { ...decoded };
  return { ...decoded, message: plain(decoded.message), events: decoded.events.map(draftToJson) };
}

function draftToJson(draft: EventDraft): unknown {
  return plain(draft);
}

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.toHex();
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}
