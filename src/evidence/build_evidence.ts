/**
 * Puts a report together.
 *
 * @module
 */
import type { Category } from "../delivery/category/category.ts";
import { type AvailabilityClass, CATEGORY_CLASSES } from "../delivery/category/category_classes.ts";
import { type Availability, availability, together } from "./availability.ts";
import type {
  CauseEvidence,
  Evidence,
  OutputEvidence,
  PartEvidence,
  PathEvidence,
  SiteEvidence,
} from "./evidence.ts";
import { common, type Interval, union } from "./interval.ts";
import { type Outage, spansOf } from "./outage_ledger.ts";
import type { Period } from "./period.ts";
import { reportNotes } from "./report_notes.ts";
import type { TransmissionTable } from "./transmission_table.ts";
import { judgeAvailability, judgeReporting, type Verdict } from "./verdict.ts";

/** A site, as far as a report needs to know it. Times in ms. */
export interface ReportedSite {
  name: string;
  category: Category | undefined;
  /** When the journal first has anything of it, ms since the epoch. */
  firstAt: number | undefined;
  /** Whether its failures are told to anybody, and so recorded. */
  told: boolean;
  /** Silence until its failure is declared. */
  silenceMs: number;
  /** Whether that is in force, or the longest that may be. */
  silenceKnown: boolean;
}

/** An output, likewise. */
export interface ReportedOutput {
  name: string;
  /** `others`: its absence is told to other outputs. `itself`: only to itself, when it lasted a minute. `nobody`: not recorded. */
  told: "others" | "itself" | "nobody";
}

/** What a report is made of. */
export interface EvidenceParts {
  receiver: string;
  version: string;
  period: Period;
  now: number;
  enough: number;
  /** The only site it is about. */
  only: string | undefined;
  /** Limits that all sites share. */
  category: Category | undefined;
  availabilityClass: AvailabilityClass | undefined;
  sites: readonly ReportedSite[];
  outputs: readonly ReportedOutput[];
  /** When the journal has its first record. */
  firstAt: number | undefined;
  outages: readonly Outage[];
  transmissions: TransmissionTable;
  /** How often the clock was set back in the period. */
  clockSteps: number;
  /** Sites of the journal that the configuration has no more. */
  strangers: number;
  /** Names of the SPTs whose journals were looked into. */
  premises: readonly string[];
}

/** When a site was not heard, and since when there is anything of it. */
interface SiteFaults {
  site: ReportedSite;
  known: Interval;
  faults: readonly Interval[];
  paths: ReadonlyMap<number, readonly Interval[]>;
  doubt: string;
}

/**
 * Makes the report.
 *
 * @param parts What it is made of.
 * @returns The report.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { buildEvidence } from "./build_evidence.ts";
 * import { period } from "./period.ts";
 * import { TransmissionTable } from "./transmission_table.ts";
 *
 * const november = period("2026-11", "UTC")!;
 * const now = Date.UTC(2027, 0), enough = 20;
 * const transmissions = new TransmissionTable({ period: november, enough, now, limits: undefined, limitsOf: () => undefined });
 * const { sites } = buildEvidence({
 *   receiver: "centre", version: "0", period: november, now, enough, only: undefined, category: undefined,
 *   availabilityClass: "A4", firstAt: 0, outputs: [], transmissions, clockSteps: 0, strangers: 0, premises: [],
 *   sites: [{ name: "shop", category: undefined, firstAt: 0, told: true, silenceMs: 36_000, silenceKnown: true }],
 *   outages: [{
 *     rule: "path-failed:shop", kind: "site", name: "shop", path: 0, cause: "not heard on any path", length: "exact",
 *     from: november.from - 3_600_000, to: november.from + 7_200_000,
 *   }],
 * });
 * assertEquals(sites[0]?.availability.faultMs, 7_200_000);
 * assertEquals(sites[0]?.availabilityVerdict.verdict, "met");
 * ```
 */
