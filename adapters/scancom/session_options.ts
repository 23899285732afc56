/**
 * The settings of an input that takes Fast Format lines.
 *
 * @module
 */
import type { ScancomChannel } from "../../src/event/tables/scancom.ts";
import type { PanelSessionOptions } from "../contract.ts";
import type { Quirk } from "../quirk.ts";
import type { QuirkChoice } from "../quirk_choice.ts";
import type { ScancomChannels, ScancomMeaning } from "./event_draft.ts";
import type { ScancomLayout } from "./message.ts";
import type { ScancomSites } from "./sites.ts";

/** Settings of `ScancomSession`. */
export interface ScancomSessionOptions extends PanelSessionOptions, ScancomLayout, ScancomMeaning {
  /** What single sites connected to their channels, by account; before the names of the input. */
  meaningByAccount?: Readonly<Record<string, ScancomMeaning>>;
  /** The sites' channels; hand in one per input, so that it outlives a connection. A fresh one when absent. */
  sites?: ScancomSites;
  /**
   * What this family of panels does in its own way, by the name of a file in `quirks/`; by the first octets when absent.
   * Settings of the input go before its options.
   */
  quirks?: QuirkChoice;
  /** A quirk that is in no file here, as if `quirks` named it. */
  quirk?: Quirk;
  /** After this many milliseconds of silence an unfinished line counts as ended; 500 when absent. Our choice. */
  gapMs?: number;
}

/**
 * The options of a quirk that the session knows.
 *
 * @param quirk The quirk; none gives no options.
 * @returns The options; others, and those of the wrong kind, are left out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { scancomQuirks } from "./quirks.ts";
 * import { scancomQuirkOptions } from "./session_options.ts";
 *
 * const quirk = scancomQuirks.find(({ name }) => name === "galaxy");
 * assertEquals(scancomQuirkOptions(quirk).lowBatteryStatus, false);
 * ```
 */
export function scancomQuirkOptions(quirk: Quirk | undefined): ScancomLayout & ScancomMeaning {
  if (quirk === undefined) return {};
  const { accountDigits, channelCount, channelNames, lowBatteryStatus } = quirk.options;
  return {
    ...(typeof accountDigits === "number" ? { accountDigits } : {}),
    ...(typeof channelCount === "number" ? { channelCount } : {}),
    ...(typeof lowBatteryStatus === "boolean" ? { lowBatteryStatus } : {}),
    ...(typeof channelNames === "object" && channelNames !== null
      ? { channelNames: channelsOf(channelNames) }
      : {}),
  };
}

function channelsOf(json: object): ScancomChannels {
  const channels: Record<string, ScancomChannel> = {};
  for (const [number, named] of Object.entries(json)) {
    const { name, openClose }: Record<string, unknown> = { ...named };
    if (typeof name === "string") channels[number] = { name, openClose: openClose === true };
  }
  return channels;
}
