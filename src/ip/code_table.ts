/**
 * Names for the octets of a code table, in both directions.
 *
 * @module
 */
import type { CodePoint } from "./profile.ts";

/** A code table made ready for reading and writing. Every octet has a name, every name at most one octet. */
export interface CodeTable<N extends string, P extends string> {
  /** Name of an octet; one that the profile does not know is the prefix and two hex digits: `RESP_0x7b`. */
  nameOf(id: number): N | `${P}${string}`;
  /** Octet of a name. Throws RangeError for a name that the profile does not have. */
  idOf(name: N | `${P}${string}`): number;
}

/**
 * Makes a code table.
 *
 * @param rows Names and numbers.
 * @param prefix What the name of an unknown octet begins with, up to and including `0x`.
 * @returns The table.
 * @throws {RangeError} When a name or a number occurs twice, or a number is no octet: an error in the
 * profile.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { codeTable } from "./code_table.ts";
 * import { reconstructed2020 } from "./profile.ts";
 *
 * const results = codeTable(reconstructed2020.results, "RESP_0x");
 * assertEquals(results.nameOf(0x01), "RESP_ACKNOWLEDGE");
 * assertEquals(results.nameOf(0x7b), "RESP_0x7b");
 * assertEquals(results.idOf("RESP_0x7b"), 0x7b);
 * ```
 */
export function codeTable<N extends string, P extends string>(
  rows: readonly CodePoint<N>[],
  prefix: P,
): CodeTable<N, P> {
  const names: (N | `${P}${string}`)[] = [];
  for (let id = 0; id < 256; id++) names.push(`${prefix}${id.toString(16).padStart(2, "0")}`);
  const ids = new Map<string, number>(names.map((name, id) => [name, id]));
  const taken = new Set<number>();
  for (const { name, id } of rows) {
    if (!Number.isInteger(id) || id < 0 || id > 255) {
      throw new RangeError(`${name} has the number ${id}, not an octet`);
    }
    if (taken.has(id)) throw new RangeError(`${name} and ${names[id]} both have the number ${id}`);
    if (ids.has(name)) throw new RangeError(`${name} is in the table twice`);
    taken.add(id);
    names[id] = name;
    ids.set(name, id);
  }
  return {
    nameOf: (id) => names[id & 0xff] as N | `${P}${string}`,
    idOf(name) {
      const id = ids.get(name);
      if (id === undefined) throw new RangeError(`the profile has no number for ${name}`);
      return id;
    },
  };
}
