/**
 * Writes Fast Format messages, as a panel does.
 *
 * @module
 */
import { crc16Arc } from "../contact_id/crc16_arc.ts";
import { type Scancom, SCANCOM_CHANNEL_COUNTS, writeScancom } from "./message.ts";
import { contextOf, knownChannel, type ScancomSiteState, unknownSite } from "./site_state.ts";
import type { ScancomForm } from "./text.ts";

/** What happened to a channel. */
export type ScancomChange = "alarm" | "restored" | "opened" | "closed" | "trouble";

const DIGITS: Readonly<Record<ScancomChange, string>> = {
  alarm: "1",
  restored: "3",
  opened: "2",
  closed: "4",
  trouble: "0",
};

/** What a message is to say. */
export interface ScancomReport {
  /** Account, 2 to 6 digits. */
  account: string;
  /** The news, by number of the channel from 1. @default {{}} */
  changes?: Readonly<Record<string, ScancomChange>>;
  /** Status digit. @default {"7"} */
  status?: string;
  /** Channels of the message: 8, 16, 24 or 32. @default {8} */
  count?: number;
  /** The site as last acknowledged: its active channels are repeated as 6. Nothing is active when absent. */
  state?: ScancomSiteState;
}

/**
 * Makes the message that a panel sends: news as 1 to 4, channels that are still active as 6, all others as 5. After it
 * was acknowledged the panel goes on from `foldSite(state, message)` (panel-formats.md §3.7: A for the meaning, C as a
 * rule).
 *
 * @param report What is to be said.
 * @returns The message.
 * @throws {RangeError} When there is no such number of channels, or a channel is beyond it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { composeScancom } from "./encode.ts";
 * import { foldSite, unknownSite } from "./site_state.ts";
 *
 * const first = composeScancom({ account: "1234", changes: { 3: "alarm" } });
 * assertEquals(first.channels, "55155555");
 * const state = foldSite(unknownSite, first);
 * assertEquals(composeScancom({ account: "1234", changes: { 1: "alarm" }, state }).channels, "15655555");
 * ```
 */
export function composeScancom(report: ScancomReport): Scancom {
  const { account, changes = {}, status = "7", count = 8, state = unknownSite } = report;
  if (!SCANCOM_CHANNEL_COUNTS.includes(count)) {
    throw new RangeError(`${count} channels cannot be written: a message has 8, 16, 24 or 32`);
  }
  const context = contextOf(status);
  const digits = Array.from({ length: count }, (_, at) => knownChannel(state, context, at, count))
    .map((known) => known === "6" ? "6" : "5") as string[];
  for (const [channel, change] of Object.entries(changes)) {
    if (!/^[1-9]\d?$/.test(channel) || Number(channel) > count) {
      throw new RangeError(`channel ${JSON.stringify(channel)} cannot be written: there are 1 to ${count}`);
    }
    digits[Number(channel) - 1] = DIGITS[change];
  }
  return { account, channels: digits.join(""), status };
}

/** How a message is put on a line. */
export interface ScancomWriting {
  /** The form. @default {"plain"} */
  form?: ScancomForm;
  /** Blanks in the plain form. @default {false} */
  blanks?: boolean;
  /** A checksum digit behind the plain form (C). @default {false} */
  checksum?: boolean;
  /** Receiver number of the receivers' forms: two characters. @default {"01"} */
  receiver?: string;
  /** Line of the Sur-Gard form, one or three characters, or group of the 685, one. @default {"1"} */
  line?: string;
}

/**
 * Puts a message on a line; the inverse of `parseScancomText`.
 *
 * @param scancom The message.
 * @param writing Form and what belongs to it.
 * @returns The octets with the line end of the form: CR LF, 0x14, or LF and CR around it; none for `bracketed`, which
 *   travels inside another protocol.
 * @throws {RangeError} When a part cannot be written.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeScancom } from "./encode.ts";
 *
 * const scancom = { account: "1234", channels: "15555555", status: "7" };
 * const text = (octets: Uint8Array) => new TextDecoder().decode(octets);
 * assertEquals(text(encodeScancom(scancom)), "1234155555557\r\n");
 * assertEquals(text(encodeScancom(scancom, { form: "sur-gard" })), "80111234 1555 5555 7\x14");
 * ```
 */
export function encodeScancom(scancom: Scancom, writing: ScancomWriting = {}): Uint8Array<ArrayBuffer> {
  const { form = "plain", receiver = "01", line = "1" } = writing;
  if (!/^[0-9A-Z]{2}$/.test(receiver) || !/^([0-9A-Z]|[0-9A-Z]{3})$/.test(line)) {
    throw new RangeError(
      `receiver ${JSON.stringify(receiver)} and line ${JSON.stringify(line)} are not 2 and 1 (or 3) ` +
        "letters or digits",
    );
  }
  const spaced = writeScancom(scancom, { blanks: true });
  const payload = `[#${scancom.account}|${spaced.slice(scancom.account.length + 1)}]`;
  const text = form === "plain"
    ? writeScancom(scancom, {
      ...(writing.blanks === undefined ? {} : { blanks: writing.blanks }),
      ...(writing.checksum === undefined ? {} : { checksum: writing.checksum }),
    }) + "\r\n"
    : form === "sur-gard"
    ? `8${receiver}${line}${spaced}\x14`
    : form === "ademco-685"
    ? `\n${receiver.charAt(1)}${line.charAt(0)} ${spaced}\r`
    : form === "bracketed"
    ? payload
    : boschSia(scancom, payload);
  return new TextEncoder().encode(text);
}

/** Type `f` for 8 channels, `g` for 16; sequence, receiver and line as zeros. */
function boschSia(scancom: Scancom, payload: string): string {
  const counted = `${scancom.channels.length === 8 ? "f" : "g"}00000000${payload}`;
  const hex = (value: number, width: number) => value.toString(16).toUpperCase().padStart(width, "0");
  return `\n${hex(crc16Arc(counted), 4)}${hex(counted.length, 2)}${counted}\r`;
}
