/**
 * The packets in SIA event blocks: modifiers, events and text, as `ti11:45/id001/pi010/CL`.
 *
 * @module
 */
import { siaCode } from "../../src/event/tables/sia.ts";
import { decodeCp437, displayText } from "./cp437.ts";

/** A modifier as it stands in the packet. */
export interface SiaModifier {
  /** Two lower-case letters; a capital `R` of `Ri` is made small. */
  name: string;
  /** What follows, as spelled; may be empty. */
  value: string;
  /** The characters of the packet it was read from. */
  raw: string;
}

/** An event in a packet. */
export interface SiaPacketEvent {
  /** Two capital letters, known to the tables or not. */
  code: string;
  /** The number behind the code, as spelled. Absent when there is none, which is not zero. */
  address?: string;
  /** Number behind `*`, as spelled. */
  units?: string;
  /** Unit of `units`, such as `cm`. */
  unitType?: string;
  /** Text of this event, trimmed for display. */
  text?: string;
  /** Values of the modifiers that apply to this event, by name; empty values are left out. */
  modifiers: Record<string, string>;
}

/** A packet, taken apart. Nothing is lost: what could not be read is in `unread`. */
export interface SiaPacket {
  /** Every modifier, in the order of the packet. */
  modifiers: SiaModifier[];
  /** Every event, in the order of the packet. */
  events: SiaPacketEvent[];
  /** Text for the packet as a whole (an `A` part behind a `|`), trimmed for display. */
  text?: string;
  /** Pieces that are no modifier, event or text. */
  unread: string[];
}

/** How to read a packet. */
export interface SiaPacketOptions {
  /**
   * Reads addresses as hexadecimal, as DC-03 declares; every panel manual that could be read sends decimal. Needs
   * separators between events, or the next code's letters are taken for digits.
   *
   * @default {false}
   */
  hexAddress?: boolean;
}

const KNOWN_MODIFIERS = new Set(["da", "ti", "id", "ri", "pi", "ai", "ph", "lv", "va", "pt", "rg", "ss"]);

// A lone A-F counts as a digit only where the number ends at a separator: elsewhere it begins the next event or text.
const DECIMAL = /\s*(\d+[A-F]\d*(?=\s*(?:[/|*^,]|$))|[A-F]\d[0-9A-F]{0,2}(?=\s*(?:[/|*^,]|$))|\d+)/y;
const HEXADECIMAL = /\s*([0-9A-F]{1,4})/y;
const VALUE =
  /\s*([+-]?\d[\d:.-]*[A-F]\d*(?=\s*(?:[/|*^,]|$))|[A-F]\d[0-9A-F]{0,2}(?=\s*(?:[/|*^,]|$))|[+-]?\d[\d:.-]*)/y;
const ANY_VALUE = /(?:(?![A-Z]{2})[^/|^])*/y;
const MODIFIER = /Ri(?=\s*\d)|[a-z]{2}/y;
const CODE = /[A-Z]{2}/y;
const UNITS = /\s*\*([+-]?\d{1,6}(?:\.\d{1,3})?)([A-Za-z%]{1,2}(?=\s*(?:[/|^,]|$)))?/y;
// The mark at the end comes first, as the text itself may hold an apostrophe.
const EXTENDED_TEXT =
  /\s*\*(?:'(.*?)'NM(?=\s*(?:[/|*^,]|$))|"(.*?)"NM(?=\s*(?:[/|*^,]|$))|'([^']*)'(?:NM)?|"([^"]*)"(?:NM)?|['"](.*))/ys;
const A_EVENT =
  /A[A-Z](?:\s*\d*(?=\s*(?:[/|*^,]|[a-z]{2}\s*\d|$))|\d+(?=[A-Z]{2})|(?:\s*\d+)?(?=\s*[A-Z]{2}\s*\d+\s*(?:[/|*^,]|$)))/y;

/**
 * Reads the data of an event block (function codes `N`, `O`, `E`, `L`).
 *
 * Tokens are told apart by letter case, so separators may be missing: `ri1BA001`, `/ri4/FA2`, `ri2 / BA 227`. A modifier
 * applies to the events behind it until replaced; one behind the last event applies to that event if it has none of the
 * kind (`FA2/ri6`). Text is `/A…` or `|A…` to the end, `^…^` or `^A…^`, `*'…'NM`, `*"…"NM`, or `,…` to the end. `/A…` that reads
 * as one of the known codes AA to AT is an event; `|A…` behind an event is always text. Source: panel-formats.md §1.4
 * and §1.9 (A; the trailing modifier and the telling of `A` text from `A` codes C).
 *
 * @param data The block's data, as octets (read as code page 437) or text.
 * @param options How to read addresses.
 * @returns The packet. Never throws and never refuses: whatever can be read is read.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseEventPacket } from "./event_packet.ts";
 *
 * const { events } = parseEventPacket("ti10:15/ri4/FA2/AFire Zone 2");
 * assertEquals(events, [
 *   { code: "FA", address: "2", modifiers: { ti: "10:15", ri: "4" }, text: "Fire Zone 2" },
 * ]);
 * ```
 */
