/**
 * Fast Format as text: the ways in which panels, dialler-capture boards and receivers write it on a line.
 *
 * @module
 */
import { crc16Arc } from "../contact_id/crc16_arc.ts";
import {
  parseScancom,
  type Scancom,
  SCANCOM_CHANNEL_COUNTS,
  type ScancomLayout,
  type ScancomRefusal,
} from "./message.ts";

/** The forms, by where they come from; panel-formats.md §3.6 and §2.5. */
export type ScancomForm =
  /** `1234155555557` or `1234 1555 5555 7`: boards, CSL serial, DSC slot format. */
  | "plain"
  /** `8RRL1234 1555 5555 7` and 0x14. */
  | "sur-gard"
  /** `RG 1234 1555 5555 7` between LF and CR. */
  | "ademco-685"
  /** `[#1234|1555 5555 7]`: the payload of Bosch SIA mode and of DC-09 (token `SCN-S8`). */
  | "bracketed"
  /** The same inside a Bosch SIA mode frame with CRC and length. */
  | "bosch-sia";

/** A text that was read. */
export interface ScancomText {
  /** Tells a message from a refusal. */
  ok: true;
  /** The form it has. */
  form: ScancomForm;
  /** The message. */
  scancom: Scancom;
  /** What else the form carries: receiver, line, group, prefix, as spelled. */
  fields: Readonly<Record<string, string>>;
  /** `ambiguous-form`, `inner-account`. */
  flags: string[];
}

/** What {@link parseScancomText} gives. */
export type ScancomTextResult = ScancomText | ScancomRefusal;

/** Longer texts are refused unread. */
const MAX_TEXT = 256;

/**
 * Reads one message in any of the forms and says which it was.
 *
 * 0x14 at the end is the mark of the Sur-Gard form: without it `801112 1555 5555 7` is a plain message of account 801112.
 * A layout that is set is for the plain form; the others say by blanks where the account ends.
 *
 * @param text One message with its last line end, a character per octet.
 * @param layout Lengths of the plain form, where they are known.
 * @returns Form, message and fields, or the rule that refused it. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { parseScancomText } from "./text.ts";
 *
 * const read = parseScancomText("80111234 1555 5555 7\x14");
 * assert(read.ok);
 * assertEquals([read.form, read.scancom.account, read.fields["line"]], ["sur-gard", "1234", "1"]);
 * ```
 */
export function parseScancomText(text: string, layout: ScancomLayout = {}): ScancomTextResult {
  if (text.length > MAX_TEXT) {
    return refused("too-long", `Got ${text.length} characters, expected at most ${MAX_TEXT} in one message.`);
  }
  const fromReceiver = text.includes("\x14");
  // deno-lint-ignore no-control-regex -- line ends and blanks of any kind.
  const line = text.replace(/^[\x00-\x20]+|[\x00-\x20]+$/g, "");
  const read = (fromReceiver ? surGard(line, layout) : undefined) ?? boschSia(line, layout) ??
    bracketed(line, layout) ?? ademco685(line);
  if (read !== undefined) return read;
  if (/[^0-9A-Fa-f \t]/.test(line)) {
    const shown = JSON.stringify(line.slice(0, 40));
    return refused(
      "unknown-form",
      `${shown} has none of the known Fast Format forms; expected digits such as 1234 1555 5555 7. Check which format ` +
        "and port the panel is set to.",
    );
  }
  const plain = parseScancom(line, layout);
  return plain.ok ? { ...plain, form: "plain", fields: {} } : plain;
}

