/**
 * The arguments of `tocsin ae`.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { readWebhookSecret } from "../../adapters/webhook/secret.ts";
import { parseDuration } from "../config/duration.ts";
import { readDecoderKeys } from "../decode/decoder_keys.ts";
import type { AeFaults } from "./ae_faults.ts";
import { aePlaceOf } from "./ae_place.ts";
import { type AeLanguage, aeLanguages, type AeSetting, type AeSettings } from "./languages.ts";
import type { AePlay } from "./play_ae.ts";

const STRINGS = [
  "listen",
  "connect",
  "serial",
  "nak",
  "refuse-with",
  "late",
  "seed",
  "drop-after",
  "stall-after",
  "key",
  "secret",
  "line-digits",
  "count",
] as const;
const SWITCHES = [
  "udp",
  "silent",
  "fragments",
  "twice",
  "rubbish",
  "strict",
  "json",
  "all",
  "help",
] as const;

/** The options that only some languages take, by the setting that they become. */
const SPECIAL: readonly (readonly [option: string, setting: AeSetting])[] = [
  ["udp", "datagram"],
  ["refuse-with", "refuseWith"],
  ["key", "key"],
  ["secret", "secret"],
  ["line-digits", "lineDigits"],
  ["strict", "strict"],
];

/** Pause between two octets of `--fragments`: a receiver sees each alone. */
const FRAGMENT_MS = 20;
/** What is played, and how it is shown. */
export interface AeArguments {
  /** What is played, and where. */
  play: AePlay;
  /** As JSON. */
  json: boolean;
  /** Every sign of life is shown. */
  all: boolean;
  /** Alarms to acknowledge before it ends; Infinity for no end. */
  count: number;
}

/** A wrong argument. */
class UsageError extends Error {}

type Options = Readonly<Record<string, unknown>>;

/**
 * Reads the arguments.
 *
 * @param args Arguments after `ae`.
 * @returns What they say; `help` when it is asked for; what is wrong with them, without any key.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { readAeArguments } from "./ae_arguments.ts";
 *
 * const read = readAeArguments(["dc07", "--listen", "1025", "--late", "5s"]);
 * assert(typeof read === "object" && "play" in read);
 * assertEquals(read.play.faults?.lateMs, 5000);
 * assertEquals(readAeArguments(["dc07", "--listen", "1025", "--colour"]), { problem: "--colour: unknown" });
 * ```
 */
export function readAeArguments(args: string[]): AeArguments | "help" | { problem: string } {
  try {
    return read(args);
  } catch (error) {
    if (error instanceof UsageError) return { problem: error.message };
    throw error;
  }
}

function read(args: string[]): AeArguments | "help" {
  const unknown: string[] = [];
  const options: Options = parseArgs(args, {
    string: [...STRINGS],
    boolean: [...SWITCHES],
    collect: [...STRINGS],
    alias: { help: "h" },
    unknown: (arg) => {
      if (arg.startsWith("-")) unknown.push(arg.replace(/=.*$/s, ""));
      return !arg.startsWith("-");
    },
  });
  if (options["help"] === true) return "help";
  if (unknown.length > 0) throw new UsageError(`${unknown[0]}: unknown`);
  for (const name of STRINGS) {
    const values = texts(options, name);
    if (values.includes("")) throw new UsageError(`--${name}: its value is missing`);
    if (values.length > 1) throw new UsageError(`--${name}: given more than once`);
  }
  const [name, language] = languageOf(options);
  const place = aePlaceOf({
    listen: text(options, "listen"),
    connect: text(options, "connect"),
    serial: text(options, "serial"),
    udp: options["udp"] === true,
  });
  if (typeof place === "string") throw new UsageError(place);
  if (language.line === "listen" && place.kind !== "listen") {
    throw new UsageError(
      `--${place.kind} means nothing in ${name}: the receiver connects; expected --listen`,
    );
  }
  if (options["udp"] === true && options["fragments"] === true) {
    throw new UsageError("--fragments means nothing with --udp: a datagram comes whole");
  }
  const silent = options["silent"] === true;
  const count = whole(options, "count", 1, 1_000_000_000);
  if (silent && count !== undefined) {
    throw new UsageError("--count never ends with --silent: nothing is acknowledged");
  }
  const settings = settingsOf(options, name, language);
  const naks = whole(options, "nak", 1, 1_000_000_000) ?? (settings.refuseWith === undefined ? 0 : Infinity);
  if (naks === Infinity && count !== undefined) {
    throw new UsageError("--count never ends with --refuse-with and no --nak: nothing is acknowledged");
  }
  const play: AePlay = {
    language: name,
    place,
    settings,
    manner: { naks, silent },
    faults: faultsOf(options),
    seed: whole(options, "seed", 0, 2 ** 32 - 1) ?? 1,
  };
  return { play, json: options["json"] === true, all: options["all"] === true, count: count ?? Infinity };
}

