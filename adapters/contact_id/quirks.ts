/**
 * What single families of panels do in their own way with Contact ID: the files in `quirks/`.
 *
 * @module
 */
import type { Quirk } from "../quirk.ts";
import { readQuirk } from "../quirk_file.ts";
import climax from "./quirks/climax.json" with { type: "json" };
import dsc from "./quirks/dsc.json" with { type: "json" };
import monitorXl from "./quirks/monitor_xl.json" with { type: "json" };

/**
 * The quirks of this language; `matchQuirk` finds the one of a conversation.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { matchQuirk } from "../quirk.ts";
 * import { contactIdQuirks } from "./quirks.ts";
 *
 * const first = new TextEncoder().encode("[CID2 181401010012843]");
 * assertEquals(matchQuirk(contactIdQuirks, first)?.name, "climax");
 * ```
 */
export const contactIdQuirks: readonly Quirk[] = [climax, dsc, monitorXl].map(readQuirk);
