/**
 * One `[[site]]` of an RCT's file; its keys are described with the others of {@link RctConfig}.
 *
 * @module
 */
import { type EditionName, editionNames } from "../ip/editions.ts";
import type { Checker, Section } from "./checker.ts";
import { channelEntry, type ChannelNames, channelNames } from "./channel_names.ts";
import { checkTogether } from "./cross_checks.ts";
import { formatDuration } from "./duration.ts";
import { byDefault, choice, type Fields, flag, list, optional, type Values } from "./field.ts";
import {
  account,
  certificateName,
  deviceId,
  duration,
  durationOrOff,
  handle,
  masterKey,
  name,
} from "./field_kinds.ts";
import { noSuchName } from "./named.ts";
import type { SecretKey } from "../keys/secret_key.ts";
import type { Acknowledge } from "./input_config.ts";

/** One site: an SPT, its keys, and where its alarms go. Times in ms. */
export interface SiteConfig {
  /** Unique among the sites. */
  name: string;
  /** 16 octets, unique. */
  deviceId: Uint8Array;
  /** The master set; undefined: it comes from commissioning, in the key store. */
  master: {
    /** Not zero, unique. */
    masterHandle: number;
    /** 32 octets, unique; with aes-128 the first 16 count. */
    masterKey: SecretKey;
  } | undefined;
  /** Common name of the SPT's certificate, the supplier's part in lower case; unique. Undefined: no certificate. */
  certificateName: string | undefined;
  /** Edition of the standard that it follows. */
  edition: EditionName;
  /** Account towards the AE; undefined leaves the panel's. */
  account: string | undefined;
  /** When the SPT gets its answer. */
  acknowledge: Acknowledge;
  /** Pass-through: how long the AE is waited for. */
  passThroughWaitMs: number;
  /** Name of the output or route. */
  output: string;
  /** Shortest and longest heartbeat allowed. */
  heartbeatMs: [number, number];
  /** Who polls: `push`, the SPT; `pull`, the RCT. */
  pollMode: "push" | "pull";
  /** What is connected to the channels of panels that send Fast Format. */
  channels: ChannelNames;
  /** How often the RCT sets the SPT's clock; undefined: never. */
  setTimeMs: number | undefined;
  /** Age at which the RCT brings a new session key; undefined: it leaves that to the SPT. */
  keyLifetimeMs: number | undefined;
  /** Whether its panels may be given commands. */
  remote: boolean;
}

const SECOND = 1000;
const DAY = 86_400 * SECOND;

/** The fields of a `[[site]]`. */
export const SITE_FIELDS = {
  name,
  device_id: deviceId,
  master_handle: optional(handle),
  master_key: optional(masterKey),
  certificate_name: optional(certificateName),
  edition: optional(choice(...editionNames)),
  account: optional(account),
  acknowledge: byDefault(choice("store-and-forward", "pass-through"), '"store-and-forward"'),
  pass_through_wait: byDefault(duration(SECOND, 300 * SECOND), '"6s"'),
  output: name,
  min_heartbeat: byDefault(duration(SECOND, 32 * DAY), '"1s"'),
  max_heartbeat: byDefault(duration(SECOND, 32 * DAY), '"25h"'),
  poll: byDefault(choice("push", "pull"), '"push"'),
  set_time: byDefault(durationOrOff(60 * SECOND, 32 * DAY), '"off"'),
  key_lifetime: byDefault(durationOrOff(60 * SECOND, 32 * DAY), '"off"'),
  remote: byDefault(flag, "false"),
  channels: optional(list(channelEntry, 512)),
} satisfies Fields;

/** One `[[site]]`. */
export type SiteSection = Section<typeof SITE_FIELDS>;

/** What a site asks of its output or route. */
export interface SiteTarget {
  /** How long the AE's answer can take, ms; undefined when it is not known. */
  waitMs: number | undefined;
}

/**
 * Checks one site by itself and against its output.
 *
 * @param checker The file under check.
 * @param site The site.
 * @param ownDeviceId The RCT's device ID as hex digits; undefined when it could not be read.
 * @param targets The outputs and routes by name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { checkSite, SITE_FIELDS } from "./site_config.ts";
 *
 * const checker = new Checker('[[site]]\nmin_heartbeat = "1h"\nmax_heartbeat = "1m"\n', "rct.toml");
 * for (const site of checker.list("site", SITE_FIELDS)) checkSite(checker, site, undefined, new Map());
 * assertEquals(checker.errors.at(-1)?.key, "site.max_heartbeat");
 * ```
 */
export function checkSite(
  checker: Checker,
  site: SiteSection,
  ownDeviceId: string | undefined,
  targets: ReadonlyMap<string | undefined, SiteTarget>,
): void {
  const without = ": then tocsin commission brings them";
  checkTogether(checker, site, SITE_FIELDS, ["master_handle", "master_key"], without);
  const { device_id, output: wanted, acknowledge, pass_through_wait: wait } = site.values;
  if (device_id !== undefined && device_id.toHex() === ownDeviceId) {
    const message = "expected the SPT's device ID, found the RCT's own: each has one of its own";
    checker.error(site.line("device_id"), site.name("device_id"), "not-unique", message);
  }
  const target = targets.get(wanted);
  // Without any output, that is the error.
  if (wanted !== undefined && target === undefined && targets.size > 0) {
    const message = noSuchName(wanted, targets.keys(), "an [[output]] or [[route]]");
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
  const answer = target?.waitMs;
  if (acknowledge === "pass-through" && wait !== undefined && answer !== undefined && wait < answer) {
    const message = `expected at least the wait of its output (${formatDuration(answer)}): ` +
      "else the SPT is refused before the AE can answer";
    checker.error(site.line("pass_through_wait"), site.name("pass_through_wait"), "conflict", message);
  }
}

/**
 * Makes the configuration of a section without errors.
 *
 * @param section The section of {@link checkSite}.
 * @param edition The edition of sites that name none.
 * @returns The site.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { SITE_FIELDS, siteConfig } from "./site_config.ts";
 *
 * const text = `[[site]]\nname = "shop-12"\ndevice_id = "${"02".padEnd(32, "0")}"\noutput = "automation"\n`;
 * const [site] = new Checker(text, "rct.toml").list("site", SITE_FIELDS).map((s) => siteConfig(s, "2017"));
 * assertEquals([site?.edition, site?.pollMode, site?.master], ["2017", "push", undefined]);
 * ```
 */
export function siteConfig(section: SiteSection, edition: EditionName): SiteConfig {
  const site = section.values as Values<typeof SITE_FIELDS>;
  const { master_handle: masterHandle, master_key: masterKey } = site;
  return {
    name: site.name,
    deviceId: site.device_id,
    master: masterHandle === undefined || masterKey === undefined ? undefined : { masterHandle, masterKey },
    certificateName: site.certificate_name,
    edition: site.edition ?? edition,
    account: site.account,
    acknowledge: site.acknowledge,
    passThroughWaitMs: site.pass_through_wait,
    output: site.output,
    heartbeatMs: [site.min_heartbeat, site.max_heartbeat],
    pollMode: site.poll,
    setTimeMs: site.set_time,
    keyLifetimeMs: site.key_lifetime,
    remote: site.remote,
    channels: channelNames(site.channels ?? []),
  };
}
