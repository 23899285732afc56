/**
 * Letters that are typed for digits.
 *
 * @module
 */

/** Upper-case character to what the print probably shows. */
const MEANT: readonly (readonly [letters: string, name: string, meant: string])[] = [
  ["O", "the letter O", "the digit 0"],
  ["I", "the letter I", "the digit 1"],
  ["L", "the letter L", "the digit 1"],
  ["|", "a bar", "the digit 1"],
  ["Q", "the letter Q", "the digit 0"],
  ["S", "the letter S", "the digit 5"],
  ["Z", "the letter Z", "the digit 2"],
  ["G", "the letter G", "the digit 6"],
];

/**
 * Says which digit was probably meant by which letter.
 *
 * A secret's digits must not be repeated in a message; these letters are none, and each is named once, without its place.
 *
 * @param characters What was typed, upper case, one character each.
 * @returns A hint for each such letter, in a fixed order; empty when there is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { looksLike } from "./lookalikes.ts";
 *
 * assertEquals(looksLike(["0", "O", "1", "O"]), ["the letter O is probably the digit 0"]);
 * ```
 */
export function looksLike(characters: readonly string[]): string[] {
  return MEANT.filter(([letter]) => characters.includes(letter))
    .map(([, name, meant]) => `${name} is probably ${meant}`);
}
