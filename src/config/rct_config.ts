/**
 * The configuration of an RCT: its keys, their defaults, and what they become.
 *
 * | key | default | meaning |
 * |---|---|---|
 * | `name` | needed | what the RCT is called on the page and in logs |
 * | `journal.path` | `"data/rct.sqlite"` | the journal's file, from the folder of the configuration |
 * | `journal.keep` | `"800d"` | age at which alarms that are done with leave the journal, or `"off"` |
 * | `journal.max_size` | `"off"` | size from which on the oldest of them leave it before: `"2GB"` |
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
 * | `site.output` | needed | name of the output or route its alarms go to |
 * | `site.min_heartbeat` | `"1s"` | shortest heartbeat the SPT may ask for |
 * | `site.max_heartbeat` | `"25h"` | longest heartbeat the SPT may ask for |
 * | `site.poll` | `"push"` | who polls: `"push"`, the SPT; `"pull"`, the RCT |
 * | `site.set_time` | `"off"` | how often the RCT sets the SPT's clock |
 * | `site.key_lifetime` | `"off"` | age at which the RCT brings a new session key |
 * | `site.remote` | `false` | whether the site's panels may be given commands |
 * | `site.channels` | none | names of the channels of panels that send Fast Format, `["1:Fire", "1234/1:Kiln"]` |
 * | `output.name` | needed | what the output is called; unique among outputs and routes |
 * | `output.language` | `"sur-gard"` | the AE's: `"sur-gard"`, `"ademco-685"`, `"bosch-6500"`, `"dc07"`, `"bosch-sia"`, `"dc09"`, `"vds2465-tcp"`, `"mqtt"`, `"webhook"` |
 * | `output.faults` | `"auto"` | the language of this receiver's own faults: `"contact-id"`, `"sia"`, `"off"` for none, `"auto"` as fits |
 * | `output.fault_account` | `"0000"` | account of this receiver's own faults |
 * | `output.role` | none | `"listen"`: the AE connects; `"connect"`: we do. Lines of receivers listen when missing, the others always connect |
 * | `output.host` | none | listen: our address, `"127.0.0.1"` when missing; connect: the AE's, needed |
 * | `output.port` | none | listen: our TCP port, `1025` when missing; connect: the AE's, needed; mqtt: `1883`, with `tls` `8883` |
 * | `output.allow` | none | listen: addresses and blocks of the AE; all when missing |
 * | `output.serial` | none | lines of receivers: a serial line in place of all that, `"/dev/ttyS0,9600,8N1"` |
 * | `output.transport` | `"tcp"` | dc09: `"tcp"` or `"udp"` |
 * | `output.tls` | `false` | mqtt: TLS |
 * | `output.ca` | none | mqtt with `tls`, webhook: PEM file of certificates in place of the system's |
 * | `output.url` | none | webhook, needed: the address that alarms are posted to, `"https://…"` |
 * | `output.allow_http` | `false` | webhook: whether `http:` is allowed for other machines |
 * | `output.timeout` | `"10s"` | webhook: how long one attempt may take |
 * | `output.receiver` | none | receiver number: two characters, `"01"` when missing; ademco-685: one, `"1"`; dc09: 1-6 hex digits, not sent when missing |
 * | `output.line` | none | line number, `"1"` when missing; dc07, bosch-sia: `"01"`; dc09: 1-6 hex digits, `"0"` |
 * | `output.line_digits` | `1` | sur-gard: width of the line number: 1 (MLR2 and older) to 7; newer receivers use 3 |
 * | `output.heartbeat` | none | heartbeat after this much silence, `"off"` for none; sur-gard, bosch-6500, dc07, mqtt: 30 s when missing; ademco-685, dc09: none |
 * | `output.wait` | none | wait for the AE's answer; 4 s when missing; ademco-685: 2 s; vds2465-tcp, mqtt: 10 s; dc09: 20 s |
 * | `output.tries` | none | how often an alarm is sent without an answer; dc09: 3 when missing; webhook: 5 |
 * | `output.nak_limit` | none | negative answers before an alarm counts as refused; sur-gard: 20 when missing, with 3 line digits 26; ademco-685, dc09: 2; others 3 |
 * | `output.text` | `false` | sur-gard, bosch-6500, dc07, bosch-sia: whether texts of the panel are passed on |
 * | `output.text_answers` | `false` | sur-gard: the words `ACK` and `NAK` are answers too |
 * | `output.form` | none | ademco-685: `"contact-id"`; or for AEs that know none: `"4+2"`, `"4+2-spaced"`, `"caps"` |
 * | `output.address_letter` | none | ademco-685: letter before a number: `"by-code"`, `C` or `U`; `"contact"`, always `C` |
 * | `output.previous` | none | ademco-685: how a condition reported before is written, `"P"` or `"E"` |
 * | `output.mark_98` | none | ademco-685, bosch-6500: `true` marks a possible repeat by message type 98 |
 * | `output.trailing_blank` | none | ademco-685: `false` for an AE that wants no blank before the line's end |
 * | `output.terminator` | none | ademco-685: what ends a line, `"cr"` or `"esc"` |
 * | `output.header` | none | bosch-6500: what stands before a line, `"none"`, `"lf"` or `"space"` |
 * | `output.qualifiers` | none | bosch-6500: qualifiers of Contact ID as `"digits"` (1, 3, 6) or `"letters"` (E, R, P) |
 * | `output.commands` | none | bosch-6500: commands of the AE are left alone, `"ignore"`, or answered, `"reject"`; never carried out |
 * | `output.account` | none | dc09: account of supervision messages |
 * | `output.key` | none | dc09: AES key, 16, 24 or 32 characters or twice as many hex digits; vds2465-tcp: `"1:32 hex digits"`; in clear when missing |
 * | `output.timestamps` | none | dc09: `true` sends the time in clear messages too |
 * | `output.close_after_ack` | none | dc09 over TCP: `true` closes the connection after each alarm |
 * | `output.ident` | none | vds2465-tcp: ident number of alarms that have none, 1-12 digits |
 * | `output.hang_up_after` | none | vds2465-tcp: hang up after this much silence; a permanent connection when missing |
 * | `output.client_id` | none | mqtt: client identifier; made of `identity.device_id` and the output's name when missing |
 * | `output.topic` | none | mqtt: topic of an alarm, with `{account}`, `{protocol}`, `{id}`; `"tocsin/alarm/{account}"` when missing |
 * | `output.availability` | none | mqtt: topic that says `online` or `offline`, `"off"` for none; `tocsin/available/` and the client identifier when missing |
 * | `output.username` | none | mqtt: user name |
 * | `output.password` | none | mqtt: password |
 * | `output.no_subscriber` | none | mqtt: an alarm that nobody has subscribed to is kept, `"refuse"`, or counts as delivered, `"accept"` |
 * | `output.secrets` | none | webhook, needed: shared secrets, `["whsec_…"]`; each request is signed with every one |
 * | `route.name` | needed | what the route is called; a site's `output` may name it |
 * | `route.mode` | needed | `"first"`: the first that accepts; `"all"`: every one; `"by-account"`: as the account says |
 * | `route.outputs` | none | first, all: names of two outputs or more, best first |
 * | `route.accounts` | none | by-account: `["10*:east", "*:west"]`, the first that fits counts |
 * | `raw.name` | needed | a line whose octets are carried as they are: its name, the same in the SPT's file |
 * | `raw.site` | needed | name of the site |
 * | `raw.role` | `"listen"` | `"listen"`: the AE connects to us, one panel at a time; `"connect"`: we connect to it, once for each panel |
 * | `raw.host` | none | listen: our address, `127.0.0.1` when missing; connect: the AE's, needed |
 * | `raw.port` | none | listen: our TCP port; connect: the AE's; needed without `serial` |
 * | `raw.allow` | none | listen: addresses and blocks of the AE; all when missing |
 * | `raw.serial` | none | a serial line in place of all that, as that of an output |
 * | `raw.language` | none | the panel's language, which tells where frames end: one of those of inputs |
 * | `raw.gap` | none | silence that ends a frame, up to `"100ms"`; `"20ms"`, on slow serial lines 4 characters |
 * | `raw.max_delay` | none | octets that take longer are dropped, and their connection is cut; `"2s"`, with most languages `"1s"` |
 * | `raw.response_timeout` | `"500ms"` | the same as the SPT's `rct.response_timeout` |
 * | `translation.table` | none | TOML or JSON file with codes, numbers and accounts of one's own; from the folder of the configuration |
 * | `serial.socket` | `"data/serial.sock"` | where `tocsin serial` offers the serial lines of the outputs |
 *
 * Which keys mean something in which language of an output: `OUTPUT_LANGUAGES`.
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
import { byDefault, choice, type Fields, list, optional, type Values } from "./field.ts";
import { deviceId, filePath, host, ipEndpoint, name, port } from "./field_kinds.ts";
import { checkHttp, HTTP_FIELDS, type HttpConfig, httpConfig, httpListener } from "./http_config.ts";
import { JOURNAL_FIELDS, type JournalConfig, journalConfig } from "./journal_config.ts";
import { checkKeys, KEYS_FIELDS, type KeysConfig, keysConfig } from "./keys_config.ts";
import {
  checkRctCommissioning,
  dtlsListener,
  RCT_COMMISSIONING_FIELDS,
  type RctCommissioningConfig,
  rctCommissioningConfig,
} from "./rct_commissioning_config.ts";
import { checkRemote, REMOTE_FIELDS } from "./remote_config.ts";
import { checkOutputs, outputListeners } from "./output_checks.ts";
import { OUTPUT_FIELDS, type OutputConfig, outputConfig, outputWait } from "./output_config.ts";
import { checkRawRct, rawListeners } from "./raw_checks.ts";
import { RAW_RCT_FIELDS, type RawRctConfig, rawRctConfig } from "./raw_config.ts";
import { checkRoutes, ROUTE_FIELDS, type RouteConfig, routeConfig, routeWait } from "./route_config.ts";
import { checkSite, SITE_FIELDS, type SiteConfig, siteConfig, type SiteTarget } from "./site_config.ts";
import { checkTranslation, type FileRead, TRANSLATION_FIELDS } from "./translation_config.ts";

export type { OutputConfig } from "./output_config.ts";
export type { SiteConfig } from "./site_config.ts";

/** An RCT's configuration, checked. */
export interface RctConfig {
  /** What the RCT is called. */
  name: string;
  /** The durable queue. */
  journal: JournalConfig;
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
  /** Lines whose octets are carried as they are. */
  raws: RawRctConfig[];
  /** Codes, numbers and accounts of one's own; undefined: the usual translation, and accounts as panels spell them. */
  translation: SiteTable | undefined;
  /** Outputs on serial lines. */
  serial: {
    /** The Unix socket of the process that holds them. */
    socket: string;
  };
}