/** `8`, receiver 2, line 1 or 3, account, groups of four, status. Confidence A. */
function surGard(line: string, layout: ScancomLayout): ScancomTextResult | undefined {
  const found = /^8([0-9A-F]{2})([0-9A-Z]{3,9})((?: [0-9A-F]{4}){2,8}) ([0-9A-F])$/i.exec(line);
  if (found === null) return undefined;
  const [, receiver = "", head = "", groups = "", status = ""] = found;
  const channels = groups.replaceAll(" ", "").toUpperCase();
  if (!SCANCOM_CHANNEL_COUNTS.includes(channels.length)) return undefined;
  // How wide the line is, the form does not say: four digits of account go with 8 channels, six with 16.
  const usual = layout.accountDigits ?? (channels.length === 8 ? 4 : 6);
  const fitting = [1, 3].filter((width) => head.length - width >= 2 && head.length - width <= 6);
  const width = fitting.find((each) => head.length - each === usual) ??
    (layout.accountDigits === undefined ? fitting[0] : undefined);
  if (width === undefined) return undefined;
  const account = head.slice(width).toUpperCase();
  const flags = fitting.length > 1 && layout.accountDigits === undefined && account.length !== usual
    ? ["ambiguous-form"]
    : [];
  return {
    ok: true,
    form: "sur-gard",
    scancom: { account, channels, status: status.toUpperCase() },
    fields: { receiver, line: head.slice(0, width) },
    flags,
  };
}

/** `RG AAAA CCCC CCCC C`: receiver and group of the 685. Confidence A. */
function ademco685(line: string): ScancomTextResult | undefined {
  const found = /^([0-9A-Z])([0-9A-Z]) ([0-9A-F]{2,6})((?: [0-9A-F]{4}){2,8}) ([0-9A-F])$/i.exec(line);
  const channels = found?.[4]?.replaceAll(" ", "").toUpperCase() ?? "";
  if (found === null || !SCANCOM_CHANNEL_COUNTS.includes(channels.length)) return undefined;
  const [, receiver = "", group = "", account = "", , status = ""] = found;
  return {
    ok: true,
    form: "ademco-685",
    scancom: { account: account.toUpperCase(), channels, status: status.toUpperCase() },
    fields: { receiver, group },
    flags: [],
  };
}

/** CRC 4, length 2, a letter and the rest of the prefix, `[#aaaaaa|CCCC CCCC C]`. Confidence A for the payload. */
function boschSia(line: string, layout: ScancomLayout): ScancomTextResult | undefined {
  const found = /^([0-9A-F]{4})([0-9A-F]{2})(([fg][^[\]]*)(\[#[^\]]*\]))$/i.exec(line);
  if (found === null) return undefined;
  const [, crc = "", length = "", counted = "", prefix = "", payload = ""] = found;
  if (parseInt(length, 16) !== counted.length) {
    return refused(
      "wrong-length",
      `The frame says ${
        parseInt(length, 16)
      } characters, ${counted.length} came. The line lost or doubled some; let the ` +
        "receiver send again.",
    );
  }
  const expected = crc16Arc(counted).toString(16).toUpperCase().padStart(4, "0");
  if (expected !== crc.toUpperCase()) {
    return refused(
      "wrong-crc",
      `CRC is ${crc}, expected ${expected}. The line disturbed the frame; let the receiver send again.`,
    );
  }
  const read = bracketed(payload, layout);
  return read?.ok === true ? { ...read, form: "bosch-sia", fields: { prefix } } : read;
}

/**
 * `[#account|CCCC CCCC C]`, brackets optional. Confidence A for the Bosch layout; that DC-09 may repeat the account in
 * front of the channels is C. An account inside that differs from the one outside is kept in a remark.
 */
function bracketed(line: string, layout: ScancomLayout): ScancomTextResult | undefined {
  const found = /^\[?# *([!-Z^-{}~]{0,16}) *\|([0-9A-F \t]+)\]?$/i.exec(line);
  if (found === null) return undefined;
  const [, account = "", rest = ""] = found;
  const body = rest.toUpperCase().replaceAll(/[ \t]/g, "");
  if (SCANCOM_CHANNEL_COUNTS.includes(body.length - 1)) {
    const scancom = { account, channels: body.slice(0, -1), status: body.slice(-1) };
    return { ok: true, form: "bracketed", scancom, fields: {}, flags: [] };
  }
  const inner = parseScancom(rest, layout);
  if (!inner.ok) return inner;
  const differs = account !== "" && inner.scancom.account !== account;
  return {
    ok: true,
    form: "bracketed",
    scancom: { ...inner.scancom, account: account === "" ? inner.scancom.account : account },
    fields: differs ? { innerAccount: inner.scancom.account } : {},
    flags: differs ? [...inner.flags, "inner-account"] : inner.flags,
  };
}

function refused(rule: ScancomRefusal["rule"], message: string): ScancomRefusal {
  return { ok: false, rule, message };
}
