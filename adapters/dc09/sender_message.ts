/**
 * Alarms as messages of a DC-09 transmitter.
 *
 * @module
 */
import { contactIdItem } from "../contact_id/output_item.ts";
import type { OutputItem } from "../contract.ts";
import { fastFormatItem } from "../fast_format_item.ts";
import { type LineNotes, noNotes, noteForm } from "../line_notes.ts";
import type { LineRefusal } from "../line_refusal.ts";
import { type OutputForm, outputForms } from "../output_forms.ts";
import { parseEventData as parseScancomData } from "../scancom/event_data.ts";
import type { Scancom } from "../scancom/message.ts";
import { decodeCp437 } from "../sia/cp437.ts";
import { parseEventPacket } from "../sia/event_packet.ts";
import { formPacket } from "../sia/form_packet.ts";
import { ruledPacket } from "../sia/ruled_packet.ts";
import type { Dc09Body } from "./body.ts";
import type { Dc09Head } from "./head.ts";
import { type Dc09Encoding, encodingOf, fromOctets, readText, writeText } from "./octets.ts";
import { writePacket } from "./sender_packet.ts";

/** What of a message is known before it is sent: sequence number, time and cipher come with the sending. */
export type Dc09Outgoing = Pick<Dc09Head, "id"> & { account: string } & Omit<Dc09Body, "timestamp">;

/** The messages of an alarm, or why it cannot be written. */
export type Dc09OutgoingResult =
  | {
    ok: true;
    /** In the order they are sent; at least one. */
    messages: Dc09Outgoing[];
    /** What goes with them: notes, and what a translation lost. */
    said: LineNotes;
  }
  | LineRefusal & { rule: "bad-account" | "unreadable-event" };

/** Accounts have 3 to 16 hexadecimal digits; receivers in use take other lengths and letters (receiver-outputs.md §7.1). */
const ACCOUNT = /^[0-9A-Za-z]{1,16}$/;
/** Channels that the message for Fast Format holds. */
const CHANNELS = 8;

/**
 * Writes an alarm in the form of its own language, so that nothing is translated: SIA as `SIA-DCS`, Contact ID as
 * `ADM-CID`, Fast Format of eight channels as `SCN-S8`; what the site's table says otherwise is put in. VdS 2465 and Fast Format
 * of other than eight channels have no form here: they are translated to SIA, a message for each event, and what that loses is
 * listed. Source: receiver-outputs.md §7.1 (A); the layout of `SCN-S8` is a guess (panel-formats.md §3.6, C).
 *
 * The account stands in the head and in the data. Letters of SIA texts are Windows-1252, or UTF-8 where that page lacks
 * one. Brackets and control characters in a text would end the message early: they become `(`, `)` and blanks.
 *
 * @param item The alarm. A `repeated` one is marked in what is translated only.
 * @param account Account for an alarm that has none.
 * @returns The messages; or rule `bad-account` or `unreadable-event`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { outgoingMessages } from "./sender_message.ts";
 *
 * const data = (text: string) => new TextEncoder().encode(text);
 * const alarm = { id: "a", account: "1234", events: [], repeated: false };
 * const texts = [
 *   outgoingMessages({ ...alarm, protocol: "sia", data: data("#1234|Nri1/BA01|AHall") }),
 *   outgoingMessages({ ...alarm, protocol: "contact-id", data: data("123418113001015") }),
 *   outgoingMessages({ ...alarm, protocol: "scancom", data: data("1234155555557") }),
 * ].map((it) => it.ok ? it.messages.map(({ id, data }) => `${id} ${data}`).join() : it.rule);
 * assertEquals(texts, [
 *   "SIA-DCS #1234|Nri1/BA01|AHall",
 *   "ADM-CID #1234|1130 01 015",
 *   "SCN-S8 #1234|1555 5555 7",
 * ]);
 * const vds = outgoingMessages({ ...alarm, protocol: "vds2465", data: Uint8Array.fromHex("05021103000122") });
 * assert(vds.ok);
 * assertEquals(vds.messages.map(({ id, data }) => `${id} ${data}`), ["SIA-DCS #1234|Nri1/BA3"]);
 * assertEquals(vds.said.lost.map(({ what }) => what), ["device"]);
 * ```
 */
export function outgoingMessages(item: OutputItem, account = ""): Dc09OutgoingResult {
  switch (item.protocol) {
    case "sia":
      return siaMessages(item, account);
    case "contact-id":
      return contactIdMessages(item, account);
    case "scancom":
      return scancomMessages(item, account);
    case "vds2465":
      return translated(item, outputForms(item, "sia") ?? [], account);
  }
}

