/**
 * A report as one HTML file: no script, nothing from elsewhere.
 *
 * @module
 */
import type { Evidence, PartEvidence, SiteEvidence, TransmissionFigures } from "./evidence.ts";
import { PAGE_STYLE } from "./page_style.ts";
import { plotDays } from "./plot_days.ts";
import { outagePlace, plotOutages } from "./plot_outages.ts";
import { type PlotMark, plotTimes } from "./plot_times.ts";
import { escaped as e, shownInstant, shownShare, shownTime } from "./shown.ts";
import type { Verdict } from "./verdict.ts";

/** Outages in the table of the page; CSV and JSON have all. */
const OUTAGES = 500;

/**
 * Writes the page.
 *
 * @param evidence The report.
 * @returns An HTML document.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { buildEvidence } from "./build_evidence.ts";
 * import { period } from "./period.ts";
 * import { reportHtml } from "./report_html.ts";
 * import { TransmissionTable } from "./transmission_table.ts";
 *
 * const november = period("2026-11", "UTC")!;
 * const now = 0, enough = 20;
 * const transmissions = new TransmissionTable({ period: november, enough, now, limits: undefined, limitsOf: () => undefined });
 * const html = reportHtml(buildEvidence({
 *   receiver: "<centre>", version: "0", period: november, now, enough, only: undefined, category: undefined, outages: [],
 *   availabilityClass: undefined, firstAt: undefined, sites: [], outputs: [], transmissions, clockSteps: 0, strangers: 0, premises: [],
 * }));
 * assertStringIncludes(html, "<h1>&lt;centre&gt;: November 2026</h1>");
 * ```
 */
