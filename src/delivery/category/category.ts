/**
 * What a category of EN 50136-1 asks for.
 *
 * @module
 */
import {
  type AvailabilityClass,
  CATEGORY_CLASSES,
  type InformationClass,
  type MaximumClass,
  type ReportingClass,
  type SubstitutionClass,
  type TransmissionClass,
} from "./category_classes.ts";
import {
  CATEGORY_TABLES,
  type CategoryName,
  type ConfigurationRow,
  type Requirement,
} from "./category_tables.ts";

/**
 * What is claimed beyond tables 1 to 5. Which class a category asks for stands in tables 6 to 9, which nobody here has read: a
 * claim is therefore a setting of its own and never follows from the category.
 */
export interface CategoryClaims {
  /** Availability; undefined: nothing is claimed. */
  readonly availability?: AvailabilityClass;
  /** Substitution security; undefined: nothing is claimed. */
  readonly substitution?: SubstitutionClass;
  /** Information security; undefined: nothing is claimed. */
  readonly information?: InformationClass;
}

/** A category, one of the ten or a custom one. Times in ms. */
export interface Category {
  /** Its name; `custom` for one put together from classes. */
  readonly name: CategoryName | "custom";
  /** Whether it asks for a second path. */
  readonly dual: boolean;
  /** The classes that its times are of. */
  readonly classes: {
    readonly transmission: TransmissionClass;
    readonly maximum: MaximumClass;
    /** Of the primary path. */
    readonly reporting: ReportingClass;
  };
  /** Table 1. */
  readonly configuration: Readonly<Record<ConfigurationRow, Requirement>>;
  /** Table 2; undefined: no limit. */
  readonly transmission: {
    readonly meanMs: number | undefined;
    readonly p95Ms: number | undefined;
    readonly maxMs: number | undefined;
  };
  /** Table 3; undefined where the category leaves an alternative path open. */
  readonly reporting: {
    readonly primaryMs: number;
    /** Alternative path while the primary one works. */
    readonly alternativeMs: number | undefined;
    /** Alternative path after the primary one has failed. */
    readonly alternativeFailedMs: number | undefined;
    /** Loss of all paths. */
    readonly atsMs: number;
  };
  /** Table 4: what the AE is told. */
  readonly aeAlarms: Readonly<Record<"ats" | "path", Requirement>>;
  /** Table 5: what the alarm system is told. */
  readonly asAlarms: Readonly<Record<"ats" | "path", Requirement>>;
  /** Availability and security, as claimed. */
  readonly claims: CategoryClaims;
}

/**
 * One of the ten categories. Source: en50136.md §2 (A); its classes, which are those with the same figures: §3 (D).
 *
 * @param name Its name.
 * @param claims What is claimed beyond the tables.
 * @returns The category.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { category } from "./category.ts";
 *
 * const { dual, reporting, classes, claims } = category("DP3", { substitution: "S2" });
 * assertEquals(dual, true);
 * assertEquals(reporting, {
 *   primaryMs: 180_000, alternativeMs: 90_000_000, alternativeFailedMs: 180_000, atsMs: 360_000,
 * });
 * assertEquals(classes, { transmission: "D3", maximum: "M3", reporting: "T4" });
 * assertEquals(claims, { substitution: "S2" });
 * ```
 */
export function category(name: CategoryName, claims: CategoryClaims = {}): Category {
  const { configuration, transmission, reporting, aeAlarms, asAlarms } = CATEGORY_TABLES;
  const column = CATEGORY_TABLES.categories.indexOf(name);
  const of = <Row extends string, Cell>({ rows }: { rows: Readonly<Record<Row, readonly Cell[]>> }) =>
    Object.fromEntries(
      Object.entries<readonly Cell[]>(rows).map(([row, cells]) => [row, cells[column]]),
    ) as Record<Row, Cell>;
  const { mean, p95, max } = of(transmission);
  const times = of(reporting);
  return {
    name,
    dual: name.startsWith("DP"),
    classes: {
      transmission: named(CATEGORY_CLASSES.d, (row) => row.mean === mean && row.p95 === p95),
      maximum: named(CATEGORY_CLASSES.m, (row) => row.max === max),
      reporting: named(CATEGORY_CLASSES.t, (row) => row.report === times.primary),
    },
    configuration: of(configuration),
    transmission: { meanMs: mean * 1000, p95Ms: p95 * 1000, maxMs: max * 1000 },
    reporting: {
      primaryMs: ms(times.primary)!,
      alternativeMs: ms(times.alternative),
      alternativeFailedMs: ms(times.alternativeFailed),
      atsMs: ms(times.ats)!,
    },
    aeAlarms: of(aeAlarms),
    asAlarms: of(asAlarms),
    claims,
  };
}

function ms(cell: number | "Op"): number | undefined {
  return cell === "Op" ? undefined : cell * 1000;
}

function named<Name extends string, Row>(
  classes: Readonly<Record<Name, Row>>,
  fits: (row: Row) => boolean,
): Name {
  return Object.keys(classes).find((name) => fits(classes[name as Name])) as Name;
}
