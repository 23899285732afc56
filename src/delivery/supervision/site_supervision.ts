/**
 * Supervision of the paths of one site, as EN 50136-1 wants it.
 *
 * @module
 */
import { PathState, type PathStatus, sinksOf, type SitePath, TOLD_ATSP } from "./path_state.ts";
import { advance, restore, settle } from "./site_faults.ts";
import { readSnapshot, type Restart, type SiteSnapshot, takeSnapshot } from "./site_snapshot.ts";
import { SiteState } from "./site_state.ts";
import type { SupervisionEffect } from "./supervision_effect.ts";
import type { SupervisionRules } from "./supervision_rules.ts";

/** Most calls have nothing to say: they share this. */
const NONE: readonly SupervisionEffect[] = Object.freeze([]);

/**
 * Watches the paths of one site: the primary one, and any number of alternatives.
 *
 * Only {@link proven} is a sign of life: an authentic, fresh exchange of that very path. What an SPT says of its interfaces is
 * passed on and proves nothing (en50136.md §4.2 S4, A).
 *
 * A path fails when it was not proven for its reporting time less the allowance for delivery. An alternative has its long time
 * only until the primary one fails; from then on it must be proven at the fast rate: it fails at the earlier of
 * `last proof + idle time` and `failure of the primary + fast time` (§5.2, D). With three paths all alternatives become fast
 * together. A primary that is still unknown counts as working: it has its time once, and both times together are within that of
 * the site. The site is lost when all its paths have failed, and back with the first that is proven.
 *
 * Whatever comes in, what was due before it happens first, in the order and with the times at which it was due: after a tick
 * that came late there is the same to tell as after many that came in time. What is past its time has failed, even if the
 * machine slept.
 *
 * Times are ms of a steady clock. There are no timers: call {@link tick} at {@link nextTick}. Nothing here throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { category } from "../category/category.ts";
 * import { categorySettings } from "../category/category_settings.ts";
 * import { SiteSupervision } from "./site_supervision.ts";
 * import { supervisionRules } from "./supervision_rules.ts";
 *
 * const rules = supervisionRules({ category: categorySettings(category("DP4")), allPaths: "combined" });
 * const site = new SiteSupervision(rules, [{ name: "line" }, { name: "radio" }], 0);
 * site.proven("line", 1000);
 * site.proven("radio", 2000);
 *
 * const said = (effects: readonly { kind: string; at: number }[]) => effects.map(({ kind, at }) => [kind, at]);
 * assertEquals(site.nextTick, 82_000);
 * assertEquals(said(site.tick(82_000)), [["path-failed", 82_000], ["poll", 82_000]]);
 * // The radio has failed too, 81 s after it had to be proven fast: 162 s after the line was last proven.
 * assertEquals(said(site.tick(200_000)), [["path-failed", 163_000], ["ats-failed", 163_000]]);
 * assertEquals(said(site.proven("radio", 210_000)), [["path-restored", 210_000], ["ats-restored", 210_000]]);
 * ```
 */
export class SiteSupervision {
  #site: SiteState;

  /**
   * Nothing was heard yet: each path has its full time, once.
   *
   * @param rules The rules; shared by sites that have the same.
   * @param paths The paths, the primary one first; names are unique.
   * @param now The time.
   */
  constructor(rules: SupervisionRules, paths: readonly SitePath[], now: number) {
    this.#site = new SiteState(rules, paths, now);
  }

  /**
   * Goes on after a restart. No path gets its full time afresh, except one that the snapshot does not know. A path that has not
   * failed is `unknown` until it is proven.
   *
   * When the configuration may be another since, give the snapshot's own paths here, and the new ones to {@link configure}: else
   * nobody would be told that the fault of a path that is gone has ended.
   *
   * @param rules The rules.
   * @param paths The paths, the primary one first.
   * @param snapshot What {@link snapshot} gave.
   * @param restart How long ago that was.
   * @param now The time.
   * @returns The supervision; call {@link tick} at once.
   */
  static restore(
    rules: SupervisionRules,
    paths: readonly SitePath[],
    snapshot: SiteSnapshot,
    restart: Restart,
    now: number,
  ): SiteSupervision {
    const supervision = new SiteSupervision(rules, paths, now);
    supervision.#site = readSnapshot(rules, paths, snapshot, restart, now);
    return supervision;
  }

  /** The paths, the primary one first. */
  get paths(): readonly SitePath[] {
    return this.#site.paths.map(({ path }) => path);
  }

  /** True from the moment all paths have failed until one is proven. */
  get lost(): boolean {
    return this.#site.lost;
  }

  /** How a path stands; undefined when there is none of that name. */
  status(name: string): PathStatus | undefined {
    return this.#find(name)?.status;
  }

