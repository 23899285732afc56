/**
 * The lines an Ademco 685 receiver, and what emulates one, sends to automation software.
 *
 * ```text
 * 0x0A <receiver: 1> <line card group: 1> blank <body> 0x0D   (or 0x1B at the end)
 * ```
 *
 * No checksum. Source: receiver-outputs.md §2.1, confidence A (manuals K1, K2, K3).
 *
 * @module
 */
import { contactIdLine, highSpeedLine, pulseLine } from "./message_bodies.ts";

/** What every line starts with. */
export interface Ademco685Header {
  /** Receiver number, one character. */
  receiver: string;
  /** Line card group, one character; `0` is the receiver itself. */
  line: string;
}

/** One line, without the octets around it. Accounts and codes are as spelled. */
export type Ademco685Message =
  /** `00 OKAY @`: sign of life, on its own or in answer to the AE's `S`. */
  | ({ kind: "heartbeat" } & Ademco685Header)
  /** `20 LINE 5155 5555 7`: the receiver about itself; see `receiverStatus`. */
  | ({ kind: "receiver-status"; name: string; channels: string; status: string } & Ademco685Header)
  /**
   * `11 1234 3` 3+1 and 4+1; `11 1234 34` 4+2 as the 685 writes it, or `11 1234 3 4` as the MX8000 does (`spaced`). `detail` is empty
   * for 3+1 and 4+1.
   */
  | ({ kind: "pulse"; account: string; event: string; detail: string; spaced: boolean } & Ademco685Header)
  /**
   * `12 3456 244A`: 4+2 for CAPS, both digits as one decimal number, 16 times the first plus the second; `A` ends the line in
   * place of 0x0D. `spaced`: `2 4 4 A`, as the MX8000 writes it.
   */
  | ({ kind: "caps"; account: string; event: string; detail: string; spaced: boolean } & Ademco685Header)
  /** `13 8531 1515 5555 7`: high speed and Fast Format, eight channels. The status may be a letter: BFSK, turned into this form. */
  | ({ kind: "high-speed"; account: string; channels: string; status: string } & Ademco685Header)
  /** `11 1234 18 E130 01 C015`. `address` is absent when the sender left the letter before the number out. */
  | ({
    kind: "contact-id";
    account: string;
    messageType: "18" | "98";
    qualifier: "E" | "R" | "P";
    code: string;
    group: string;
    address?: "zone" | "user";
    zone: string;
  } & Ademco685Header);

/** Why a line was refused. */
export interface Ademco685Refusal {
  /** Tells a refusal from a message. */
  ok: false;
  /** Kebab-case name of the rule. */
  rule: "empty" | "control-octet" | "bad-header" | "bad-layout";
  /** For the technician. */
  message: string;
}

/** What {@link parseAdemco685} makes of a line. */
export type Ademco685Result = { ok: true; message: Ademco685Message } | Ademco685Refusal;

const LF = 0x0a;
const CR = 0x0d;
const ESC = 0x1b;

/**
 * Reads a line. Blanks before the end are let pass: senders differ (receiver-outputs.md §2.1, A).
 *
 * @param bytes The line, with or without 0x0A before it and 0x0D or 0x1B behind it.
 * @returns The message, or the rule that refused it: `empty`; `control-octet` (an octet that is not printable); `bad-header`;
 *   `bad-layout`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { parseAdemco685 } from "./message.ts";
 *
 * const read = parseAdemco685(new TextEncoder().encode("\n11 1234 18 E130 01 C015 \r"));
 * assert(read.ok && read.message.kind === "contact-id");
 * assertEquals([read.message.account, read.message.code, read.message.address], ["1234", "130", "zone"]);
 * ```
 */
export function parseAdemco685(bytes: Uint8Array): Ademco685Result {
  const start = bytes[0] === LF ? 1 : 0;
  const last = bytes.at(-1);
  let end = bytes.length > start && (last === CR || last === ESC) ? bytes.length - 1 : bytes.length;
  while (end > start && bytes[end - 1] === 0x20) end--;
  const inner = bytes.subarray(start, end);
  if (inner.length === 0) {
    return refuse(
      "empty",
      "Nothing stands between 0x0A and 0x0D. Expected a line such as `11 1234 18 E130 01 C015`.",
    );
  }
  const control = inner.findIndex((octet) => octet < 0x20 || octet > 0x7e);
  if (control >= 0) {
    const octet = (inner[control] ?? 0).toString(16).padStart(2, "0");
    return refuse(
      "control-octet",
      `Octet ${start + control} is 0x${octet}, expected printable characters only. ` +
        "The line was disturbed: check baud rate, parity and the cable.",
    );
  }
  let text = "";
  for (const octet of inner) text += String.fromCharCode(octet);
  const found = /^([0-9A-Z])([0-9A-Z]) (?=[!-~])(.*)$/.exec(text);
  if (found === null) {
    return refuse(
      "bad-header",
      `The line \`${text}\` does not start with receiver (1), line card group (1) and a blank. ` +
        "Characters were lost, or the sender uses another format.",
    );
  }
  const [, receiver = "", line = "", body = ""] = found;
  const header = { receiver, line };
  if (body === "OKAY @") return { ok: true, message: { kind: "heartbeat", ...header } };
  const message = contactIdLine(header, body) ?? highSpeedLine(header, body) ?? pulseLine(header, body);
  if (message !== undefined) return { ok: true, message };
  return refuse(
    "bad-layout",
    `The line \`${text}\` is none of the 685's: expected account and event, such as \`${receiver}${line} 1234 3\`, ` +
      `\`${receiver}${line} 1234 1555 5555 7\` or \`${receiver}${line} 1234 18 E130 01 C015\`. Characters were lost or ` +
      "changed, or the sender uses another format.",
  );
}

function refuse(rule: Ademco685Refusal["rule"], message: string): Ademco685Refusal {
  return { ok: false, rule, message };
}
