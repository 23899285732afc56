/**
 * The configuration of an RCT: its keys, their defaults, and what they become.
 *
 * | key | default | meaning |
 * |---|---|---|
 * | `name` | needed | what the RCT is called on the page and in logs |
 * | `journal.path` | `"data/rct.sqlite"` | the journal's file, from the folder of the configuration |
 * | `listen.host` | `"0.0.0.0"` | address that SPTs send to |
 * | `listen.port` | `50136` | UDP port that SPTs send to |
 * | `listen.edition` | `"2020"` | edition of the standard that sites follow: `"2013"`, `"2017"`, `"iec-2019"` or `"2020"` |
 * | `listen.advertise` | none | at most 8 `"IP:PORT"`, best first, told to SPTs that ask where this RCT is |
 * | `identity.device_id` | needed | 32 hex digits, this RCT's own |
 * | `keys.path` | `"data/keys.sqlite"` | the key store: keys from commissioning; from the folder of the configuration |
 * | `keys.key_file` | none | file with the store key; without it, environment variable `TOCSIN_STORE_KEY` |
 * | `commissioning.window` | `"15m"` | how long a site's window for commissioning stays open |
 * | `commissioning.certificate` | none | PEM file: this RCT's certificate, then those up to the CA; with it, DTLS |
 * | `commissioning.private_key` | none | PEM file: the certificate's key; both or none |
 * | `commissioning.site_ca` | none | PEM files and folders: CAs that sign SPTs' certificates; needed with a certificate |
 * | `commissioning.host` | `"0.0.0.0"` | address for DTLS |
 * | `commissioning.port` | `50137` | UDP port for DTLS |
 * | `commissioning.legacy_dss` | `false` | the obsolete suite of the 2013 edition, and no other |
 * | `http.enabled` | `true` | whether there is a page and API |
 * | `http.host` | `"127.0.0.1"` | where they listen |
 * | `http.port` | `8150` | 0 for any free port, `false` for none |
 * | `http.allow_remote` | `false` | whether `http.host` may be reachable from other machines |
 * | `remote.enabled` | `false` | whether this RCT gives commands to panels, at sites that allow it |
 * | `site.name` | needed | what the site is called; unique |
 * | `site.device_id` | needed | 32 hex digits, the SPT's; unique |
 * | `site.master_handle` | none | 8 hex digits, not zero; unique; with `master_key` |
 * | `site.master_key` | none | 64 hex digits; unique; the same in the SPT's file. Neither: by commissioning |
 * | `site.certificate_name` | none | common name of the SPT's certificate, `supplier:device`; unique |
 * | `site.edition` | none | edition of the standard that the site follows; `listen.edition` when missing |
 * | `site.account` | none | account towards the AE, instead of the panel's |
 * | `site.acknowledge` | `"store-and-forward"` | when the SPT gets its answer; or `"pass-through"` |
 * | `site.pass_through_wait` | `"6s"` | pass-through: wait for the AE before the SPT is refused |
 * | `site.output` | needed | name of the output its alarms go to |
 * | `site.min_heartbeat` | `"1s"` | shortest heartbeat the SPT may ask for |
 * | `site.max_heartbeat` | `"25h"` | longest heartbeat the SPT may ask for |
 * | `site.poll` | `"push"` | who polls: `"push"`, the SPT; `"pull"`, the RCT |
 * | `site.set_time` | `"off"` | how often the RCT sets the SPT's clock |
 * | `site.key_lifetime` | `"off"` | age at which the RCT brings a new session key |
 * | `site.remote` | `false` | whether the site's panels may be given commands |
 * | `site.channels` | none | names of the channels of panels that send Fast Format, `["1:Fire", "1234/1:Kiln"]` |
 * | `output.name` | needed | what the output is called; unique |
 * | `output.language` | `"sur-gard"` | the AE's language |
 * | `output.role` | `"listen"` | `"listen"`: the AE connects; `"connect"`: we do |
 * | `output.host` | none | listen: our address, `"127.0.0.1"` when missing; connect: the AE's, needed |
 * | `output.port` | none | TCP port; listen: `1025` when missing; connect: needed |
 * | `output.allow` | none | listen: addresses and blocks of the AE; all when missing |
 * | `output.receiver` | `"01"` | receiver number, two characters |
 * | `output.line` | `"1"` | line number; filled with zeros on the left |
 * | `output.line_digits` | `1` | width of the line number: 1 (MLR2 and older) to 7; newer receivers use 3 |
 * | `output.heartbeat` | `"30s"` | heartbeat after this much silence; `"off"` for none |
 * | `output.wait` | `"4s"` | wait for the AE's answer |
 * | `output.nak_limit` | `20` | negative answers before an alarm counts as refused |
 * | `output.text` | `false` | whether texts of the panel are passed on |
 *
 * Sources: ip-protocol.md §1, §6.4 (PROFILE); receiver-outputs.md §1.1, §1.3-1.5, §9 (A); longest reporting times of
 * EN 50136-1, en50136.md table 3 (A).
 *
 * @module
 */
