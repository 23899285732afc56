/**
 * The `[[raw]]` tables of both files: lines whose octets are carried as they are. Their keys are described with the others of
 * `SptConfig` and `RctConfig`.
 *
 * @module
 */
import { RAW_LANGUAGES } from "../raw/framers.ts";
import { type LineSettings, parseLine } from "../serial/line_settings.ts";
import type { Section } from "./checker.ts";
import { byDefault, choice, type Fields, integer, list, optional, text, type Values } from "./field.ts";
import { addressBlock, duration, endpoint, host, name, port } from "./field_kinds.ts";

/** What a raw line needs at both ends. Times in ms. */
export interface RawLineConfig {
  /** What it is called; the same in both files. */
  name: string;
  /** The panel's language, which tells where frames end; undefined: silence does. */
  language: string | undefined;
  /** Silence after which what came belongs together. */
  gapMs: number;
  /** How long octets may take before the connection is cut. */
  maxDelayMs: number;
}

/** One `[[raw]]` of an SPT: where its panels are. */
export interface RawSptConfig extends RawLineConfig {
  /** Where they are heard. */
  line:
    | {
      /** A TCP port that they connect to. */
      kind: "network";
      hostname: string;
      port: number;
      /** Addresses and CIDR blocks of the panels; undefined allows all. */
      allow: string[] | undefined;
      /** Connections at the same time. */
      maxConnections: number;
    }
    | {
      /** A serial line, held by `tocsin serial`. */
      kind: "serial";
      settings: LineSettings;
    };
}

/** One `[[raw]]` of an RCT: where the automation software is. */
export interface RawRctConfig extends RawLineConfig {
  /** Name of the site. */
  site: string;
  /** The SPT's `rct.response_timeout`: requests to this SPT are repeated after it. */
  responseTimeoutMs: number;
  /** How it is reached. */
  line:
    | {
      /** It connects to us. */
      kind: "listen";
      hostname: string;
      port: number;
      /** Addresses and CIDR blocks of the AE; undefined allows all. */
      allow: string[] | undefined;
    }
    | {
      /** We connect to it, once for each panel. */
      kind: "connect";
      hostname: string;
      port: number;
    }
    | {
      /** A serial line, held by `tocsin serial`. */
      kind: "serial";
      settings: LineSettings;
    };
}

const SECOND = 1000;
/** First wait for an answer of the RCT, ms, where there are raw lines and nothing else is said. */
export const RAW_RESPONSE_TIMEOUT_MS = 500;
/** … and transmissions: the path is given up after about the same time as with the usual wait. */
export const RAW_TRANSMISSIONS = 8;
/** Pause between octets of one frame over TCP, ms. */
const GAP_MS = 20;
const GAP_MAX_MS = 100;
/** Characters of silence on a serial line. */
const GAP_CHARACTERS = 4;
/** Longest delay of octets, ms, where the language is not known, or its panels wait long for their answer. */
const MAX_DELAY_MS = 2000;
/**
 * Longest delay where panels wait 2 to 3 s: both ways together, it stays below that. SIA 2 to 2.5 s (panel-formats.md §1.6, A),
 * VdS 2465 on serial lines 3 s (vds2465.md §5, A); of the others nothing sure is known, they are taken for as quick.
 */
const QUICK_DELAY_MS = 1000;
const QUICK: readonly string[] = ["sia", "contact-id", "texecom", "scancom", "vds2465-serial"];

const COMMON = {
  name,
  language: optional(choice(...RAW_LANGUAGES)),
  gap: optional(duration(1, GAP_MAX_MS)),
  max_delay: optional(duration(200, 10 * SECOND)),
  serial: optional(text('a serial line such as "/dev/ttyUSB0,9600,8N1"', 256)),
  allow: optional(list(addressBlock)),
} satisfies Fields;

/** The fields of an SPT's `[[raw]]`. */
export const RAW_SPT_FIELDS = {
  ...COMMON,
  listen: optional(endpoint),
  max_connections: byDefault(integer(1, 8), "1"),
} satisfies Fields;

/** The fields of an RCT's `[[raw]]`. */
export const RAW_RCT_FIELDS = {
  ...COMMON,
  site: name,
  role: byDefault(choice("listen", "connect"), '"listen"'),
  host: optional(host),
  port: optional(port),
  response_timeout: byDefault(duration(200, 60 * SECOND), '"500ms"'),
} satisfies Fields;

