/**
 * `tocsin panel`: plays a panel towards a receiver of any make.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { parseDuration } from "../config/duration.ts";
import { eventLine, summaryLine } from "../simulator/event_line.ts";
import { simulatedLanguages } from "../simulator/languages.ts";
import type { LineFaults } from "../simulator/line_faults.ts";
import { PANEL_HELP } from "../simulator/panel_help.ts";
import { type PanelPlace, placeOf } from "../simulator/panel_place.ts";
import type { PanelSetting, PanelSettings } from "../simulator/panel_settings.ts";
import { MAX_STEPS, type PanelStep, parseAlarmWords, parsePanelScript } from "../simulator/script.ts";
import { simulatePanel, simulationFault } from "../simulator/simulate_panel.ts";
import { reasonOf } from "../simulator/wire.ts";
import { EXIT_UNAVAILABLE } from "./run_gateway.ts";
import { wrongArguments } from "./wrong_arguments.ts";

const STRINGS = [
  "to",
  "serial",
  "listen",
  "account",
  "alarm",
  "script",
  "random",
  "seed",
  "every",
  "slow",
  "bad-parity",
  "drop-after",
  "wait",
  "tries",
  "level",
  "form",
  "channels",
  "poll",
  "key",
] as const;
const SWITCHES = [
  "udp",
  "split",
  "noise",
  "ignore-ack",
  "repeat",
  "no-crlf",
  "encrypted",
  "time",
  "help",
] as const;

/** The switches and options that only some languages take, by the setting that they become. */
const SPECIAL: readonly (readonly [option: string, setting: PanelSetting])[] = [
  ["udp", "datagram"],
  ["no-crlf", "noLineEnd"],
  ["encrypted", "encrypted"],
  ["level", "level"],
  ["form", "form"],
  ["channels", "channels"],
  ["time", "clock"],
  ["poll", "pollMs"],
  ["key", "key"],
];

interface PanelArguments {
  language: string;
  place: PanelPlace;
  steps: PanelStep[];
  settings: PanelSettings;
  faults: LineFaults;
  seed: number;
  /** The steps hold random alarms. */
  random: boolean;
}

/** What a panel that encrypts says first, in the columns of the other lines. */
const ASKS_ENCRYPTED = "   - sent          05 01 81 …: asks for an encrypted session";

/** A wrong argument. */
class UsageError extends Error {}

type Options = Readonly<Record<string, unknown>>;

/**
 * Runs the command.
 *
 * @param args Arguments after `panel`.
 * @returns Exit status: 0 when every alarm was acknowledged, 1 when not, 64 for wrong arguments, 69 when the port to listen
 *   on, or the serial line, cannot be had.
 */
export async function runPanel(args: string[]): Promise<number> {
  let read: PanelArguments | "help";
  try {
    read = await readArguments(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return wrongArguments("panel", error.message, { args, help: PANEL_HELP });
  }
  if (read === "help") {
    console.log(PANEL_HELP);
    return 0;
  }
  const { language, place, steps, settings, faults, seed } = read;
  let open: Awaited<ReturnType<PanelPlace["open"]>>;
  try {
    open = await place.open();
  } catch (error) {
    console.error(`tocsin panel: ${unavailable(error)}`);
    return EXIT_UNAVAILABLE;
  }
  if (open.waits !== undefined) console.log(open.waits);
  if (read.random) console.log(`random alarms of --seed ${seed}`);
  try {
    const { connect } = open;
    const summary = await simulatePanel(
      { language, connect, steps, settings, faults, seed },
      (event) => {
        console.log(eventLine(event));
        // Said before the first alarm, and so no part of one.
        if (event.kind === "connected" && settings.encrypted === true) console.log(ASKS_ENCRYPTED);
      },
    );
    console.log(summaryLine(summary));
    return summary.acknowledged === summary.sent ? 0 : 1;
  } finally {
    open.close();
  }
}

/** What cannot be opened, and what to do about it. */
function unavailable(error: unknown): string {
  if (error instanceof Deno.errors.AddrInUse) {
    return "another program has the port of --listen: give another one";
  }
  const reason = reasonOf(error);
  return reason.includes("--allow-ffi") ? `${reason}, as "deno task tocsin-serial panel …" does` : reason;
}

async function readArguments(args: string[]): Promise<PanelArguments | "help"> {
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
    if (name !== "alarm" && values.length > 1) throw new UsageError(`--${name}: given more than once`);
  }
  const names = options["_"] as (string | number)[];
  const language = String(names[0] ?? "");
  const known = Object.hasOwn(simulatedLanguages, language) ? simulatedLanguages[language] : undefined;
  if (known === undefined) {
    const wish = `expected ${Object.keys(simulatedLanguages).join(", ")}`;
    throw new UsageError(
      language === "" ? `LANGUAGE is missing: ${wish}` : `no language "${language}": ${wish}`,
    );
  }
  if (names.length > 1) throw new UsageError(`"${names[1]}": expected one language, and options`);
  for (const [option, setting] of SPECIAL) {
    const isGiven = options[option] === true || texts(options, option).length > 0;
    if (isGiven && !known.takes.includes(setting)) {
      throw new UsageError(`--${option} means nothing in ${language}`);
    }
  }
  const place = placeOf({
    to: text(options, "to"),
    serial: text(options, "serial"),
    listen: text(options, "listen"),
    udp: options["udp"] === true,
  });
  if (typeof place === "string") throw new UsageError(place);
  const read: PanelArguments = {
    language,
    place,
    steps: await stepsOf(options),
    settings: settingsOf(options, known.account),
    faults: faultsOf(options),
    seed: whole(options, "seed", 0, 2 ** 32 - 1) ?? Math.floor(Math.random() * 1_000_000),
    random: false,
  };
  read.random = read.steps.some(({ kind }) => kind === "random");
  const fault = simulationFault(read);
  if (fault !== undefined) throw new UsageError(fault);
  return read;
}

