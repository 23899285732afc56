/**
 * What the digits of Scancom Fast Format mean.
 *
 * @module
 */
import type { Qualifier } from "../alarm_event.ts";
import table from "./scancom.json" with { type: "json" };

/** What is known of one event code. */
export interface ScancomCode {
  /** Channel digit and status digit, e.g. `17`: new alarm in a message whose status is normal. */
  readonly code: string;
  /** The event's name, without the channel. */
  readonly name: string;
  /** Kind of report: a classification made here (C). */
  readonly qualifier: Qualifier;
  /** `A` where a manual says so, `C` where it follows from the others. */
  readonly confidence: "A" | "C";
}

/** A channel: what the installer connected to it. */
export interface ScancomChannel {
  /** Name for people, e.g. `fire`. */
  readonly name: string;
  /** True when the channel reports setting and unsetting, with the digits 2, 4, 5, 6 in place of 1, 3, 5, 6. */
  readonly openClose?: boolean;
}

const codes: ReadonlyMap<string, ScancomCode> = new Map(
  (table.codes as readonly ScancomCode[]).map((row) => [row.code, row]),
);

/** Names of the channels by number, where no other are set: the convention of UK panels, all programmable (A). */
export const scancomChannels: Readonly<Record<string, ScancomChannel>> = table.channels;

/** Names of the channels in a message about system trouble (status 6), by number (panel-formats.md §3.3, A). */
export const scancomSystemChannels: Readonly<Record<string, string>> = table.systemChannels;

/**
 * Looks up an event code.
 *
 * A code is not on the wire as such: it is the digit of a channel and behind it the status digit that says what the
 * channels are about; `7` stands for every status that leaves the channels their own meaning. A `5` in front means that
 * the status alone is the event. Source: panel-formats.md §3.2 and §3.3.
 *
 * @param code Two digits.
 * @returns What is known of it; undefined for combinations without a known meaning: keep those, never drop them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { scancomCode } from "./scancom.ts";
 *
 * assertEquals(scancomCode("17")?.name, "Alarm");
 * assertEquals(scancomCode("11")?.name, "Duress");
 * assertEquals(scancomCode("87"), undefined);
 * ```
 */
export function scancomCode(code: string): ScancomCode | undefined {
  return codes.get(code);
}
