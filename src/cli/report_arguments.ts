/**
 * The arguments of `tocsin report`.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { CATEGORY_TABLES, type CategoryName } from "../delivery/category/category_tables.ts";
import { type AvailabilityClass, CATEGORY_CLASSES } from "../delivery/category/category_classes.ts";
import { type Period, period } from "../evidence/period.ts";
import { categoryName } from "./report_parts.ts";
import { UsageError } from "./usage_error.ts";

/** Fewer transmissions are not judged: with 20 the 95th percentile can first differ from the longest. */
export const ENOUGH = 20;

const OPTIONS = [
  "month",
  "year",
  "zone",
  "site",
  "category",
  "availability",
  "enough",
  "format",
  "output",
] as const;

/** What they ask for. */
export interface ReportArguments {
  configs: string[];
  period: Period;
  site: string | undefined;
  category: CategoryName | undefined;
  availability: AvailabilityClass | undefined;
  enough: number;
  format: "html" | "csv" | "json";
  output: string | undefined;
}

/**
 * Reads them.
 *
 * @param args Arguments after `report`.
 * @returns What they ask for; undefined for a question for help.
 * @throws {UsageError} With what is wrong.
 */
export function reportArguments(args: string[]): ReportArguments | undefined {
  const unknown: string[] = [];
  const options = parseArgs(args, {
    string: ["config", ...OPTIONS, "_"],
    collect: ["config", ...OPTIONS],
    boolean: ["help"],
    alias: { help: "h" },
    unknown: (name) => {
      if (name.startsWith("-")) unknown.push(name.replace(/=.*$/s, ""));
      return !name.startsWith("-");
    },
  });
  if (options.help) return undefined;
  if (unknown[0] !== undefined) throw new UsageError(`${unknown[0]}: unknown`);
  const list = (name: "config" | typeof OPTIONS[number]): string[] => {
    const values: unknown = options[name];
    return Array.isArray(values) ? values.map(String) : [];
  };
  const given: Partial<Record<typeof OPTIONS[number], string>> = {};
  for (const name of OPTIONS) {
    const [value, second] = list(name);
    if (second !== undefined) throw new UsageError(`--${name}: expected once, found several times`);
    if (value === "") throw new UsageError(`--${name}: expected a value behind it`);
    if (value !== undefined) given[name] = value;
  }
  const [word] = options._.map(String);
  if (word !== undefined) throw new UsageError(`expected only options, found "${word}"`);
  const configs = list("config");
  if (configs.length === 0) throw new UsageError("--config FILE is missing");
  if (configs.includes("")) throw new UsageError("--config: expected a file behind it");
  const { format = "html", enough = String(ENOUGH) } = given;
  if (format !== "html" && format !== "csv" && format !== "json") {
    throw new UsageError(`--format: expected html, csv or json, found "${format}"`);
  }
  if (!/^[1-9]\d{0,6}$/.test(enough)) {
    throw new UsageError(`--enough: expected a number from 1 to 9999999, found "${enough}"`);
  }
  return {
    configs,
    period: periodOf(given.month, given.year, given.zone ?? "UTC"),
    site: given.site,
    category: categoryOf(given.category),
    availability: availabilityOf(given.availability),
    enough: Number(enough),
    format,
    output: given.output,
  };
}

function periodOf(month: string | undefined, year: string | undefined, zone: string): Period {
  const text = month ?? year;
  if (text === undefined) throw new UsageError("--month YYYY-MM or --year YYYY is missing");
  if (month !== undefined && year !== undefined) {
    throw new UsageError("expected --month or --year, found both");
  }
  let found: Period | undefined;
  try {
    found = period(text, zone);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(`--zone: expected a time zone such as Europe/Berlin, found "${zone}"`);
  }
  if (found === undefined || (found.kind === "month") !== (month !== undefined)) {
    throw new UsageError(
      month === undefined
        ? `--year: expected a year such as 2026, found "${text}"`
        : `--month: expected a month such as 2026-11, found "${text}"`,
    );
  }
  return found;
}

/** A category given by `--category`. @throws {UsageError} When there is none of that name. */
export function categoryOf(name: string | undefined): CategoryName | undefined {
  const found = categoryName(name);
  if (name === undefined || found !== undefined) return found;
  throw new UsageError(
    `--category: expected one of ${CATEGORY_TABLES.categories.join(", ")}, found "${name}"`,
  );
}

function availabilityOf(name: string | undefined): AvailabilityClass | undefined {
  if (name === undefined) return undefined;
  const names = Object.keys(CATEGORY_CLASSES.a) as AvailabilityClass[];
  const found = names.find((known) => known === name);
  if (found === undefined) {
    throw new UsageError(`--availability: expected one of ${names.join(", ")}, found "${name}"`);
  }
  return found;
}
