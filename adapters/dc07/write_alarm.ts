/**
 * Alarms as DC-07 frames.
 *
 * @module
 */
import type { OutputItem, Written, WrittenLine } from "../contract.ts";
import { parseEventData as parseContactId } from "../contact_id/event_data.ts";
import { parseEventData as parseScancom } from "../scancom/event_data.ts";
import { TAB } from "./message.ts";
import { readSiaData, siaBlocks } from "./sia_blocks.ts";
import { translatedData } from "./translated.ts";
import { MAX_DATA, writeDc07 } from "./write_message.ts";

/** How an output writes its frames. */
export interface Dc07WriteOptions {
  /** Receiver number, two digits. */
  receiver: string;
  /** Line number, two digits. */
  line: string;
  /** Gives the next sequence number, four digits: called once for each frame. */
  sequence: () => string;
  /** Whether the AE takes text behind SIA events. @default {false} */
  text?: boolean;
  /** Whether a frame may hold several SIA events. @default {true} */
  multiEvent?: boolean;
}

/** Characters of an account (receiver-outputs.md §10, A). */
const MAX_ACCOUNT = 16;
/** Contact ID has room for this many in the standard's own form (receiver-outputs.md §4.1, A). */
const CONTACT_ID_ACCOUNT = 4;

/** What stands in one frame. */
interface Payload {
  type: string;
  data: string;
}

type Payloads = { ok: true; payloads: Payload[]; notes: string[] } | {
  ok: false;
  rule: string;
  message: string;
};

/**
 * Writes an alarm in the form of its own protocol: nothing is translated, so nothing is lost (receiver-outputs.md §4.1, A).
 *
 * | from | frame | possible repeat |
 * |---|---|---|
 * | SIA | type TAB, `[#1234\|Nri1/BA01]` | `O` in place of `N` |
 * | Contact ID | type `a`, `[#1234\|18113001015]` | `98` in place of `18` |
 * | Fast Format, 8 channels | type `f`, `[#1234\|1555 5555 7]` | none: noted |
 * | Fast Format, 16 channels | type `g`, `[#1234\|1555 5555 5555 5555 7]` | none: noted |
 *
 * VdS 2465, and Fast Format of 24 or 32 channels, have no form of their own: they are translated to SIA, one frame an event,
 * and what that loses is noted.
 *
 * Accounts are the item's as spelled, or the data's when the item has none. They are never cut.
 *
 * @param item The alarm.
 * @param options Receiver, line, numbers, text.
 * @returns The frames; or rule `bad-event-data`, `no-account`, `line-too-long`, `not-writable`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeDc07Alarm } from "./write_alarm.ts";
 *
 * const data = new TextEncoder().encode("123418113001015");
 * const written = writeDc07Alarm({
 *   id: "a", account: "1234", protocol: "contact-id", data, events: [], repeated: false,
 * }, { receiver: "01", line: "01", sequence: () => "0001" });
 * assert(written.ok);
 * assertEquals(written.lines.map(({ line }) => line), ["<LF>74041Ca00010101[#1234|18113001015]<CR>"]);
 * ```
 */
export function writeDc07Alarm(item: OutputItem, options: Dc07WriteOptions): Written {
  const made = payloadsOf(item, options);
  if (!made.ok) return made;
  const { receiver, line, sequence } = options;
  // Numbers are taken when it is sure that all frames can be written.
  const fault = made.payloads.map((payload) => writeDc07({ ...payload, sequence: "0001", receiver, line }))
    .find((written) => !written.ok);
  if (fault !== undefined && !fault.ok) return fault;
  const lines: WrittenLine[] = [];
  for (const payload of made.payloads) {
    const written = writeDc07({ ...payload, sequence: sequence(), receiver, line });
    if (!written.ok) return written;
    lines.push({ bytes: written.bytes, line: written.line });
  }
  return { ok: true, lines, notes: made.notes };
}

function payloadsOf(item: OutputItem, options: Dc07WriteOptions): Payloads {
  switch (item.protocol) {
    case "contact-id":
      return contactIdPayloads(item);
    case "sia":
      return siaPayloads(item, options);
    case "scancom":
      return scancomPayloads(item, options);
    case "vds2465":
      return translatedPayloads(item, options);
  }
}

