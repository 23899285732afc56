/**
 * A simulated site: what its panel says in its language.
 *
 * @module
 */
import type { OutputItem } from "../../adapters/contract.ts";
import type { AlarmWords } from "./script.ts";
import type { Chance } from "./seeded_random.ts";

/** An alarm of a simulated panel: an output item without its identity. */
export type SiteAlarm = Pick<OutputItem, "account" | "protocol" | "data" | "events">;

/** An alarm, or why the language cannot say it. */
export type SiteAlarmResult = { ok: true; alarm: SiteAlarm } | { ok: false; message: string };

/** One site. What is acknowledged may change what it says next. */
export interface SimulatedSite {
  /** What is wrong with the account, in words; undefined when nothing is. */
  readonly accountFault: string | undefined;
  /** Makes an alarm of words, or its restoral. Changes nothing. */
  alarm(words: AlarmWords, restore: boolean): SiteAlarmResult;
  /** Makes any alarm that is valid in the language. */
  random(chance: Chance): SiteAlarm;
  /** The receiver has it. */
  acknowledged?(alarm: SiteAlarm): void;
}

/**
 * A refusal of words.
 *
 * @param message What was wrong and what is expected.
 * @returns The result.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { cannotSay } from "./site.ts";
 *
 * assertEquals(cannotSay("no").ok, false);
 * ```
 */
export function cannotSay(message: string): SiteAlarmResult {
  return { ok: false, message };
}
