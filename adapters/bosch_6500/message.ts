/**
 * The lines a Radionics D6500, or a Bosch D6600 or D6100 in D6500 mode, sends to automation software.
 *
 * ```text
 * [header: 0 or 1 octet] <type: 1> <receiver: 2> <line: 1> <body> <trailer: 1, normally 0x14>
 * ```
 *
 * No checksum. Source: receiver-outputs.md §3.1, confidence A (manuals R1, R2, K4).
 *
 * @module
 */

/** What every line starts with. */
export interface Bosch6500Header {
  /** Receiver number, two characters: 01 to 99. */
  receiver: string;
  /** Line, one character; `0` is the receiver itself. */
  line: string;
}

/** One line, without header octet and trailer. Accounts, zones and codes are as spelled, without the padding blanks. */
export type Bosch6500Message =
  /** Type `1`: 11 blanks, `@`, 4 blanks. */
  | ({ kind: "link-test" } & Bosch6500Header)
  /** Type `1` with event `X`: the receiver about itself, e.g. the confirmation of a command. */
  | ({ kind: "receiver-event"; account: string; detail: string } & Bosch6500Header)
  /**
   * Type `1`: pulse formats, BFSK, Modem II; `b`, `c`: Ademco 4+1 and 4+2 Express. `event` is two characters, of which one may be a
   * blank; see `eventMeaning`.
   */
  | ({ kind: "pulse"; id: "1" | "b" | "c"; account: string; event: string; zone: string } & Bosch6500Header)
  /** Type `3`: text, with the blank it may start with. */
  | ({ kind: "text"; text: string } & Bosch6500Header)
  /** Type `a`: Contact ID. The qualifier is `1`, `3`, `6` as Bosch writes it, or `E`, `R`, `P` as the VisorALARM does. */
  | ({
    kind: "contact-id";
    account: string;
    messageType: "18" | "98";
    qualifier: "1" | "3" | "6" | "E" | "R" | "P";
    code: string;
    group: string;
    zone: string;
  } & Bosch6500Header)
  /** Type `f`: Ademco high speed and Scancom 4-8-1; `g`: Scancom 16+1. */
  | ({ kind: "fast-format"; account: string; channels: string; status: string } & Bosch6500Header)
  /** Type `S`: a SIA block, e.g. `Nri1/BA01`. */
  | ({ kind: "sia-block"; account: string; block: string } & Bosch6500Header)
  /** Any other type, its body as it came. */
  | ({ kind: "other"; id: string; body: string } & Bosch6500Header);

/** Why a line was refused. */
export interface Bosch6500Refusal {
  /** Tells a refusal from a message. */
  ok: false;
  /** Kebab-case name of the rule. */
  rule: "empty" | "control-octet" | "bad-header" | "wrong-length" | "bad-layout";
  /** For the technician. */
  message: string;
}

/** What {@link parseBosch6500} makes of a line. */
export type Bosch6500Result = { ok: true; message: Bosch6500Message } | Bosch6500Refusal;

/** Settings of the receiver that change how a line is read. */
export interface Bosch6500Reading {
  /** The octet at the end of a line; programmable in the receiver. @default {0x14} */
  trailer?: number;
}

/** Characters of a fixed layout: type, receiver, line, and 16 of body. */
const FIXED = 20;

/**
 * Reads a line.
 *
 * @param bytes The line, with or without its trailer and one header octet (0x20 or below).
 * @param reading The trailer.
 * @returns The message, or the rule that refused it: `empty`; `control-octet` (an octet that is not printable); `bad-header`;
 *   `wrong-length`; `bad-layout`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { parseBosch6500 } from "./message.ts";
 *
 * const read = parseBosch6500(new TextEncoder().encode("a011 123418113001015\x14"));
 * assert(read.ok && read.message.kind === "contact-id");
 * assertEquals([read.message.account, read.message.qualifier, read.message.code], ["1234", "1", "130"]);
 * ```
 */
export function parseBosch6500(bytes: Uint8Array, reading: Bosch6500Reading = {}): Bosch6500Result {
  const end = bytes.at(-1) === (reading.trailer ?? 0x14) ? bytes.length - 1 : bytes.length;
  const start = end > 0 && (bytes[0] ?? 0) <= 0x20 ? 1 : 0;
  if (end === start) {
    return refuse("empty", "Nothing stands before the end octet. Expected a line such as `a011 1234…`.");
  }
  const control = bytes.subarray(start, end).findIndex((octet) => octet < 0x20 || octet > 0x7e);
  if (control >= 0) {
    const octet = (bytes[start + control] ?? 0).toString(16).padStart(2, "0");
    return refuse(
      "control-octet",
      `Octet ${start + control} is 0x${octet}, expected printable characters only. ` +
        "The line was disturbed, or its end octet is another than the one set here: check baud rate, parity and trailer.",
    );
  }
  let text = "";
  for (const octet of bytes.subarray(start, end)) text += String.fromCharCode(octet);
  const found = /^([!-~])([0-9A-Z]{2})([0-9A-Z])(.*)$/i.exec(text);
  if (found === null) {
    return refuse(
      "bad-header",
      `The line \`${text}\` does not start with type (1), receiver (2) and line (1). ` +
        "Characters were lost, or the sender uses another format.",
    );
  }
  const [, id = "", receiver = "", line = "", body = ""] = found;
  const parse = PARSERS[id];
  const header = { receiver, line };
  return parse === undefined
    ? { ok: true, message: { kind: "other", ...header, id, body } }
    : parse(header, body, id, text);
}

