/**
 * Writes events as SIA blocks, as a panel of a given level does.
 *
 * @module
 */
import type { EventDraft } from "../../src/event/alarm_event.ts";
import { siaCode } from "../../src/event/tables/sia.ts";
import { SIA_MAX_DATA, writeBlock } from "./block.ts";
import { encodeCp437 } from "./cp437.ts";
import { parseEventPacket } from "./event_packet.ts";

/** How the blocks are written. */
export interface SiaWriting {
  /**
   * I: code and number. II: with area, user and module. III: with the time and the text. What each level holds follows the
   * panels (panel-formats.md §1.7, A); the official wording was not seen.
   *
   * @default {3}
   */
  level?: 1 | 2 | 3;
  /**
   * Where the text goes: `block`, an ASCII block behind the event; in the event block itself `inline` (`/A…`), `bar`
   * (`|A…`) or `caret` (`^…^`); `none`.
   *
   * @default {"block" at level 3, else "none"}
   */
  text?: "block" | "inline" | "bar" | "caret" | "none";
  /** Writes the time, if the event has one: `time`, or `date-time`. @default {"time" at level 3, else "none"} */
  time?: "none" | "time" | "date-time";
  /** Separators between modifiers and code; some panels send none. @default {true} */
  separators?: boolean;
  /** Asks for an acknowledgement of each block. @default {true} */
  ackRequest?: boolean;
  /** Offers a reverse channel. @default {false} */
  reverseChannel?: boolean;
  /** Closes the group with an end-of-data block. @default {true} */
  endOfData?: boolean;
}

/** What {@link encodeSia} gives. */
export interface SiaEncoded {
  /** The blocks in order. Send one, wait for its acknowledgement, then the next. */
  blocks: Uint8Array[];
  /** What could not be written, in words: one for each field of each event that is missing in the blocks. */
  dropped: string[];
}

/**
 * Writes the events of one account: an account block, for each event its block and, where asked for, its text, and the
 * end of data. Text is code page 437 and cut to what a block holds; time is UTC.
 *
 * An event whose code is not two capital letters cannot be said in SIA: it is written as `UX`, which is "undefined", with
 * its code and label as text where text is written. Nothing is left out silently: see `dropped`.
 *
 * @param account The account, 1 to 16 letters and digits; anything else in it is left out, and told in `dropped`.
 * @param events The events.
 * @param writing Level, text and so on.
 * @returns The blocks, and what is not in them. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeSia } from "./encode.ts";
 * import { parseBlock } from "./block.ts";
 *
 * const { blocks, dropped } = encodeSia("1234", [{
 *   account: "1234", language: "sia", code: "BA", qualifier: "new", label: "Burglary Alarm", area: "1", zone: "5",
 *   text: "HALL", flags: [], raw: new Uint8Array(),
 * }]);
 * const texts = blocks.map((bytes) => {
 *   const read = parseBlock(bytes);
 *   return read.ok ? read.block.code + new TextDecoder().decode(read.block.data) : "";
 * });
 * assertEquals(texts, ["#1234", "Nri1/BA5", "AHALL", "0"]);
 * assertEquals(dropped, []);
 * ```
 */
export function encodeSia(
  account: string,
  events: readonly EventDraft[],
  writing: SiaWriting = {},
): SiaEncoded {
  const { level = 3 } = writing;
  const style: Style = {
    level,
    text: writing.text ?? (level === 3 ? "block" : "none"),
    time: writing.time ?? (level === 3 ? "time" : "none"),
    separator: writing.separators === false ? "" : "/",
  };
  const dropped: string[] = [];
  const spelled = account.replace(/[^0-9A-Za-z]/g, "").slice(0, 16);
  if (spelled !== account) dropped.push(`account: ${JSON.stringify(account)} is written as ${spelled}`);
  const parts: [string, Uint8Array][] = [
    ["#", encodeCp437(spelled)],
    ...events.flatMap((event) => eventParts(event, style, dropped)),
    ...(writing.endOfData === false ? [] : [["0", new Uint8Array()] as [string, Uint8Array]]),
  ];
  const header = { ackRequest: writing.ackRequest ?? true, reverseChannel: writing.reverseChannel ?? false };
  return { blocks: parts.map(([code, data]) => writeBlock({ ...header, code, data })), dropped };
}

