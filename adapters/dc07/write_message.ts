/**
 * Writes DC-07 frames.
 *
 * @module
 */
import type { LineWritten } from "../checked_line.ts";
import { crc16 } from "../dc09/crc16.ts";
import { dc07Line, type Dc07Message, parseDc07 } from "./message.ts";

/**
 * Octets that fit between the brackets: the length field has two hexadecimal digits, so 255 less type, sequence, receiver,
 * line and the brackets (receiver-outputs.md §4.1, A).
 */
export const MAX_DATA = 255 - 11;

/**
 * Writes a frame with its check and length, in capital hexadecimal letters. What was written is read back before it is given
 * out: a field that does not fit its place, or would end the frame early, is refused and never cut.
 *
 * @param message The message.
 * @returns The frame; or rule `line-too-long` (more than {@link MAX_DATA} octets of data), `not-writable`. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { writeDc07 } from "./write_message.ts";
 *
 * const written = writeDc07({ type: "a", sequence: "0001", receiver: "01", line: "01", data: "#1234|18113001015" });
 * assert(written.ok);
 * assertEquals(written.line, "<LF>74041Ca00010101[#1234|18113001015]<CR>");
 * ```
 */
export function writeDc07(message: Dc07Message): LineWritten {
  const { type, sequence, receiver, line, data } = message;
  if (data.length > MAX_DATA) {
    return {
      ok: false,
      rule: "line-too-long",
      message: `The data has ${data.length} octets, a DC-07 frame has room for ${MAX_DATA}. ` +
        "Shorten the account or switch off what the panel adds to its events.",
    };
  }
  const body = `${type}${sequence}${receiver}${line}[${data}]`;
  const octets = Uint8Array.from(body, (character) => Math.min(0xff, character.charCodeAt(0)));
  const check = [crc16(octets).toString(16).padStart(4, "0"), octets.length.toString(16).padStart(2, "0")];
  const head = new TextEncoder().encode(`\n${check.join("").toUpperCase()}`);
  const bytes = Uint8Array.of(...head, ...octets, 0x0d);
  const back = parseDc07(bytes);
  if (!back.ok || !same(back.frame, message) || /[[\]]/.test(data)) {
    return {
      ok: false,
      rule: "not-writable",
      message:
        `A DC-07 frame cannot hold this: \`${
          dc07Line(octets)
        }\`. A field is too long for its place, or holds ` +
        "brackets, control characters or characters outside ISO 8859-1. Check the account and the alarm's data.",
    };
  }
  return { ok: true, bytes, line: dc07Line(bytes) };
}

function same(a: Dc07Message, b: Dc07Message): boolean {
  return a.type === b.type && a.sequence === b.sequence && a.receiver === b.receiver && a.line === b.line &&
    a.data === b.data;
}
