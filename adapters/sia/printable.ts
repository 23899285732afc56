/**
 * Text for lines that hold printable ASCII only, and blocks between brackets.
 *
 * @module
 */

/**
 * Replaces what such a line cannot hold: letters lose their accents, brackets become round, the rest a question mark.
 *
 * @param text The text.
 * @returns The text in printable ASCII, without square brackets.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { printable } from "./printable.ts";
 *
 * assertEquals(printable("Küche [2]\r"), "Kuche (2)?");
 * ```
 */
export function printable(text: string): string {
  const plain = text.normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  return plain.replaceAll("[", "(").replaceAll("]", ")").replace(/[^ -~]/g, "?");
}
