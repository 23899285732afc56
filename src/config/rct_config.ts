/**
 * The configuration of an RCT: its keys, their defaults, and what they become.
 *
 * | key | default | meaning |
 * |---|---|---|
 * | `name` | needed | what the RCT is called on the page and in logs |
 * | `journal.path` | `"data/rct.sqlite"` | the journal's file, from the folder of the configuration |
 * | `listen.host` | `"0.0.0.0"` | address that SPTs send to |
 * | `listen.port` | `50136` | UDP port that SPTs send to |
 * | `identity.device_id` | needed | 32 hex digits, this RCT's own |
 * | `http.enabled` | `true` | whether there is a page and API |
 * | `http.host` | `"127.0.0.1"` | where they listen |
 * | `http.port` | `8150` | 0 for any free port, `false` for none |
 * | `http.allow_remote` | `false` | whether `http.host` may be reachable from other machines |
 * | `site.name` | needed | what the site is called; unique |
 * | `site.device_id` | needed | 32 hex digits, the SPT's; unique |
 * | `site.master_handle` | needed | 8 hex digits, not zero; unique |
 * | `site.master_key` | needed | 64 hex digits; unique; the same in the SPT's file |
 * | `site.account` | none | account towards the AE, instead of the panel's |
 * | `site.acknowledge` | `"store-and-forward"` | when the SPT gets its answer; or `"pass-through"` |
 * | `site.pass_through_wait` | `"6s"` | pass-through: wait for the AE before the SPT is refused |
 * | `site.output` | needed | name of the output its alarms go to |
 * | `site.min_heartbeat` | `"1s"` | shortest heartbeat the SPT may ask for |
 * | `site.max_heartbeat` | `"25h"` | longest heartbeat the SPT may ask for |
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
import { Checker, type Section } from "./checker.ts";
import { checkListeners, checkUnique } from "./cross_checks.ts";
import { didYouMean } from "./did_you_mean.ts";
import { byDefault, choice, type Fields, flag, integer, list, optional, text, type Values } from "./field.ts";
import {
  account,
  addressBlock,
  deviceId,
  duration,
  durationOrOff,
  filePath,
  handle,
  host,
  masterKey,
  name,
  port,
} from "./field_kinds.ts";
import { checkHttp, HTTP_FIELDS, type HttpConfig, httpConfig, httpListener } from "./http_config.ts";
import type { SecretKey } from "./secret_key.ts";
import { mayBeSecret } from "./show_value.ts";
import type { Acknowledge } from "./spt_config.ts";

/** One site: an SPT, its master set, and where its alarms go. Times in ms. */
export interface SiteConfig {
  /** Unique among the sites. */
  name: string;
  /** 16 octets, unique. */
  deviceId: Uint8Array;
  /** Not zero, unique. */
  masterHandle: number;
  /** 32 octets, unique; with aes-128 the first 16 count. */
  masterKey: SecretKey;
  /** Account towards the AE; undefined leaves the panel's. */
  account: string | undefined;
  /** When the SPT gets its answer. */
  acknowledge: Acknowledge;
  /** Pass-through: how long the AE is waited for. */
  passThroughWaitMs: number;
  /** Name of the output. */
  output: string;
  /** Shortest and longest heartbeat allowed. */
  heartbeatMs: [number, number];
}

/** One connection to an AE. Times in ms. */
export interface OutputConfig {
  /** Unique among the outputs. */
  name: string;
  /** The AE's language. */
  language: string;
  /** Who connects: `listen`, the AE; `connect`, we. */
  role: "listen" | "connect";
  /** listen: our address; connect: the AE's. */
  hostname: string;
  /** TCP port. */
  port: number;
  /** Receiver number, two characters. */
  receiver: string;
  /** Line number, as wide as the language's form wants it. */
  line: string;
  /** Width of the line number in the language's form. */
  lineDigits: number;
  /** Heartbeat after this much silence; undefined for none. */
  heartbeatMs: number | undefined;
  /** Wait for the AE's answer. */
  waitMs: number;
  /** Negative answers before an alarm counts as refused. */
  nakLimit: number;
  /** Whether texts of the panel are passed on. */
  text: boolean;
  /** listen: addresses and CIDR blocks of the AE; undefined allows all. Whoever connects can acknowledge alarms. */
  allow: string[] | undefined;
}

/** An RCT's configuration, checked. */
export interface RctConfig {
  /** What the RCT is called. */
  name: string;
  /** The durable queue. */
  journal: {
    /** The journal's file. */
    path: string;
  };
  /** UDP address and port that SPTs send to. */
  listen: { hostname: string; port: number };
  /** Who this RCT is. */
  identity: {
    /** 16 octets. */
    deviceId: Uint8Array;
  };
  /** Page and API; undefined when switched off. */
  http: HttpConfig | undefined;
  /** At least one. */
  sites: SiteConfig[];
  /** At least one. */
  outputs: OutputConfig[];
}

/** Output languages that come with Tocsin. */
const OUTPUT_LANGUAGES: readonly string[] = ["sur-gard"];

const SECOND = 1000;
const DAY = 86_400 * SECOND;