  /** When a path was last proven, ms of the steady clock; undefined: never, or there is none. */
  lastProven(name: string): number | undefined {
    const state = this.#find(name);
    return state?.heard ? state.anchor : undefined;
  }

  /** Whether the SPT says that a path's interface is up; it is taken to be until it says otherwise. */
  interfaceIsUp(name: string): boolean {
    return this.#find(name)?.interfaceDown !== true;
  }

  /** How often a path should be polled now, ms; undefined when there is none of that name. */
  pollMs(name: string): number | undefined {
    const index = this.#site.indexOf(name);
    return index < 0 ? undefined : this.#site.limit(index).pollMs;
  }

  /** When {@link tick} has something to do, ms of the steady clock; undefined: nothing, until something comes in. */
  get nextTick(): number | undefined {
    let next = Infinity;
    for (let index = 0; index < this.#site.paths.length; index++) {
      next = Math.min(next, this.#site.due(index));
    }
    return next === Infinity ? undefined : next;
  }

  /** Lets time pass. Cheap when there is nothing to do. */
  tick(now: number): readonly SupervisionEffect[] {
    const next = this.nextTick;
    if (next === undefined || !(next <= now)) return NONE;
    const effects: SupervisionEffect[] = [];
    advance(this.#site, now, effects);
    return effects;
  }

  /**
   * An authentic, fresh exchange of a path: not a replay, not a message that could be one. A name that is not, or not any more,
   * among the paths is let pass.
   */
  proven(name: string, now: number): readonly SupervisionEffect[] {
    const before = this.tick(now);
    const index = this.#site.indexOf(name);
    const state = this.#site.paths[index];
    if (state === undefined) return before;
    const inARow = now - state.anchor < this.#site.limit(index).declareMs;
    if (now > state.anchor) state.anchor = now;
    state.heard = true;
    if (state.status === "failed") {
      state.proofs = inARow ? state.proofs + 1 : 1;
      if (state.proofs < this.#site.rules.restoreAfter) return before;
    } else if (!this.#site.lost) {
      state.status = "proven";
      return before;
    }
    const effects = [...before];
    restore(this.#site, index, now, effects);
    return effects;
  }

  /** The SPT says that a path's interface is up: no proof of anything. */
  interfaceUp(name: string, now: number): readonly SupervisionEffect[] {
    return this.#interface(name, false, now);
  }

  /** The SPT says that a path's interface is down. The path fails in its time, if it is not proven. */
  interfaceDown(name: string, now: number): readonly SupervisionEffect[] {
    return this.#interface(name, true, now);
  }

  /**
   * Other rules or paths. Paths are known again by their names; they keep their last proof and their fault. What is overdue by
   * the new rules happens with the next tick, which is at `now`. The fault of a path that is taken out ends; without any path
   * left, every fault of the site.
   */
  configure(rules: SupervisionRules, paths: readonly SitePath[], now: number): readonly SupervisionEffect[] {
    const effects = [...this.tick(now)];
    const site = this.#site;
    const old = site.paths;
    const polled = new Map(old.map(({ path }, index) => [path.name, site.limit(index).pollMs]));
    site.rules = rules;
    site.paths = paths.map((path) =>
      old.find((state) => state.path.name === path.name) ?? new PathState(path, now)
    );
    site.paths.forEach((state, index) => {
      state.path = paths[index]!;
      state.notBefore = Math.max(state.notBefore, now);
    });
    const [primary] = site.paths;
    if (primary?.status !== "failed") site.primaryFailedAt = Infinity;
    else if (primary !== old[0]) site.primaryFailedAt = now;
    settle(site, old.filter((state) => !site.paths.includes(state)), now, effects);
    site.paths.forEach(({ path: { name } }, index) => {
      const periodMs = site.limit(index).pollMs;
      if (polled.get(name) !== periodMs) effects.push({ kind: "poll", path: name, at: now, periodMs });
    });
    return effects;
  }

  /** The state as it is to be kept over a restart: plain JSON. */
  snapshot(now: number): SiteSnapshot {
    return takeSnapshot(this.#site, now);
  }

  #find(name: string): PathState | undefined {
    return this.#site.paths[this.#site.indexOf(name)];
  }

  #interface(name: string, down: boolean, now: number): readonly SupervisionEffect[] {
    const before = this.tick(now);
    const state = this.#find(name);
    if (state === undefined || state.interfaceDown === down) return before;
    state.interfaceDown = down;
    const kind = down ? "interface-down" : "interface-up";
    return [...before, { kind, path: name, at: now, to: sinksOf(TOLD_ATSP) }];
  }
}
