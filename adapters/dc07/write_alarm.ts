/**
 * Alarms as DC-07 frames.
 *
 * @module
 */
import { contactIdItem } from "../contact_id/output_item.ts";
import type { OutputItem, Written } from "../contract.ts";
import { fastFormatItem } from "../fast_format_item.ts";
import { type LineNotes, longAccountNotes } from "../line_notes.ts";
import type { LineRefusal } from "../line_refusal.ts";
import { siaItemBlocks } from "../sia/item_blocks.ts";
import { writtenAlarm } from "../written_alarm.ts";
import { TAB } from "./message.ts";
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
  account: string;
  data: string;
}

type Payloads = { ok: true; payloads: Payload[]; said: LineNotes } | LineRefusal;

/**
 * Writes an alarm in the form of its own protocol: nothing is translated, so nothing is lost (receiver-outputs.md §4.1, A), and only
 * what the site's table says otherwise is written anew.
 *
 * | from | frame | possible repeat |
 * |---|---|---|
 * | SIA | type TAB, `[#1234\|Nri1/BA01]` | `O` in place of `N` |
 * | Contact ID | type `a`, `[#1234\|18113001015]` | `98` in place of `18` |
 * | Fast Format, 8 channels | type `f`, `[#1234\|1555 5555 7]` | none: noted |
 * | Fast Format, 16 channels | type `g`, `[#1234\|1555 5555 5555 5555 7]` | none: noted |
 *
 * VdS 2465, and Fast Format of 24 or 32 channels, have no form of their own: they are translated to SIA, one frame an event,
 * and what that loses is told.
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
  const write = ({ type, account, data }: Payload, number: string) =>
    account.includes("|")
      ? separatorInAccount(account)
      : writeDc07({ type, sequence: number, receiver, line, data: `#${account}|${data}` });
  // Numbers are taken when it is sure that all frames can be written.
  const fault = made.payloads.map((payload) => write(payload, "0001")).find((written) => !written.ok);
  if (fault !== undefined && !fault.ok) return fault;
  return writtenAlarm(made.payloads.map((payload) => write(payload, sequence())), made.said);
}

function payloadsOf(item: OutputItem, options: Dc07WriteOptions): Payloads {
  switch (item.protocol) {
    case "contact-id":
      return contactIdPayloads(item);
    case "scancom":
      return scancomPayloads(item, options);
    case "sia":
    case "vds2465":
      return siaPayloads(item, options);
  }
}

function contactIdPayloads(item: OutputItem): Payloads {
  const read = contactIdItem(item);
  if (!read.ok) return read;
  const { messages, said } = read;
  const payloads = messages.map(({ account, messageType, qualifier, code, group, zone }) => {
    said.notes.push(...longAccountNotes(account, CONTACT_ID_ACCOUNT));
    const data = `${item.repeated ? "98" : messageType}${qualifier}${code}${group}${zone}`;
    return { type: "a", account: account.padStart(CONTACT_ID_ACCOUNT, "0"), data };
  });
  return { ok: true, payloads, said };
}

function siaPayloads(item: OutputItem, { text = false, multiEvent = true }: Dc07WriteOptions): Payloads {
  const made = siaItemBlocks(item, { room: MAX_DATA, account: MAX_ACCOUNT, text, multiEvent });
  if (!made.ok) return made;
  const payloads = made.blocks.map(({ account, block }) => ({ type: TAB, account, data: block }));
  return { ok: true, payloads, said: made.said };
}

function scancomPayloads(item: OutputItem, options: Dc07WriteOptions): Payloads {
  const read = fastFormatItem(item);
  if (!read.ok) return read;
  const { messages, said } = read;
  if (messages.some(({ channels }) => channels.length > 16)) return siaPayloads(item, options);
  const payloads = messages.map(({ account, channels, status }) => {
    said.notes.push(...longAccountNotes(account, MAX_ACCOUNT));
    const groups = channels.match(/.{4}/g)?.join(" ") ?? "";
    return { type: channels.length === 8 ? "f" : "g", account, data: `${groups} ${status}` };
  });
  return { ok: true, payloads, said };
}

function separatorInAccount(account: string): LineRefusal {
  return {
    ok: false,
    rule: "not-writable",
    message: `The account ${JSON.stringify(account)} holds a bar, which ends accounts in DC-07 frames. ` +
      "Map it to letters and digits for this output.",
  };
}