function siaMessages(item: OutputItem, fallback: string): Dc09OutgoingResult {
  const text = decodeCp437(item.data);
  const found = /^#([^|]{0,64})\|([^]*)$/.exec(text) ?? /^#([0-9A-F]{0,16})([NO][^]*)$/.exec(text);
  const rest = found?.[2] ?? text;
  if (rest === "") return unreadable("no SIA event", item);
  const account = firstOf(item.account, found?.[1], fallback);
  const forms = outputForms(item, "sia");
  if (forms === undefined) return together([outgoing("SIA-DCS", account, rest)], noNotes());
  const ruled = ruledPacket(parseEventPacket(rest.slice(1)), forms);
  if (ruled === undefined) return translated(item, forms, fallback);
  const said = noNotes();
  // What the panel said besides stays in the packet.
  for (const form of forms) noteForm(said, { ...form, lost: [] }, `SIA ${form.form.code}`);
  if (ruled.unread.length > 0) {
    said.lost.push({
      what: "unread",
      detail: `what could not be read: ${JSON.stringify(ruled.unread.join(" "))}`,
    });
  }
  return together([outgoing("SIA-DCS", account, rest.charAt(0) + writePacket(ruled))], said);
}

function contactIdMessages(item: OutputItem, fallback: string): Dc09OutgoingResult {
  let read = contactIdItem(item);
  if (!read.ok && read.rule === "no-account") read = contactIdItem({ ...item, account: fallback });
  if (!read.ok) {
    if (read.rule === "no-account") return badAccount("");
    return unreadable("no Contact ID event", item);
  }
  const messages = read.messages.map(({ account, qualifier, code, group, zone }) =>
    outgoing("ADM-CID", account, `${qualifier}${code} ${group} ${zone}`)
  );
  return together(messages, read.said);
}

function scancomMessages(item: OutputItem, fallback: string): Dc09OutgoingResult {
  const read = scancomItem(item, fallback);
  if (!read.ok) return read;
  if (read.messages.some(({ channels }) => channels.length !== CHANNELS)) {
    return translated(item, outputForms(item, "sia") ?? [], fallback);
  }
  const messages = read.messages.map(({ account, channels, status }) =>
    outgoing("SCN-S8", account, `${channels.slice(0, 4)} ${channels.slice(4)} ${status}`)
  );
  return together(messages, read.said);
}

function scancomItem(
  item: OutputItem,
  fallback: string,
): { ok: true; messages: Scancom[]; said: LineNotes } | (Dc09OutgoingResult & { ok: false }) {
  // With the account known there is no doubt where the channels begin.
  const known = fromOctets(item.data).startsWith(item.account) ? item.account.length : 0;
  const layout = known >= 2 && known <= 6 ? { accountDigits: known } : {};
  const read = parseScancomData(item.data, layout);
  if (!read.ok) return unreadable(`no Fast Format event (${read.rule})`, item);
  const account = firstOf(item.account, read.scancom.account, fallback);
  const ruled = item.rules?.("scancom", "scancom") === undefined
    ? undefined
    : fastFormatItem({ ...item, account, repeated: false });
  if (ruled?.ok === true) return ruled;
  return { ok: true, messages: [{ ...read.scancom, account }], said: noNotes() };
}

/** One message for each event. */
function translated(item: OutputItem, forms: OutputForm<"sia">[], fallback: string): Dc09OutgoingResult {
  const said = noNotes();
  const messages = forms.map((form) => {
    noteForm(said, form, `SIA ${form.form.code}`);
    const letter = item.repeated ? "O" : form.form.block;
    const account = firstOf(item.account, form.event.account, fallback);
    return outgoing("SIA-DCS", account, letter + writePacket(formPacket(form.form)));
  });
  return messages.length === 0 ? unreadable("no event", item) : together(messages, said);
}

/** All messages, or none: half an alarm would be acknowledged as the whole. */
function together(
  messages: (Dc09Outgoing | Extract<Dc09OutgoingResult, { ok: false }>)[],
  said: LineNotes,
): Dc09OutgoingResult {
  const made: Dc09Outgoing[] = [];
  for (const message of messages) {
    if ("ok" in message) return message;
    made.push(message);
  }
  return { ok: true, messages: made, said };
}

function outgoing(
  id: string,
  account: string,
  rest: string,
): Dc09Outgoing | Extract<Dc09OutgoingResult, { ok: false }> {
  if (!ACCOUNT.test(account)) return badAccount(account);
  const data = `#${account}|${inOneBracket(rest)}`;
  return { id, account, data, extended: [], encoding: encodingFor(data) };
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

function badAccount(account: string): Extract<Dc09OutgoingResult, { ok: false }> {
  return {
    ok: false,
    rule: "bad-account",
    message:
      `Account ${JSON.stringify(account)} cannot be written in DC-09: 3 to 16 digits or letters A to F are ` +
      "usual, 1 to 16 digits or letters are sent. Set another account for this site",
  };
}

function unreadable(what: string, item: OutputItem): Extract<Dc09OutgoingResult, { ok: false }> {
  const shown = JSON.stringify(fromOctets(item.data.subarray(0, 40)));
  return {
    ok: false,
    rule: "unreadable-event",
    message:
      `There is ${what} in ${shown}, so no DC-09 message can be made of it. Check the version of the device that ` +
      "sent it",
  };
}