function contactIdPayloads(item: OutputItem): Payloads {
  const notes: string[] = [];
  let read = parseContactId(item.data);
  if (!read.ok && read.rule === "wrong-checksum") {
    notes.push("the checksum digit of the event data is wrong; check the link to the panel.");
    read = parseContactId(item.data.subarray(0, -1));
  }
  if (!read.ok) return { ok: false, rule: "bad-event-data", message: read.message };
  const { contactId } = read;
  const account = item.account === "" ? contactId.account : item.account;
  if (account === "") return noAccount();
  noteAccount(account, CONTACT_ID_ACCOUNT, notes);
  const messageType = item.repeated ? "98" : contactId.messageType;
  const { qualifier, code, group, zone } = contactId;
  const spelled = account.padStart(CONTACT_ID_ACCOUNT, "0");
  const data = `#${spelled}|${messageType}${qualifier}${code}${group}${zone}`;
  return { ok: true, payloads: [{ type: "a", data }], notes };
}

function siaPayloads(item: OutputItem, options: Dc07WriteOptions): Payloads {
  const read = readSiaData(item.data);
  if (read === undefined) {
    return {
      ok: false,
      rule: "bad-event-data",
      message:
        "The event data is no SIA block. Expected `#account|N…` or `#account|O…`; check the sender's version.",
    };
  }
  const account = item.account === "" ? read.account : item.account;
  if (account === "") return noAccount();
  const notes: string[] = [];
  noteAccount(account, MAX_ACCOUNT, notes);
  const head = `#${account}|${item.repeated ? "O" : read.letter}`;
  const { text = false, multiEvent = true } = options;
  const blocks = siaBlocks(read.block, { room: MAX_DATA - head.length, text, multiEvent }, notes);
  if (blocks === undefined) {
    return {
      ok: false,
      rule: "line-too-long",
      message:
        `One event of account ${account} needs more than the ${MAX_DATA} characters a frame may have. ` +
        "Shorten the account or switch off what the panel adds to its events.",
    };
  }
  return { ok: true, payloads: blocks.map((block) => ({ type: TAB, data: head + block })), notes };
}

function scancomPayloads(item: OutputItem, options: Dc07WriteOptions): Payloads {
  const read = parseScancom(item.data);
  if (!read.ok) return { ok: false, rule: "bad-event-data", message: read.message };
  const { channels, status } = read.scancom;
  const type = { 8: "f", 16: "g" }[channels.length];
  if (type === undefined) return translatedPayloads(item, options);
  const account = item.account === "" ? read.scancom.account : item.account;
  if (account === "") return noAccount();
  const notes = item.repeated ? ["a possible repeat; the form has no mark for that."] : [];
  noteAccount(account, MAX_ACCOUNT, notes);
  const groups = channels.match(/.{4}/g)?.join(" ") ?? "";
  return { ok: true, payloads: [{ type, data: `#${account}|${groups} ${status}` }], notes };
}

function translatedPayloads(item: OutputItem, options: Dc07WriteOptions): Payloads {
  const payloads: Payload[] = [];
  const notes: string[] = [];
  for (const event of item.events) {
    const account = item.account === "" ? event.account : item.account;
    const { data, lost } = translatedData(event, account);
    const made = siaPayloads({ ...item, account, protocol: "sia", data }, options);
    if (!made.ok) return made;
    payloads.push(...made.payloads);
    notes.push(...lost, ...made.notes);
  }
  if (payloads.length === 0) {
    return {
      ok: false,
      rule: "bad-event-data",
      message: "The event data holds no event; check the sender's version.",
    };
  }
  return { ok: true, payloads, notes: [...new Set(notes)] };
}

function noteAccount(account: string, room: number, notes: string[]): void {
  if (account.length <= room) return;
  notes.push(
    `account ${account} has ${account.length} characters, the format has room for ${room}. It was sent in full; ` +
      `map it to ${room} characters for this output if the AE refuses the line.`,
  );
}

/** Account 0000 would say that the receiver itself is in alarm. */
function noAccount(): Payloads {
  return {
    ok: false,
    rule: "no-account",
    message:
      "The alarm carries no account, so the AE could not tell the site. Set a default account at the input or an " +
      "account for this site at the output.",
  };
}
