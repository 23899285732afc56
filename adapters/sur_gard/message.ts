/**
 * The lines a Sur-Gard receiver sends to automation software.
 *
 * ```text
 * <protocol id: 1> <receiver: 2> <line: 1 in the old family, 3 in the new> <body> 0x14
 * ```
 *
 * No header octet, no checksum. Source: receiver-outputs.md §1.1 and §1.2, confidence A (manuals S1, S2, S6).
 *
 * @module
 */

/** What every line starts with. */
export interface SurGardHeader {
  /** Receiver number, two characters. */
  receiver: string;
  /** Line number, 1 to 7 characters; all zeros is the receiver's own processor. */
  line: string;
}

/** One line, without the terminator. Accounts, zones and codes are as spelled, without the padding blanks. */
export type SurGardMessage =
  /** Id `1`: 11 blanks, `@`, 4 blanks. */
  | ({ kind: "heartbeat" } & SurGardHeader)
  /** Id `1` with account 0000: event character and two-character code; see `receiverStatus`. */
  | ({ kind: "receiver-status"; event: string; detail: string } & SurGardHeader)
  /**
   * Id `1`: pulse formats. `event` is the receiver's own choice and may be blank; a receiver that joins event and zone leaves
   * it blank and puts both in `zone`.
   */
  | ({ kind: "pulse"; account: string; event: string; group: string; zone: string } & SurGardHeader)
  /** Id `3`: one SIA event. */
  | ({ kind: "sia-event"; account: string; code: string; address: string } & SurGardHeader)
  /** Id `S`: a SIA block, e.g. `Nri1/BA01`; id `0`: the receiver's own status in the same form. */
  | ({ kind: "sia-block"; id: "S" | "0"; account: string; block: string } & SurGardHeader)
  /** Id `5`: Contact ID. `E` new or opening, `R` restore or closing, `P` reported before. */
  | ({
    kind: "contact-id";
    account: string;
    messageType: "18" | "98";
    qualifier: "E" | "R" | "P";
    code: string;
    group: string;
    zone: string;
  } & SurGardHeader)
  /** Id `6`: BFSK and Modem II. */
  | ({ kind: "modem2"; account: string; code: string; address: string } & SurGardHeader)
  /** Id `8`: Scancom fast format and Ademco high speed; 8 or 16 channels. */
  | ({ kind: "fast-format"; account: string; channels: string; status: string } & SurGardHeader)
  /** Any other id, kept as it came. */
  | { kind: "other"; id: string; rest: string };

/** Why a line was refused. */
export interface SurGardRefusal {
  ok: false;
  /** Kebab-case name of the rule. */
  rule: "empty" | "control-octet" | "bad-header" | "wrong-line-width" | "wrong-length" | "bad-layout";
  /** For the technician. */
  message: string;
}

/** What {@link parseSurGard} makes of a line. */
export type SurGardResult = { ok: true; message: SurGardMessage } | SurGardRefusal;

/** How to read a line. */
export interface SurGardReading {
  /**
   * Characters of the line number. When absent, the line's own length tells, and lines with another number are taken too. Only
   * id `8` does not always tell.
   */
  lineDigits?: number;
  /** What to take for the width where neither {@link lineDigits} nor the line tells. @default {1} */
  probableLineDigits?: number;
}

/** Octets of a fixed layout, less the line number: id, receiver, and 16 of body. */
const FIXED = 19;

/**
 * Reads a line.
 *
 * @param bytes The line, with or without its terminator 0x14.
 * @param reading How wide the line number is, where known.
 * @returns The message, or the rule that refused it: `empty`; `control-octet` (an octet below 0x20 inside); `bad-header`;
 *   `wrong-line-width`; `wrong-length`; `bad-layout`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { parseSurGard } from "./message.ts";
 *
 * const read = parseSurGard(new TextEncoder().encode("5011 187037E13001004\x14"));
 * assert(read.ok && read.message.kind === "contact-id");
 * assertEquals(read.message.account, "7037");
 * assertEquals(read.message.code, "130");
 * ```
 */
