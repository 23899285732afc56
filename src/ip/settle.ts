/**
 * Writing constants beside the reason for them.
 *
 * @module
 */
import type { Basis, Confidence, ProfileValues } from "./profile_types.ts";

/** A constant with how sure we are of it and why. */
export type Row<T> = readonly [value: T, confidence: Confidence, basis: string];
/** A row for each constant of a profile. */
export type ValueRows = { readonly [K in keyof ProfileValues]: Row<ProfileValues[K]> };

/**
 * Splits rows of value and basis into the two members of a profile.
 *
 * @param rows Constants, all of them or those in which an edition differs.
 * @returns The values and the basis, under the same names.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { settle } from "./settle.ts";
 *
 * const { values, basis } = settle({ portOctets: [2, "PROFILE", "size not seen"] });
 * assertEquals(values.portOctets, 2);
 * assertEquals(basis.portOctets, { confidence: "PROFILE", basis: "size not seen" });
 * ```
 */
export function settle<K extends keyof ProfileValues>(
  rows: Pick<ValueRows, K>,
): { values: Pick<ProfileValues, K>; basis: Readonly<Record<K, Basis>> } {
  const entries = Object.entries<Row<unknown>>(rows);
  return {
    values: Object.fromEntries(entries.map(([name, [value]]) => [name, value])) as Pick<ProfileValues, K>,
    basis: Object.fromEntries(
      entries.map(([name, [, confidence, basis]]) => [name, { confidence, basis }]),
    ) as Record<K, Basis>,
  };
}
