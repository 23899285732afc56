/**
 * SIA codes for VdS 2465 message kinds, for automation software that does not know VdS 2465.
 *
 * @module
 */
import table from "./vds2465_to_sia.json" with { type: "json" };

/** Bit 7 of the octet: gone, off, reset. */
const RESET = 0x80;

const kinds: ReadonlyMap<number, { set: string; reset: string }> = new Map(
  table.kinds.map(({ kind, set, reset }) => [parseInt(kind, 16), { set, reset }]),
);

/**
 * The SIA code that is nearest to a message kind. Much is lost by it: the text says what was meant.
 *
 * @param code The event's code: two hexadecimal digits, or `ST` and a record type.
 * @returns The code; `exact` is false where SIA has nothing near, and the general alarm or restore of an untyped zone stands
 *   in for it. Source: vds2465.md §8 (a suggestion, C).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { siaForVds2465 } from "./vds2465_to_sia.ts";
 *
 * assertEquals(siaForVds2465("22"), { code: "BA", exact: true });
 * assertEquals(siaForVds2465("A2"), { code: "BR", exact: true });
 * assertEquals(siaForVds2465("ST40"), { code: "RP", exact: true });
 * assertEquals(siaForVds2465("47"), { code: "UA", exact: false });
 * ```
 */
export function siaForVds2465(code: string): { code: string; exact: boolean } {
  if (code === "ST40") return { code: "RP", exact: true };
  const octet = /^[0-9A-F]{2}$/.test(code) ? parseInt(code, 16) : 0;
  const isReset = (octet & RESET) !== 0;
  const known = /^[0-9A-F]{2}$/.test(code) ? kinds.get(octet & ~RESET) : undefined;
  if (known === undefined) return { code: isReset ? "UR" : "UA", exact: false };
  return { code: isReset ? known.reset : known.set, exact: true };
}