import type { SiteTable } from "../event/translation/site_table.ts";
import { type EditionName, editionNames } from "../ip/editions.ts";
import { Checker, type Section } from "./checker.ts";
import { checkListeners, checkUnique, type Listener, warnUnused } from "./cross_checks.ts";
import { byDefault, choice, type Fields, flag, integer, list, optional, text, type Values } from "./field.ts";
import {
  addressBlock,
  deviceId,
  duration,
  durationOrOff,
  filePath,
  host,
  ipEndpoint,
  name,
  port,
} from "./field_kinds.ts";
import { checkHttp, HTTP_FIELDS, type HttpConfig, httpConfig, httpListener } from "./http_config.ts";
import { checkKeys, KEYS_FIELDS, type KeysConfig, keysConfig } from "./keys_config.ts";
import {
  checkRctCommissioning,
  dtlsListener,
  RCT_COMMISSIONING_FIELDS,
  type RctCommissioningConfig,
  rctCommissioningConfig,
} from "./rct_commissioning_config.ts";
import type { OutputConfig } from "./output_config.ts";
import type { RouteConfig } from "./route_config.ts";
import { checkSite, SITE_FIELDS, type SiteConfig, siteConfig } from "./site_config.ts";

export type { OutputConfig } from "./output_config.ts";
export type { SiteConfig } from "./site_config.ts";

/** An RCT's configuration, checked. */
export interface RctConfig {
  /** What the RCT is called. */
  name: string;
  /** The durable queue. */
  journal: {
    /** The journal's file. */
    path: string;
  };
  /** Where SPTs send to. */
  listen: {
    /** Address to bind. */
    hostname: string;
    /** UDP port to bind. */
    port: number;
    /** Edition of the standard; sites may have another, see {@link SiteConfig.edition}. */
    edition: EditionName;
    /** IP addresses and ports told to SPTs that ask where this RCT is, best first; at most 8. */
    advertise: { hostname: string; port: number }[];
  };
  /** Who this RCT is. */
  identity: {
    /** 16 octets. */
    deviceId: Uint8Array;
  };
  /** The key store. */
  keys: KeysConfig;
  /** How sites are commissioned. */
  commissioning: RctCommissioningConfig;
  /** Page and API; undefined when switched off. */
  http: HttpConfig | undefined;
  /** Commands to panels. */
  remote: {
    /** Whether any are given; a site has to allow them too. */
    enabled: boolean;
  };
  /** At least one. */
  sites: SiteConfig[];
  /** At least one. */
  outputs: OutputConfig[];
  /** Outputs that stand for one another, or share the accounts. */
  routes: RouteConfig[];
  /** Codes, numbers and accounts of one's own; undefined: the usual translation, and accounts as panels spell them. */
  translation: SiteTable | undefined;
  /** Outputs on serial lines. */
  serial: {
    /** The Unix socket of the process that holds them. */
    socket: string;
  };
}

/** Output languages that come with Tocsin. */
const OUTPUT_LANGUAGES: readonly string[] = ["sur-gard"];

const SECOND = 1000;

