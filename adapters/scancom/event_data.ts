/**
 * Fast Format as an EVENT_MSG of the IP protocol carries it.
 *
 * @module
 */
import type { EventDraft } from "../../src/event/alarm_event.ts";
import { type ScancomDraftOptions, scancomEventDrafts } from "./event_draft.ts";
import { type Scancom, SCANCOM_CHANNEL_COUNTS, type ScancomLayout } from "./message.ts";
import { parseScancomText, type ScancomTextResult } from "./text.ts";

/** Longer event data is refused unread. */
const MAX_DATA = 256;

/**
 * Writes event data: ASCII digits, account, channels and status without blanks.
 *
 * An account that is not 2 to 6 digits (a default account of the input, say) does not fit the layout; it is then written
 * as `#account|` in front of the channels, without the characters that would break that. Source: ip-protocol.md §8.3, a profile of ours (the clause was not seen).
 *
 * @param scancom The message.
 * @returns The octets.
 * @throws {RangeError} When the channels or the status are none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeEventData } from "./event_data.ts";
 *
 * const data = writeEventData({ account: "1234", channels: "15555555", status: "7" });
 * assertEquals(new TextDecoder().decode(data), "1234155555557");
 * ```
 */
export function writeEventData(scancom: Scancom): Uint8Array<ArrayBuffer> {
  const { channels, status } = scancom;
  const isMessage = /^[0-9A-F]+$/.test(channels) && SCANCOM_CHANNEL_COUNTS.includes(channels.length) &&
    /^[0-9A-F]$/.test(status);
  if (!isMessage) {
    throw new RangeError(
      `channels ${JSON.stringify(channels)} and status ${JSON.stringify(status)} are no Fast Format message`,
    );
  }
  const account = scancom.account.replace(/[^!-Z^-{}~]/g, "").slice(0, 16);
  const fits = parsesAsItself({ account, channels, status });
  return new TextEncoder().encode(fits ? account + channels + status : `#${account}|${channels}${status}`);
}

/** Whether the digits alone say where the account ends: 3-16-1 and the like have no length of their own. */
function parsesAsItself({ account, channels, status }: Scancom): boolean {
  const read = parseScancomText(account + channels + status);
  return read.ok && read.scancom.account === account;
}

/**
 * Reads event data, with or without blanks.
 *
 * @param data The octets of the Event field.
 * @param layout Lengths, where they are known; else the length decides.
 * @returns The message, or the rule that refused it. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { parseEventData } from "./event_data.ts";
 *
 * const read = parseEventData(new TextEncoder().encode("123456155555557"));
 * assert(read.ok);
 * assertEquals(read.scancom.account, "123456");
 * ```
 */
export function parseEventData(data: Uint8Array, layout: ScancomLayout = {}): ScancomTextResult {
  const text = String.fromCharCode(...data.subarray(0, MAX_DATA + 1));
  return parseScancomText(text, layout);
}

/**
 * The events in event data of an EVENT_MSG.
 *
 * @param data The event data, without the protocol identifier in front.
 * @param options Lengths, names of the channels, and the site's state where it is kept; without one a channel that is
 *   still active is a `status` event in every message.
 * @returns At least one event: data that cannot be read gives one with an empty code and the flag `unreadable-event`, so
 *   that it reaches somebody. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { scancomEventData } from "./event_data.ts";
 *
 * const events = scancomEventData(new TextEncoder().encode("5890515516557"));
 * assertEquals(events.map(({ device, qualifier }) => `${device} ${qualifier}`), ["2 new", "5 new", "6 status"]);
 * ```
 */
export function scancomEventData(
  data: Uint8Array,
  options: ScancomDraftOptions & ScancomLayout = {},
): EventDraft[] {
  const read = parseEventData(data, options);
  if (read.ok) {
    return scancomEventDrafts(read.scancom, data, {
      ...options,
      flags: [...options.flags ?? [], ...read.flags],
    });
  }
  const printable = String.fromCharCode(...data.subarray(0, 64)).replace(/[^ -~]/g, " ").trim();
  return [{
    account: "",
    language: "scancom",
    code: "",
    qualifier: "new",
    label: "Unreadable Fast Format message",
    ...(printable === "" ? {} : { text: printable }),
    flags: ["no-account", "unreadable-event"],
    raw: data,
  }];
}
