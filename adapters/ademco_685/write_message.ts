/**
 * Writes the lines of an Ademco 685 receiver.
 *
 * @module
 */
import { checkedLine, type LineWritten } from "../checked_line.ts";
import { type Ademco685Message, parseAdemco685 } from "./message.ts";

/** What differs between receivers of this kind (receiver-outputs.md §2.1, A). */
export interface Ademco685Writing {
  /** The octet at the end of a line: 0x0D, or 0x1B ("computer option 2"). A CAPS line ends with its `A`. @default {"cr"} */
  terminator?: "cr" | "esc";
  /**
   * Whether a blank stands behind a Contact ID line, before its end: so the MX8000 and AES; the VisorALARM leaves it out.
   * @default {true}
   */
  trailingBlank?: boolean;
}

/**
 * Writes a line with the octets around it. What was written is read back before it is given out: a field that does not fit its
 * place, or would end the line early, is refused and never cut.
 *
 * @param message The message.
 * @param writing End of the line, blank before it.
 * @returns The line; or rule `not-writable`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeAdemco685 } from "./write_message.ts";
 *
 * const written = writeAdemco685({ kind: "heartbeat", receiver: "0", line: "0" });
 * assert(written.ok);
 * assertEquals(written.line, "<LF>00 OKAY @<CR>");
 * assertEquals(written.bytes.length, 11);
 * ```
 */
export function writeAdemco685(message: Ademco685Message, writing: Ademco685Writing = {}): LineWritten {
  const text = textOf(message, writing.trailingBlank ?? true);
  const end = message.kind === "caps" ? "" : writing.terminator === "esc" ? "\x1b" : "\r";
  const shownEnd = end === "" ? "" : end === "\r" ? "<CR>" : "<ESC>";
  return checkedLine({
    message,
    text,
    before: "\n",
    end,
    line: `<LF>${text}${shownEnd}`,
    takes: (octet) => octet <= 0x7e,
    read: parseAdemco685,
    foreign: "blanks or other characters that the format does not have",
  });
}

function textOf(message: Ademco685Message, trailingBlank: boolean): string {
  const head = `${message.receiver}${message.line} `;
  switch (message.kind) {
    case "heartbeat":
      return `${head}OKAY @`;
    case "receiver-status":
      return `${head}${message.name}${message.channels.replace(/.{4}/g, " $&")} ${message.status}`;
    case "high-speed":
      return `${head}${message.account}${message.channels.replace(/.{4}/g, " $&")} ${message.status}`;
    case "pulse":
      return `${head}${message.account} ${message.event}${message.spaced ? " " : ""}${message.detail}`;
    case "caps": {
      const digits = String(parseInt(message.event + message.detail, 16)).padStart(3, "0");
      return `${head}${message.account} ${message.spaced ? [...digits].join(" ") + " " : digits}A`;
    }
    case "contact-id": {
      const { account, messageType, qualifier, code, group, address, zone } = message;
      const letter = address === undefined ? "" : address === "user" ? "U" : "C";
      const end = trailingBlank ? " " : "";
      return `${head}${account} ${messageType} ${qualifier}${code} ${group} ${letter}${zone}${end}`;
    }
  }
}
