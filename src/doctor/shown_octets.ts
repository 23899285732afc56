/**
 * Octets as hex and text, for people; secrets blotted out.
 *
 * @module
 */

/** Octets of a line. */
const ROW = 16;

/**
 * Shows the first octets as rows of hex and text. A key that a panel sends in clear (DC-09, `[K…]`) and the password of a
 * CSV-IP line are blotted out, in both columns.
 *
 * @param bytes The octets.
 * @param most How many are shown at most.
 * @returns Rows without line ends.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { shownOctets } from "./shown_octets.ts";
 *
 * assertEquals(shownOctets(Uint8Array.fromHex("462331329d"), 64), [
 *   "46 23 31 32 9d                                   F#12.",
 * ]);
 * assertEquals(shownOctets(new TextEncoder().encode("[Kabcd]"), 64)[0]?.includes("abcd"), false);
 * ```
 */
export function shownOctets(bytes: Uint8Array, most: number): string[] {
  const octets = blotted(bytes).slice(0, most);
  const rows: string[] = [];
  for (let at = 0; at < octets.length; at += ROW) {
    const row = octets.slice(at, at + ROW);
    const hex = row.map((octet) => octet === undefined ? "**" : octet.toString(16).padStart(2, "0")).join(
      " ",
    );
    const text = row.map((octet) =>
      octet === undefined ? "*" : octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : "."
    ).join("");
    rows.push(`${hex.padEnd(ROW * 3)} ${text}`);
  }
  return rows;
}

/** The octets; undefined for those that are not to be seen. */
function blotted(bytes: Uint8Array): (number | undefined)[] {
  const octets: (number | undefined)[] = [...bytes];
  let text = "";
  for (const octet of bytes) text += String.fromCharCode(octet);
  const blot = (from: number, to: number) => octets.fill(undefined, from, Math.min(to, octets.length));
  for (const found of text.matchAll(/\[K([^\]\r]*)/g)) blot(found.index + 2, found.index + found[0].length);
  for (const found of text.matchAll(/(?:^|[\r\n])([^,\r\n]*,)([^,\r\n]*),/g)) {
    const start = found.index + found[0].length - 1 - found[2]!.length;
    blot(start, start + found[2]!.length);
  }
  return octets;
}
