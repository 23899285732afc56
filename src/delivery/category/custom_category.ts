/**
 * A category of one's own, from the classes of annex D.
 *
 * @module
 */
import { type Category, category } from "./category.ts";
import {
  type AvailabilityClass,
  CATEGORY_CLASSES,
  type InformationClass,
  type MaximumClass,
  type ReportingClass,
  type SubstitutionClass,
  type TransmissionClass,
} from "./category_classes.ts";
import type { CategoryName } from "./category_tables.ts";
import { reportingLimit, SHORTEST_REPORT_MS } from "./reporting_limit.ts";

/** What a custom category is made of. Times in ms. */
export interface CustomClasses {
  /**
   * The category whose tables 1, 4 and 5 hold: a custom category has to say so. A `DP` makes it one with two paths.
   */
  tablesOf: CategoryName;
  /** Mean and 95th percentile of the transmission time. */
  transmission: TransmissionClass;
  /** Longest transmission time. */
  maximum: MaximumClass;
  /** Reporting time of the primary path. */
  reporting: ReportingClass;
  /** Reporting time of an alternative path after the primary one has failed. @default {reporting} */
  alternativeFailed?: ReportingClass;
  /** The same while the primary path works; up to 50 h. @default {that of alternativeFailed} */
  alternativeMs?: number;
  /**
   * Reporting time of the loss of all paths. @default {that of reporting; with two paths, plus that of alternativeFailed}
   */
  atsMs?: number;
  /** Availability. */
  availability: AvailabilityClass;
  /** Substitution security. */
  substitution: SubstitutionClass;
  /** Information security. */
  information: InformationClass;
}

/** What {@link customCategory} gives: the category, or what is wrong, by the name of what it is wrong with. */
export type CustomCategory =
  | { ok: true; category: Category }
  | { ok: false; problems: { path: keyof CustomClasses; message: string }[] };

/** The longest time of table 3 for an idle alternative path, 50 h. */
const LONGEST_IDLE_MS = 180_000_000;

/**
 * Puts a category together from classes. Source: en50136.md §2 (custom category, A) and §3 (classes, C and D). Which reporting
 * times a custom category has beside the class T is not known; the defaults are the strictest.
 *
 * @param classes What it is made of.
 * @returns The category, or all that is wrong. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { customCategory } from "./custom_category.ts";
 *
 * const parts = {
 *   tablesOf: "DP4", transmission: "D4", maximum: "M4", reporting: "T6",
 *   availability: "A0", substitution: "S2", information: "I3",
 * } as const;
 * const made = customCategory(parts);
 * assert(made.ok);
 * assertEquals(made.category.reporting.atsMs, 40_000);
 *
 * const wrong = customCategory({ ...parts, alternativeMs: 3_600_000, atsMs: 30_000 });
 * assert(!wrong.ok);
 * assertEquals(wrong.problems[0]?.path, "atsMs");
 * ```
 */
export function customCategory(classes: CustomClasses): CustomCategory {
  const base = category(classes.tablesOf);
  const report = (name: ReportingClass) => CATEGORY_CLASSES.t[name].report * 1000;
  const primaryMs = report(classes.reporting);
  const alternativeFailedMs = report(classes.alternativeFailed ?? classes.reporting);
  const alternativeMs = classes.alternativeMs ?? alternativeFailedMs;
  const atsMs = classes.atsMs ?? (base.dual ? primaryMs + alternativeFailedMs : primaryMs);
  const idleLimit = Math.max(LONGEST_IDLE_MS, alternativeFailedMs);
  const problems: { path: keyof CustomClasses; message: string }[] = [];
  if (!(alternativeMs >= SHORTEST_REPORT_MS && alternativeMs <= idleLimit)) {
    problems.push({
      path: "alternativeMs",
      message: `${seconds(alternativeMs)}: an idle alternative path is reported after 20 s to ${
        seconds(idleLimit)
      }`,
    });
  } else {
    const worst = worstLossMs(primaryMs, alternativeMs, alternativeFailedMs);
    if (!(atsMs >= SHORTEST_REPORT_MS && Number.isFinite(atsMs) && worst <= declared(atsMs))) {
      problems.push({
        path: "atsMs",
        message:
          `${seconds(atsMs)}: the loss of all paths is known after ${seconds(worst)} at the latest, and ` +
          "the AE has to be told in time; make it longer, or the times of the paths shorter",
      });
    }
  }
  if (problems.length > 0) return { ok: false, problems };
  const { mean, p95 } = CATEGORY_CLASSES.d[classes.transmission];
  const { max } = CATEGORY_CLASSES.m[classes.maximum];
  const { availability, substitution, information } = classes;
  return {
    ok: true,
    category: {
      ...base,
      name: "custom",
      classes: {
        transmission: classes.transmission,
        maximum: classes.maximum,
        reporting: classes.reporting,
      },
      transmission: { meanMs: inMs(mean), p95Ms: inMs(p95), maxMs: inMs(max) },
      reporting: { primaryMs, alternativeMs, alternativeFailedMs, atsMs },
      claims: { availability, substitution, information },
    },
  };
}

/**
 * How long after the last sign of life of any path all of them have been declared failed, at the latest: the primary first, or
 * an alternative that was idle until then and is supervised fast from that moment.
 */
function worstLossMs(primaryMs: number, alternativeMs: number, alternativeFailedMs: number): number {
  const primary = declared(primaryMs);
  return Math.max(primary, Math.min(declared(alternativeMs), primary + declared(alternativeFailedMs)));
}

function declared(reportMs: number): number {
  return reportingLimit(reportMs, 2).declareMs;
}

function inMs(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value * 1000;
}

function seconds(ms: number): string {
  return `${ms / 1000} s`;
}
