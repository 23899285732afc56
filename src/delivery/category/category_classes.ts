/**
 * The classes of annex D of EN 50136-1 as data: what a custom category is put together from.
 *
 * @module
 */
import classes from "./classes.json" with { type: "json" };

/** Mean and 95th percentile of the transmission time. */
export type TransmissionClass = "D0" | "D1" | "D2" | "D3" | "D4";
/** Longest transmission time. */
export type MaximumClass = "M0" | "M1" | "M2" | "M3" | "M4";
/** Reporting time. */
export type ReportingClass = "T1" | "T2" | "T3" | "T4" | "T5" | "T6";
/** Availability. */
export type AvailabilityClass = "A0" | "A1" | "A2" | "A3" | "A4";
/** Substitution security. */
export type SubstitutionClass = "S0" | "S1" | "S2";
/** Information security. */
export type InformationClass = "I0" | "I1" | "I2" | "I3";

/** What every class has. */
export interface ClassBasis {
  /** `D`: derived from tables 2 and 3; `C`: not read in the standard. */
  readonly confidence: string;
  /** What to know. */
  readonly note?: string;
}

/** The classes; `D0`, `M0` and `A0` ask for nothing and have no figures. */
export interface CategoryClasses {
  /** Where they come from. */
  readonly source: string;
  /** Seconds. */
  readonly d: Readonly<
    Record<TransmissionClass, ClassBasis & { readonly mean?: number; readonly p95?: number }>
  >;
  /** Seconds. */
  readonly m: Readonly<Record<MaximumClass, ClassBasis & { readonly max?: number }>>;
  /** Seconds. */
  readonly t: Readonly<Record<ReportingClass, ClassBasis & { readonly report: number }>>;
  /** Percent of a year, and of the worst month. */
  readonly a: Readonly<
    Record<AvailabilityClass, ClassBasis & { readonly year?: number; readonly month?: number }>
  >;
  /** In words. */
  readonly s: Readonly<Record<SubstitutionClass, ClassBasis & { readonly meaning: string }>>;
  /** In words. */
  readonly i: Readonly<Record<InformationClass, ClassBasis & { readonly meaning: string }>>;
}

/**
 * The classes of annex D. Source: en50136.md §3 (D for D1 to D4, M1 to M4 and T1 to T6; C for the others).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { CATEGORY_CLASSES } from "./category_classes.ts";
 *
 * assertEquals(CATEGORY_CLASSES.t.T4.report, 180);
 * assertEquals(CATEGORY_CLASSES.d.D0.mean, undefined);
 * ```
 */
export const CATEGORY_CLASSES: CategoryClasses = classes as CategoryClasses;
