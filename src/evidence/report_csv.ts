/**
 * A report for spreadsheets.
 *
 * @module
 */
import { csvField } from "../why/story_text.ts";
import type { Availability } from "./availability.ts";
import type { Evidence, TransmissionFigures } from "./evidence.ts";
import { outagePlace } from "./plot_outages.ts";
import type { TimeFigures } from "./time_statistics.ts";
import type { Verdict } from "./verdict.ts";

/** The columns: what of, its name, the month or year, the figure, its value and unit, what it was compared with, from and to. */
export const REPORT_COLUMNS = "scope,name,period,figure,value,unit,limit,verdict,from,to,note";

interface Line {
  scope: string;
  name?: string;
  period: string;
  figure: string;
  value?: number | undefined;
  unit: string;
  limit?: number | undefined;
  verdict?: string;
  from?: number | undefined;
  to?: number | undefined;
  note?: string;
}

/**
 * Writes the table: one row for each figure, then one for each outage. RFC 4180: lines end with CR LF, the first names the columns.
 * Times are whole or fractional ms, availability is a share from 0 to 1, instants are RFC 3339 in UTC. What a spreadsheet would
 * take for a formula gets a quote in front.
 *
 * @param evidence The report.
 * @returns The table, one row at a time, without line ends.
 */
export function* reportCsv(evidence: Evidence): Generator<string> {
  yield REPORT_COLUMNS;
  for (const line of lines(evidence)) yield row(line);
}

function* lines(evidence: Evidence): Generator<Line> {
  const { period: { label: period }, sites, outputs, causes, outages } = evidence;
  const all = { scope: "all", name: evidence.only ?? "", period };
  yield* transmissions(all, evidence.transmissions);
  yield* availabilities({ ...all, scope: "sites" }, evidence.sitesAvailability, evidence.sitesVerdict);
  yield* availabilities({ ...all, scope: "system" }, evidence.systemAvailability, evidence.systemVerdict);
  yield* availabilities({ ...all, scope: "receiver" }, evidence.receiverAvailability);
  for (const month of evidence.months) {
    yield* transmissions({ ...all, period: month.label }, month.transmissions);
    const of = { ...all, scope: "sites", period: month.label };
    yield* availabilities(of, month.availability, month.availabilityVerdict);
  }
  for (const day of evidence.days) {
    yield* availabilities({ ...all, scope: "day", period: day.label }, day.availability);
  }
  for (const site of sites) {
    const of = { scope: "site", name: site.site, period };
    yield* transmissions(of, site.transmissions);
    yield judged(of, site.reportingVerdict);
    yield* availabilities(of, site.availability, site.availabilityVerdict);
    for (const { path, availability } of site.paths) {
      yield* availabilities({ scope: `path ${path}`, name: site.site, period }, availability);
    }
    for (const month of site.months) {
      const part = { ...of, period: month.label };
      yield* transmissions(part, month.transmissions);
      yield* availabilities(part, month.availability, month.availabilityVerdict);
    }
  }
  for (const { output, delivery, waiting, availability, note } of outputs) {
    const of = { scope: "output", name: output, period };
    yield* times(of, delivery);
    yield { ...of, figure: "waiting", value: waiting, unit: "count", note };
    yield* availabilities(of, availability);
  }
  for (const { kind, cause, count, totalMs, longestMs, open } of causes) {
    const of = { scope: "cause", name: kind, period, note: cause };
    yield { ...of, figure: "outages", value: count, unit: "count" };
    yield { ...of, figure: "time in fault", value: totalMs, unit: "ms" };
    yield { ...of, figure: "longest", value: longestMs, unit: "ms" };
    yield { ...of, figure: "last still", value: open, unit: "count" };
  }
  for (const outage of outages) {
    const { from, to, cause, length } = outage;
    yield {
      scope: "outage",
      name: outagePlace(outage),
      period,
      figure: length === "exact" ? "outage" : `outage (${length})`,
      value: to === undefined || length === "unsure" ? undefined : to - from,
      unit: "ms",
      from,
      to,
      note: cause,
    };
  }
  for (const note of evidence.notes) yield { scope: "note", period, figure: "", unit: "", note };
}

type Of = Pick<Line, "scope" | "name" | "period">;

function* transmissions(of: Of, figures: TransmissionFigures): Generator<Line> {
  const count = (figure: string, value: number): Line => ({ ...of, figure, value, unit: "count" });
  yield count("transmissions", figures.count);
  for (const [measure, value] of Object.entries(figures.measures)) yield count(`measured ${measure}`, value);
  yield count("untimed", figures.untimed);
  yield count("waiting", figures.waiting);
  yield count("overdue", figures.overdue);
  yield count("above maximum", figures.tooLate);
  for (const verdict of figures.verdicts) yield judged(of, verdict);
}

function* times(of: Of, { count, meanMs, p95Ms, maxMs }: TimeFigures): Generator<Line> {
  yield { ...of, figure: "delivered", value: count, unit: "count" };
  yield { ...of, figure: "mean", value: meanMs, unit: "ms" };
  yield { ...of, figure: "p95", value: p95Ms, unit: "ms" };
  yield { ...of, figure: "max", value: maxMs, unit: "ms" };
}

function* availabilities(of: Of, availability: Availability, verdict?: Verdict): Generator<Line> {
  yield verdict === undefined
    ? { ...of, figure: "availability", value: availability.share, unit: "share" }
    : judged(of, verdict);
  yield { ...of, figure: "time counted", value: availability.countedMs, unit: "ms" };
  yield { ...of, figure: "time in fault", value: availability.faultMs, unit: "ms" };
}

function judged(of: Of, { figure, value, limit, verdict, why }: Verdict): Line {
  const unit = figure === "availability" ? "share" : "ms";
  return { ...of, figure, value, unit, limit, verdict, note: why };
}

function row(line: Line): string {
  const { scope, name = "", period, figure, value, unit, limit, verdict = "", from, to, note = "" } = line;
  return [
    scope,
    name,
    period,
    figure,
    number(value),
    unit,
    number(limit),
    verdict,
    instant(from),
    instant(to),
    note,
  ].map(csvField).join(",");
}

function number(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? "" : String(Math.round(value * 1e6) / 1e6);
}

function instant(ms: number | undefined): string {
  const date = new Date(ms ?? NaN);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}