export function parseSurGard(bytes: Uint8Array, reading: SurGardReading = {}): SurGardResult {
  const end = bytes.at(-1) === 0x14 ? bytes.length - 1 : bytes.length;
  const control = bytes.subarray(0, end).findIndex((octet) => octet < 0x20 || octet === 0x7f);
  if (end === 0) {
    return refuse("empty", "Nothing stands before the end octet 0x14. Expected a line such as `5011 18…`.");
  }
  if (control >= 0) {
    const octet = (bytes[control] ?? 0).toString(16).padStart(2, "0");
    return refuse(
      "control-octet",
      `Octet ${control} is 0x${octet}, expected printable characters only. ` +
        "The line was disturbed: check baud rate, parity and the cable.",
    );
  }
  let text = "";
  for (const octet of bytes.subarray(0, end)) text += String.fromCharCode(octet);
  const id = text.charAt(0);
  if (!/^[!-~][!-~]{2}/.test(text) || text.length < 4) {
    return refuse("bad-header", `The line \`${text}\` is too short for id, receiver (2) and line number.`);
  }
  const parse = PARSERS[id];
  if (parse === undefined) return { ok: true, message: { kind: "other", id, rest: text.slice(1) } };
  return parse(text, reading.lineDigits, reading.probableLineDigits);
}

type Parser = (text: string, lineDigits: number | undefined, probable: number | undefined) => SurGardResult;

const PARSERS: Readonly<Record<string, Parser>> = {
  "0": parseBlock,
  "1": parsePulse,
  "3": parseSiaEvent,
  "5": parseContactId,
  "6": parseModem2,
  "8": parseFastFormat,
  "S": parseBlock,
};

/** Splits a layout whose body has 16 characters. */
function fixedBody(
  text: string,
  wanted: number | undefined,
): { header: SurGardHeader; body: string } | SurGardRefusal {
  const width = text.length - FIXED;
  if (width < 1 || width > 7 || (wanted !== undefined && width !== wanted)) {
    const expected = wanted === undefined
      ? "20 (1 line digit) or 22 (3 line digits)"
      : String(FIXED + wanted);
    return refuse(
      "wrong-length",
      `The line \`${text}\` has ${text.length} characters, expected ${expected}. ` +
        "Either characters were lost, or sender and AE are set to different numbers of line digits.",
    );
  }
  return headed(text, width) ?? badHeader(text);
}

function headed(text: string, width: number): { header: SurGardHeader; body: string } | undefined {
  const receiver = text.slice(1, 3), line = text.slice(3, 3 + width);
  if (!/^[0-9A-Za-z]{2}$/.test(receiver) || !/^[0-9A-Za-z]{1,7}$/.test(line)) return undefined;
  return { header: { receiver, line }, body: text.slice(3 + width) };
}

function parsePulse(text: string, lineDigits: number | undefined): SurGardResult {
  const split = fixedBody(text, lineDigits);
  if ("ok" in split) return split;
  const { header, body } = split;
  if (!/^ {4} *[!-~]* * $/.test(body.slice(0, 11))) {
    return badLayout(text, "4 blanks, account (6), blank, event, group, zone (3)");
  }
  const account = body.slice(4, 10).trim();
  const event = body.charAt(11).trim(), group = body.charAt(12).trim(), zone = body.slice(13).trim();
  if (account === "" && event === "@" && group === "" && zone === "") {
    return { ok: true, message: { kind: "heartbeat", ...header } };
  }
  if (account === "0000" && event !== "" && group === "" && /^ [!-~]{2}$/.test(body.slice(13))) {
    return { ok: true, message: { kind: "receiver-status", ...header, event, detail: zone } };
  }
  return { ok: true, message: { kind: "pulse", ...header, account, event, group, zone } };
}

function parseSiaEvent(text: string, lineDigits: number | undefined): SurGardResult {
  const split = fixedBody(text, lineDigits);
  if ("ok" in split) return split;
  const { header, body } = split;
  const account = body.slice(4, 10).trimStart(), code = body.slice(10, 12);
  if (!body.startsWith("    ") || !/^[!-~]+$/.test(account) || !/^[A-Z0-9]{2}$/.test(code)) {
    return badLayout(text, "4 blanks, account (6, blanks first), SIA code (2), zone or user (4)");
  }
  return {
    ok: true,
    message: { kind: "sia-event", ...header, account, code, address: body.slice(12).trim() },
  };
}

function parseModem2(text: string, lineDigits: number | undefined): SurGardResult {
  const split = fixedBody(text, lineDigits);
  if ("ok" in split) return split;
  const { header, body } = split;
  const account = body.slice(6, 10).trimStart(), code = body.slice(10, 12).trim();
  if (!body.startsWith("      ") || !/^[!-~]+$/.test(account) || code === "") {
    return badLayout(text, "6 blanks, account (4), event (2), zone (4)");
  }
  return { ok: true, message: { kind: "modem2", ...header, account, code, address: body.slice(12).trim() } };
}