/** The fields of both. */
export type RawCommon = typeof COMMON;
/** An SPT's `[[raw]]` under check. */
export type RawSptSection = Section<typeof RAW_SPT_FIELDS>;
/** An RCT's `[[raw]]` under check. */
export type RawRctSection = Section<typeof RAW_RCT_FIELDS>;

/**
 * Makes the configuration of an SPT's `[[raw]]` without errors.
 *
 * @param section The table.
 * @returns The line.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { RAW_SPT_FIELDS, rawSptConfig } from "./raw_config.ts";
 *
 * const checker = new Checker('[[raw]]\nname = "door"\nserial = "/dev/ttyUSB0,300,8N1"\n', "spt.toml");
 * const [raw] = checker.list("raw", RAW_SPT_FIELDS).map(rawSptConfig);
 * assertEquals([raw?.line.kind, raw?.gapMs, raw?.maxDelayMs], ["serial", 100, 2000]);
 * ```
 */
export function rawSptConfig(section: RawSptSection): RawSptConfig {
  const raw = section.values as Values<typeof RAW_SPT_FIELDS>;
  const settings = serialSettings(raw);
  const { hostname, port } = raw.listen ?? { hostname: "", port: 0 };
  return {
    ...common(raw, settings),
    line: settings === undefined
      ? { kind: "network", hostname, port, allow: raw.allow, maxConnections: raw.max_connections }
      : { kind: "serial", settings },
  };
}

/**
 * Makes the configuration of an RCT's `[[raw]]` without errors.
 *
 * @param section The table.
 * @returns The line.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { RAW_RCT_FIELDS, rawRctConfig } from "./raw_config.ts";
 *
 * const checker = new Checker('[[raw]]\nname = "door"\nsite = "shop-12"\nport = 10007\n', "rct.toml");
 * const [raw] = checker.list("raw", RAW_RCT_FIELDS).map(rawRctConfig);
 * assertEquals(raw?.line, { kind: "listen", hostname: "127.0.0.1", port: 10007, allow: undefined });
 * ```
 */
export function rawRctConfig(section: RawRctSection): RawRctConfig {
  const raw = section.values as Values<typeof RAW_RCT_FIELDS>;
  const settings = serialSettings(raw);
  const { host: hostname = "127.0.0.1", port = 0 } = raw;
  return {
    ...common(raw, settings),
    site: raw.site,
    responseTimeoutMs: raw.response_timeout,
    line: settings !== undefined
      ? { kind: "serial", settings }
      : raw.role === "listen"
      ? { kind: "listen", hostname, port, allow: raw.allow }
      : { kind: "connect", hostname, port },
  };
}

function common(raw: Values<typeof COMMON>, settings: LineSettings | undefined): RawLineConfig {
  return {
    name: raw.name,
    language: raw.language,
    gapMs: raw.gap ?? (settings === undefined ? GAP_MS : serialGap(settings)),
    maxDelayMs: raw.max_delay ?? rawDelay(raw.language),
  };
}

/**
 * How long octets may take where nothing is said.
 *
 * @param language The panel's language.
 * @returns Milliseconds.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { rawDelay } from "./raw_config.ts";
 *
 * assertEquals([rawDelay("sia"), rawDelay(undefined)], [1000, 2000]);
 * ```
 */
export function rawDelay(language: string | undefined): number {
  return QUICK.includes(language ?? "") ? QUICK_DELAY_MS : MAX_DELAY_MS;
}

/** Some characters at the line's speed; what USB adapters and the system add makes it no shorter than over TCP. */
function serialGap({ baud, dataBits, parity, stopBits }: LineSettings): number {
  const bits = 1 + dataBits + (parity === "N" ? 0 : 1) + stopBits;
  return Math.min(GAP_MAX_MS, Math.max(GAP_MS, Math.ceil(GAP_CHARACTERS * bits * 1000 / baud)));
}

function serialSettings(
  { name, serial }: { name: string; serial: string | undefined },
): LineSettings | undefined {
  const line = serial === undefined ? undefined : parseLine(`${name}=${serial}`);
  return line?.ok === true ? line.settings : undefined;
}
