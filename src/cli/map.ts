/**
 * `tocsin map`: shows, octet by octet, what each output would send for an event or for a whole code table.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { formatConfigError } from "../config/config_error.ts";
import { loadRctConfig } from "../config/load.ts";
import type { RctConfig } from "../config/rct_config.ts";
import { decodeEventData } from "../decode/event_data.ts";
import { type TargetLanguage, translatedLanguages } from "../event/translation/mod.ts";
import { OutputItems } from "../gateway/output_item.ts";
import { previewSession } from "../gateway/output_sessions.ts";
import { systemRandom } from "../gateway/random.ts";
import { Routing } from "../gateway/routing.ts";
import { codeAlarms } from "../map/code_alarms.ts";
import { eventAlarm } from "../map/event_alarm.ts";
import { mapAlarm, type MappedOutput } from "../map/map_alarm.ts";
import { mapJson, mapText } from "../map/map_text.ts";
import { simulatedLanguages } from "../simulator/languages.ts";
import { parseAlarmWords } from "../simulator/script.ts";
import type { SiteAlarm } from "../simulator/site.ts";
import { EXIT_DATA } from "./decode.ts";
import { printable } from "./printable.ts";
import { openInput, readInput } from "./read_input.ts";
import { EXIT_CONFIG } from "./run_gateway.ts";
import { wrongArguments } from "./wrong_arguments.ts";

/** Exit status: a file cannot be read (EX_NOINPUT). */
const EXIT_NO_INPUT = 66;
/** Octets of events that are read at most. */
const LARGEST = 16 * 1024 * 1024;
/** Stands for the identity that an alarm gets when it is taken in: 26 characters, as real ones. */
const NO_ID = "0".repeat(26);

const HELP = `tocsin map --config rct.toml --from LANGUAGE [OPTIONS] CODE[:NUMBER][@AREA] …
tocsin map --config rct.toml --from LANGUAGE [OPTIONS] --codes
tocsin map --config rct.toml --from LANGUAGE [OPTIONS] --data DATA
tocsin map --config rct.toml [OPTIONS] --event FILE|-

Shows what each output of the configuration would send, by its settings and the translation table; nothing is sent.
  1234 contact-id 130 new "Burglary" area 01 zone 015
    automation  sur-gard    5011 181234E13001015<DC4>
    backup      ademco-685  <LF>11 1234 18 E130 01 C015 <CR>
Sequence numbers begin at one chosen by chance, times are those of now, pads of encrypted messages differ each time; an
alarm's identity, which MQTT and webhooks carry, is shown as zeros.

  --config FILE    the receiving centre's configuration
  --site NAME      the outputs that this site's alarms go to, and its account; all outputs when missing
  --output NAME    this output only
  --from LANGUAGE  what the panel speaks: ${translatedLanguages.join(", ")}
  CODE             BA:15@1 Hall (sia), 130:15@1 (contact-id), 3 (scancom, a channel), 22:15@1 (vds2465); quote texts
  --restore        shows the end of each alarm too
  --codes          the whole code table of the language
  --data DATA      event data as the IP protocol carries it: text, or for vds2465 hex digits
  --event FILE     events as JSON, one object a line, as webhooks, MQTT, the API and tocsin decode give them
  --account A      the panel's account; the language's usual one when missing
  --number N       zone of --codes (1)
  --area N         area of --codes (1)
  --hex            the octets below each line
  --json           one JSON object a line

Exit status: 0 every output has a line for everything, 65 one has not, 66 a file cannot be read, 64 wrong arguments, 78
errors in the configuration.
`;

/** A wrong argument. */
class UsageError extends Error {}

const TEXTS = ["config", "site", "output", "from", "account", "number", "area", "event", "data"] as const;
const SWITCHES = ["restore", "codes", "hex", "json", "help"] as const;

type Options =
  & { [K in typeof TEXTS[number]]?: string }
  & { [K in typeof SWITCHES[number]]: boolean }
  & { words: string[] };

/**
 * Runs the command.
 *
 * @param args Arguments after `map`.
 * @returns Exit status: 0, 64, 65, 66 or 78.
 */
