/**
 * A report for programs.
 *
 * @module
 */
import type { Evidence } from "./evidence.ts";

/** Keys whose numbers are instants. */
const INSTANTS: ReadonlySet<string> = new Set(["from", "to", "firstAt", "madeAt"]);

/**
 * Makes one JSON object of it: instants as RFC 3339 in UTC, times in ms (`…Ms`, and the verdicts of times), availability as a share
 * from 0 to 1. What is not known is absent.
 *
 * @param evidence The report.
 * @returns Plain values.
 */
export function reportJson(evidence: Evidence): unknown {
  return plain(evidence, "");
}

function plain(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value.map((item) => plain(item, ""));
  if (typeof value === "number") {
    if (!INSTANTS.has(key)) return value;
    const date = new Date(value);
    return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner, name)]));
}