type Parser = (header: Bosch6500Header, body: string, id: string, text: string) => Bosch6500Result;

const PARSERS: Readonly<Record<string, Parser>> = {
  "1": parsePulse,
  "3": (header, text) => ({ ok: true, message: { kind: "text", ...header, text } }),
  "a": parseContactId,
  "b": parsePulse,
  "c": parsePulse,
  "f": parseFastFormat,
  "g": parseFastFormat,
  "S": parseBlock,
};

function parsePulse(header: Bosch6500Header, body: string, id: string, text: string): Bosch6500Result {
  if (text.length !== FIXED) {
    return refuse(
      "wrong-length",
      `The line \`${text}\` has ${text.length} characters, expected ${FIXED}. Either characters were lost, or the sender ` +
        "writes three line digits: that is Sur-Gard.",
    );
  }
  // The account's field has 10 characters in newer manuals and 4 behind 6 blanks in older ones: the same place.
  const account = body.slice(0, 10).trimStart(), event = body.slice(10, 12), zone = body.slice(12).trim();
  if (/ /.test(account) || / /.test(zone) || event === "  ") {
    return badLayout(text, "account (10, blanks first), event (2), zone or user (4, blanks first)");
  }
  if (id === "1" && account === "" && event === " @" && zone === "") {
    return { ok: true, message: { kind: "link-test", ...header } };
  }
  if (id === "1" && event === " X") {
    return { ok: true, message: { kind: "receiver-event", ...header, account, detail: zone } };
  }
  if (account === "") return badLayout(text, "an account in front of the event");
  const pulse = id === "b" || id === "c" ? id : "1";
  return { ok: true, message: { kind: "pulse", ...header, id: pulse, account, event, zone } };
}

function parseContactId(header: Bosch6500Header, body: string, _id: string, text: string): Bosch6500Result {
  const found = /^ ([0-9A-Za-z]{3,16})(18|98)([136ERP])([0-9A-F]{3})([0-9A-F]{2})([0-9A-F]{3})$/.exec(body);
  if (found === null) {
    return badLayout(text, "blank, account (4), 18, 1, 3 or 6, code (3), group (2), zone (3)");
  }
  const [, account = "", type, q = "", code = "", group = "", zone = ""] = found;
  const qualifier = QUALIFIERS.find((one) => one === q) ?? "1";
  const messageType = type === "98" ? "98" : "18";
  return {
    ok: true,
    message: { kind: "contact-id", ...header, account, messageType, qualifier, code, group, zone },
  };
}

const QUALIFIERS = ["1", "3", "6", "E", "R", "P"] as const;

function parseFastFormat(header: Bosch6500Header, body: string, id: string, text: string): Bosch6500Result {
  const found = /^ {0,5}([0-9A-Za-z]{1,16})((?: [0-9A-F]{4}){2}|(?: [0-9A-F]{4}){4}) ([0-9A-F])$/.exec(body);
  const [, account = "", groups = "", status = ""] = found ?? [];
  const channels = groups.replaceAll(" ", "");
  if (channels.length !== (id === "f" ? 8 : 16) || body.indexOf(" ", body.indexOf(account)) < 6) {
    return badLayout(
      text,
      `account (6, blanks first), ${id === "f" ? 2 : 4} groups of 4 channels, status (1)`,
    );
  }
  return { ok: true, message: { kind: "fast-format", ...header, account, channels, status } };
}

function parseBlock(header: Bosch6500Header, body: string, _id: string, text: string): Bosch6500Result {
  const found = /^\[#([^|\]]*)\|(.*)\]$/.exec(body);
  if (found === null) return badLayout(text, "[#account|block] right behind the line, and nothing behind it");
  const [, account = "", block = ""] = found;
  return { ok: true, message: { kind: "sia-block", ...header, account, block } };
}

function badLayout(text: string, layout: string): Bosch6500Refusal {
  return refuse(
    "bad-layout",
    `The line \`${text}\` does not fit type ${text.charAt(0)}: expected ${layout}. ` +
      "Characters were lost or changed, or the sender uses another format.",
  );
}

function refuse(rule: Bosch6500Refusal["rule"], message: string): Bosch6500Refusal {
  return { ok: false, rule, message };
}
