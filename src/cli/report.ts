/**
 * `tocsin report`: what a month or a year was like, from the journal.
 *
 * @module
 */
import type { RctConfig } from "../config/rct_config.ts";
import type { SptConfig } from "../config/spt_config.ts";
import { buildEvidence } from "../evidence/build_evidence.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { reportCsv } from "../evidence/report_csv.ts";
import { reportHtml } from "../evidence/report_html.ts";
import { reportJson } from "../evidence/report_json.ts";
import { TransmissionTable } from "../evidence/transmission_table.ts";
import { JournalError } from "../journal/journal.ts";
import { JournalReader } from "../journal/journal_reader.ts";
import { VERSION } from "../version.ts";
import {
  alarmTimes,
  clockSteps,
  firstRecords,
  outageLedger,
  type PremisesLookup,
  premisesTimes,
} from "./evidence_rows.ts";
import { readConfigs } from "./gateway_configs.ts";
import { printable } from "./printable.ts";
import { UsageError } from "./usage_error.ts";
import { ENOUGH, type ReportArguments, reportArguments } from "./report_arguments.ts";
import { reportedOutputs, reportedSite, siteCategory } from "./report_parts.ts";
import { EXIT_UNAVAILABLE } from "./run_gateway.ts";
import { wrongArguments } from "./wrong_arguments.ts";
import { writeResult } from "./write_result.ts";

const HELP = `tocsin report --config rct.toml [--config spt.toml …] --month 2026-11 [OPTIONS]
tocsin report --config rct.toml [--config spt.toml …] --year 2026 [OPTIONS]

Says, from the journal, how long alarms took to the automation software, how soon failures were told, how available sites,
receiver and automation software were, and what failed; and compares it with a category of EN 50136-1. The gateway may go on
running. docs/evidence.md says how each figure is computed, and what it does not show.

  --config FILE       rct.toml, once; spt.toml of sites whose journals are to be looked into, where their clocks are wrong
  --month YYYY-MM     the month
  --year YYYY         the year, with its months
  --zone NAME         time zone of days and months, such as Europe/Berlin; UTC when missing
  --site NAME         of this site only
  --category NAME     SP1 to SP6 or DP1 to DP4, for all sites
  --availability NAME A1 to A4, which no category implies here
  --enough N          fewer transmissions are not judged; ${ENOUGH} when missing
  --format FORMAT     html (one file, to be read and printed), csv or json; html when missing
  --output FILE       write to this file, not to standard output

Exit status: 0 the report was made, whatever it says; 64 wrong arguments, 69 a journal cannot be read, 73 FILE cannot be
written, 78 errors in a configuration.
`;

/**
 * Runs the command.
 *
 * @param args Arguments after `report`.
 * @returns Exit status.
 */
export async function runReport(args: string[]): Promise<number> {
  try {
    const read = reportArguments(args);
    if (read === undefined) {
      console.log(HELP);
      return 0;
    }
    const configs = await readConfigs(read.configs);
    if (typeof configs === "number") return configs;
    const { rct, spts } = configs;
    if (read.site !== undefined && !rct.sites.some(({ name }) => name === read.site)) {
      throw new UsageError(`--site: no site "${read.site}" in the configuration`);
    }
    const evidence = collect(read, rct, spts);
    return await writeResult("report", formatted(evidence, read.format), read.output);
  } catch (error) {
    if (error instanceof UsageError) return wrongArguments("report", error.message, { args, help: HELP });
    if (!(error instanceof JournalError)) throw error;
    console.error(printable(`tocsin report: ${error.message}`));
    return EXIT_UNAVAILABLE;
  }
}

function collect(read: ReportArguments, rct: RctConfig, spts: readonly SptConfig[]): Evidence {
  const { period, site: only, enough } = read;
  const now = Date.now();
  const open: JournalReader[] = [];
  try {
    const reader = JournalReader.open(rct.journal.path);
    open.push(reader);
    const bySite = new Map<string, { spt: SptConfig; reader: JournalReader }>();
    for (const spt of spts) {
      const id = spt.identity.deviceId.toHex();
      const site = rct.sites.find(({ deviceId }) => deviceId.toHex() === id);
      if (site === undefined) {
        throw new UsageError(`--config: ${spt.name} has the device ID of no site of the RCT's configuration`);
      }
      if (bySite.has(site.name)) {
        throw new UsageError(`--config: expected one spt.toml of site ${site.name}, found two`);
      }
      const reader = JournalReader.open(spt.journal.path);
      open.push(reader);
      bySite.set(site.name, { spt, reader });
    }
    // What was pruned is not known: nothing counts before.
    const horizon = now - (rct.journal.keepMs ?? Infinity);
    const first = new Map([...firstRecords(reader)].map(([site, at]) => [site, Math.max(at, horizon)]));
    const sites = rct.sites.map((site) =>
      reportedSite(site, rct, bySite.get(site.name)?.spt, read.category, first.get(site.name))
    );
    const categories = new Map(rct.sites.map((site) => [site.name, siteCategory(site, read.category)]));
    const asked = [...categories].filter(([name]) => only === undefined || name === only);
    const names = new Set(asked.map(([, category]) => category?.name));
    const category = names.size === 1 ? asked[0]?.[1] : undefined;
    const transmissions = new TransmissionTable({
      period,
      enough,
      now,
      limitsOf: (site) => categories.get(site)?.transmission,
      limits: category?.transmission,
    });
    const premises: PremisesLookup = (site, id) => {
      const at = bySite.get(site);
      return at === undefined ? undefined : premisesTimes(at.reader, id);
    };
    for (const alarm of alarmTimes(reader, period, only, premises)) transmissions.add(alarm);
    transmissions.end();
    const known = new Set(rct.sites.map(({ name }) => name));
    return buildEvidence({
      receiver: rct.name,
      version: VERSION,
      period,
      now,
      enough,
      only,
      category,
      availabilityClass: read.availability,
      sites,
      outputs: reportedOutputs(rct),
      firstAt: first.size === 0 ? undefined : Math.min(...first.values()),
      outages: outageLedger(reader).outages(),
      transmissions,
      clockSteps: clockSteps(reader, period),
      strangers: [...first.keys()].filter((name) => !known.has(name) && !isReceiver(name)).length,
      premises: spts.map(({ name }) => name),
    });
  } finally {
    for (const reader of open) reader.close();
  }
}

/** The origin of the receiver's own messages. */
function isReceiver(origin: string): boolean {
  return origin === "receiver" || origin === "this receiver";
}

function formatted(evidence: Evidence, format: ReportArguments["format"]): string {
  switch (format) {
    case "html":
      return reportHtml(evidence);
    case "json":
      return `${JSON.stringify(reportJson(evidence), null, 2)}\n`;
    case "csv":
      return [...reportCsv(evidence), ""].join("\r\n");
  }
}
