/**
 * Writes the lines a Sur-Gard receiver sends.
 *
 * @module
 */
import { checkedLine, type LineWritten } from "../checked_line.ts";
import { parseSurGard, type SurGardMessage } from "./message.ts";

/**
 * Writes a line, terminator included. What was written is read back before it is given out: a field that does not fit its place, or
 * would end the line early, is refused and never cut.
 *
 * @param message The message. Lengths of `receiver` and `line` are taken as they are.
 * @returns The line; or rule `not-writable`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeSurGard } from "./write_message.ts";
 *
 * const written = writeSurGard({ kind: "heartbeat", receiver: "01", line: "1" });
 * assert(written.ok);
 * assertEquals(written.line, "1011           @    <DC4>");
 * assertEquals(written.bytes.length, 21);
 * ```
 */
export function writeSurGard(message: SurGardMessage): LineWritten {
  const text = textOf(message);
  return checkedLine({
    message,
    text,
    before: "",
    end: "\x14",
    line: `${text}<DC4>`,
    takes: (octet) => octet <= 0xff,
    read: (bytes) => parseSurGard(bytes, message.kind === "other" ? {} : { lineDigits: message.line.length }),
    foreign: "blanks, brackets or control characters",
  });
}

function textOf(message: SurGardMessage): string {
  if (message.kind === "other") return message.id + message.rest;
  const head = message.receiver + message.line;
  switch (message.kind) {
    case "heartbeat":
      return `1${head}${" ".repeat(11)}@${" ".repeat(4)}`;
    case "receiver-status":
      return `1${head}${" ".repeat(6)}0000 ${message.event}  ${message.detail}`;
    case "pulse":
      return `1${head}    ${message.account.padStart(6)} ${message.event.padStart(1)}${
        message.group.padStart(1)
      }` +
        message.zone.padStart(3);
    case "sia-event":
      return `3${head}    ${message.account.padStart(6)}${message.code}${message.address.padStart(4)}`;
    case "sia-block":
      return `${message.id}${head}[#${message.account}|${message.block}]`;
    case "contact-id": {
      const { messageType, account, qualifier, code, group, zone } = message;
      return `5${head} ${messageType}${account}${qualifier}${code}${group}${zone}`;
    }
    case "modem2":
      return `6${head}      ${message.account.padStart(4)}${message.code.padStart(2)}${
        message.address.padStart(4)
      }`;
    case "fast-format": {
      const groups = message.channels.replace(/.{4}/g, " $&");
      return `8${head}${message.account}${groups} ${message.status}`;
    }
  }
}
