/**
 * Octets as text and back.
 *
 * The structure of DC-09 is ASCII; what stands in its fields is text in UTF-8 or Windows-1252. So a message is first taken
 * as characters of one octet each, cut into fields, and then each field is read as text.
 *
 * @module
 */

/** How the letters outside ASCII were written. */
export type Dc09Encoding = "ascii" | "utf-8" | "windows-1252";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Only for ASCII, which is the same in all encodings here: the quickest way to a string. */
const ascii = new TextDecoder("utf-8", { ignoreBOM: true });
const windows1252 = new TextDecoder("windows-1252");
const WINDOWS: ReadonlyMap<string, number> = new Map(
  [...windows1252.decode(Uint8Array.from({ length: 256 }, (_, octet) => octet))].map((
    char,
    octet,
  ) => [char, octet]),
);

/**
 * One character for each octet, U+0000 to U+00FF.
 *
 * @param bytes The octets.
 * @returns As many characters.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fromOctets, toOctets } from "./octets.ts";
 *
 * assertEquals(toOctets(fromOctets(Uint8Array.of(0x41, 0xff))), Uint8Array.of(0x41, 0xff));
 * ```
 */
export function fromOctets(bytes: Uint8Array): string {
  if (isAscii(bytes)) return ascii.decode(bytes);
  let text = "";
  for (let at = 0; at < bytes.length; at += 1024) {
    text += String.fromCharCode(...bytes.subarray(at, at + 1024));
  }
  return text;
}

function isAscii(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if ((bytes[at] as number) > 0x7f) return false;
  return true;
}

/**
 * The inverse of {@link fromOctets}.
 *
 * @param text Characters up to U+00FF; of others only the lowest eight bits are kept.
 * @returns One octet a character.
 */
export function toOctets(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/**
 * Finds out how text is written. UTF-8 if it is valid UTF-8, Windows-1252 otherwise: the table of extended data says
 * Windows-1252, panels in the field send UTF-8 as well (receiver-outputs.md §7.4, A), and Windows-1252 text is
 * practically never valid UTF-8.
 *
 * @param octets The text, one character an octet.
 * @returns `ascii` when nothing tells the two apart.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodingOf } from "./octets.ts";
 *
 * assertEquals([encodingOf("Hall"), encodingOf("K\xfcche"), encodingOf("K\xc3\xbcche")], [
 *   "ascii",
 *   "windows-1252",
 *   "utf-8",
 * ]);
 * ```
 */
export function encodingOf(octets: string): Dc09Encoding {
  // deno-lint-ignore no-control-regex -- ASCII includes the control characters.
  if (/^[\x00-\x7f]*$/.test(octets)) return "ascii";
  try {
    utf8.decode(toOctets(octets));
    return "utf-8";
  } catch {
    return "windows-1252";
  }
}

/**
 * Reads text.
 *
 * @param octets The text, one character an octet.
 * @param encoding How it is written; text that is not valid in it is read as Windows-1252.
 * @returns The text.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readText, writeText } from "./octets.ts";
 *
 * assertEquals(readText("K\xfcche", "windows-1252"), "Küche");
 * assertEquals(writeText("Küche", "utf-8"), "K\xc3\xbcche");
 * ```
 */
export function readText(octets: string, encoding: Dc09Encoding): string {
  if (encoding === "ascii") return octets;
  if (encoding === "utf-8") {
    try {
      return utf8.decode(toOctets(octets));
    } catch {
      // A field cut through the middle of a letter.
    }
  }
  return windows1252.decode(toOctets(octets));
}

/**
 * Writes text; the inverse of {@link readText}.
 *
 * @param text The text.
 * @param encoding How to write letters outside ASCII; with `ascii` as UTF-8.
 * @returns One character an octet. A letter that Windows-1252 does not have becomes `?`.
 */
export function writeText(text: string, encoding: Dc09Encoding): string {
  if (encoding !== "windows-1252") return fromOctets(new TextEncoder().encode(text));
  return Array.from(text, (char) => String.fromCharCode(WINDOWS.get(char) ?? 0x3f)).join("");
}
