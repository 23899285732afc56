/**
 * Options without those that are not set.
 *
 * @module
 */

/** Options that are set. */
export type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/**
 * Leaves out what is not set: an option that is there and undefined is no option.
 *
 * @param options The options.
 * @returns Only what is set.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { given } from "./given.ts";
 *
 * assertEquals(given({ waitMs: undefined, tries: 3 }), { tries: 3 });
 * ```
 */
export function given<T extends Record<string, unknown>>(options: T): Given<T> {
  const set = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set) as Given<T>;
}