interface Style {
  level: 1 | 2 | 3;
  text: NonNullable<SiaWriting["text"]>;
  time: NonNullable<SiaWriting["time"]>;
  separator: string;
}

function eventParts(event: EventDraft, style: Style, dropped: string[]): [string, Uint8Array][] {
  const known = /^[A-Z]{2}$/.test(event.code);
  const code = known ? event.code : "UX";
  const lose = (what: string) => dropped.push(`${code}: ${what}`);
  if (!known) lose(`code ${JSON.stringify(event.code)}`);
  const packet = packetOf(event, code, style, lose);
  const own = event.text ?? "";
  const text = known ? own : `${event.code} ${event.label} ${own}`.trim();
  const letter = event.flags.includes("old-event") ? "O" : "N";
  const room = SIA_MAX_DATA - packet.length;
  const inline = inlineText(text, style, room, lose);
  // `/AT` behind an event reads as the code AT: a blank makes text of it.
  const asCode = inline.startsWith("/") && parseEventPacket(packet + inline).events.length !== 1;
  const data = encodeCp437(asCode ? packet + inlineText(` ${text}`, style, room, lose) : packet + inline);
  const tail: [string, Uint8Array][] = [];
  if (style.text === "block" && text !== "") tail.push(["A", encodeCp437(cut(text, SIA_MAX_DATA, lose))]);
  return [[letter, data], ...tail];
}

function packetOf(event: EventDraft, code: string, style: Style, lose: (what: string) => void): string {
  const byUser = siaCode(code)?.address === "user";
  // At level I there is one number: of an event by a user it is the user.
  const userAsAddress = style.level === 1 && byUser && event.user !== undefined;
  const address = userAsAddress ? event.user : event.zone;
  const modifiers: string[] = [];
  const modify = (name: string, what: string, value: string | undefined) => {
    if (value === undefined) return;
    if (style.level === 1) return lose(`${what} ${value}`);
    if (/^\d{1,6}$/.test(value)) return void modifiers.push(name + value);
    lose(`${what} ${JSON.stringify(value)}`);
  };
  modifiers.push(...timeOf(event.occurredAt, style, lose));
  if (!userAsAddress) modify("id", "user", event.user);
  else if (event.zone !== undefined) lose(`zone ${event.zone}`);
  modify("ri", "area", event.area);
  modify("pi", "device", event.device);
  const number = /^\d{1,6}$/.test(address ?? "") ? address : "";
  if (address !== undefined && number === "") lose(`number ${JSON.stringify(address)}`);
  return [...modifiers, code + number].join(style.separator);
}

function timeOf(at: Date | undefined, style: Style, lose: (what: string) => void): string[] {
  if (at === undefined || Number.isNaN(at.getTime())) return [];
  if (style.time === "none") {
    lose(`time ${at.toISOString()}`);
    return [];
  }
  const iso = at.toISOString();
  const time = `ti${iso.slice(11, 19)}`;
  if (style.time === "date-time") {
    return [`da${iso.slice(5, 7)}-${iso.slice(8, 10)}-${iso.slice(2, 4)}`, time];
  }
  lose(`date ${iso.slice(0, 10)}`);
  return [time];
}

function inlineText(text: string, style: Style, room: number, lose: (what: string) => void): string {
  if (text === "" || style.text === "block") return "";
  if (style.text === "none") {
    lose(`text ${JSON.stringify(text)}`);
    return "";
  }
  if (style.text === "caret") {
    // A caret of its own would end the text.
    return `^${cut(text.replaceAll("^", "'"), room - 2, lose)}^`;
  }
  return `${style.text === "bar" ? "|" : "/"}A${cut(text, room - 2, lose)}`;
}

function cut(text: string, room: number, lose: (what: string) => void): string {
  const characters = [...text];
  if (characters.length <= room) return text;
  lose(`the end of text ${JSON.stringify(text)}`);
  return characters.slice(0, Math.max(0, room)).join("");
}
