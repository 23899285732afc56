/**
 * The life of one alarm, from the panel's octets to the automation software's acknowledgement and back, out of the journals
 * of both sides.
 *
 * @module
 */
import type { AlarmLife, Hop, StoredAlarm } from "../journal/journal.ts";

/** One journal's part of the life. */
export interface Chapter {
  /** Which journal: `SPT`, `RCT`, or a name of its own. */
  side: string;
  /** The alarm as it stands there, with its hops. */
  life: AlarmLife;
}

/** A hop, on whatever side. */
export interface StoryHop extends Hop {
  /** Which journal. */
  side: string;
  /** Queue that the alarm waited in there. */
  lane: string;
  /** Time since the hop before, ms; negative where the clocks of two machines differ; undefined for the first. */
  sinceMs: number | undefined;
}

/** An alarm's life. */
export interface Story {
  /** The alarm, as the first side that has it holds it. */
  alarm: StoredAlarm;
  /** All hops, oldest first. */
  hops: StoryHop[];
  /** Queues that still wait for the next stage. */
  waiting: { side: string; lane: string }[];
  /** From the first hop to the last delivery to the AE, ms; undefined while that is open or not in these journals. */
  deliveredMs: number | undefined;
  /** From the first hop to the panel's acknowledgement, ms. */
  acknowledgedMs: number | undefined;
  /** Refusals, failures and repeats. */
  troubles: StoryHop[];
}

const TROUBLES: ReadonlySet<Hop["step"]> = new Set(["refused", "failed", "repeated"]);

/**
 * Puts the parts together.
 *
 * @param chapters What the journals hold of the alarm, the premises side first; at least one.
 * @returns The story.
 * @throws {RangeError} When there is no part.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { alarmStory } from "./alarm_story.ts";
 *
 * const alarm = {
 *   id: "A", lane: "rct", origin: "galaxy", account: "1234", protocol: "sia" as const, data: new Uint8Array(),
 *   raw: new Uint8Array(), time: 0n, events: [], open: false, offered: true, seq: 1, storedAt: 1, deliveredAt: 50, told: true,
 * };
 * const story = alarmStory([
 *   { side: "SPT", life: { alarm, hops: [{ at: 1, step: "received", detail: "" }, { at: 60, step: "acknowledged", detail: "" }] } },
 *   { side: "RCT", life: { alarm, hops: [{ at: 40, step: "delivered", detail: "AE" }] } },
 * ]);
 * assertEquals(story.hops.map(({ side, sinceMs }) => [side, sinceMs]), [["SPT", undefined], ["RCT", 39], ["SPT", 20]]);
 * assertEquals([story.deliveredMs, story.acknowledgedMs], [39, 59]);
 * ```
 */
export function alarmStory(chapters: readonly Chapter[]): Story {
  const [first] = chapters;
  if (first === undefined) throw new RangeError("a story needs at least one journal");
  const sorted = chapters
    .flatMap(({ side, life }) => life.hops.map((hop) => ({ ...hop, side, lane: life.alarm.lane })))
    .sort((a, b) => a.at - b.at);
  const hops = sorted.map((hop, at) => ({
    ...hop,
    sinceMs: at === 0 ? undefined : hop.at - sorted[at - 1]!.at,
  }));
  const start = hops[0]?.at;
  const last = (side: string | undefined, step: Hop["step"]) =>
    hops.findLast((hop) => hop.step === step && (side === undefined || hop.side === side))?.at;
  // The centre's side, where there is one, is the last: only its delivery is one to the AE.
  const centre = chapters.some(({ side }) => side === "RCT") ? "RCT" : undefined;
  const waiting = chapters.filter(({ life }) => life.alarm.deliveredAt === undefined)
    .map(({ side, life }) => ({ side, lane: life.alarm.lane }));
  const deliveredAt = waiting.length > 0 ? undefined : last(centre, "delivered");
  const toldAt = last(first.side, "acknowledged");
  return {
    alarm: first.life.alarm,
    hops,
    waiting,
    deliveredMs: start === undefined || deliveredAt === undefined ? undefined : deliveredAt - start,
    acknowledgedMs: start === undefined || toldAt === undefined ? undefined : toldAt - start,
    troubles: hops.filter(({ step }) => TROUBLES.has(step)),
  };
}
