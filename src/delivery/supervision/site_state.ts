/**
 * How the paths of a site stand, and when which of them is due.
 *
 * @module
 */
import type { ReportingLimit } from "../category/reporting_limit.ts";
import { PathState, type SitePath, TOLD_AE } from "./path_state.ts";
import type { SupervisionRules } from "./supervision_rules.ts";

/**
 * The state behind a {@link SiteSupervision}. Times in ms of the steady clock.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { category } from "../category/category.ts";
 * import { categorySettings } from "../category/category_settings.ts";
 * import { SiteState } from "./site_state.ts";
 * import { supervisionRules } from "./supervision_rules.ts";
 *
 * const rules = supervisionRules({ category: categorySettings(category("DP4")) });
 * const site = new SiteState(rules, [{ name: "line" }, { name: "radio" }], 0);
 * assertEquals([site.due(0), site.due(1)], [81_000, 17_940_000]);
 * site.primaryFailedAt = 81_000;
 * assertEquals(site.due(1), 162_000);
 * ```
 */
export class SiteState {
  /** By which it is supervised. */
  rules: SupervisionRules;
  /** The primary path first. */
  paths: PathState[];
  /** From when on the alternatives must be proven at the fast rate; Infinity: the primary path has not failed. */
  primaryFailedAt: number = Infinity;
  /** When all paths were lost; Infinity: they are not. */
  lostAt: number = Infinity;
  /** Who was told so, as bits. */
  lostTold = 0;

  /** Nothing was heard yet. */
  constructor(rules: SupervisionRules, paths: readonly SitePath[], now: number) {
    this.rules = rules;
    this.paths = paths.map((path) => new PathState(path, now));
  }

  /** True from the moment all paths have failed until one is proven. */
  get lost(): boolean {
    return this.lostAt < Infinity;
  }

  /** Whether there are paths, and each has failed. */
  get allFailed(): boolean {
    for (const { status } of this.paths) if (status !== "failed") return false;
    return this.paths.length > 0;
  }

  /** Place of a path, -1 when there is none of that name. */
  indexOf(name: string): number {
    for (let index = 0; index < this.paths.length; index++) {
      if (this.paths[index]!.path.name === name) return index;
    }
    return -1;
  }

  /** What a path is held to now. */
  limit(index: number): ReportingLimit {
    const { primary, alternative, alternativeFailed } = this.rules.category;
    if (index === 0) return primary;
    const fast = this.primaryFailedAt < Infinity && alternativeFailed.declareMs < alternative.declareMs;
    return fast ? alternativeFailed : alternative;
  }

  /** When the next thing happens to a path: it fails, or the AE is told that it has. Infinity: nothing does. */
  due(index: number): number {
    const state = this.paths[index]!;
    const at = state.status === "failed" ? this.#tellAt(state) : this.#deadline(state, index);
    return Math.max(at, state.notBefore);
  }

  #deadline({ anchor }: PathState, index: number): number {
    const { primary, alternative, alternativeFailed } = this.rules.category;
    if (index === 0) return anchor + primary.declareMs;
    return Math.min(
      anchor + alternative.declareMs,
      Math.max(anchor, this.primaryFailedAt) + alternativeFailed.declareMs,
    );
  }

  #tellAt({ told, failedAt }: PathState): number {
    const { aePaths, allPaths, aePathDelayMs } = this.rules;
    if ((told & TOLD_AE) !== 0 || !aePaths) return Infinity;
    if (this.lost) return allPaths === "combined" ? Infinity : this.lostAt;
    return failedAt + aePathDelayMs;
  }
}