async function stepsOf(options: Options): Promise<PanelStep[]> {
  const alarms: PanelStep[] = texts(options, "alarm").map((said) => {
    const words = parseAlarmWords(said);
    if (words !== undefined) return { kind: "alarm", words };
    throw new UsageError(`--alarm: expected CODE[:NUMBER][@AREA] [TEXT], such as BA:3@1; found "${said}"`);
  });
  const count = whole(options, "random", 1, MAX_STEPS) ?? 0;
  for (let at = 0; at < count; at++) alarms.push({ kind: "random" });
  const every = duration(options, "every");
  const spaced = alarms.flatMap((step, at): PanelStep[] =>
    at === 0 || every === undefined ? [step] : [{ kind: "wait", ms: every }, step]
  );
  const file = text(options, "script");
  const script = file === undefined ? [] : await scriptOf(file);
  if (script.length + spaced.length === 0) {
    throw new UsageError("nothing to send: expected --alarm, --random or --script");
  }
  return [...script, ...spaced];
}

async function scriptOf(file: string): Promise<PanelStep[]> {
  let script: string;
  try {
    script = await Deno.readTextFile(file);
  } catch (error) {
    throw new UsageError(`--script: cannot read ${file}: ${reasonOf(error)}`);
  }
  const read = parsePanelScript(script);
  if (!read.ok) throw new UsageError(`${file}, ${read.message}`);
  return read.steps;
}

function settingsOf(options: Options, account: string): PanelSettings {
  const level = whole(options, "level", 1, 3) as 1 | 2 | 3 | undefined;
  return {
    account: text(options, "account") ?? account,
    random: (octets) => crypto.getRandomValues(new Uint8Array(octets)),
    ...given("waitMs", duration(options, "wait")),
    ...given("tries", whole(options, "tries", 1, 100)),
    ...given("level", level),
    ...given("form", text(options, "form")),
    ...given("channels", channels(options)),
    ...given("pollMs", duration(options, "poll")),
    ...given("key", text(options, "key")),
    ...(options["udp"] === true ? { datagram: true } : {}),
    ...(options["no-crlf"] === true ? { noLineEnd: true } : {}),
    ...(options["time"] === true ? { clock: () => new Date() } : {}),
    ...(options["encrypted"] === true ? { encrypted: true } : {}),
  };
}

function faultsOf(options: Options): LineFaults {
  return {
    split: options["split"] === true,
    noise: options["noise"] === true,
    ignoreAnswers: options["ignore-ack"] === true,
    repeat: options["repeat"] === true,
    ...given("slowMs", whole(options, "slow", 1, 10_000)),
    ...given("badChecksumEvery", whole(options, "bad-parity", 1, 1_000_000)),
    ...given("dropAfter", whole(options, "drop-after", 1, 1_000_000)),
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

function channels(options: Options): number | undefined {
  const count = whole(options, "channels", 8, 32);
  if (count === undefined || count % 8 === 0) return count;
  throw new UsageError(`--channels: expected 8, 16, 24 or 32; found "${count}"`);
}

function duration(options: Options, name: string): number | undefined {
  const value = text(options, name);
  if (value === undefined) return undefined;
  const ms = parseDuration(value);
  if (ms !== undefined && ms >= 1 && ms <= 86_400_000) return ms;
  throw new UsageError(`--${name}: expected a duration such as 500ms or 2s, at most 24h; found "${value}"`);
}
