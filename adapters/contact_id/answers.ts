/**
 * What each textual form of Contact ID is answered with.
 *
 * @module
 */
import type { ContactIdForm } from "./text_result.ts";

/** How a form is answered. */
type Style = "octet" | "echo" | "texecom" | "none";

const STYLES: Readonly<Record<ContactIdForm, Style>> = {
  "plain": "octet",
  "climax": "octet",
  "sur-gard": "octet",
  "radionics": "octet",
  "ademco-685": "octet",
  "csv-ip": "echo",
  "texecom": "texecom",
  // Answered by a protocol around them, or by nobody.
  "asterisk": "none",
  "lifesos": "none",
  "envisalink": "none",
  "bosch-sia": "none",
  "fsk7": "none",
  "adm-cid": "none",
  "csl": "none",
  "display": "none",
};

/**
 * The answer to a message.
 *
 * `06` for plain, Climax, Sur-Gard, Radionics and 685 messages, the line itself for CSV-IP, `2` 06 CR LF for Texecom, and
 * nothing for the forms that travel inside another protocol or are only printed. Negative: 15 where 06 is positive, else
 * nothing. Source: panel-formats.md §2.5, A (plain B); 15 is our choice but for Sur-Gard.
 *
 * @param form The form of the message.
 * @param accepted Whether it was accepted.
 * @param line The message as it came, for the echo.
 * @returns The octets; empty when nothing is sent.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { contactIdAnswer } from "./answers.ts";
 *
 * assertEquals(contactIdAnswer("climax", true, "").toHex(), "06");
 * assertEquals(contactIdAnswer("csv-ip", true, "a,b,c,d"), new TextEncoder().encode("a,b,c,d\r\n"));
 * assertEquals(contactIdAnswer("csv-ip", false, "a,b,c,d").length, 0);
 * ```
 */
export function contactIdAnswer(form: ContactIdForm, accepted: boolean, line: string): Uint8Array {
  const style = STYLES[form];
  if (style === "octet") return Uint8Array.of(accepted ? 0x06 : 0x15);
  if (!accepted || style === "none") return new Uint8Array();
  return style === "texecom"
    ? Uint8Array.of(0x32, 0x06, 0x0d, 0x0a)
    : Uint8Array.from(`${line}\r\n`, (character) => character.charCodeAt(0));
}
