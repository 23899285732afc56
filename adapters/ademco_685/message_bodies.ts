/**
 * What stands behind receiver and line card group in a line of the 685, by signal.
 *
 * @module
 */
import type { Ademco685Header, Ademco685Message } from "./message.ts";

/**
 * Reads Contact ID: `AAAA 18 QXYZ GG FCCC`, F being `C` before a contact, `U` before a user (receiver-outputs.md §2.1, A).
 * An account of more than four digits and a line without F are read too.
 *
 * @param header Receiver and line card group.
 * @param body The rest of the line, without blanks at the end.
 * @returns The message; undefined when it is no Contact ID.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { contactIdLine } from "./message_bodies.ts";
 *
 * const message = contactIdLine({ receiver: "1", line: "1" }, "1234 18 R401 02 U007");
 * assertEquals(message?.kind === "contact-id" && message.address, "user");
 * assertEquals(contactIdLine({ receiver: "1", line: "1" }, "1234 3"), undefined);
 * ```
 */
export function contactIdLine(header: Ademco685Header, body: string): Ademco685Message | undefined {
  const found =
    /^([0-9A-Za-z]{3,16}) (18|98) ([ERP])([0-9A-F]{3}) ([0-9A-F]{2}) (?:([CU])([0-9A-F]{3})|(\d{3}))$/.exec(
      body,
    );
  if (found === null) return undefined;
  const [, account = "", type, q, code = "", group = "", letter, named = "", bare = ""] = found;
  const qualifier = q === "R" || q === "P" ? q : "E";
  const messageType = type === "98" ? "98" : "18";
  const address = letter === "U" ? "user" : "zone";
  return {
    kind: "contact-id",
    ...header,
    account,
    messageType,
    qualifier,
    code,
    group,
    ...(letter === undefined ? {} : { address }),
    // Without the letter only plain digits: `C01` is a line that lost its end.
    zone: named + bare,
  };
}

/**
 * Reads high speed, `AAAA CCCC CCCC C`, and the receiver's own messages, which have a name where the account stands
 * (receiver-outputs.md §2.1 and §2.3, A).
 *
 * @param header Receiver and line card group.
 * @param body The rest of the line, without blanks at the end.
 * @returns The message; undefined when it is none of the two.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { highSpeedLine } from "./message_bodies.ts";
 *
 * const header = { receiver: "2", line: "0" };
 * assertEquals(highSpeedLine(header, "LINE 5155 5555 7")?.kind, "receiver-status");
 * assertEquals(highSpeedLine(header, "8531 1515 5555 7")?.kind, "high-speed");
 * ```
 */
export function highSpeedLine(header: Ademco685Header, body: string): Ademco685Message | undefined {
  const found = /^([0-9A-Za-z]{1,16}) ([0-9B-F]{4}) ([0-9B-F]{4}) ([0-9A-Z])$/.exec(body);
  if (found === null) return undefined;
  const [, account = "", first = "", second = "", status = ""] = found;
  const channels = first + second;
  return /^(LINE|RCV[A-Z])$/.test(account)
    ? { kind: "receiver-status", ...header, name: account, channels, status }
    : { kind: "high-speed", ...header, account, channels, status };
}

/**
 * Reads the pulse formats: `AAAA E`, `AAAA EI`, `AAAA E Z`, and for CAPS `AAAA DDDA` or `AAAA D D D A` (receiver-outputs.md §2.1, A).
 *
 * @param header Receiver and line card group.
 * @param body The rest of the line, without blanks at the end.
 * @returns The message; undefined when it is none of them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pulseLine } from "./message_bodies.ts";
 *
 * const caps = pulseLine({ receiver: "1", line: "2" }, "3456 244A");
 * assertEquals(caps?.kind === "caps" && caps.event + caps.detail, "F4");
 * ```
 */
export function pulseLine(header: Ademco685Header, body: string): Ademco685Message | undefined {
  const found = /^([0-9A-Fa-f]{3,16}) (?:([0-9A-F])( ?)([0-9A-F]?)|(\d)( ?)(\d)\6(\d)\6A)$/.exec(body);
  if (found === null) return undefined;
  const [, account = "", event, blank, detail = "", hundreds, capsBlank, tens = "", ones = ""] = found;
  if (event !== undefined) {
    // A blank without a digit behind it does not get here: the end of the line was trimmed.
    return { kind: "pulse", ...header, account, event, detail, spaced: blank === " " };
  }
  const value = Number(`${hundreds}${tens}${ones}`);
  if (value > 255) return undefined;
  const [high = "", low = ""] = value.toString(16).toUpperCase().padStart(2, "0");
  return { kind: "caps", ...header, account, event: high, detail: low, spaced: capsBlank === " " };
}