/** The schema of an RCT's file, defaults included. */
export const RCT_FIELDS = {
  "": { name },
  journal: { path: byDefault(filePath, '"data/rct.sqlite"') },
  listen: {
    host: byDefault(host, '"0.0.0.0"'),
    port: byDefault(port, "50136"),
    edition: byDefault(choice(...editionNames), '"2020"'),
    advertise: optional(list(ipEndpoint, 8)),
  },
  identity: { device_id: deviceId },
  keys: KEYS_FIELDS,
  http: HTTP_FIELDS("8150"),
  commissioning: RCT_COMMISSIONING_FIELDS,
  remote: { enabled: byDefault(flag, "false") },
  site: SITE_FIELDS,
  output: {
    name,
    language: byDefault(text("a language in quotes", 64), '"sur-gard"'),
    role: byDefault(choice("listen", "connect"), '"listen"'),
    host: optional(host),
    port: optional(port),
    allow: optional(list(addressBlock)),
    receiver: byDefault(text('two digits or letters in quotes such as "01"', 2, /^[0-9A-Za-z]{2}$/), '"01"'),
    line: byDefault(text('1-7 digits or letters in quotes such as "1"', 7, /^[0-9A-Za-z]{1,7}$/), '"1"'),
    line_digits: byDefault(integer(1, 7), "1"),
    heartbeat: byDefault(durationOrOff(SECOND, 99 * SECOND), '"30s"'),
    wait: byDefault(duration(SECOND, 60 * SECOND), '"4s"'),
    nak_limit: byDefault(integer(1, 1000), "20"),
    text: byDefault(flag, "false"),
  },
} satisfies Record<string, Fields>;

type ListenSection = Section<typeof RCT_FIELDS.listen>;
type OutputSection = Section<typeof RCT_FIELDS.output>;

/**
 * Checks the text of an RCT's file.
 *
 * @param source The text.
 * @param file The file's name, for errors.
 * @param languages Further output languages, from adapters outside Tocsin.
 * @returns The checker with what is wrong and, if nothing is, the configuration.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkRctConfig } from "./rct_config.ts";
 *
 * const { config, checker } = checkRctConfig('name = "centre"\n', "rct.toml", []);
 * assertEquals(config, undefined);
 * assertEquals(checker.errors.map((e) => e.key), ["[identity]", "[[site]]", "[[output]]"]);
 * ```
 */
export function checkRctConfig(
  source: string,
  file: string,
  languages: readonly string[],
): { checker: Checker; config: RctConfig | undefined } {
  const checker = new Checker(source, file);
  const top = checker.top(RCT_FIELDS[""]);
  const journal = checker.table("journal", RCT_FIELDS.journal);
  const listen = checker.table("listen", RCT_FIELDS.listen);
  const identity = checker.table("identity", RCT_FIELDS.identity);
  const keys = checkKeys(checker, journal.values.path);
  const commissioning = checkRctCommissioning(checker);
  const http = checkHttp(checker, RCT_FIELDS.http);
  const remote = checker.table("remote", RCT_FIELDS.remote);
  const sites = checker.list("site", RCT_FIELDS.site);
  const outputs = checker.list("output", RCT_FIELDS.output);

  checkUnique(checker, outputs, "name");
  for (const output of outputs) checkOutput(checker, output, languages);
  for (const key of ["name", "device_id", "master_handle", "master_key", "certificate_name"] as const) {
    checkUnique(checker, sites, key);
  }
  const own = identity.values.device_id?.toHex();
  const byName = new Map(outputs.map((output) => [output.values.name, output]));
  for (const site of sites) checkSite(checker, site, own, byName);
  // One without its private key was complained of.
  if (!commissioning.has("certificate")) {
    for (const site of sites) {
      warnUnused(checker, site, ["certificate_name"], "without commissioning.certificate");
    }
  }
  if (sites.every((site) => (site.values.edition ?? listen.values.edition) === "2013")) {
    warnUnused(checker, listen, ["advertise"], "in the edition of 2013, where SPTs do not ask");
  }
  checkRemote(checker, remote, sites);
  checkListeners(checker, [
    ...outputs.filter((output) => output.values.role === "listen").map((output) => ({
      line: output.line("port"),
      key: output.name("port"),
      ...outputEndpoint(output),
    })),
    httpListener(http),
  ]);
  checkListeners(checker, [listenListener(listen), dtlsListener(commissioning)], "UDP");
  checker.finish();
  if (checker.errors.length > 0) return { checker, config: undefined };

  // Without errors every section is complete.
  const { host: hostname, port, edition, advertise = [] } = listen.values as Values<typeof RCT_FIELDS.listen>;
  const id = identity.values as Values<typeof RCT_FIELDS.identity>;
  const config: RctConfig = {
    name: top.values.name ?? "",
    journal: { path: journal.values.path ?? "" },
    listen: { hostname, port, edition, advertise },
    identity: { deviceId: id.device_id },
    keys: keysConfig(keys),
    commissioning: rctCommissioningConfig(commissioning),
    http: httpConfig(http),
    remote: { enabled: remote.values.enabled ?? false },
    sites: sites.map((site) => siteConfig(site, edition)),
    outputs: outputs.map(outputConfig),
    routes: [],
    translation: undefined,
    serial: { socket: "data/serial.sock" },
  };
  return { checker, config };
}

