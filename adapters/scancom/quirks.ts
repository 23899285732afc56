/**
 * What single families of panels do in their own way with Fast Format: the files in `quirks/`.
 *
 * @module
 */
import type { Quirk } from "../quirk.ts";
import { readQuirk } from "../quirk_file.ts";
import visonic from "./quirks/visonic.json" with { type: "json" };
import cooperIon from "./quirks/cooper_ion.json" with { type: "json" };
import galaxy from "./quirks/galaxy.json" with { type: "json" };
import ademco481 from "./quirks/ademco_4_8_1.json" with { type: "json" };

/**
 * The quirks of this language; `matchQuirk` finds the one of a conversation.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { matchQuirk } from "../quirk.ts";
 * import { scancomQuirks } from "./quirks.ts";
 *
 * // The digits do not tell who sends them: such a quirk has to be named.
 * assertEquals(matchQuirk(scancomQuirks, new Uint8Array(), "galaxy")?.options["lowBatteryStatus"], false);
 * ```
 */
export const scancomQuirks: readonly Quirk[] = [visonic, cooperIon, galaxy, ademco481].map(readQuirk);
