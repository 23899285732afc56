/**
 * Extended data: the brackets behind the event, one letter and a content each.
 *
 * @module
 */

/** One bracket of extended data, such as `[RLivingRoom]`. */
export interface Dc09Extended {
  /** Its letter: the first character behind the bracket. Unknown letters are kept. Empty for `[]`. */
  id: string;
  /** What follows, as text. */
  text: string;
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ["A", "authentication hash"],
  ["C", "supervision category"],
  ["H", "time of occurrence"],
  ["I", "alarm text"],
  ["J", "path used"],
  ["K", "key"],
  ["L", "location"],
  ["M", "MAC address"],
  ["N", "network address"],
  ["O", "building"],
  ["P", "programming data"],
  ["R", "room"],
  ["S", "site name"],
  ["T", "alarm trigger"],
  ["V", "verification"],
  ["X", "longitude"],
  ["Y", "latitude"],
  ["Z", "altitude"],
]);

/**
 * Name of a letter. Source: receiver-outputs.md §7.4, confidence A (an implementation's table).
 *
 * @param id The letter.
 * @returns Its name, or undefined for a letter the table does not have.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { extendedName } from "./extended_data.ts";
 *
 * assertEquals([extendedName("R"), extendedName("Q")], ["room", undefined]);
 * ```
 */
export function extendedName(id: string): string | undefined {
  return NAMES.get(id);
}

/** The letters whose content says in words what happened and where, in the order they are shown. */
const WORDS = ["I", "L", "R", "O", "S", "V"];

/**
 * What the extended data says in words: alarm text, location, room, building, site and verification, in this order.
 *
 * @param extended The brackets.
 * @returns The texts, joined with commas; empty when there are none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { extendedText } from "./extended_data.ts";
 *
 * assertEquals(extendedText([{ id: "R", text: "Hall" }, { id: "I", text: "Anna" }]), "Anna, Hall");
 * ```
 */
export function extendedText(extended: readonly Dc09Extended[]): string {
  const texts = WORDS.flatMap((id) => extended.filter((it) => it.id === id).map((it) => it.text.trim()));
  return texts.filter((text) => text !== "").join(", ");
}