function checkOutput(checker: Checker, output: OutputSection, languages: readonly string[]): void {
  const { language, role, line, line_digits: digits } = output.values;
  const known = [...OUTPUT_LANGUAGES, ...languages];
  if (language !== undefined && !known.includes(language)) {
    const words = known.map((word) => JSON.stringify(word)).join(", ");
    checker.refuse(output, "language", `one of ${words}`, language);
  }
  for (const key of ["host", "port"] as const) {
    if (role !== "connect" || output.has(key)) continue;
    const message = `expected the ${
      key === "host" ? "address" : "TCP port"
    } of the AE, found nothing: role is "connect"`;
    checker.error(output.line(), output.name(key), "missing-key", message);
  }
  if (line !== undefined && digits !== undefined && line.length > digits) {
    const key = output.has("line") ? "line" : "line_digits";
    const message = `expected a line of at most line_digits (${digits}) characters, found ${line.length}`;
    checker.error(output.line(key), output.name(key), "conflict", message);
  }
}

/** Both are needed: one alone is a mistake, or half of a change. */
function checkRemote(
  checker: Checker,
  remote: Section<typeof RCT_FIELDS.remote>,
  sites: readonly Section<typeof RCT_FIELDS.site>[],
): void {
  const { enabled } = remote.values;
  const allowed = sites.filter((site) => site.values.remote === true);
  if (enabled === true && allowed.length === 0 && sites.length > 0) {
    const message = "has no effect while no [[site]] says remote = true";
    checker.warn(remote.line("enabled"), remote.name("enabled"), "no-effect", message);
  }
  if (enabled !== false) return;
  for (const site of allowed) {
    checker.warn(
      site.line("remote"),
      site.name("remote"),
      "no-effect",
      "has no effect without [remote] enabled = true",
    );
  }
}

function listenListener(listen: ListenSection): Listener {
  const { host: hostname, port } = listen.values;
  return { line: listen.has("port") ? listen.line("port") : 0, key: "listen.port", hostname, port };
}

function outputEndpoint(output: OutputSection): { hostname: string; port: number } {
  const { host: hostname = "127.0.0.1", port = 1025 } = output.values;
  return { hostname, port };
}

function outputConfig(section: OutputSection): OutputConfig {
  const output = section.values as Values<typeof RCT_FIELDS.output>;
  const endpoint = outputEndpoint(section);
  return {
    name: output.name,
    language: output.language,
    line: output.role === "listen"
      ? { kind: "listen", ...endpoint, allow: output.allow }
      : { kind: "connect", ...endpoint, tls: undefined },
    faults: "auto",
    faultAccount: "0000",
    settings: {
      language: "sur-gard",
      receiver: output.receiver,
      line: output.line.padStart(output.line_digits, "0"),
      lineDigits: output.line_digits,
      heartbeatMs: output.heartbeat ?? 0,
      waitMs: output.wait,
      nakLimit: output.nak_limit,
      text: output.text,
      textAnswers: false,
    },
  };
}