export async function runMap(args: string[]): Promise<number> {
  try {
    const options = readOptions(args);
    if (options.help) {
      console.log(HELP);
      return 0;
    }
    if (options.config === undefined) throw new UsageError("--config FILE is missing");
    const loaded = await loadRctConfig(options.config);
    const faults = [...loaded.warnings, ...(loaded.ok ? [] : loaded.errors)];
    for (const fault of faults) console.error(formatConfigError(fault));
    if (!loaded.ok) return EXIT_CONFIG;
    const alarms = await alarmsOf(options);
    return typeof alarms === "number" ? alarms : show(loaded.config, options, alarms);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return wrongArguments("map", error.message, { args, help: HELP });
  }
}

function show(config: RctConfig, options: Options, alarms: readonly SiteAlarm[]): number {
  const outputs = mappedOutputs(config, options.site);
  const site = config.sites.find(({ name }) => name === options.site);
  if (options.site !== undefined && site === undefined) {
    throw new UsageError(`--site: no site "${options.site}": ${listed(config.sites)}`);
  }
  if (options.output !== undefined && !outputs.has(options.output)) {
    throw new UsageError(`--output: no output "${options.output}": ${listed(config.outputs)}`);
  }
  const routing = new Routing(config.outputs.map(({ name }) => name), config.routes);
  let complete = true;
  for (const alarm of alarms) {
    const lanes = site === undefined ? undefined : routing.lanesFor(site.output, alarm.account);
    const reached = lanes?.flatMap((lane) => routing.lanes.find(({ name }) => name === lane)?.outputs ?? []);
    const names = options.output === undefined ? reached ?? [...outputs.keys()] : [options.output];
    const mapped = mapAlarm(alarm, names.flatMap((name) => outputs.get(name) ?? []), Date.now());
    complete &&= mapped.every(({ written }) => written.ok);
    if (options.json) console.log(JSON.stringify(mapJson(alarm, mapped)));
    else console.log(mapText(alarm, mapped, options.hex).map(printable).join("\n"));
  }
  return complete ? 0 : EXIT_DATA;
}

/** Every output, as it would be given an alarm of the site. */
function mappedOutputs(config: RctConfig, site: string | undefined): Map<string, MappedOutput> {
  const random = systemRandom();
  const own = config.sites.find(({ name }) => name === site)?.account;
  return new Map(config.outputs.map((output) => {
    const { name, language } = output;
    const items = new OutputItems(name, config.translation, ({ account }) => own ?? account);
    const item = (alarm: SiteAlarm) => {
      const receivedAt = new Date();
      const events = alarm.events.map((event) => ({ ...event, id: NO_ID, receivedAt }));
      return items.of({ ...alarm, id: NO_ID, origin: site ?? "", events }, false);
    };
    return [name, { name, language, session: previewSession(output, { random }), item }];
  }));
}

/** The alarms that were asked for; an exit status when they cannot be read. */
async function alarmsOf(options: Options): Promise<SiteAlarm[] | number> {
  const { from, words, codes, data, event } = options;
  const ways = [words.length > 0, codes, data !== undefined, event !== undefined].filter(Boolean).length;
  if (ways !== 1) {
    const found = ways === 0 ? "nothing" : "more than one of them";
    throw new UsageError(`expected events, or --codes, or --data, or --event; found ${found}`);
  }
  if (event !== undefined) return await eventAlarms(event);
  const language = translatedLanguages.find((each) => each === from);
  if (language === undefined) {
    const known = translatedLanguages.join(", ");
    throw new UsageError(
      from === undefined
        ? `--from LANGUAGE is missing: ${known}`
        : `--from: no language "${from}": expected ${known}`,
    );
  }
  const account = options.account ?? USUAL_ACCOUNTS[language];
  const { site } = simulatedLanguages[PLAYED[language]]!;
  const fault = site(account).accountFault;
  if (fault !== undefined && data === undefined) {
    throw new UsageError(`--account: ${fault}, found "${account}"`);
  }
  if (codes) {
    const { number = "1", area = "1" } = options;
    return codeAlarms(language, { account, number, area })
      .filter(({ restore }) => options.restore || !restore).map(({ alarm }) => alarm);
  }
  if (data !== undefined) return [dataAlarm(language, data)];
  return words.flatMap((text) => {
    const read = parseAlarmWords(text);
    if (read === undefined) throw new UsageError(`expected CODE[:NUMBER][@AREA] [TEXT], found "${text}"`);
    return (options.restore ? [false, true] : [false]).map((restore) => {
      const made = site(account).alarm(read, restore);
      if (made.ok) return made.alarm;
      throw new UsageError(made.message);
    });
  });
}

