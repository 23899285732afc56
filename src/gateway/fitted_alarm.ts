/**
 * Alarms that are too long for the way to the receiving centre.
 *
 * @module
 */
import type { PanelAlarm } from "../../adapters/contract.ts";

/** Octets of event data that fit a datagram of every edition and cipher, with the other fields of an EVENT_MSG. */
export const LONGEST_EVENT_DATA = 800;

const CARET = 0x5e;
const SLASH = 0x2f;

/**
 * Shortens an alarm that would never leave the SPT: its panel is acknowledged, so it has to arrive. What stands at the end
 * of SIA event data is text, and that is cut; within events the last one that is whole is the end. `raw` keeps everything.
 * Alarms of the other languages have no text to cut, and never come near the limit.
 *
 * @param alarm The alarm of a panel.
 * @returns The alarm itself when it fits; else one whose event data does, flagged `text-cut`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fittedAlarm, LONGEST_EVENT_DATA } from "./fitted_alarm.ts";
 *
 * const data = new TextEncoder().encode(`#1234|NBA1|A${"x".repeat(4000)}`);
 * const alarm = { events: [], protocol: "sia" as const, data, raw: data, complete: true };
 * assertEquals(fittedAlarm(alarm).data.length, LONGEST_EVENT_DATA);
 * ```
 */
export function fittedAlarm(alarm: PanelAlarm): PanelAlarm {
  const { data, protocol } = alarm;
  if (protocol !== "sia" || data.length <= LONGEST_EVENT_DATA) return alarm;
  const events = alarm.events.map((event) => ({
    ...event,
    flags: [...new Set([...event.flags, "text-cut"])].sort(),
  }));
  return { ...alarm, events, data: data.slice(0, endOf(data)) };
}

function endOf(data: Uint8Array): number {
  const kept = data.subarray(0, LONGEST_EVENT_DATA);
  const packet = kept.indexOf(0x7c) + 1;
  // Behind the account: `|A…` is text, and so is what stands behind a caret.
  const hasText = kept.includes(CARET) || kept.indexOf(0x7c, packet) >= 0;
  const slash = kept.lastIndexOf(SLASH);
  return hasText || slash <= packet ? LONGEST_EVENT_DATA : slash;
}