/** The schema of an RCT's file, defaults included. */
export const RCT_FIELDS = {
  "": { name },
  journal: JOURNAL_FIELDS('"data/rct.sqlite"'),
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
  remote: REMOTE_FIELDS,
  site: SITE_FIELDS,
  output: OUTPUT_FIELDS,
  route: ROUTE_FIELDS,
  raw: RAW_RCT_FIELDS,
  translation: TRANSLATION_FIELDS,
  serial: { socket: byDefault(filePath, '"data/serial.sock"') },
} satisfies Record<string, Fields>;

type ListenSection = Section<typeof RCT_FIELDS.listen>;

/**
 * Checks the text of an RCT's file.
 *
 * @param source The text.
 * @param file The file's name, for errors.
 * @param read Reads the file with the translation table; without it the table is left out.
 * @returns The checker with what is wrong and, if nothing is, the configuration.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkRctConfig } from "./rct_config.ts";
 *
 * const { config, checker } = checkRctConfig('name = "centre"\n', "rct.toml");
 * assertEquals(config, undefined);
 * assertEquals(checker.errors.map((e) => e.key), ["[identity]", "[[site]]", "[[output]]"]);
 * ```
 */
export function checkRctConfig(
  source: string,
  file: string,
  read?: (path: string) => FileRead,
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
  const routes = checker.list("route", RCT_FIELDS.route, 0);
  const raws = checker.list("raw", RCT_FIELDS.raw, 0);
  const translation = checker.table("translation", RCT_FIELDS.translation);
  const serial = checker.table("serial", RCT_FIELDS.serial);

  const own = identity.values.device_id?.toHex();
  const byName = new Map(outputs.map((output) => [output.values.name, output]));
  checkUnique(checker, outputs, "name");
  checkOutputs(checker, outputs, own);
  checkRoutes(checker, routes, byName);
  for (const key of ["name", "device_id", "master_handle", "master_key", "certificate_name"] as const) {
    checkUnique(checker, sites, key);
  }
  const routesByName = new Map(routes.map((route) => [route.values.name, route]));
  const targets = new Map<string | undefined, SiteTarget>([
    ...outputs.map((output) => [output.values.name, { waitMs: outputWait(output) }] as const),
    ...routes.map((route) =>
      [route.values.name, { waitMs: routeWait(route, byName, routesByName) }] as const
    ),
  ]);
  for (const site of sites) checkSite(checker, site, own, targets);
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
  checkRawRct(checker, raws, sites, byName);
  checkListeners(checker, [
    ...outputListeners(outputs),
    ...rawListeners(raws),
    httpListener(http),
  ]);
  checkListeners(checker, [listenListener(listen), dtlsListener(commissioning)], "UDP");
  checker.finish();
  // Behind the sorting, as it has lines of its own.
  const table = read &&
    checkTranslation(checker, translation, outputs.map(({ values }) => values.name), read);
  if (checker.errors.length > 0) return { checker, config: undefined };

  // Without errors every section is complete.
  const { host: hostname, port, edition, advertise = [] } = listen.values as Values<typeof RCT_FIELDS.listen>;
  const id = identity.values as Values<typeof RCT_FIELDS.identity>;
  const config: RctConfig = {
    name: top.values.name ?? "",
    journal: journalConfig(journal),
    listen: { hostname, port, edition, advertise },
    identity: { deviceId: id.device_id },
    keys: keysConfig(keys),
    commissioning: rctCommissioningConfig(commissioning),
    http: httpConfig(http),
    remote: { enabled: remote.values.enabled ?? false },
    sites: sites.map((site) => siteConfig(site, edition)),
    outputs: outputs.map((output) => outputConfig(output, own ?? "")),
    routes: routes.map(routeConfig),
    raws: raws.map(rawRctConfig),
    translation: table,
    serial: { socket: serial.values.socket ?? "" },
  };
  return { checker, config };
}

function listenListener(listen: ListenSection): Listener {
  const { host: hostname, port } = listen.values;
  return { line: listen.has("port") ? listen.line("port") : 0, key: "listen.port", hostname, port };
}
