/**
 * What is stated of a receiving centre's side.
 *
 * @module
 */
import type { OutputConfig } from "../config/output_config.ts";
import type { RctConfig, SiteConfig } from "../config/rct_config.ts";
import { formatDuration } from "../config/duration.ts";
import { edition } from "../ip/editions.ts";
import { stated, type StatementRow, type StatementSection } from "./statement.ts";

/**
 * States the configuration of an RCT. Only what is named here appears: no key, password, secret, path of a URL or user name.
 *
 * @param config The configuration.
 * @returns Sections.
 */
export function centreSections(config: RctConfig): StatementSection[] {
  return [
    { title: "Acknowledgement: sites", rows: config.sites.map(acknowledgement) },
    { title: "Supervision of sites", rows: config.sites.map(supervision) },
    { title: "Automation software", rows: [...config.outputs.map(output), ...config.routes.map(route)] },
    { title: "Ports and listeners of the RCT", rows: listeners(config) },
    { title: "Encryption and editions at the RCT", rows: encryption(config) },
    { title: "Keys at the RCT", rows: keys(config) },
  ];
}

function acknowledgement({ name, acknowledge, passThroughWaitMs, output }: SiteConfig): StatementRow {
  const value = acknowledge === "pass-through"
    ? `pass-through: the SPT is answered when the automation software of ${output} has acknowledged; refused after ${
      formatDuration(passThroughWaitMs)
    } without`
    : `store-and-forward: the SPT is answered when the alarm is on the RCT's disk; it is then delivered to ${output}, ` +
      "and kept and tried again as long as that takes";
  return stated(`site ${name}`, value, "site.acknowledge");
}

function supervision(
  { name, heartbeatMs: [shortest, longest], pollMode, edition: of }: SiteConfig,
): StatementRow {
  const { values } = edition(of);
  const grace = values.supervisionGraceTimeouts * values.responseTimeoutMs;
  return stated(
    `site ${name}`,
    `heartbeat from ${formatDuration(shortest)} to ${formatDuration(longest)}, as its SPT asks; ${
      pollMode === "push" ? "the SPT polls" : "the RCT polls"
    }; failed after one heartbeat and ${formatDuration(grace)} of silence`,
    "site.min_heartbeat, site.max_heartbeat, site.poll",
  );
}

function output({ name, language, line }: OutputConfig): StatementRow {
  return stated(`output ${name}`, `${language}, ${reached(line)}`, "output");
}

function reached(line: OutputConfig["line"]): string {
  switch (line.kind) {
    case "listen":
      return `it connects to TCP ${line.hostname}:${line.port}, ${
        line.allow === undefined ? "from any address" : `from ${line.allow.join(", ")}`
      }`;
    case "connect":
      return `connected to, TCP ${line.hostname}:${line.port}, ${
        line.tls === undefined ? "in clear" : "TLS"
      }`;
    case "udp":
      return `UDP ${line.hostname}:${line.port}`;
    case "serial":
      return `serial line ${line.settings.device}`;
    case "http":
      return `posted to ${originOf(line.url)}`;
  }
}

/** Scheme, host and port: what stands behind them can be a secret. */
function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : "a web server";
}

function route({ name, mode, outputs, accounts }: RctConfig["routes"][number]): StatementRow {
  const value = mode === "by-account"
    ? `by account: ${accounts.map(({ accounts, output }) => `${accounts} to ${output}`).join(", ")}`
    : `${mode === "first" ? "the first that accepts" : "every one"} of ${outputs.join(", ")}`;
  return stated(`route ${name}`, value, "route");
}

function listeners({ listen, commissioning, http, outputs, raws }: RctConfig): StatementRow[] {
  const rows = [stated("SPTs", `UDP ${listen.hostname}:${listen.port}`, "listen")];
  if (commissioning.certificate !== undefined) {
    const value = `UDP ${commissioning.hostname}:${commissioning.port}, DTLS`;
    rows.push(stated("commissioning with certificates", value, "commissioning"));
  }
  for (const { name, line } of outputs) {
    if (line.kind === "listen") {
      rows.push(stated(`output ${name}`, `TCP ${line.hostname}:${line.port}`, "output"));
    }
  }
  for (const { name, site, line } of raws) {
    if (line.kind !== "listen") continue;
    rows.push(stated(`raw line ${name} of ${site}`, `TCP ${line.hostname}:${line.port}`, "raw"));
  }
  const page = http === undefined ? "none" : `TCP ${http.hostname}:${http.port}, without a login`;
  return [...rows, stated("page and API", page, "http")];
}

function encryption({ sites, outputs, listen }: RctConfig): StatementRow[] {
  const editions = Map.groupBy(sites, ({ edition }) => edition);
  return [
    stated("edition of the IP protocol", `${listen.edition}, where a site names none`, "listen.edition"),
    ...[...editions].map(([name, of]) =>
      stated(
        `sites of edition ${name}`,
        `${of.length}; profile ${
          edition(name).name
        }, a reconstruction that was not compared with the published text`,
        "site.edition, program",
      )
    ),
    stated(
      "path from SPT to RCT",
      "AES-256 or AES-128 with SHA-256 or RIPEMD-256, as the SPT asks: polls and alarms alike",
      "program",
    ),
    ...outputs.map(({ name, settings, line }) =>
      stated(`output ${name}`, protection(settings, line), "output")
    ),
  ];
}

function protection(settings: OutputConfig["settings"], line: OutputConfig["line"]): string {
  if ((settings.language === "dc09" || settings.language === "vds2465-tcp") && settings.key !== undefined) {
    return "encrypted with a key, AES";
  }
  if (line.kind === "connect" && line.tls !== undefined) return "TLS";
  if (line.kind === "http") {
    const tls = line.url.toLowerCase().startsWith("https:") ? "TLS" : "in clear";
    return `${tls}; requests are signed`;
  }
  return line.kind === "serial" ? "a serial line, in clear" : "in clear";
}

function keys({ sites, keys, commissioning }: RctConfig): StatementRow[] {
  const inFile = sites.filter(({ master }) => master !== undefined).length;
  return [
    stated("master keys in the configuration", `of ${inFile} of ${sites.length} sites`, "site.master_key"),
    stated(
      "key store",
      `encrypted with a store key, which is in ${
        keys.keyFile === undefined ? "the environment of the process" : "a file of its own"
      }`,
      "keys",
    ),
    stated(
      "commissioning",
      `by a secret that is handed over${
        commissioning.certificate === undefined ? "" : ", or with certificates over DTLS"
      }; the window stays open ${formatDuration(commissioning.windowMs)}`,
      "commissioning",
    ),
    ...sites.map(({ name, keyLifetimeMs }) =>
      stated(
        `session keys of site ${name}`,
        keyLifetimeMs === undefined
          ? "renewed by its SPT"
          : `renewed by the RCT after ${formatDuration(keyLifetimeMs)}`,
        "site.key_lifetime",
      )
    ),
  ];
}