export function buildEvidence(parts: EvidenceParts): Evidence {
  const { period, now, transmissions: table, only } = parts;
  const chosen = parts.sites.filter(({ name }) => only === undefined || name === only);
  const inPeriod = parts.outages.filter((outage) => reaches(outage, period, now));
  const bySite = Map.groupBy(
    inPeriod.filter(({ kind }) => kind === "site" || kind === "path"),
    ({ name }) => name,
  );
  const faults = chosen.map((site) => siteFaults(site, bySite.get(site.name) ?? [], parts));
  const all = table.all();
  const ofOne = only === undefined ? undefined : table.site(only);
  const transmissions = ofOne?.transmissions ?? all.transmissions;
  const months = ofOne?.months ?? all.months;
  const receiver = receiverFaults(inPeriod, parts);
  const known = { from: parts.firstAt ?? Infinity, to: now };
  const over = (within: Interval) =>
    together(faults.map(({ faults, known }) => availability(faults, within, known)));
  const doubt = faults.find(({ doubt }) => doubt !== "")?.doubt ?? (chosen.length === 0 ? "no site" : "");
  const system = together(
    faults.map((site) => availability([...site.faults, ...receiver], period, site.known)),
  );
  const sitesAvailability = over(period);
  const judge = (of: Availability, within: Period | Interval, doubt: string): Verdict =>
    judgeAvailability(
      of,
      availabilityLimit(parts.availabilityClass, within === period ? period.kind : "month"),
      (within.to - within.from) * Math.max(1, chosen.length),
      doubt,
    );
  const outages = inPeriod
    .filter(({ kind, name }) => only === undefined || (kind !== "site" && kind !== "path") || name === only)
    .sort((a, b) => a.from - b.from);
  return {
    receiver: parts.receiver,
    version: parts.version,
    period,
    madeAt: now,
    enough: parts.enough,
    only,
    category: parts.category?.name,
    availabilityClass: parts.availabilityClass,
    transmissions,
    bins: all.bins,
    sitesAvailability,
    sitesVerdict: judge(sitesAvailability, period, doubt),
    receiverAvailability: availability(receiver, period, known),
    systemAvailability: system,
    systemVerdict: judge(system, period, doubt),
    days: period.days.map((day) => ({ label: day.label, availability: over(day) })),
    months: period.months.flatMap((month, at) => {
      const figures = months[at];
      if (figures === undefined) return [];
      const share = over(month);
      return [{
        label: month.label,
        transmissions: figures,
        availability: share,
        availabilityVerdict: judge(share, month, doubt),
      }];
    }),
    sites: faults.map((site) => siteEvidence(site, parts)),
    outputs: outputEvidence(inPeriod, parts),
    causes: causesOf(outages, period, now),
    outages,
    notes: reportNotes(parts, chosen, inPeriod),
  };
}

function siteFaults(
  site: ReportedSite,
  outages: readonly Outage[],
  { now, clockSteps }: EvidenceParts,
): SiteFaults {
  const ats = outages.filter(({ kind }) => kind === "site");
  const doubt = !site.told
    ? 'no output is told of its faults (faults = "off"): nothing records them'
    : clockSteps > 0
    ? "the receiver's clock was set back in this time"
    : ats.some(({ length }) => length === "unsure")
    ? "how long an outage was is not known"
    : "";
  const paths = new Map<number, Interval[]>();
  for (const [path, of] of Map.groupBy(outages.filter(({ kind }) => kind === "path"), ({ path }) => path)) {
    paths.set(path, spansOf(of));
  }
  return { site, known: { from: site.firstAt ?? Infinity, to: now }, faults: spansOf(ats), paths, doubt };
}