export function parseEventPacket(data: Uint8Array | string, options: SiaPacketOptions = {}): SiaPacket {
  const source = typeof data === "string" ? data : decodeCp437(data);
  const packet: SiaPacket = { modifiers: [], events: [], unread: [] };
  const address = options.hexAddress === true ? HEXADECIMAL : DECIMAL;
  let inForce: Record<string, string> = {};
  /** Modifiers since the last event. */
  let trailing: SiaModifier[] = [];
  let textAhead: string | undefined;
  let separator = "";
  let unreadFrom = -1;
  let at = 0;

  function match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = at;
    return pattern.exec(source) ?? undefined;
  }
  function endUnread(): void {
    if (unreadFrom >= 0) packet.unread.push(source.slice(unreadFrom, at));
    unreadFrom = -1;
  }

  while (at < source.length) {
    const char = source[at] ?? "";
    const last = packet.events.at(-1);
    if (char === "/" || char === "|" || char <= " ") {
      endUnread();
      if (char > " ") separator = char;
      at++;
      continue;
    }
    if (char === "^") {
      endUnread();
      const end = source.indexOf("^", at + 1);
      // The i-on's version 3 keeps the letter of the text block between the carets: `^AFire^` (A: its manual).
      const text = source.slice(at + 1, end < 0 ? source.length : end).replace(/^A(?=[A-Z][a-z])/, "");
      if (last === undefined) textAhead = joined(textAhead, text);
      else addText(last, text);
      at = end < 0 ? source.length : end + 1;
      continue;
    }
    if (last !== undefined && char === ",") {
      endUnread();
      addText(last, source.slice(at + 1));
      at = source.length;
      continue;
    }
    if (last !== undefined && char === "A" && startsText(match(A_EVENT)?.[0], separator)) {
      endUnread();
      const text = source.slice(at + 1);
      if (separator === "|") packet.text = displayText(text);
      else addText(last, text);
      at = source.length;
      continue;
    }
    const modifier = match(MODIFIER);
    if (modifier !== undefined) {
      endUnread();
      const from = at;
      const name = modifier[0].toLowerCase();
      at += 2;
      const value = match(VALUE) ?? (KNOWN_MODIFIERS.has(name) ? undefined : match(ANY_VALUE));
      at += value?.[0].length ?? 0;
      const spelled = (value?.[1] ?? value?.[0] ?? "").trim();
      const entry = { name, value: spelled, raw: source.slice(from, at) };
      packet.modifiers.push(entry);
      trailing.push(entry);
      separator = "";
      continue;
    }
    const code = match(CODE)?.[0];
    if (code === undefined) {
      if (unreadFrom < 0) unreadFrom = at;
      at++;
      continue;
    }
    endUnread();
    at += 2;
    separator = "";
    inForce = withModifiers(inForce, trailing);
    trailing = [];
    const event: SiaPacketEvent = { code, modifiers: { ...inForce } };
    const number = match(address);
    if (number?.[1] !== undefined) event.address = number[1];
    at += number?.[0].length ?? 0;
    const units = match(UNITS);
    if (units?.[1] !== undefined) event.units = units[1];
    if (units?.[2] !== undefined) event.unitType = units[2];
    at += units?.[0].length ?? 0;
    const extended = match(EXTENDED_TEXT);
    if (extended !== undefined) addText(event, extended.slice(1).find((text) => text !== undefined) ?? "");
    at += extended?.[0].length ?? 0;
    if (textAhead !== undefined) addText(event, textAhead);
    textAhead = undefined;
    packet.events.push(event);
  }
  endUnread();
  if (textAhead !== undefined && textAhead !== "") packet.text = textAhead;

  const last = packet.events.at(-1);
  if (last !== undefined) last.modifiers = { ...withModifiers({}, trailing), ...last.modifiers };
  return packet;
}

/** Whether an `A` behind an event begins text rather than the event spelled `asEvent`. */
function startsText(asEvent: string | undefined, separator: string): boolean {
  if (separator === "|") return true;
  if (asEvent === undefined) return true;
  // Without a separator only events are known on the wire; behind one, text is, unless the code exists.
  return separator !== "" && siaCode(asEvent.slice(0, 2)) === undefined;
}

function withModifiers(base: Record<string, string>, more: SiaModifier[]): Record<string, string> {
  const values = { ...base };
  for (const { name, value } of more) {
    if (value !== "") values[name] = value;
  }
  return values;
}

function addText(event: SiaPacketEvent, text: string): void {
  const all = joined(event.text, text);
  if (all !== "") event.text = all;
}

function joined(before: string | undefined, text: string): string {
  return displayText(before === undefined ? text : `${before} ${text}`);
}
