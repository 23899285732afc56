/**
 * SIA event data as the blocks that stand between the brackets of a receiver's line.
 *
 * @module
 */
import { parseEventPacket, type SiaPacket, type SiaPacketEvent } from "../sia/event_packet.ts";

/** SIA event data, taken apart. */
export interface SiaData {
  /** Account as spelled; empty when the data has none. */
  account: string;
  /** `N` new, `O` old. */
  letter: "N" | "O";
  /** What follows the letter. */
  block: Uint8Array;
}

/** What the blocks must keep to. */
export interface SiaBlockLimits {
  /** Characters a block may have, without its letter. */
  room: number;
  /** Whether the AE takes text behind events. */
  text: boolean;
  /** Whether a block may hold several events. */
  multiEvent: boolean;
}

/**
 * Takes event data apart: `#1234|Nri1/BA01|AHall`, `#1234NBA01`, `NBA01`. A profile of ours, ip-protocol.md §8.1.
 *
 * @param data The octets of the Event field.
 * @returns The parts; undefined when it is no SIA event data. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readSiaData } from "./sia_blocks.ts";
 *
 * const read = readSiaData(new TextEncoder().encode("#1234|Nri1/BA01"));
 * assertEquals([read?.account, read?.letter, read?.block.length], ["1234", "N", 8]);
 * ```
 */
export function readSiaData(data: Uint8Array): SiaData | undefined {
  const text = latin1(data);
  const found = /^#([^|]*)\|([NO])/.exec(text) ?? /^(?:#([^|NO]*))?([NO])/.exec(text);
  if (found === null) return undefined;
  const [all, account = "", letter] = found;
  return { account, letter: letter === "O" ? "O" : "N", block: data.subarray(all.length) };
}

/**
 * Writes a block anew within the limits of a line. Without text, and where all fits, it stays as the panel spelled it. Else
 * text is dropped first, with a note; then each event gets a block of its own, under the modifiers it stood under.
 *
 * Characters that would break the line (brackets, control characters, anything outside ASCII) are replaced, with a note.
 *
 * @param block The block without its letter.
 * @param limits What the line has room for.
 * @param notes Notes go here.
 * @returns The blocks, without their letter; undefined when one event alone is too long. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { siaBlocks } from "./sia_blocks.ts";
 *
 * const block = new TextEncoder().encode("ri1/BA1/BA2|AHall");
 * const limits = { room: 60, text: true, multiEvent: true };
 * assertEquals(siaBlocks(block, limits, []), ["ri1/BA1/BA2*'Hall'NM"]);
 * assertEquals(siaBlocks(block, { ...limits, multiEvent: false }, []), ["ri1/BA1", "ri1/BA2*'Hall'NM"]);
 * ```
 */
export function siaBlocks(block: Uint8Array, limits: SiaBlockLimits, notes: string[]): string[] | undefined {
  const { room, text, multiEvent } = limits;
  const packet = parseEventPacket(block);
  const events = packet.events.length;
  const hasText = packet.text !== undefined || packet.events.some((event) => event.text !== undefined);
  if (events <= 1 || multiEvent) {
    if (text && hasText && events > 0) {
      const full = joined(packet, true, notes);
      if (full.length <= room) return [full];
      addNote(notes, TEXT_LEFT_OUT);
    }
    const asSpelled = !hasText || events === 0;
    const whole = asSpelled ? clean(latin1(block), notes) : joined(packet, false, notes);
    if (whole.length <= room) return [whole];
  }
  const blocks = packet.events.map((event, index) => {
    const last = index === events - 1;
    const { text: said, ...rest } = packet;
    const single = { ...rest, events: [event], ...(said === undefined || !last ? {} : { text: said }) };
    const full = joined(single, text, notes);
    if (full.length <= room) return full;
    if (text && hasText) addNote(notes, TEXT_LEFT_OUT);
    return joined(single, false, notes);
  });
  return blocks.length > 0 && blocks.every((one) => one.length <= room) ? blocks : undefined;
}

const TEXT_LEFT_OUT = "the text was left out: with it the line would be too long.";

/** Writes a packet anew: each event behind the modifiers that changed since the one before. */
function joined(packet: SiaPacket, withText: boolean, notes: string[]): string {
  const parts: string[] = [];
  let inForce: Record<string, string> = {};
  for (const [index, event] of packet.events.entries()) {
    for (const [name, value] of Object.entries(event.modifiers)) {
      if (inForce[name] !== value) parts.push(clean(name + value, notes));
    }
    inForce = event.modifiers;
    // Text of the packet as a whole goes behind its last event.
    const own = event.text ?? (index === packet.events.length - 1 ? packet.text : undefined);
    const text = own === undefined || !withText ? "" : `*'${clean(own.replaceAll("'", "`"), notes)}'NM`;
    parts.push(clean(spelled(event), notes) + text);
  }
  if (packet.unread.length > 0) {
    addNote(notes, `what could not be read was left out: ${printable(packet.unread.join(" "))}`);
  }
  return parts.join("/");
}

function spelled(event: SiaPacketEvent): string {
  const units = event.units === undefined ? "" : `*${event.units}${event.unitType ?? ""}`;
  return `${event.code}${event.address ?? ""}${units}`;
}

function clean(text: string, notes: string[]): string {
  const cleaned = printable(text);
  if (cleaned !== text) addNote(notes, "characters that a line cannot hold were replaced.");
  return cleaned;
}

/** Letters lose their accents, brackets become round, the rest of what a line cannot hold a question mark. */
function printable(text: string): string {
  const plain = text.normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  return plain.replaceAll("[", "(").replaceAll("]", ")").replace(/[^ -~]/g, "?");
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const octet of bytes) text += String.fromCharCode(octet);
  return text;
}

function addNote(notes: string[], note: string): void {
  if (!notes.includes(note)) notes.push(note);
}
