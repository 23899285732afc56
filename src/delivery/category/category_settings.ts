/**
 * What a category means for a site: the figures that supervision works with.
 *
 * @module
 */
import type { Category, CategoryClaims } from "./category.ts";
import type { CategoryName, ConfigurationRow, Requirement } from "./category_tables.ts";
import { type ReportingLimit, reportingLimit } from "./reporting_limit.ts";

/** The settings of a site that follow from its category. Times in ms. */
export interface CategorySettings {
  /** The category. */
  readonly category: CategoryName | "custom";
  /** Whether there must be a second path. */
  readonly dual: boolean;
  /** What the installation needs (table 1). */
  readonly configuration: Readonly<Record<ConfigurationRow, Requirement>>;
  /** How long an alarm may take to the AE; undefined: no limit. */
  readonly transmission: {
    /** Arithmetic mean of all. */
    readonly meanMs: number | undefined;
    /** 95th percentile of all. */
    readonly p95Ms: number | undefined;
    /** Any single one; longer is a fault of the transmission system. */
    readonly maxMs: number | undefined;
  };
  /** The primary path. */
  readonly primary: ReportingLimit;
  /** An alternative path while the primary one works. */
  readonly alternative: ReportingLimit;
  /** An alternative path after the primary one has failed. */
  readonly alternativeFailed: ReportingLimit;
  /** All paths. There is nothing to poll: `pollMs` is left out. */
  readonly ats: Omit<ReportingLimit, "pollMs">;
  /** What the AE must, may or need not be told. */
  readonly aeAlarms: Readonly<Record<"ats" | "path", Requirement>>;
  /** What the alarm system must, may or need not be told. */
  readonly asAlarms: Readonly<Record<"ats" | "path", Requirement>>;
  /** Availability and security, as claimed; a category does not say them. */
  readonly claims: CategoryClaims;
}

/**
 * Expands a category to the settings of a site. Source: en50136.md §2 (A), §5.1 (D).
 *
 * Where a single-path category leaves alternative paths open, they are supervised like the primary one: else the loss of all
 * paths could not be reported in time.
 *
 * @param of The category.
 * @param misses How many polls in a row may get lost, 2 to 10.
 * @returns The settings.
 * @throws {RangeError} When `misses` is out of range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { category } from "./category.ts";
 * import { categorySettings } from "./category_settings.ts";
 *
 * const { primary, alternative, ats, aeAlarms } = categorySettings(category("DP4"));
 * assertEquals(primary, { reportMs: 90_000, declareMs: 81_000, pollMs: 20_000 });
 * assertEquals(alternative, { reportMs: 18_000_000, declareMs: 17_940_000, pollMs: 74 * 60_000 });
 * assertEquals(ats, { reportMs: 180_000, declareMs: 162_000 });
 * assertEquals(aeAlarms, { ats: "M", path: "Op" });
 * ```
 */
export function categorySettings(of: Category, misses = 3): CategorySettings {
  const { primaryMs, alternativeMs, alternativeFailedMs, atsMs } = of.reporting;
  const { reportMs, declareMs } = reportingLimit(atsMs, misses);
  return {
    category: of.name,
    dual: of.dual,
    configuration: of.configuration,
    transmission: of.transmission,
    primary: reportingLimit(primaryMs, misses),
    alternative: reportingLimit(alternativeMs ?? primaryMs, misses),
    alternativeFailed: reportingLimit(alternativeFailedMs ?? primaryMs, misses),
    ats: { reportMs, declareMs },
    aeAlarms: of.aeAlarms,
    asAlarms: of.asAlarms,
    claims: of.claims,
  };
}
