/**
 * What single families of panels do in their own way with SIA blocks: the files in `quirks/`.
 *
 * @module
 */
import type { Quirk } from "../quirk.ts";
import { readQuirk } from "../quirk_file.ts";
import galaxyFlex from "./quirks/galaxy_flex.json" with { type: "json" };
import galaxyRs232 from "./quirks/galaxy_rs232.json" with { type: "json" };
import honeywellFx020 from "./quirks/honeywell_fx020.json" with { type: "json" };
import cooperIon from "./quirks/cooper_ion.json" with { type: "json" };
import abusSecvest from "./quirks/abus_secvest.json" with { type: "json" };
import dsc from "./quirks/dsc.json" with { type: "json" };
import monitorXl from "./quirks/monitor_xl.json" with { type: "json" };

/**
 * The quirks of this language; `matchQuirk` finds the one of a conversation.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { matchQuirk } from "../quirk.ts";
 * import { siaQuirks } from "./quirks.ts";
 *
 * const first = Uint8Array.fromHex("4623303237393738");
 * assertEquals(matchQuirk(siaQuirks, first)?.name, "galaxy-flex");
 * assertEquals(matchQuirk(siaQuirks, first, "galaxy-rs232")?.options, { ackStyle: "00" });
 * ```
 */
export const siaQuirks: readonly Quirk[] = [
  galaxyFlex,
  galaxyRs232,
  honeywellFx020,
  cooperIon,
  abusSecvest,
  dsc,
  monitorXl,
].map(readQuirk);