/** The simulated panels that say the languages. */
const PLAYED = {
  "sia": "sia",
  "contact-id": "contact-id",
  "scancom": "scancom",
  "vds2465": "vds2465-tcp",
} as const;
const USUAL_ACCOUNTS = {
  "sia": "1234",
  "contact-id": "1234",
  "scancom": "1234",
  "vds2465": "123456",
} as const;

function dataAlarm(protocol: TargetLanguage, text: string): SiteAlarm {
  const digits = text.replaceAll(/\s/g, "");
  if (protocol === "vds2465" && !/^(?:[0-9A-Fa-f]{2})+$/.test(digits)) {
    throw new UsageError("--data: expected pairs of hex digits for vds2465");
  }
  const data = protocol === "vds2465" ? Uint8Array.fromHex(digits) : new TextEncoder().encode(text);
  const events = decodeEventData(protocol, data);
  return { account: events[0]?.account ?? "", protocol, data, events };
}

async function eventAlarms(file: string): Promise<SiteAlarm[] | number> {
  let text: string;
  try {
    text = new TextDecoder().decode(await readInput(await openInput(file), LARGEST));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.error(printable(`tocsin map: cannot read ${file}: ${reason}`));
    return EXIT_NO_INPUT;
  }
  const alarms: SiteAlarm[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    for (const event of eventsOf(line, `${file}: line ${at + 1}`)) {
      const made = eventAlarm(event);
      if (!made.ok) throw new UsageError(`${file}: line ${at + 1}: ${made.message}`);
      alarms.push(made.alarm);
    }
  }
  return alarms;
}

/** An event, or what holds several: a line of `tocsin decode`, the body of a webhook. */
function eventsOf(line: string, where: string): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new UsageError(`${where}: no JSON`);
  }
  const events = typeof value === "object" && value !== null && "events" in value ? value.events : undefined;
  return Array.isArray(events) ? events : [value];
}

function readOptions(args: string[]): Options {
  const unknown: string[] = [];
  const parsed = parseArgs(args, {
    string: [...TEXTS, "_"],
    boolean: [...SWITCHES],
    collect: [...TEXTS],
    alias: { help: "h" },
    unknown: (name) => {
      const option = name.startsWith("-") && name !== "-";
      if (option) unknown.push(name.replace(/=.*$/s, ""));
      return !option;
    },
  });
  if (unknown[0] !== undefined) throw new UsageError(`${unknown[0]}: unknown`);
  let words = parsed._.map(String);
  // The parser takes a lone hyphen behind an option for an argument of its own.
  const fromInput = Array.isArray(parsed.event) && parsed.event[0] === "" && words.includes("-");
  if (fromInput) words = words.filter((word) => word !== "-");
  const texts: { [K in typeof TEXTS[number]]?: string } = {};
  for (const name of TEXTS) {
    const values = name === "event" && fromInput ? ["-"] : parsed[name];
    const [value, ...more] = Array.isArray(values) ? values : [];
    if (more.length > 0) throw new UsageError(`--${name}: expected once, found several times`);
    if (value === "") throw new UsageError(`--${name}: expected a value behind it`);
    if (typeof value === "string") texts[name] = value;
  }
  const switches = Object.fromEntries(SWITCHES.map((name) => [name, parsed[name] === true]));
  return { ...texts, ...switches as Record<typeof SWITCHES[number], boolean>, words };
}

function listed(named: readonly { name: string }[]): string {
  const names = named.slice(0, 10).map(({ name }) => name).join(", ");
  return `there is ${names}${named.length > 10 ? ", …" : ""}`;
}
