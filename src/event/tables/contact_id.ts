/**
 * What the Contact ID event codes mean.
 *
 * @module
 */
import table from "./contact_id.json" with { type: "json" };

/** What is known of one event code. */
export interface ContactIdCode {
  /** The event's name. */
  name: string;
  /** Whether the three digits after the group are a zone (also a device number) or a user. */
  address: "zone" | "user";
}

const CODES: ReadonlyMap<string, ContactIdCode> = new Map(
  table.codes.map((
    { code, name, address },
  ) => [code, { name, address: address === "user" ? "user" : "zone" }]),
);

/**
 * Looks up an event code.
 *
 * 231 codes; those of group 3xx and 5xx that concern modules carry the device number where others carry the zone.
 * Source: panel-formats.md §2.6, confidence A (573 and 574: sources disagree which of zone and user they carry).
 *
 * @param code Three digits, e.g. `130`.
 * @returns Name and kind of address, or undefined when the table does not know the code. Unknown codes are passed on.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { contactIdCode } from "./contact_id.ts";
 *
 * assertEquals(contactIdCode("401"), { name: "Open/close by user", address: "user" });
 * assertEquals(contactIdCode("168"), undefined);
 * ```
 */
export function contactIdCode(code: string): ContactIdCode | undefined {
  return CODES.get(code);
}
