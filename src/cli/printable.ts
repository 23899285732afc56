/**
 * What comes from outside, fit for a terminal.
 *
 * @module
 */

/**
 * Replaces control characters: what panels send, and what files and arguments hold, steers no terminal.
 *
 * @param line One line.
 * @returns The same with a `?` for each control character, line ends included.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { printable } from "./printable.ts";
 *
 * assertEquals(printable("zone\u001b[2J 3\n"), "zone?[2J 3?");
 * ```
 */
export function printable(line: string): string {
  // deno-lint-ignore no-control-regex
  return line.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, "?");
}
