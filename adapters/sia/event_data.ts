/**
 * SIA as the IP protocol carries it in the Event field of EVENT_MSG.
 *
 * @module
 */
import type { EventDraft } from "../../src/event/alarm_event.ts";
import { decodeCp437, displayText, encodeCp437 } from "./cp437.ts";
import { siaEventDrafts } from "./event_draft.ts";
import { parseSiaText } from "./text.ts";

/**
 * Writes event data for EVENT_MSG: `#<account>|<N or O><packet>` and, with text, `|A<text>`. Headers and parities of the
 * blocks are not carried. Source: ip-protocol.md §8.1 (A for the blocks and their order, C for the separator).
 *
 * @param account The account as spelled; may be empty. A `|` or a control character in it would break the layout and is
 *   left out.
 * @param code `N` for new, `O` for old events.
 * @param packet Data of the event block. Octets go out as they are; a string is encoded in code page 437.
 * @param text Data of the ASCII block, likewise. Empty or absent: no `A` part.
 * @returns The event data.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeEventData } from "./event_data.ts";
 *
 * const data = writeEventData("1234", "N", "ri1/BA01", "Front door");
 * assertEquals(new TextDecoder().decode(data), "#1234|Nri1/BA01|AFront door");
 * ```
 */
export function writeEventData(
  account: string,
  code: "N" | "O",
  packet: Uint8Array | string,
  text?: Uint8Array | string,
): Uint8Array {
  // deno-lint-ignore no-control-regex
  const head = encodeCp437(`#${account.replace(/[|\x00-\x1f]/g, "")}|${code}`);
  const body = typeof packet === "string" ? encodeCp437(packet) : packet;
  const tail = typeof text === "string" ? encodeCp437(text) : text ?? new Uint8Array();
  const data = new Uint8Array(head.length + body.length + (tail.length > 0 ? tail.length + 2 : 0));
  data.set(head);
  data.set(body, head.length);
  if (tail.length > 0) {
    data.set([0x7c, 0x41], head.length + body.length);
    data.set(tail, head.length + body.length + 2);
  }
  return data;
}

/**
 * The events in event data of an EVENT_MSG, as {@link writeEventData} writes it, or without the separator behind the
 * account.
 *
 * @param data The event data, without the protocol identifier in front.
 * @returns At least one event: data that cannot be read gives one with an empty code and the flag `unreadable-event`, so
 *   that it reaches somebody. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { siaEvents } from "./event_data.ts";
 *
 * const [event] = siaEvents(new TextEncoder().encode("#1234NBA01|AFront door"));
 * assertEquals([event?.account, event?.code, event?.text], ["1234", "BA", "Front door"]);
 * ```
 */
export function siaEvents(data: Uint8Array): EventDraft[] {
  const result = parseSiaText(data);
  if (result.ok && result.events.length > 0) return result.events;
  const packet = result.ok
    ? result.message.packet
    : { modifiers: [], events: [], unread: [], text: displayText(decodeCp437(data.subarray(0, 256))) };
  const account = result.ok ? result.message.account ?? "" : "";
  return siaEventDrafts({ ...packet, events: [] }, { account, code: "N", raw: data });
}
