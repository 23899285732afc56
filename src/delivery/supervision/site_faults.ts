/**
 * How faults of a site come and go, and who is told.
 *
 * @module
 */
import { type PathState, sinksOf, TOLD_AE, TOLD_AS, TOLD_ATSP } from "./path_state.ts";
import type { SiteState } from "./site_state.ts";
import type { SupervisionEffect } from "./supervision_effect.ts";

/**
 * Lets everything happen that is due up to now, in the order in which it was.
 *
 * @param site The site.
 * @param now The time, ms of the steady clock.
 * @param effects Where what is to be said is added.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { category } from "../category/category.ts";
 * import { categorySettings } from "../category/category_settings.ts";
 * import { advance } from "./site_faults.ts";
 * import { SiteState } from "./site_state.ts";
 * import type { SupervisionEffect } from "./supervision_effect.ts";
 * import { supervisionRules } from "./supervision_rules.ts";
 *
 * const rules = supervisionRules({ category: categorySettings(category("SP5")) });
 * const site = new SiteState(rules, [{ name: "line" }], 0);
 * const effects: SupervisionEffect[] = [];
 * advance(site, 90_000, effects);
 * assertEquals(effects.map(({ kind, at }) => [kind, at]), [["path-failed", 81_000], ["ats-failed", 81_000]]);
 * ```
 */
export function advance(site: SiteState, now: number, effects: SupervisionEffect[]): void {
  const { paths } = site;
  for (;;) {
    let first = 0, at = Infinity;
    for (let index = 0; index < paths.length; index++) {
      const due = site.due(index);
      // A failure goes before what is told of an earlier one at the same instant.
      const sooner = due < at ||
        due === at && paths[first]!.status === "failed" && paths[index]!.status !== "failed";
      if (sooner) [first, at] = [index, due];
    }
    if (!(at <= now && at < Infinity)) return;
    if (paths[first]!.status === "failed") tellAe(paths[first]!, at, effects);
    else fail(site, first, at, effects);
  }
}

/**
 * A path was proven often enough: its fault ends, and with it the loss of all paths.
 *
 * @param site The site.
 * @param index Place of the path.
 * @param now The time, ms of the steady clock; its last proof is set already.
 * @param effects Where what is to be said is added.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { category } from "../category/category.ts";
 * import { categorySettings } from "../category/category_settings.ts";
 * import { advance, restore } from "./site_faults.ts";
 * import { SiteState } from "./site_state.ts";
 * import type { SupervisionEffect } from "./supervision_effect.ts";
 * import { supervisionRules } from "./supervision_rules.ts";
 *
 * const rules = supervisionRules({ category: categorySettings(category("SP5")) });
 * const site = new SiteState(rules, [{ name: "line" }], 0);
 * const effects: SupervisionEffect[] = [];
 * advance(site, 90_000, []);
 * site.paths[0]!.anchor = 95_000;
 * restore(site, 0, 95_000, effects);
 * assertEquals(effects.map(({ kind }) => kind), ["path-restored", "ats-restored"]);
 * ```
 */
export function restore(site: SiteState, index: number, now: number, effects: SupervisionEffect[]): void {
  const state = site.paths[index]!;
  if (state.status === "failed") effects.push(pathEvent("path-restored", state, now, state.told));
  state.status = "proven";
  state.failedAt = Infinity;
  if (site.lost) {
    effects.push(atsRestored(site, now));
    // What may be told of the others from here on is told now, and not in the past.
    for (const other of site.paths) other.notBefore = Math.max(other.notBefore, now);
  }
  if (index === 0 && site.primaryFailedAt < Infinity) {
    site.primaryFailedAt = Infinity;
    tellPolls(site, now, effects);
  }
  advance(site, now, effects);
}

