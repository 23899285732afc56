/**
 * Writes the lines of a receiver in D6500 mode.
 *
 * @module
 */
import { checkedLine, type LineWritten } from "../checked_line.ts";
import { type Bosch6500Message, parseBosch6500 } from "./message.ts";

/** What is programmable in the receiver (receiver-outputs.md §3.1, A). */
export interface Bosch6500Writing {
  /** An octet before each line, 0x20 or below: 0x20 of the VisorALARM, 0x0A in Bosch's examples. @default {none} */
  header?: number;
  /** The octet at the end of each line. @default {0x14} */
  trailer?: number;
}

/**
 * Writes a line with header and trailer. What was written is read back before it is given out: a field that does not fit its
 * place, or would end the line early, is refused and never cut.
 *
 * @param message The message.
 * @param writing Header and trailer.
 * @returns The line; or rule `not-writable`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeBosch6500 } from "./write_message.ts";
 *
 * const written = writeBosch6500({ kind: "link-test", receiver: "01", line: "0" }, { header: 0x20 });
 * assert(written.ok);
 * assertEquals(written.line, " 1010           @    <DC4>");
 * assertEquals(written.bytes.length, 22);
 * ```
 */
export function writeBosch6500(message: Bosch6500Message, writing: Bosch6500Writing = {}): LineWritten {
  const { header, trailer = 0x14 } = writing;
  const text = textOf(message);
  return checkedLine({
    message,
    text,
    before: header === undefined ? "" : String.fromCharCode(header),
    end: String.fromCharCode(trailer),
    line: `${shown(header)}${text}${shown(trailer)}`,
    takes: (octet) => octet <= 0x7e && octet !== trailer,
    read: (bytes) => parseBosch6500(bytes, { trailer }),
    foreign: "blanks, brackets or control characters",
  });
}

function textOf(message: Bosch6500Message): string {
  const head = `${message.receiver}${message.line}`;
  switch (message.kind) {
    case "link-test":
      return `1${head}${" ".repeat(11)}@${" ".repeat(4)}`;
    case "receiver-event":
      return `1${head}${message.account.padStart(10)} X${message.detail.padStart(4)}`;
    case "pulse":
      return `${message.id}${head}${message.account.padStart(10)}${message.event}${message.zone.padStart(4)}`;
    case "text":
      return `3${head}${message.text}`;
    case "contact-id": {
      const { account, messageType, qualifier, code, group, zone } = message;
      return `a${head} ${account}${messageType}${qualifier}${code}${group}${zone}`;
    }
    case "fast-format": {
      const groups = message.channels.replace(/.{4}/g, " $&");
      return `${message.channels.length === 8 ? "f" : "g"}${head}${
        message.account.padStart(6)
      }${groups} ${message.status}`;
    }
    case "sia-block":
      return `S${head}[#${message.account}|${message.block}]`;
    case "other":
      return `${message.id}${head}${message.body}`;
  }
}

const NAMES: Readonly<Record<number, string>> = { 0x0a: "<LF>", 0x0d: "<CR>", 0x14: "<DC4>", 0x20: " " };

function shown(octet: number | undefined): string {
  if (octet === undefined) return "";
  return NAMES[octet] ?? `<${octet.toString(16).padStart(2, "0").toUpperCase()}>`;
}
