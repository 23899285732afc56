/**
 * Translated events as SIA packets.
 *
 * @module
 */
import type { SiaForm } from "../../src/event/translation/mod.ts";
import type { SiaPacket } from "./event_packet.ts";

/**
 * Lays a translated event out as a packet, without the letter of its block.
 *
 * @param form The event as SIA says it.
 * @returns The packet: `ti`, `id` and `ri` before the event. In its text the bar, which ends a block, is a question mark.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formPacket } from "./form_packet.ts";
 *
 * assertEquals(formPacket({ block: "N", code: "BA", address: "3", area: "1", text: "Hall|2" }).events, [
 *   { code: "BA", address: "3", modifiers: { ri: "1" }, text: "Hall?2" },
 * ]);
 * ```
 */
export function formPacket({ code, address, area, id, time, text }: SiaForm): SiaPacket {
  const modifiers = Object.entries({ ti: time, id, ri: area })
    .filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    modifiers: [],
    events: [{
      code,
      modifiers: Object.fromEntries(modifiers),
      ...(address === undefined ? {} : { address }),
      ...(text === undefined ? {} : { text: text.replaceAll("|", "?") }),
    }],
    unread: [],
  };
}