/**
 * The paths are others now: faults of those that are gone end, and those that are left may all have failed.
 *
 * @param site The site, with the paths that are left.
 * @param gone Those that are not.
 * @param now The time, ms of the steady clock.
 * @param effects Where what is to be said is added.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { category } from "../category/category.ts";
 * import { categorySettings } from "../category/category_settings.ts";
 * import { advance, settle } from "./site_faults.ts";
 * import { SiteState } from "./site_state.ts";
 * import type { SupervisionEffect } from "./supervision_effect.ts";
 * import { supervisionRules } from "./supervision_rules.ts";
 *
 * const rules = supervisionRules({ category: categorySettings(category("SP5")) });
 * const site = new SiteState(rules, [{ name: "line" }], 0);
 * const effects: SupervisionEffect[] = [];
 * advance(site, 90_000, []);
 * const gone = site.paths.splice(0);
 * settle(site, gone, 95_000, effects);
 * assertEquals(effects.map(({ kind }) => kind), ["path-restored", "ats-restored"]);
 * ```
 */
export function settle(
  site: SiteState,
  gone: readonly PathState[],
  now: number,
  effects: SupervisionEffect[],
): void {
  for (const state of gone) {
    if (state.status === "failed") {
      effects.push({ ...pathEvent("path-restored", state, now, state.told), removed: true });
    }
  }
  if (site.paths.length === 0 && site.lost) effects.push({ ...atsRestored(site, now), removed: true });
  lose(site, now, effects);
}

function fail(site: SiteState, index: number, at: number, effects: SupervisionEffect[]): void {
  const { aePaths, aePathDelayMs, asPaths, allPaths } = site.rules;
  const state = site.paths[index]!;
  state.status = "failed";
  state.failedAt = at;
  state.number = index + 1;
  state.proofs = 0;
  const tellsAe = aePaths && (site.lost || site.allFailed ? allPaths !== "combined" : aePathDelayMs === 0);
  state.told = TOLD_ATSP | (asPaths ? TOLD_AS : 0) | (tellsAe ? TOLD_AE : 0);
  lose(site, at, effects, pathEvent("path-failed", state, at, state.told));
  if (index === 0) {
    site.primaryFailedAt = at;
    tellPolls(site, at, effects);
  }
}

/** Says that all paths are lost, if they are and it was not said. `last` is the event of the path that went last. */
function lose(site: SiteState, at: number, effects: SupervisionEffect[], last?: SupervisionEffect): void {
  const { aePaths, allPaths, asAts } = site.rules;
  const loses = !site.lost && site.allFailed;
  if (loses && aePaths && allPaths !== "combined") {
    // Delayed no longer, nor held back: nothing works any more.
    for (const state of site.paths) if ((state.told & TOLD_AE) === 0) tellAe(state, at, effects);
  }
  if (last !== undefined) effects.push(last);
  if (!loses) return;
  site.lostAt = at;
  site.lostTold = TOLD_ATSP | (asAts ? TOLD_AS : 0) | (allPaths === "separate" ? 0 : TOLD_AE);
  effects.push({ kind: "ats-failed", at, since: at, to: sinksOf(site.lostTold) });
}

function tellAe(state: PathState, at: number, effects: SupervisionEffect[]): void {
  state.told |= TOLD_AE;
  effects.push(pathEvent("path-failed", state, at, TOLD_AE));
}

/** The primary path failed or came back: the alternatives should be polled at another rate. */
function tellPolls(site: SiteState, at: number, effects: SupervisionEffect[]): void {
  const { alternative, alternativeFailed } = site.rules.category;
  if (alternativeFailed.declareMs >= alternative.declareMs) return;
  for (let index = 1; index < site.paths.length; index++) {
    const periodMs = site.limit(index).pollMs;
    effects.push({ kind: "poll", path: site.paths[index]!.path.name, at, periodMs });
  }
}

function atsRestored(site: SiteState, at: number) {
  const event = { kind: "ats-restored", at, since: site.lostAt, to: sinksOf(site.lostTold) } as const;
  site.lostAt = Infinity;
  site.lostTold = 0;
  return event;
}

function pathEvent(kind: "path-failed" | "path-restored", state: PathState, at: number, told: number) {
  const { path: { name }, number, failedAt } = state;
  return { kind, path: name, number, at, since: failedAt, to: sinksOf(told) } as const;
}
