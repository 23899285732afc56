/**
 * The state of a site's supervision, as it outlives a restart.
 *
 * @module
 */
import { sinksOf, type SitePath, toldOf } from "./path_state.ts";
import { SiteState } from "./site_state.ts";
import type { Sink } from "./supervision_effect.ts";
import type { SupervisionRules } from "./supervision_rules.ts";

/** One path. All times are ages: ms before the moment of the snapshot. */
export interface PathSnapshot {
  /** Name of the path. */
  name: string;
  /** Age of the last proof; before the first one, of the waiting for it. */
  ageMs: number;
  /** Whether there was ever a proof. */
  heard: boolean;
  /** Whether it was proven since the last start, and had not failed. */
  proven: boolean;
  /** What the SPT last said of its interface. */
  interfaceDown: boolean;
  /** The fault, if there is one: its age, the number it was told with, and to whom. */
  fault?: { ageMs: number; number: number; told: Sink[] };
}

/** One site. Plain JSON. */
export interface SiteSnapshot {
  /** Its paths, in order. */
  paths: PathSnapshot[];
  /** Age of the moment from which the alternative paths had to be proven fast; absent while the primary had not failed. */
  primaryFailedMs?: number;
  /** The loss of all paths, if they are lost. */
  ats?: { ageMs: number; told: Sink[] };
}

/** What is known about the time between a snapshot and the start that reads it. */
export interface Restart {
  /**
   * How long ago the snapshot was made, ms, by a clock that ran on. A value that cannot be (the clock was set back) counts as
   * 0: the paths keep what was left of their time.
   */
  elapsedMs: number;
  /**
   * While the receiver was down nobody could be heard: paths that were proven before get this long to be heard before they
   * count as failed, but never more than a poll period. Without it, paths whose time is over fail with the first tick.
   * @default {0}
   */
  graceMs?: number;
}

/**
 * Takes the state as it is to be kept over a restart.
 *
 * @param site The site.
 * @param now The time, ms of the steady clock.
 * @returns The state, with ages in place of times: the next start has another steady clock.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { category } from "../category/category.ts";
 * import { categorySettings } from "../category/category_settings.ts";
 * import { takeSnapshot } from "./site_snapshot.ts";
 * import { SiteState } from "./site_state.ts";
 * import { supervisionRules } from "./supervision_rules.ts";
 *
 * const rules = supervisionRules({ category: categorySettings(category("SP5")) });
 * const site = new SiteState(rules, [{ name: "line" }], 1000);
 * assertEquals(takeSnapshot(site, 4000), {
 *   paths: [{ name: "line", ageMs: 3000, heard: false, proven: false, interfaceDown: false }],
 * });
 * ```
 */
export function takeSnapshot(site: SiteState, now: number): SiteSnapshot {
  const snapshot: SiteSnapshot = {
    paths: site.paths.map((state) => ({
      name: state.path.name,
      ageMs: now - state.anchor,
      heard: state.heard,
      proven: state.status === "proven",
      interfaceDown: state.interfaceDown,
      ...(state.status === "failed"
        ? { fault: { ageMs: now - state.failedAt, number: state.number, told: [...sinksOf(state.told)] } }
        : {}),
    })),
  };
  if (site.primaryFailedAt < Infinity) snapshot.primaryFailedMs = now - site.primaryFailedAt;
  if (site.lost) snapshot.ats = { ageMs: now - site.lostAt, told: [...sinksOf(site.lostTold)] };
  return snapshot;
}

/**
 * Makes the state of a snapshot. A path that the snapshot does not know, or not with an age that can be, is a new one.
 *
 * @param rules The rules.
 * @param paths The paths, the primary one first.
 * @param snapshot What {@link takeSnapshot} gave.
 * @param restart How long ago that was.
 * @param now The time, ms of the steady clock.
 * @returns The state.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { category } from "../category/category.ts";
 * import { categorySettings } from "../category/category_settings.ts";
 * import { readSnapshot } from "./site_snapshot.ts";
 * import { supervisionRules } from "./supervision_rules.ts";
 *
 * const rules = supervisionRules({ category: categorySettings(category("SP5")) });
 * const line = { name: "line", ageMs: 3000, heard: true, proven: true, interfaceDown: false };
 * const site = readSnapshot(rules, [{ name: "line" }], { paths: [line] }, { elapsedMs: 7000 }, 500);
 * assertEquals(site.due(0), 71_500);
 * ```
 */
export function readSnapshot(
  rules: SupervisionRules,
  paths: readonly SitePath[],
  snapshot: SiteSnapshot,
  { elapsedMs, graceMs = 0 }: Restart,
  now: number,
): SiteState {
  const then = now - (elapsedMs > 0 && elapsedMs < Infinity ? elapsedMs : 0);
  const canBe = (ageMs: number) => ageMs >= 0 && ageMs < Infinity;
  const before = (ageMs: number) => canBe(ageMs) ? then - ageMs : then;
  const site = new SiteState(rules, paths, now);
  for (const state of site.paths) {
    const known = snapshot.paths.find(({ name }) => name === state.path.name);
    if (known === undefined || !canBe(known.ageMs)) continue;
    state.anchor = before(known.ageMs);
    state.heard = known.heard;
    state.interfaceDown = known.interfaceDown;
    if (known.fault === undefined) continue;
    state.status = "failed";
    state.failedAt = before(known.fault.ageMs);
    state.number = known.fault.number;
    state.told = toldOf(known.fault.told);
  }
  const [primary] = site.paths;
  if (primary?.status === "failed") {
    const { primaryFailedMs } = snapshot;
    site.primaryFailedAt = primaryFailedMs === undefined ? primary.failedAt : before(primaryFailedMs);
  }
  if (snapshot.ats !== undefined) {
    site.lostAt = before(snapshot.ats.ageMs);
    site.lostTold = toldOf(snapshot.ats.told);
  }
  site.paths.forEach((state, index) => {
    // Only if it was proven since the start before: a receiver that starts over and over would never find a dead path.
    const proven = snapshot.paths.some(({ name, proven }) => proven && name === state.path.name);
    if (proven && graceMs > 0) state.notBefore = now + Math.min(graceMs, site.limit(index).pollMs);
  });
  return site;
}