function parseContactId(text: string, lineDigits: number | undefined): SurGardResult {
  const found =
    /^5([0-9A-Z]{2})([0-9A-Z]{1,7}) (18|98)([!-~]{4,32})([ERP])([0-9A-F]{3})([0-9A-F]{2})([0-9A-F]{3})$/i
      .exec(text);
  if (found === null) {
    const width = text.indexOf(" ") - 3;
    return text.length < FIXED + Math.max(1, width)
      ? refuse(
        "wrong-length",
        `The line \`${text}\` has ${text.length} characters, expected ${FIXED + Math.max(1, width)}.`,
      )
      : badLayout(text, "blank, 18, account (4), E, R or P, code (3), group (2), zone (3)");
  }
  const [, receiver = "", line = "", type, account = "", q = "", code = "", group = "", zone = ""] = found;
  if (lineDigits !== undefined && line.length !== lineDigits) {
    return wrongWidth(text, line.length, lineDigits);
  }
  const letter = q.toUpperCase();
  const qualifier = letter === "R" || letter === "P" ? letter : "E";
  const messageType = type === "98" ? "98" : "18";
  return {
    ok: true,
    message: { kind: "contact-id", receiver, line, account, messageType, qualifier, code, group, zone },
  };
}

function parseBlock(text: string, lineDigits: number | undefined): SurGardResult {
  const width = text.indexOf("[") - 3;
  if (width < 1 || width > 7) return badLayout(text, "[#account|block] right behind the line number");
  if (lineDigits !== undefined && width !== lineDigits) return wrongWidth(text, width, lineDigits);
  const split = headed(text, width);
  if (split === undefined) return badHeader(text);
  const found = /^\[#([^|\]]*)\|(.*)\]$/s.exec(split.body);
  if (found === null) return badLayout(text, "[#account|block] and nothing behind it");
  const [, account = "", block = ""] = found;
  const id = text.startsWith("S") ? "S" : "0";
  return { ok: true, message: { kind: "sia-block", id, ...split.header, account, block } };
}

function parseFastFormat(text: string, lineDigits: number | undefined, probable = 1): SurGardResult {
  const split = headed(text, lineDigits ?? fastFormatWidth(text) ?? probable);
  if (split === undefined) return badHeader(text);
  const found = /^([!-~]{1,16})((?: [0-9A-F]{4}){2}|(?: [0-9A-F]{4}){4}) ([0-9A-F])$/.exec(split.body);
  if (found === null) {
    return badLayout(text, "account, 2 or 4 groups of 4 channels, status (1), with blanks between");
  }
  const [, account = "", channels = "", status = ""] = found;
  return {
    ok: true,
    message: {
      kind: "fast-format",
      ...split.header,
      account,
      channels: channels.replaceAll(" ", ""),
      status,
    },
  };
}

/**
 * The width as far as the line tells: accounts have 2 to 6 digits, and line `0` of the old family is the receiver itself, which
 * has no fast format to pass on.
 */
function fastFormatWidth(text: string): number | undefined {
  const rest = text.indexOf(" ") - 3;
  const fits = (width: number) => rest - width >= 2 && rest - width <= 6;
  if (fits(1) !== fits(3)) return fits(1) ? 1 : 3;
  return fits(3) && text.charAt(3) === "0" ? 3 : undefined;
}

function badHeader(text: string): SurGardRefusal {
  return refuse("bad-header", `In \`${text}\` id, receiver (2) and line number are not letters and digits.`);
}

function wrongWidth(text: string, found: number, wanted: number): SurGardRefusal {
  return refuse(
    "wrong-line-width",
    `The line \`${text}\` has ${found} line digit(s), expected ${wanted}. Set sender and AE to the same receiver family.`,
  );
}

function badLayout(text: string, layout: string): SurGardRefusal {
  return refuse(
    "bad-layout",
    `The line \`${text}\` does not fit id ${text.charAt(0)}: expected ${layout}. ` +
      "Characters were lost or changed, or the sender uses another format.",
  );
}

function refuse(rule: SurGardRefusal["rule"], message: string): SurGardRefusal {
  return { ok: false, rule, message };
}
