/**
 * SIA blocks that fit between the brackets of a receiver's line.
 *
 * @module
 */
import { type LineNotes, noNotes } from "../line_notes.ts";
import type { SiaPacket, SiaPacketEvent } from "./event_packet.ts";
import { printable } from "./printable.ts";

/** What the blocks must keep to. */
export interface SiaBlockLimits {
  /** Characters a block may have, without its letter. */
  room: number;
  /** Whether the AE takes text behind events. */
  text: boolean;
  /** Whether a block may hold several events. */
  multiEvent: boolean;
}

/** Blocks, and what they do not say. */
export interface FittedBlocks {
  /** The blocks, without their letter. */
  blocks: string[];
  /** What goes with them. */
  said: LineNotes;
}

/**
 * Writes a packet within the limits of a line. Without text, and where all fits, it stays as the panel spelled it. Else
 * text is dropped first; then each event gets a block of its own, under the modifiers it stood under, with its text where that fits.
 *
 * Text stands as `*'text'NM` behind its event. Characters that would break the line (brackets, control characters, anything
 * outside ASCII) are replaced, with a note.
 *
 * @param packet The packet.
 * @param spelled The packet as the panel spelled it, without the letter; undefined when it is to be written anew.
 * @param limits What the line has room for.
 * @returns The blocks; undefined when one event alone is too long. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseEventPacket } from "./event_packet.ts";
 * import { fitBlocks } from "./fit_blocks.ts";
 *
 * const spelled = "ri1/BA1/BA2|AHall";
 * const packet = parseEventPacket(spelled);
 * const limits = { room: 60, text: true, multiEvent: true };
 * assertEquals(fitBlocks(packet, spelled, limits)?.blocks, ["ri1/BA1/BA2*'Hall'NM"]);
 * assertEquals(fitBlocks(packet, spelled, { ...limits, multiEvent: false })?.blocks, ["ri1/BA1", "ri1/BA2*'Hall'NM"]);
 * const silent = fitBlocks(packet, spelled, { ...limits, text: false });
 * assertEquals([silent?.blocks, silent?.said.lost.map(({ what }) => what)], [["ri1/BA1/BA2"], ["text"]]);
 * ```
 */
export function fitBlocks(
  packet: SiaPacket,
  spelled: string | undefined,
  limits: SiaBlockLimits,
): FittedBlocks | undefined {
  const said = noNotes();
  const { events } = packet;
  if (events.length <= 1 || limits.multiEvent) {
    const whole = oneBlock(packet, spelled, limits, said);
    if (whole !== undefined) return { blocks: [whole], said };
  }
  const { text, ...rest } = packet;
  const blocks = events.map((event, at) => {
    const own = event.text ?? (at === events.length - 1 ? text : undefined);
    const single = { ...event, ...(own === undefined ? {} : { text: own }) };
    return oneBlock({ ...rest, events: [single] }, undefined, limits, said);
  });
  if (blocks.length === 0 || blocks.includes(undefined)) return undefined;
  return { blocks: blocks.filter((block) => block !== undefined), said };
}

function oneBlock(
  packet: SiaPacket,
  spelled: string | undefined,
  { text, room }: SiaBlockLimits,
  said: LineNotes,
): string | undefined {
  const { events } = packet;
  const texts = [...events.map((event) => event.text), packet.text].filter((one) => one !== undefined);
  const hasText = texts.length > 0 && events.length > 0;
  if (text && hasText) {
    const full = fitted(joined(packet, true), room, said);
    if (full !== undefined) return left(packet, full, said);
  }
  const asSpelled = !hasText && spelled !== undefined;
  const bare = fitted(asSpelled ? spelled : joined(packet, false), room, said);
  if (bare === undefined) return undefined;
  if (hasText && text) said.notes.push("the text was left out: with it the line would be too long.");
  for (const one of hasText ? texts : []) {
    const why = text ? "for which the line has no room" : "as this output sends none";
    said.lost.push({ what: "text", detail: `the text ${JSON.stringify(one)}, ${why}` });
  }
  return asSpelled ? bare : left(packet, bare, said);
}

/** Notes what a packet that was written anew has left out. */
function left({ unread }: SiaPacket, block: string, said: LineNotes): string {
  if (unread.length > 0) {
    const pieces = printable(unread.join(" "));
    said.notes.push(`what could not be read was left out: ${pieces}`);
    said.lost.push({ what: "unread", detail: `what could not be read: ${pieces}` });
  }
  return block;
}

function fitted(block: string, room: number, said: LineNotes): string | undefined {
  const line = printable(block);
  if (line.length > room) return undefined;
  if (line !== block) said.notes.push("characters that a line cannot hold were replaced.");
  return line;
}

/** Writes a packet anew: each event behind the modifiers that changed since the one before. */
function joined(packet: SiaPacket, withText: boolean): string {
  const parts: string[] = [];
  let inForce: Record<string, string> = {};
  for (const [index, event] of packet.events.entries()) {
    for (const [name, value] of Object.entries(event.modifiers)) {
      if (inForce[name] !== value) parts.push(name + value);
    }
    inForce = event.modifiers;
    // Text of the packet as a whole goes behind its last event.
    const own = event.text ?? (index === packet.events.length - 1 ? packet.text : undefined);
    const text = own === undefined || !withText ? "" : `*'${own.replaceAll("'", "`")}'NM`;
    parts.push(written(event) + text);
  }
  return parts.join("/");
}

function written(event: SiaPacketEvent): string {
  const units = event.units === undefined ? "" : `*${event.units}${event.unitType ?? ""}`;
  return `${event.code}${event.address ?? ""}${units}`;
}
