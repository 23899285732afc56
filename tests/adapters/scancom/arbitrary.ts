/** Arbitrary Fast Format messages for the property tests of this folder. */
import fc from "fast-check";
import type { Scancom } from "../../../adapters/scancom/mod.ts";

function digits(count: number, of: string): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...of), { minLength: count, maxLength: count }).map((all) => all.join(""));
}

/** Any message in one of the layouts that have a length of their own. */
export const message: fc.Arbitrary<Scancom> = fc
  .constantFrom<[number, number]>(
    [2, 8],
    [3, 8],
    [4, 8],
    [5, 8],
    [6, 8],
    [2, 16],
    [4, 16],
    [6, 16],
    [6, 24],
    [6, 32],
  )
  .chain(([account, channels]) =>
    fc.record({
      account: digits(account, "0123456789BCDEF"),
      channels: digits(channels, "0123456789BF"),
      status: digits(1, "0123456789B"),
    })
  );

/** Octets as text, one character each. */
export function ascii(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Cuts octets at the given places (any numbers). */
export function cut(bytes: Uint8Array, places: number[]): Uint8Array[] {
  const at = [...new Set(places.map((place) => bytes.length === 0 ? 0 : place % bytes.length))].sort((a, b) =>
    a - b
  );
  return [...at, bytes.length].map((end, i) => bytes.subarray(i === 0 ? 0 : at[i - 1], end));
}
