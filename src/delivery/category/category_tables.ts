/**
 * The categories of EN 50136-1 as data.
 *
 * @module
 */
import tables from "./categories.json" with { type: "json" };

/** The ten categories: single path and dual path. */
export type CategoryName = "SP1" | "SP2" | "SP3" | "SP4" | "SP5" | "SP6" | "DP1" | "DP2" | "DP3" | "DP4";

/** Mandatory, optional, not applicable. */
export type Requirement = "M" | "Op" | "Na";

/** One table: rows of ten cells, in the order of {@link CategoryTables.categories}. */
export interface CategoryTable<Row extends string, Cell> {
  /** Its number in the standard. */
  readonly table: number;
  /** `A`: read in the standard. */
  readonly confidence: string;
  /** What to know of a row. */
  readonly note?: string;
  /** The cells. */
  readonly rows: Readonly<Record<Row, readonly Cell[]>>;
}

/** What table 1 asks of the installation. */
export type ConfigurationRow =
  | "sptPrimaryInterface"
  | "sptAlternativeInterface"
  | "alternativeRct"
  | "rctPrimaryInterface"
  | "rctAlternativeInterface";

/** Tables 1 to 5. */
export interface CategoryTables {
  /** Where the cells come from. */
  readonly source: string;
  /** The columns. */
  readonly categories: readonly CategoryName[];
  /** Table 1: what there must be at the premises and at the centre. */
  readonly configuration: CategoryTable<ConfigurationRow, Requirement>;
  /** Table 2: transmission time, in seconds: arithmetic mean and 95th percentile of all, and the longest of any. */
  readonly transmission: CategoryTable<"mean" | "p95" | "max", number>;
  /**
   * Table 3: how soon a dead path must be reported, in seconds: the primary one; an alternative one while the primary works,
   * and after it has failed; all of them.
   */
  readonly reporting: CategoryTable<"primary" | "alternative" | "alternativeFailed" | "ats", number | "Op">;
  /** Table 4: what the RCT tells the AE. */
  readonly aeAlarms: CategoryTable<"ats" | "path", Requirement>;
  /** Table 5: what the SPT tells the alarm system. */
  readonly asAlarms: CategoryTable<"ats" | "path", Requirement>;
}

/**
 * Tables 1 to 5 of EN 50136-1:2012, 160 cells. Source: en50136.md §2 (A).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { CATEGORY_TABLES } from "./category_tables.ts";
 *
 * const { categories, reporting } = CATEGORY_TABLES;
 * assertEquals(reporting.rows.ats[categories.indexOf("DP4")], 180);
 * ```
 */
export const CATEGORY_TABLES: CategoryTables = tables as CategoryTables;
