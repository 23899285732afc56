/**
 * By which rules the paths of a site are supervised: its category, and what was agreed with the receiving centre.
 *
 * @module
 */
import type { CategorySettings } from "../category/category_settings.ts";

/**
 * How the AE is told that all paths of a site are lost; EN 50136-1 leaves it open and wants it documented (table 4, A).
 *
 * - `separate`: one message for each path, and none for all of them.
 * - `combined`: one message for all of them. A path's own message comes only while another path works.
 * - `both`: one message for each path, then one for all of them.
 */
export type AllPathsMethod = "separate" | "combined" | "both";

/** What was agreed for a site, or for many. Times in ms. */
export interface SupervisionOptions {
  /** What the category asks for. */
  category: CategorySettings;
  /**
   * How the AE is told that all paths are lost. Where the category tells the AE nothing of single paths, it is one message in
   * any case. @default {"both"}
   */
  allPaths?: AllPathsMethod;
  /** Whether the AE is told of a single path's fault, where the category leaves it open. @default {true} */
  aePathFaults?: boolean;
  /**
   * How long the AE is not told of a single path's fault while another path works, as agreed with it; a path that is back by
   * then is not mentioned. @default {0}
   */
  aePathDelayMs?: number;
  /** Whether the alarm system is told of a single path's fault, where the category leaves it open. @default {true} */
  asPathFaults?: boolean;
  /** Whether the alarm system is told of the loss of all paths, where the category leaves it open (SP1). @default {true} */
  asAtsFaults?: boolean;
  /** So many proofs in a row make a failed path good again, 1 to 10. @default {1} */
  restoreAfter?: number;
}

/** The rules, worked out once and shared by all sites that have them. Times in ms. */
export interface SupervisionRules {
  /** What the category asks for. */
  readonly category: CategorySettings;
  /** How the AE is told that all paths are lost, with what the category leaves open in mind. */
  readonly allPaths: AllPathsMethod;
  /** How long the AE is not told of a single path's fault; Infinity: not while another path works. */
  readonly aePathDelayMs: number;
  /** Whether the AE is ever told of paths. */
  readonly aePaths: boolean;
  /** Whether the alarm system is told of paths. */
  readonly asPaths: boolean;
  /** Whether the alarm system is told of the loss of all paths. */
  readonly asAts: boolean;
  /** So many proofs in a row make a failed path good again. */
  readonly restoreAfter: number;
}

/**
 * Works out the rules of a site. What a category makes mandatory cannot be switched off, what is not applicable not switched on.
 * Source: en50136.md §2 tables 4 and 5 (A), §4.3 D4 and D7 (A).
 *
 * @param options What was agreed.
 * @returns The rules; sites with the same ones should share them.
 * @throws {RangeError} When a figure is out of range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { category } from "../category/category.ts";
 * import { categorySettings } from "../category/category_settings.ts";
 * import { supervisionRules } from "./supervision_rules.ts";
 *
 * const single = supervisionRules({ category: categorySettings(category("SP4")), allPaths: "separate" });
 * assertEquals([single.allPaths, single.aePaths, single.asAts], ["combined", false, true]);
 * const dual = supervisionRules({ category: categorySettings(category("DP4")), aePathDelayMs: 60_000 });
 * assertEquals([dual.allPaths, dual.aePathDelayMs], ["both", 60_000]);
 * ```
 */
export function supervisionRules(options: SupervisionOptions): SupervisionRules {
  const { category, aePathDelayMs = 0, restoreAfter = 1 } = options;
  if (!(aePathDelayMs >= 0)) {
    throw new RangeError(`delay of a single path's fault ${aePathDelayMs} ms: it must be 0 or more`);
  }
  if (!Number.isInteger(restoreAfter) || restoreAfter < 1 || restoreAfter > 10) {
    throw new RangeError(`${restoreAfter} proofs to restore a path: it must be a whole number from 1 to 10`);
  }
  const { aeAlarms, asAlarms } = category;
  const told = (requirement: string, agreed = true) => requirement === "M" || requirement === "Op" && agreed;
  const aePaths = aeAlarms.path !== "Na";
  return {
    category,
    allPaths: aePaths ? options.allPaths ?? "both" : "combined",
    aePathDelayMs: told(aeAlarms.path, options.aePathFaults) ? aePathDelayMs : Infinity,
    aePaths,
    asPaths: told(asAlarms.path, options.asPathFaults),
    asAts: told(asAlarms.ats, options.asAtsFaults),
    restoreAfter,
  };
}
