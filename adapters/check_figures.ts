/**
 * Checks the figures of a session's settings.
 *
 * @module
 */

/**
 * Takes no figure below zero and nothing that is no number.
 *
 * @param figures Times and counts, by the names of their settings.
 * @throws {RangeError} Naming the first that is not 0 or more.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkFigures } from "./check_figures.ts";
 *
 * checkFigures({ waitMs: 4000, tries: 0 });
 * assertThrows(() => checkFigures({ waitMs: -1 }), RangeError, "waitMs is -1");
 * ```
 */
export function checkFigures(figures: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(figures)) {
    if (!(value >= 0)) throw new RangeError(`${name} is ${value}; expected 0 or more`);
  }
}