export function reportHtml(evidence: Evidence): string {
  const { period, transmissions, sites, only, receiver } = evidence;
  const title = `${receiver}${only === undefined ? "" : `, ${only}`}: ${periodName(period.label)}`;
  const claim = evidence.category === undefined
    ? sites.some(({ category }) => category !== undefined)
      ? "Sites are compared with categories of their own"
      : "Compared with no category"
    : `Compared with category ${evidence.category} of EN 50136-1`;
  const asked = evidence.availabilityClass === undefined
    ? "no class of availability"
    : `availability class ${evidence.availabilityClass}`;
  const measures = Object.entries(transmissions.measures).filter(([, count]) => count > 0)
    .map(([measure, count]) => `${count} ${MEASURES[measure as keyof typeof MEASURES]}`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${e(title)}</title><style>${PAGE_STYLE}</style></head><body>
<h1>${e(title)}</h1>
<p class="muted">${shownInstant(period.from)} to ${shownInstant(period.to)}, days of ${
    e(period.zone)
  }. Made ${shownInstant(evidence.madeAt)} by Tocsin ${e(evidence.version)} from the receiver's journal. ${
    e(claim)
  }, ${e(asked)}. Figures of a journal, not a statement of conformity.</p>
<h2>Figures</h2>
${figures(evidence)}
<p class="muted">${transmissions.count} transmissions${
    measures.length === 0 ? "" : `: ${measures.join(", ")}`
  }.${rest(transmissions)}</p>
<h2>Transmission times</h2>
${plotTimes(evidence.bins, marks(transmissions)) || none("No transmission was timed.")}
<h2>Availability of each day, all sites together</h2>
${plotDays(evidence.days) || none("No day counts.")}
<h2>Outages</h2>
${plotOutages(evidence.outages, period, evidence.madeAt) || none("No outage is recorded.")}
${causes(evidence)}
${months("Months", evidence.months)}
<h2>Sites</h2>
${siteTable(sites)}
${only === undefined ? "" : sites.map(paths).join("")}
<h2>Automation software</h2>
${outputs(evidence)}
${outageTable(evidence)}
<h2>What to know</h2>
<ul>${evidence.notes.map((note) => `<li>${e(note)}</li>`).join("")}</ul>
</body></html>
`;
}

const MEASURES = {
  "one-way": "one way, from the SPT's stamp to the AE's acknowledgement",
  "round-trip": "by the round trip, as the clock was not to be trusted",
  "two-parts": "in two parts, each by its own clock, as the SPT's was not to be trusted",
};

const FIGURES: Readonly<Record<Verdict["figure"], string>> = {
  mean: "Mean transmission time",
  p95: "95th percentile of transmission times",
  max: "Longest transmission time",
  reporting: "Reporting time",
  availability: "Availability",
};

const MONTHS = "January February March April May June July August September October November December"
  .split(" ");

function periodName(label: string): string {
  const [year, month] = label.split("-");
  return month === undefined ? `${year}` : `${MONTHS[Number(month) - 1]} ${year}`;
}

function figures(evidence: Evidence): string {
  const { transmissions, sites } = evidence;
  const rows = [
    ...transmissions.verdicts.map((verdict) => [FIGURES[verdict.figure], verdict] as const),
    ["Availability, all sites together", evidence.sitesVerdict] as const,
    ["Availability of the whole system: sites and receiver", evidence.systemVerdict] as const,
  ].map(([what, verdict]) =>
    `<tr><td>${e(what)}</td><td class="n">${shown(verdict, verdict.value)}</td><td class="n">${
      shown(verdict, verdict.limit)
    }</td><td>${word(verdict)}</td><td class="muted">${e(verdict.why)}</td></tr>`
  );
  const share = evidence.receiverAvailability.share;
  rows.push(
    `<tr><td>Availability of the receiver: stores, and reaches an AE</td><td class="n">${
      shownShare(share)
    }</td><td class="n">–</td><td></td><td></td></tr>`,
  );
  const counted = (["mean", "p95", "max", "reporting", "availability"] as const).map((figure) => {
    const of = sites.flatMap(verdictsOf).filter((verdict) => verdict.figure === figure);
    const count = (word: Verdict["verdict"]) => of.filter(({ verdict }) => verdict === word).length;
    return `<tr><td>${FIGURES[figure]}</td><td class="n">${count("met")}</td><td class="n">${
      count("not met")
    }</td><td class="n">${count("not enough data")}</td><td class="n">${count("no limit")}</td></tr>`;
  });
  return table(["Figure", "#Measured", "#Limit", "Verdict", ""], rows) +
    table(["Sites by verdict", "#met", "#not met", "#not enough data", "#no limit"], counted);
}

function verdictsOf({ transmissions, reportingVerdict, availabilityVerdict }: SiteEvidence): Verdict[] {
  return [...transmissions.verdicts, reportingVerdict, availabilityVerdict];
}

function rest({ untimed, waiting, overdue, tooLate }: TransmissionFigures): string {
  const some = (count: number, what: string) => count === 0 ? "" : ` ${count} ${what}.`;
  return some(tooLate, "above the maximum: each is a fault of the transmission system") +
    some(overdue, "of those not delivered yet") + some(waiting, "more not delivered yet") +
    some(untimed, "more delivered, but not timed as no clock was to be trusted");
}

function marks({ meanMs, p95Ms, maxMs, verdicts }: TransmissionFigures): PlotMark[] {
  const names = { mean: "limit of the mean", p95: "limit of 95 %", max: "limit of any" };
  const limits = verdicts.flatMap(({ figure, limit }) =>
    limit === undefined || !(figure in names)
      ? []
      : [{ ms: limit, label: names[figure as keyof typeof names], kind: "limit" as const }]
  );
  const measured = [[meanMs, "mean"], [p95Ms, "95 %"], [maxMs, "longest"]] as const;
  return [
    ...limits,
    ...measured.flatMap(([ms, label]) => ms === undefined ? [] : [{ ms, label, kind: "measured" as const }]),
  ];
}

function causes({ causes }: Evidence): string {
  if (causes.length === 0) return "";
  return table(
    ["Of", "Cause", "#Outages", "#Time in fault", "#Longest", "#Last still"],
    causes.map(({ kind, cause, count, totalMs, longestMs, open }) =>
      `<tr><td>${KINDS[kind]}</td><td>${e(cause)}</td><td class="n">${count}</td><td class="n">${
        shownTime(totalMs)
      }</td><td class="n">${shownTime(longestMs)}</td><td class="n">${open}</td></tr>`
    ),
  );
}

const KINDS = { site: "site", path: "path", ae: "AE", queue: "queue", journal: "receiver" };

function months(title: string, parts: readonly PartEvidence[]): string {
  if (parts.length === 0) return "";
  const rows = parts.map(({ label, transmissions: t, availabilityVerdict: verdict, availability }) =>
    `<tr><td>${e(label)}</td><td class="n">${t.count}</td>${times(t)}<td class="n">${
      shownShare(availability.share)
    } ${mark(verdict)}</td></tr>`
  );
  const head = ["Month", "#Transmissions", "#Mean", "#95 %", "#Longest", "#Availability"];
  return `<h2>${e(title)}</h2>${table(head, rows)}`;
}

function siteTable(sites: readonly SiteEvidence[]): string {
  const rows = sites.map((site) =>
    `<tr><td class="name">${e(site.site)}</td><td>${
      e(site.category ?? "–")
    }</td><td class="n">${site.transmissions.count}</td>${times(site.transmissions)}<td class="n">${
      site.reportingVerdict.value === undefined ? "–" : shownTime(site.reportingVerdict.value)
    } ${mark(site.reportingVerdict)}</td><td class="n">${shownShare(site.availabilityVerdict.value)} ${
      mark(site.availabilityVerdict)
    }</td><td class="n">${shownTime(site.availability.faultMs)}</td></tr>`
  );
  const head = ["Site", "Category", "#Transmissions", "#Mean", "#95 %", "#Longest", "#Reporting time"];
  return table([...head, "#Availability", "#Time in fault"], rows);
}

function times({ verdicts }: TransmissionFigures): string {
  return verdicts.map((verdict) => `<td class="n">${shownTime(verdict.value)} ${mark(verdict)}</td>`).join(
    "",
  );
}

function paths({ paths, months: parts, site }: SiteEvidence): string {
  const rows = paths.map(({ path, availability: { share, faultMs } }) =>
    `<tr><td>${path}</td><td class="n">${shownShare(share)}</td><td class="n">${shownTime(faultMs)}</td></tr>`
  );
  return `<h2>Paths of ${e(site)}</h2>${table(["Path", "#Availability", "#Time in fault"], rows)}${
    parts.length === 0 ? "" : months(`Months of ${site}`, parts)
  }`;
}

function outputs({ outputs }: Evidence): string {
  const rows = outputs.map(({ output, delivery, waiting, availability: { share }, note }) =>
    `<tr><td class="name">${e(output)}</td><td class="n">${delivery.count}</td><td class="n">${
      shownTime(delivery.meanMs)
    }</td><td class="n">${shownTime(delivery.p95Ms)}</td><td class="n">${
      shownTime(delivery.maxMs)
    }</td><td class="n">${waiting}</td><td class="n">${shownShare(share)}</td><td class="muted">${
      e(note)
    }</td></tr>`
  );
  const head = [
    "Output or route",
    "#Delivered",
    "#Mean",
    "#95 %",
    "#Longest",
    "#Waiting",
    "#AE reachable",
    "",
  ];
  return `<p class="muted">From the path to the AE's acknowledgement, by the receiver's clock alone.</p>${
    table(head, rows)
  }`;
}

function outageTable({ outages }: Evidence): string {
  if (outages.length === 0) return "";
  const rows = outages.slice(0, OUTAGES).map((outage) => {
    const { from, to, cause, length } = outage;
    const how = length === "unsure" ? "not known" : to === undefined ? "–" : shownTime(to - from);
    const about = length === "from-text" ? "about " : "";
    return `<tr><td class="name">${e(outagePlace(outage))}</td><td>${e(cause)}</td><td>${about}${
      shownInstant(from)
    }</td><td>${shownInstant(to)}</td><td class="n">${how}</td></tr>`;
  });
  const more = outages.length - rows.length;
  return `<h2>List of outages</h2>${table(["Of", "Cause", "From", "To", "#Length"], rows)}${
    more === 0 ? "" : none(`${more} more: --format csv or json has all.`)
  }`;
}

function shown({ figure }: Verdict, value: number | undefined): string {
  return figure === "availability" ? shownShare(value) : shownTime(value);
}

function word({ verdict }: Verdict): string {
  return `<span class="v ${verdict.replaceAll(" ", "-")}">${verdict}</span>`;
}

/** In tables with many figures: nothing where there is no limit. */
function mark(verdict: Verdict): string {
  if (verdict.verdict === "no limit") return "";
  const short = verdict.verdict === "not enough data" ? "too few data" : verdict.verdict;
  return `<span class="v ${verdict.verdict.replaceAll(" ", "-")}" title="${e(verdict.why)}">${short}</span>`;
}

/** A `#` before a heading: a column of figures. */
function table(head: readonly string[], rows: readonly string[]): string {
  const heads = head.map((name) =>
    name.startsWith("#") ? `<th class="n">${e(name.slice(1))}</th>` : `<th>${e(name)}</th>`
  );
  return `<div class="scroll"><table><thead><tr>${heads.join("")}</tr></thead><tbody>${
    rows.join("\n")
  }</tbody></table></div>`;
}

function none(text: string): string {
  return `<p class="muted">${e(text)}</p>`;
}