function languageOf(options: Options): [name: string, language: AeLanguage] {
  const names = options["_"] as (string | number)[];
  const name = String(names[0] ?? "");
  const language = Object.hasOwn(aeLanguages, name) ? aeLanguages[name] : undefined;
  if (language === undefined) {
    const wish = `expected ${Object.keys(aeLanguages).join(", ")}`;
    throw new UsageError(name === "" ? `LANGUAGE is missing: ${wish}` : `no language "${name}": ${wish}`);
  }
  if (names.length > 1) throw new UsageError(`"${names[1]}": expected one language, and options`);
  for (const [option, setting] of SPECIAL) {
    const isGiven = options[option] === true || texts(options, option).length > 0;
    if (isGiven && !language.takes.includes(setting)) {
      throw new UsageError(`--${option} means nothing in ${name}`);
    }
  }
  return [name, language];
}

function settingsOf(options: Options, name: string, { refusals = [0, 0] }: AeLanguage): AeSettings {
  return {
    random: (octets) => crypto.getRandomValues(new Uint8Array(octets)),
    ...given("lineDigits", whole(options, "line-digits", 1, 7)),
    ...given("refuseWith", whole(options, "refuse-with", ...refusals)),
    ...(options["strict"] === true ? { strict: true } : {}),
    ...(options["udp"] === true ? { datagram: true } : {}),
    ...keysOf(options, name),
    ...secretOf(options),
  };
}

function keysOf(options: Options, name: string): AeSettings {
  const key = text(options, "key");
  if (key === undefined) return {};
  const keys = readDecoderKeys(name, [key]);
  if (typeof keys === "string") throw new UsageError(`--key: ${keys}`);
  return name === "dc09" ? { dc09Keys: keys.dc09 } : { vdsKeys: keys.vds2465 };
}

function secretOf(options: Options): AeSettings {
  const secret = text(options, "secret");
  if (secret === undefined) return {};
  const read = readWebhookSecret(secret);
  if (!read.ok) throw new UsageError(`--secret: ${read.message}`);
  return { secrets: [read.key] };
}

function faultsOf(options: Options): AeFaults {
  return {
    twice: options["twice"] === true,
    rubbish: options["rubbish"] === true,
    ...(options["fragments"] === true ? { fragmentMs: FRAGMENT_MS } : {}),
    ...given("lateMs", duration(options, "late")),
    ...given("dropAfter", whole(options, "drop-after", 0, 1_000_000_000)),
    ...given("stallAfter", whole(options, "stall-after", 0, 1_000_000_000)),
  };
}

function given<K extends string, V>(name: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : { [name]: value } as Record<K, V>;
}

function texts(options: Options, name: string): string[] {
  const values = options[name];
  return Array.isArray(values) ? values.map(String) : [];
}

function text(options: Options, name: string): string | undefined {
  return texts(options, name)[0];
}

function whole(options: Options, name: string, low: number, high: number): number | undefined {
  const value = text(options, name);
  if (value === undefined) return undefined;
  const number = /^\d{1,10}$/.test(value) ? Number(value) : NaN;
  if (number >= low && number <= high) return number;
  throw new UsageError(`--${name}: expected a whole number from ${low} to ${high}; found "${value}"`);
}

function duration(options: Options, name: string): number | undefined {
  const value = text(options, name);
  if (value === undefined) return undefined;
  const ms = parseDuration(value);
  if (ms !== undefined && ms >= 1 && ms <= 86_400_000) return ms;
  throw new UsageError(`--${name}: expected a duration such as 500ms or 2s, at most 24h; found "${value}"`);
}