function siteEvidence(of: SiteFaults, parts: EvidenceParts): SiteEvidence {
  const { site, known, faults, doubt } = of;
  const { period, availabilityClass } = parts;
  const { transmissions, months, failures, failuresWaiting } = parts.transmissions.site(site.name);
  const { silenceMs, silenceKnown } = site;
  const reporting = { silenceMs, silenceKnown, delivery: failures, waiting: failuresWaiting };
  const judge = (share: Availability, within: Interval, kind: Period["kind"]) =>
    judgeAvailability(share, availabilityLimit(availabilityClass, kind), within.to - within.from, doubt);
  const share = availability(faults, period, known);
  return {
    site: site.name,
    category: site.category?.name,
    firstAt: site.firstAt,
    transmissions,
    reporting,
    reportingVerdict: judgeReporting(reporting, site.category?.reporting.atsMs),
    availability: share,
    availabilityVerdict: judge(share, period, period.kind),
    paths: pathEvidence(of, period),
    months: months.map((figures, at): PartEvidence => {
      const month = period.months[at]!;
      const share = availability(faults, month, known);
      const availabilityVerdict = judge(share, month, "month");
      return { label: month.label, transmissions: figures, availability: share, availabilityVerdict };
    }),
  };
}

/** A site with one path has no messages of paths: its own are those of the path. */
function pathEvidence({ paths, faults, known }: SiteFaults, period: Interval): PathEvidence[] {
  if (paths.size === 0) return [{ path: 1, availability: availability(faults, period, known) }];
  const highest = Math.max(...paths.keys());
  return Array.from({ length: highest }, (_, at) => ({
    path: at + 1,
    availability: availability(paths.get(at + 1) ?? [], period, known),
  }));
}

/** The journal fails, or no AE takes alarms. */
function receiverFaults(outages: readonly Outage[], { outputs, period }: EvidenceParts): Interval[] {
  const everything = { from: -Infinity, to: Infinity };
  const away = outputs.map(({ name }) =>
    union(spansOf(outages.filter((outage) => outage.kind === "ae" && outage.name === name)), everything)
  );
  const [first, ...others] = away;
  const allAway = first === undefined ? [] : others.reduce((both, one) => common(both, one), first);
  return union([...allAway, ...spansOf(outages.filter(({ kind }) => kind === "journal"))], period);
}

function outputEvidence(outages: readonly Outage[], parts: EvidenceParts): OutputEvidence[] {
  const { period, now, firstAt, transmissions: table } = parts;
  const known = { from: firstAt ?? Infinity, to: now };
  const told = new Map(parts.outputs.map(({ name, told }) => [name, told]));
  const names = [...told.keys(), ...table.outputs.filter((name) => !told.has(name)).sort()];
  return names.map((name) => {
    const note = NOTES[told.get(name) ?? "route"];
    const { delivery, waiting } = table.output(name);
    const faults = spansOf(outages.filter((outage) => outage.kind === "ae" && outage.name === name));
    return { output: name, delivery, waiting, availability: availability(faults, period, known), note };
  });
}

const NOTES: Readonly<Record<ReportedOutput["told"] | "route", string>> = {
  others: "",
  itself: "no other output is told: absences under a minute are not recorded",
  nobody: "no output is told: absences are not recorded",
  route: "a route: its outputs are supervised by themselves",
};

function causesOf(outages: readonly Outage[], period: Interval, now: number): CauseEvidence[] {
  const groups = Map.groupBy(outages, ({ kind, cause }) => `${kind}\n${cause}`);
  return [...groups.values()].map((of) => {
    const { kind, cause } = of[0]!;
    const lengths = of.map((outage) => cutLength(outage, period, now));
    return {
      kind,
      cause,
      count: of.length,
      totalMs: lengths.reduce((sum, ms) => sum + ms, 0),
      longestMs: Math.max(...lengths),
      open: of.filter(({ to }) => to === undefined).length,
    };
  }).sort((a, b) => b.totalMs - a.totalMs);
}

function cutLength({ from, to = Infinity }: Outage, period: Interval, now: number): number {
  return Math.max(0, Math.min(to, period.to, now) - Math.max(from, period.from));
}

function reaches({ from, to = Infinity }: Outage, period: Interval, now: number): boolean {
  return from < Math.min(period.to, now) && (to > period.from || (from === to && from >= period.from));
}

/** Share of a year, or of the worst month. */
function availabilityLimit(name: AvailabilityClass | undefined, kind: Period["kind"]): number | undefined {
  const percent = name === undefined ? undefined : CATEGORY_CLASSES.a[name][kind];
  return percent === undefined ? undefined : percent / 100;
}
