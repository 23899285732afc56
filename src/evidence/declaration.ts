/**
 * The statement that EN 50136-1 asks of who runs a transmission system, from the configuration that is in force.
 *
 * @module
 */
import { formatDuration } from "../config/duration.ts";
import type { RctConfig } from "../config/rct_config.ts";
import type { SptConfig } from "../config/spt_config.ts";
import type { Category } from "../delivery/category/category.ts";
import { centreSections } from "./declare_centre.ts";
import { faultSection } from "./declare_faults.ts";
import { siteSections } from "./declare_site.ts";
import { shownTime } from "./shown.ts";
import { stated, type Statement, type StatementRow, type StatementSection } from "./statement.ts";

/** What a statement is made of. */
export interface DeclarationParts {
  rct: RctConfig;
  spts: readonly SptConfig[];
  /** Version of the program. */
  version: string;
  /** Version of the journal's schema. */
  schema: number;
  /** When it is made, ms since the epoch. */
  now: number;
  /** Number of alarm systems that can be carried; undefined: not stated. */
  capacity: number | undefined;
  /** Category that is claimed for a site; undefined: none. */
  categoryOf: (site: string) => Category | undefined;
  /** Delay of single-path faults that was agreed with the receiving centre; empty: none. */
  singlePathDelay: string;
}

/**
 * Makes the statement: what en50136.md §4.9 lists. It says how the system is configured, and claims no conformity. What nobody
 * has said is listed as "not stated". No key, password or secret is in it.
 *
 * @param parts What it is made of.
 * @returns The statement.
 */
export function declaration(parts: DeclarationParts): Statement {
  const { rct, spts, now } = parts;
  return {
    title: `Statement of configuration: ${rct.name}`,
    preface:
      `Made ${
        new Date(now).toISOString()
      } by Tocsin ${parts.version} from the configuration of the RCT ${rct.name}` +
      `${
        spts.length === 0 ? "" : ` and of ${spts.length} of its ${rct.sites.length} SPTs`
      }. It states how the system is ` +
      "configured. It claims no conformity with any standard: the protocol profile is a reconstruction, and tables 6 to 9 of " +
      "EN 50136-1 were not read by the program's makers. What is not known is listed as not stated.",
    sections: [
      { title: "Capacity and category", rows: claims(parts) },
      faultSection(rct, parts.singlePathDelay),
      ...centreSections(rct),
      ...spts.flatMap(siteSections),
      { title: "Log, time and versions", rows: records(parts) },
      notStated(),
    ],
  };
}

function claims({ rct, capacity, categoryOf }: DeclarationParts): StatementRow[] {
  const rows = [
    stated(
      "alarm systems that can be carried (capacity)",
      capacity === undefined ? "" : String(capacity),
      "--capacity",
    ),
    stated("alarm systems configured", String(rct.sites.length), "site"),
  ];
  const byName = Map.groupBy(rct.sites, ({ name }) => categoryOf(name));
  for (const [category, sites] of byName) {
    const of = sites.length === rct.sites.length
      ? "all sites"
      : `sites ${sites.map(({ name }) => name).join(", ")}`;
    if (category === undefined) {
      rows.push(stated(`category claimed: ${of}`, "none", "--category"));
      continue;
    }
    const { meanMs, p95Ms, maxMs } = category.transmission;
    rows.push(
      stated(`category claimed: ${of}`, category.name, "--category"),
      stated(
        `what ${category.name} asks of transmission times`,
        `mean ${shownTime(meanMs)}, 95th percentile ${shownTime(p95Ms)}, maximum ${shownTime(maxMs)}`,
        "EN 50136-1 table 2; measured: tocsin report",
      ),
      stated(
        `what ${category.name} asks of reporting times`,
        `primary path ${shownTime(category.reporting.primaryMs)}, ATS ${shownTime(category.reporting.atsMs)}`,
        "EN 50136-1 table 3; measured: tocsin report",
      ),
    );
    if (category.dual) {
      rows.push(stated("second path", "none configured: this category asks for one", "program"));
    }
  }
  rows.push(
    stated(
      "classes of availability, substitution and information security",
      "",
      "tables 6 to 9 were not read",
    ),
  );
  return rows;
}

function records({ rct, spts, version, schema }: DeclarationParts): StatementRow[] {
  const setTime = rct.sites.filter(({ setTimeMs }) => setTimeMs !== undefined);
  const kept = (name: string, { keepMs, maxBytes }: RctConfig["journal"]) =>
    stated(
      `how long ${name} keeps alarms`,
      `${keepMs === undefined ? "without limit of time" : formatDuration(keepMs)}${
        maxBytes === undefined ? ", without limit of size" : `, or less above ${maxBytes} octets`
      }; never pruned before they are delivered`,
      "journal.keep, journal.max_size",
    );
  return [
    stated(
      "contents of the log",
      "each alarm with its octets, its events and every step with its time: received, stored, sent, delivered, acknowledged, " +
        "refused, failed, repeated, amended; faults of sites, automation software, queues and journal, and their ends, where an " +
        "output is told of them",
      "program",
    ),
    stated(
      "protection of the log",
      "the steps of each account are chained by a hash without a key: tocsin audit shows changes, of the end only against heads kept elsewhere",
      "program",
    ),
    kept("the RCT", rct.journal),
    ...spts.map((spt) => kept(`SPT ${spt.name}`, spt.journal)),
    stated("stored before it is acknowledged", "yes, with an fsync for every commit", "program"),
    stated("time source of the RCT", "the machine's clock, in UTC", "program"),
    stated("how that clock is set, resolution and drift", "", ""),
    stated(
      "clocks of SPTs set by the RCT",
      setTime.length === 0
        ? "none"
        : setTime.map(({ name, setTimeMs = 0 }) => `${name} every ${formatDuration(setTimeMs)}`).join(", "),
      "site.set_time",
    ),
    stated("program", `Tocsin ${version}`, "program"),
    stated("schema of the journal", String(schema), "program"),
  ];
}

function notStated(): StatementSection {
  const items = [
    "access levels, default credentials and their change",
    "commands to panels: who may give them",
    "redundancy of the receiving equipment",
    "power supply and tamper protection of the equipment",
    "firewall in front of the ports",
    "update procedure and maintenance",
    "receivers of other makes supported",
    "rationale of a custom category, and its tables 1, 4, 5 and 6",
  ];
  return { title: "Not known to the program", rows: items.map((what) => stated(what, "", "")) };
}
