/** Arbitrary Contact ID messages for the property tests of this folder. */
import fc from "fast-check";
import type { ContactId } from "../../../adapters/contact_id/mod.ts";

const digit = fc.constantFrom(..."0123456789BCDEF");

/** Exactly `count` Contact ID digits. */
export function digits(count: number): fc.Arbitrary<string> {
  return fc.array(digit, { minLength: count, maxLength: count }).map((all) => all.join(""));
}

/** Any message with an account of `shortest` to `longest` digits. */
export function message(shortest = 4, longest = 4): fc.Arbitrary<ContactId> {
  return fc.record({
    account: fc.integer({ min: shortest, max: longest }).chain(digits),
    messageType: fc.constantFrom("18" as const, "98" as const),
    qualifier: fc.constantFrom(1 as const, 3 as const, 6 as const),
    code: digits(3),
    group: digits(2),
    zone: digits(3),
  });
}

/** Octets as text, one character each. */
export function ascii(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Cuts octets at the given places (any numbers). */
export function cut(bytes: Uint8Array, places: number[]): Uint8Array[] {
  const sorted = [...new Set(places.map((at) => bytes.length === 0 ? 0 : at % bytes.length))].sort((a, b) =>
    a - b
  );
  const parts: Uint8Array[] = [];
  let from = 0;
  for (const at of sorted) {
    parts.push(bytes.subarray(from, at));
    from = at;
  }
  parts.push(bytes.subarray(from));
  return parts;
}