/** The schema of an RCT's file, defaults included. */
export const RCT_FIELDS = {
  "": { name },
  journal: { path: byDefault(filePath, '"data/rct.sqlite"') },
  listen: { host: byDefault(host, '"0.0.0.0"'), port: byDefault(port, "50136") },
  identity: { device_id: deviceId },
  http: HTTP_FIELDS("8150"),
  site: {
    name,
    device_id: deviceId,
    master_handle: handle,
    master_key: masterKey,
    account: optional(account),
    acknowledge: byDefault(choice("store-and-forward", "pass-through"), '"store-and-forward"'),
    pass_through_wait: byDefault(duration(SECOND, 300 * SECOND), '"6s"'),
    output: name,
    min_heartbeat: byDefault(duration(SECOND, 32 * DAY), '"1s"'),
    max_heartbeat: byDefault(duration(SECOND, 32 * DAY), '"25h"'),
  },
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

type SiteSection = Section<typeof RCT_FIELDS.site>;
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
  const http = checkHttp(checker, RCT_FIELDS.http);
  const sites = checker.list("site", RCT_FIELDS.site);
  const outputs = checker.list("output", RCT_FIELDS.output);

  checkUnique(checker, outputs, "name");
  for (const output of outputs) checkOutput(checker, output, languages);
  for (const key of ["name", "device_id", "master_handle", "master_key"] as const) {
    checkUnique(checker, sites, key);
  }
  const own = identity.values.device_id?.toHex();
  const byName = new Map(outputs.map((output) => [output.values.name, output]));
  for (const site of sites) checkSite(checker, site, own, byName);
  checkListeners(checker, [
    ...outputs.filter((output) => output.values.role === "listen").map((output) => ({
      line: output.line("port"),
      key: output.name("port"),
      ...outputEndpoint(output),
    })),
    httpListener(http),
  ]);
  checker.finish();
  if (checker.errors.length > 0) return { checker, config: undefined };

  // Without errors every section is complete.
  const { host: hostname, port } = listen.values as Values<typeof RCT_FIELDS.listen>;
  const id = identity.values as Values<typeof RCT_FIELDS.identity>;
  const config: RctConfig = {
    name: top.values.name ?? "",
    journal: { path: journal.values.path ?? "" },
    listen: { hostname, port },
    identity: { deviceId: id.device_id },
    http: httpConfig(http),
    sites: sites.map(siteConfig),
    outputs: outputs.map(outputConfig),
  };
  return { checker, config };
}

function checkSite(
  checker: Checker,
  site: SiteSection,
  ownDeviceId: string | undefined,
  outputs: ReadonlyMap<string | undefined, OutputSection>,
): void {
  const { device_id, output: wanted, acknowledge, pass_through_wait: wait } = site.values;
  if (device_id !== undefined && device_id.toHex() === ownDeviceId) {
    const message = "expected the SPT's device ID, found the RCT's own: each has one of its own";
    checker.error(site.line("device_id"), site.name("device_id"), "not-unique", message);
  }
  const output = outputs.get(wanted);
  // Without any output, that is the error.
  if (wanted !== undefined && output === undefined && outputs.size > 0) {
    const names = [...outputs.keys()].filter((name) => name !== undefined && !mayBeSecret(name)) as string[];
    const near = didYouMean(wanted, names);
    const advice = near === undefined ? `outputs are ${names.join(", ")}` : `did you mean ${near}?`;
    const shown = mayBeSecret(wanted) ? "another" : JSON.stringify(wanted);
    const message = `expected the name of an [[output]], found ${shown}: ${advice}`;
    checker.error(site.line("output"), site.name("output"), "no-such-name", message);
  }
  const { min_heartbeat: min, max_heartbeat: max } = site.values;
  if (min !== undefined && max !== undefined && min > max) {
    const key = site.has("max_heartbeat") ? "max_heartbeat" : "min_heartbeat";
    const message = "expected min_heartbeat not to be longer than max_heartbeat";
    checker.error(site.line(key), site.name(key), "conflict", message);
  }
  if (acknowledge === "store-and-forward" && site.has("pass_through_wait")) {
    const message = 'has no effect while acknowledge is "store-and-forward"';
    checker.warn(site.line("pass_through_wait"), site.name("pass_through_wait"), "no-effect", message);
  }
  const answer = output?.values.wait;
  if (acknowledge === "pass-through" && wait !== undefined && answer !== undefined && wait < answer) {
    const message =
      "expected at least the wait of its output: else the SPT is refused before the AE can answer";
    checker.error(site.line("pass_through_wait"), site.name("pass_through_wait"), "conflict", message);
  }
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

function outputEndpoint(output: OutputSection): { hostname: string; port: number } {
  const { host: hostname = "127.0.0.1", port = 1025 } = output.values;
  return { hostname, port };
}

function siteConfig(section: SiteSection): SiteConfig {
  const site = section.values as Values<typeof RCT_FIELDS.site>;
  return {
    name: site.name,
    deviceId: site.device_id,
    masterHandle: site.master_handle,
    masterKey: site.master_key,
    account: site.account,
    acknowledge: site.acknowledge,
    passThroughWaitMs: site.pass_through_wait,
    output: site.output,
    heartbeatMs: [site.min_heartbeat, site.max_heartbeat],
  };
}

function outputConfig(section: OutputSection): OutputConfig {
  const output = section.values as Values<typeof RCT_FIELDS.output>;
  return {
    name: output.name,
    language: output.language,
    role: output.role,
    ...outputEndpoint(section),
    receiver: output.receiver,
    line: output.line.padStart(output.line_digits, "0"),
    lineDigits: output.line_digits,
    heartbeatMs: output.heartbeat,
    waitMs: output.wait,
    nakLimit: output.nak_limit,
    allow: output.allow,
    text: output.text,
  };
}
