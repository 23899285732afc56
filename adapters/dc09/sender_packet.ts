/**
 * SIA packets as the data of a DC-09 message.
 *
 * @module
 */
import type { SiaPacket } from "../sia/event_packet.ts";

/**
 * Writes a packet: each event behind the modifiers that changed since the one before. The text of the last event stands at the end,
 * behind `|A`, as receivers read it (receiver-outputs.md §7.5, V7); that of another one as `*'…'NM` behind its event.
 *
 * @param packet The packet. Pieces of it that could not be read are left out.
 * @returns The data behind the letter of the block; a bar in a text, which would end it, becomes a question mark.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseEventPacket } from "../sia/event_packet.ts";
 * import { writePacket } from "./sender_packet.ts";
 *
 * const written = (packet: string) => writePacket(parseEventPacket(packet));
 * assertEquals(written("ri1BA05/BA06|AHall"), "ri1/BA05/BA06|AHall");
 * assertEquals(written("ri1/BA05*'Hall'NM/ri2/FA2*20C/AKitchen"), "ri1/BA05*'Hall'NM/ri2/FA2*20C|AKitchen");
 * ```
 */
export function writePacket({ events, text }: SiaPacket): string {
  const parts: string[] = [];
  let inForce: Record<string, string> = {};
  for (const [at, event] of events.entries()) {
    for (const [name, value] of Object.entries(event.modifiers)) {
      if (inForce[name] !== value) parts.push(name + value);
    }
    inForce = event.modifiers;
    const units = event.units === undefined ? "" : `*${event.units}${event.unitType ?? ""}`;
    const own = at < events.length - 1 && event.text !== undefined ? `*'${inside(event.text, "'")}'NM` : "";
    parts.push(`${event.code}${event.address ?? ""}${units}${own}`);
  }
  const texts = [events.at(-1)?.text, text].filter((one) => one !== undefined && one !== "");
  return parts.join("/") + (texts.length === 0 ? "" : `|A${inside(texts.join(" "), "")}`);
}

function inside(text: string, quote: "'" | ""): string {
  const whole = text.replaceAll("|", "?");
  return quote === "" ? whole : whole.replaceAll(quote, "`");
}
