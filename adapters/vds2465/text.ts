/**
 * Texts of VdS 2465 records.
 *
 * @module
 */

/** Where the character set of a panel's display (HD44780) differs from ISO 8859-1, in the letters of German. */
const LCD: Readonly<Record<number, string>> = { 0xe1: "ä", 0xe2: "ß", 0xef: "ö", 0xf5: "ü" };
/** Telenot panels pad their texts to a line of the display. */
const LCD_LENGTH = 16;

/**
 * Decodes a text: ISO 8859-1, or the set of a panel's display when the text is as long as a line of it and has no high
 * octet but its ä, ö, ü and ß. Control characters become blanks, blanks at the ends go. Source: vds2465.md §3.10 (A for
 * both sets; telling them apart this way is ours, C).
 *
 * @param data Data of a record 51 or 54.
 * @returns The text to show; the octets stay in the record.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readText } from "./text.ts";
 *
 * assertEquals(readText(Uint8Array.fromHex("54fc72")), "Tür");
 * assertEquals(readText(Uint8Array.fromHex("54f572" + "20".repeat(13))), "Tür");
 * ```
 */
export function readText(data: Uint8Array): string {
  const lcd = data.length === LCD_LENGTH && data.every((octet) => octet < 0x80 || LCD[octet] !== undefined);
  let text = "";
  for (let at = 0; at < data.length; at++) {
    const octet = data[at] as number;
    const control = octet < 0x20 || (octet >= 0x7f && octet < 0xa0);
    text += control ? " " : (lcd ? LCD[octet] : undefined) ?? String.fromCharCode(octet);
  }
  return text.trim();
}

/**
 * Encodes a text as ISO 8859-1.
 *
 * @param text The text. Characters that the set does not have become `?`; what is longer than 255 octets is cut off.
 * @returns Data of a record 51 or 54.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeText } from "./text.ts";
 *
 * assertEquals(writeText("Tür €").toHex(), "54fc72203f");
 * ```
 */
export function writeText(text: string): Uint8Array {
  return Uint8Array.from([...text].slice(0, 255), (char) => {
    const code = char.codePointAt(0) ?? 0x3f;
    return code < 0x100 ? code : 0x3f;
  });
}
