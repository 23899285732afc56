/**
 * One alarm's life on both sides: the hops of the SPT's and the RCT's journal in one list.
 *
 * @module
 */
import type { AlarmJson } from "../http/view_json.ts";

/** A hop, on either side. */
export interface MergedHop {
  side: "SPT" | "RCT";
  /** Ms since the epoch, with microseconds. */
  at: number;
  step: string;
  detail: string;
}

/**
 * Puts the hops of both sides in the order in which they happened.
 *
 * @param spt The alarm as the SPT's API shows it.
 * @param rct The same alarm from the RCT's API.
 * @returns All hops, oldest first.
 */
export function mergedLife(spt: AlarmJson | undefined, rct: AlarmJson | undefined): MergedHop[] {
  const of = (side: "SPT" | "RCT", alarm: AlarmJson | undefined): MergedHop[] =>
    (alarm?.hops ?? []).map(({ at, step, detail }) => ({ side, at: instant(at ?? ""), step, detail }));
  return [...of("SPT", spt), ...of("RCT", rct)].sort((a, b) => a.at - b.at);
}

/** RFC 3339 to ms since the epoch; `Date.parse` alone drops the microseconds. */
function instant(text: string): number {
  const micros = /\.\d{3}(\d{1,3})Z$/.exec(text)?.[1] ?? "";
  return Date.parse(text) + Number(micros.padEnd(3, "0")) / 1000;
}
