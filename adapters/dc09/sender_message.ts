/**
 * Alarms as messages of a DC-09 transmitter.
 *
 * @module
 */
import { parseEventData as parseContactIdData } from "../contact_id/event_data.ts";
import type { OutputItem } from "../contract.ts";
import { parseEventData as parseScancomData } from "../scancom/event_data.ts";
import { decodeCp437 } from "../sia/cp437.ts";
import type { Dc09Body } from "./body.ts";
import type { Dc09Head } from "./head.ts";
import { type Dc09Encoding, encodingOf, fromOctets, readText, writeText } from "./octets.ts";

/** What of a message is known before it is sent: sequence number, time and cipher come with the sending. */
export type Dc09Outgoing = Pick<Dc09Head, "id"> & { account: string } & Omit<Dc09Body, "timestamp">;

/** A message, or why the alarm cannot be written as one. */
export type Dc09OutgoingResult =
  | { ok: true; message: Dc09Outgoing }
  | { ok: false; rule: "no-form" | "bad-account" | "unreadable-event"; message: string };

/** Accounts have 3 to 16 hexadecimal digits; receivers in use take other lengths and letters (receiver-outputs.md §7.1). */
const ACCOUNT = /^[0-9A-Za-z]{1,16}$/;

/**
 * Writes an alarm in the form of its own language, so that nothing is translated: SIA as `SIA-DCS`, Contact ID as
 * `ADM-CID`, Fast Format of eight channels as `SCN-S8`. Source: receiver-outputs.md §7.1 (A); the layout of `SCN-S8` is a
 * guess (panel-formats.md §3.6, C).
 *
 * The account stands in the head and in the data. Letters of SIA texts are Windows-1252, or UTF-8 where that page lacks
 * one. Brackets and control characters in a text would end the message early: they become `(`, `)` and blanks.
 *
 * @param item The alarm.
 * @param account Account for an alarm that has none.
 * @returns The message; or rule `no-form` (VdS 2465, Fast Format of other than eight channels), `bad-account` or
 *   `unreadable-event`. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { outgoingMessage } from "./sender_message.ts";
 *
 * const data = (text: string) => new TextEncoder().encode(text);
 * const alarm = { id: "a", account: "1234", events: [], repeated: false };
 * const texts = [
 *   outgoingMessage({ ...alarm, protocol: "sia", data: data("#1234|Nri1/BA01|AHall") }),
 *   outgoingMessage({ ...alarm, protocol: "contact-id", data: data("123418113001015") }),
 *   outgoingMessage({ ...alarm, protocol: "scancom", data: data("1234155555557") }),
 * ].map((it) => it.ok ? `${it.message.id} ${it.message.data}` : it.rule);
 * assertEquals(texts, [
 *   "SIA-DCS #1234|Nri1/BA01|AHall",
 *   "ADM-CID #1234|1130 01 015",
 *   "SCN-S8 #1234|1555 5555 7",
 * ]);
 * ```
 */
export function outgoingMessage(item: OutputItem, account = ""): Dc09OutgoingResult {
  if (item.protocol === "sia") return siaMessage(item, account);
  if (item.protocol === "contact-id") return contactIdMessage(item, account);
  if (item.protocol === "scancom") return scancomMessage(item, account);
  return refused(
    "no-form",
    `Alarms in ${item.protocol} have no DC-09 message here. Set the panel to SIA or Contact ID, or send this site to ` +
      "another output",
  );
}

function siaMessage(item: OutputItem, fallback: string): Dc09OutgoingResult {
  const text = decodeCp437(item.data);
  const found = /^#([^|]{0,64})\|([^]*)$/.exec(text) ?? /^#([0-9A-F]{0,16})([NO][^]*)$/.exec(text);
  const rest = found?.[2] ?? text;
  if (rest === "") return unreadable("no SIA event", item);
  return outgoing("SIA-DCS", firstOf(item.account, found?.[1], fallback), rest);
}

function contactIdMessage(item: OutputItem, fallback: string): Dc09OutgoingResult {
  const read = parseContactIdData(item.data);
  if (!read.ok) return unreadable(`no Contact ID event (${read.rule})`, item);
  const { account, qualifier, code, group, zone } = read.contactId;
  return outgoing(
    "ADM-CID",
    firstOf(item.account, account, fallback),
    `${qualifier}${code} ${group} ${zone}`,
  );
}

function scancomMessage(item: OutputItem, fallback: string): Dc09OutgoingResult {
  // With the account known there is no doubt where the channels begin.
  const known = fromOctets(item.data).startsWith(item.account) ? item.account.length : 0;
  const layout = known >= 2 && known <= 6 ? { accountDigits: known } : {};
  const read = parseScancomData(item.data, layout);
  if (!read.ok) return unreadable(`no Fast Format event (${read.rule})`, item);
  const { account, channels, status } = read.scancom;
  if (channels.length !== 8) {
    return refused(
      "no-form",
      `The alarm has ${channels.length} channels, and the DC-09 message for Fast Format holds 8. Set the panel to 8 ` +
        "channels, or send this site to another output",
    );
  }
  const data = `${channels.slice(0, 4)} ${channels.slice(4)} ${status}`;
  return outgoing("SCN-S8", firstOf(item.account, account, fallback), data);
}

function outgoing(id: string, account: string, rest: string): Dc09OutgoingResult {
  if (!ACCOUNT.test(account)) {
    return refused(
      "bad-account",
      `Account ${
        JSON.stringify(account)
      } cannot be written in DC-09: 3 to 16 digits or letters A to F are usual, 1 to ` +
        "16 digits or letters are sent. Set another account for this site",
    );
  }
  const data = `#${account}|${inOneBracket(rest)}`;
  return { ok: true, message: { id, account, data, extended: [], encoding: encodingFor(data) } };
}

/** Without what ends a bracket, a message or a frame. */
function inOneBracket(text: string): string {
  // deno-lint-ignore no-control-regex -- no control character belongs into a message.
  return text.replaceAll("[", "(").replaceAll("]", ")").replace(/[\x00-\x1f\x7f]/g, " ");
}

function encodingFor(text: string): Dc09Encoding {
  // deno-lint-ignore no-control-regex -- ASCII includes the control characters.
  if (/^[\x00-\x7f]*$/.test(text)) return "ascii";
  const octets = writeText(text, "windows-1252");
  // Octets that are valid UTF-8 by chance would be read as that.
  const told = encodingOf(octets) === "windows-1252" && readText(octets, "windows-1252") === text;
  return told ? "windows-1252" : "utf-8";
}

function firstOf(...accounts: (string | undefined)[]): string {
  return accounts.find((it) => it !== undefined && it !== "") ?? "";
}

function unreadable(what: string, item: OutputItem): Dc09OutgoingResult {
  const shown = JSON.stringify(fromOctets(item.data.subarray(0, 40)));
  return refused(
    "unreadable-event",
    `There is ${what} in ${shown}, so no DC-09 message can be made of it. Check the version of the device that sent it`,
  );
}

function refused(rule: "no-form" | "bad-account" | "unreadable-event", message: string): Dc09OutgoingResult {
  return { ok: false, rule, message };
}
