/**
 * What is known of a site's channels: every Fast Format message repeats all of them, and only some digits are news.
 *
 * @module
 */
import type { Scancom } from "./message.ts";

/**
 * The channels of a site as last accepted. A plain object of a few dozen characters; can be kept as JSON.
 */
export interface ScancomSiteState {
  /**
   * One character for each channel, by the status digit that says what the channels are about (`1` duress, `3` bypass,
   * `5` zone trouble, `6` system trouble, `7` everything else): `5` normal, `6` active, `?` not known.
   */
  readonly channels: Readonly<Partial<Record<ScancomContext, string>>>;
  /** Low battery as last reported; absent when never. */
  readonly lowBattery?: boolean;
}

/** What the channel digits of a message are about. */
export type ScancomContext = "1" | "3" | "5" | "6" | "7";

/** A site of which nothing is known. */
export const unknownSite: ScancomSiteState = Object.freeze({ channels: Object.freeze({}) });

/**
 * Says what the channel digits of a message are about.
 *
 * Source: panel-formats.md §3.3: the statuses 1, 3, 5 and 6 give the digits another meaning (A).
 *
 * @param status Status digit.
 * @returns The status itself for `1`, `3`, `5`, `6`; else `7`: the channels as they are named.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { contextOf } from "./site_state.ts";
 *
 * assertEquals([..."0123456789F"].map(contextOf).join(""), "71737567777");
 * ```
 */
export function contextOf(status: string): ScancomContext {
  return status === "1" || status === "3" || status === "5" || status === "6" ? status : "7";
}

/**
 * The user of an Ademco opening or closing message: status 2 or 4, the user in channel 1 and the others filled with the
 * same digit as the status (panel-formats.md §3.2, A).
 *
 * @param scancom The message.
 * @returns The user's digit; undefined when the message is no such report, and its channels are channels.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { userOf } from "./site_state.ts";
 *
 * assertEquals(userOf({ account: "0135", channels: "12222222", status: "2" }), "1");
 * assertEquals(userOf({ account: "0135", channels: "15555555", status: "7" }), undefined);
 * ```
 */
export function userOf({ channels, status }: Scancom): string | undefined {
  const filled = status === "2" || status === "4";
  return filled && channels.slice(1) === status.repeat(channels.length - 1) ? channels.charAt(0) : undefined;
}

const FOLDED: Readonly<Record<string, string>> = {
  "0": "6",
  "1": "6",
  "2": "6",
  "3": "5",
  "4": "5",
  "5": "5",
  "6": "6",
};

/**
 * The state after a message was accepted: 1, 2 and 6 leave a channel active, 3, 4 and 5 normal; digits without a known
 * meaning leave it as it was. The sender does the same with what it was acknowledged (panel-formats.md §3.7: A for the
 * meaning of the digits, C as a rule).
 *
 * @param state The state before.
 * @param scancom The accepted message.
 * @returns The state after; the one before is not changed.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { foldSite, unknownSite } from "./site_state.ts";
 *
 * const after = foldSite(unknownSite, { account: "1234", channels: "15355555", status: "7" });
 * assertEquals(after, { channels: { "7": "65555555" }, lowBattery: false });
 * ```
 */
export function foldSite(state: ScancomSiteState, scancom: Scancom): ScancomSiteState {
  const battery = scancom.status === "8"
    ? { lowBattery: true }
    : scancom.status === "7"
    ? { lowBattery: false }
    : state.lowBattery === undefined
    ? {}
    : { lowBattery: state.lowBattery };
  if (userOf(scancom) !== undefined) return { ...battery, channels: state.channels };
  const context = contextOf(scancom.status);
  let channels = "";
  for (const [at, digit] of [...scancom.channels].entries()) {
    channels += FOLDED[digit] ?? knownChannel(state, context, at, scancom.channels.length);
  }
  return { ...battery, channels: { ...state.channels, [context]: channels } };
}

/**
 * What is known of one channel.
 *
 * @param state The site.
 * @param context What the channels are about.
 * @param at Index of the channel, from 0.
 * @param count Channels of the message: a site that changed its number of channels is not known.
 * @returns `5` normal, `6` active, `?` not known.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { knownChannel, unknownSite } from "./site_state.ts";
 *
 * assertEquals(knownChannel({ channels: { "7": "56555555" } }, "7", 1, 8), "6");
 * assertEquals(knownChannel(unknownSite, "7", 1, 8), "?");
 * ```
 */
export function knownChannel(
  state: ScancomSiteState,
  context: ScancomContext,
  at: number,
  count: number,
): "5" | "6" | "?" {
  const known = state.channels[context];
  const digit = known?.length === count ? known.charAt(at) : "?";
  return digit === "5" || digit === "6" ? digit : "?";
}
