/**
 * Code page 437: what the letters of Galaxy texts behave like (panel-formats.md §1.4: A for the Nordic letters).
 *
 * Every octet is one character, so positions in the text are positions in the bytes, and octets 0x00 to 0x7F stay what
 * they are, control characters too.
 *
 * @module
 */

const HIGH =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀" +
  "αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

const octetOf: ReadonlyMap<string, number> = new Map([...HIGH].map((char, index) => [char, 0x80 + index]));

/**
 * Decodes octets as code page 437.
 *
 * @param bytes The octets.
 * @returns As many characters.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodeCp437 } from "./cp437.ts";
 *
 * assertEquals(decodeCp437(new Uint8Array([0x8e, 0x8f, 0x99, 0x41])), "ÄÅÖA");
 * ```
 */
export function decodeCp437(bytes: Uint8Array): string {
  let text = "";
  for (const octet of bytes) text += octet < 0x80 ? String.fromCharCode(octet) : HIGH[octet - 0x80] ?? "?";
  return text;
}

/**
 * Encodes text as code page 437; the inverse of {@link decodeCp437}.
 *
 * @param text The text. Characters that the page does not have become `?`.
 * @returns One octet a character.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeCp437 } from "./cp437.ts";
 *
 * assertEquals(encodeCp437("ÅA€").toHex(), "8f413f");
 * ```
 */
export function encodeCp437(text: string): Uint8Array {
  return Uint8Array.from([...text], (char) => {
    const code = char.codePointAt(0) ?? 0x3f;
    return code < 0x80 ? code : octetOf.get(char) ?? 0x3f;
  });
}

/**
 * Makes a text fit to be shown: control characters become blanks, runs of blanks become one, ends are trimmed. The
 * columns of a panel's text are not relied on (panel-formats.md §1.4 "ASCII block").
 *
 * @param text The text as sent.
 * @returns The text to show; may be empty.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { displayText } from "./cp437.ts";
 *
 * assertEquals(displayText("+INBROTT     IR Sovrum \r\n"), "+INBROTT IR Sovrum");
 * ```
 */
export function displayText(text: string): string {
  let clean = "";
  for (const char of text) clean += char < " " || char === "\x7f" ? " " : char;
  return clean.replace(/ +/g, " ").trim();
}
