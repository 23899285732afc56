/**
 * A timeline of outages, a row for each thing that failed.
 *
 * @module
 */
import type { Outage } from "./outage_ledger.ts";
import type { Period } from "./period.ts";
import { escaped, shownInstant, shownTime } from "./shown.ts";

/** Rows shown; the table has all. */
const ROWS = 40;
const WIDTH = 900, LEFT = 190, RIGHT = 12, ROW = 18, TOP = 8, BOTTOM = 26;
/** Characters of a name. */
const NAME = 26;

/** What an outage is of, in words. */
export function outagePlace({ kind, name, path }: Pick<Outage, "kind" | "name" | "path">): string {
  switch (kind) {
    case "site":
      return name;
    case "path":
      return `${name}, path ${path}`;
    case "ae":
      return `AE ${name}`;
    case "queue":
      return `queue ${name}`;
    case "journal":
      return "the receiver";
  }
}

/**
 * Draws a bar for each outage, those with the most time in fault above.
 *
 * @param outages Outages that reach into the period.
 * @param period The period.
 * @param now When the report is made, ms since the epoch.
 * @returns An SVG element; empty when there is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { period } from "./period.ts";
 * import { plotOutages } from "./plot_outages.ts";
 *
 * assertEquals(plotOutages([], period("2026-11", "UTC")!, 0), "");
 * ```
 */
export function plotOutages(outages: readonly Outage[], period: Period, now: number): string {
  if (outages.length === 0) return "";
  const end = Math.min(period.to, now);
  const x = (at: number) =>
    LEFT +
    (Math.min(Math.max(at, period.from), period.to) - period.from) / (period.to - period.from) *
      (WIDTH - LEFT - RIGHT);
  const rows = [...Map.groupBy(outages, outagePlace)].map(([place, of]) => ({
    place,
    of,
    ms: of.reduce(
      (sum, { from, to = end }) => sum + Math.max(0, Math.min(to, end) - Math.max(from, period.from)),
      0,
    ),
  })).sort((a, b) => b.ms - a.ms).slice(0, ROWS);
  const floor = TOP + rows.length * ROW;
  const marks = period.kind === "year" ? period.months : period.days;
  const grid = marks.map(({ label, from, to }, i) => {
    const named = period.kind === "year" || i % 2 === 0;
    const text = period.kind === "year" ? label.slice(5) : label.slice(8);
    return `<line class="grid" x1="${f(x(from))}" x2="${f(x(from))}" y1="${TOP}" y2="${floor}"/>` +
      (named
        ? `<text x="${f((x(from) + x(to)) / 2)}" y="${floor + 16}" text-anchor="middle">${text}</text>`
        : "");
  });
  const lines = rows.map(({ place, of }, i) => {
    const top = TOP + i * ROW;
    const short = place.length > NAME ? `${place.slice(0, NAME - 1)}…` : place;
    const bars = of.map(({ from, to, cause }) => {
      const left = x(from), width = Math.max(1.5, x(Math.min(to ?? Infinity, end)) - left);
      const length = shownTime((to ?? end) - from);
      return `<rect class="bad" x="${f(left)}" y="${top + 3}" width="${f(width)}" height="${
        ROW - 6
      }"><title>${
        escaped(`${place}: ${cause}, ${shownInstant(from)} to ${shownInstant(to)}, ${length}`)
      }</title></rect>`;
    });
    return `<text x="${LEFT - 8}" y="${top + 13}" text-anchor="end">${escaped(short)}</text>${bars.join("")}`;
  });
  return `<svg viewBox="0 0 ${WIDTH} ${
    floor + BOTTOM
  }" role="img" aria-label="Outages: ${outages.length}, in the table below">${grid.join("")}${
    lines.join("")
  }<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${floor}" y2="${floor}"/></svg>`;
}

function f(value: number): string {
  return String(Math.round(value * 100) / 100);
}
