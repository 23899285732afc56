/**
 * One `[[input]]` of an SPT's file; its keys are described with the others of `SptConfig`.
 *
 * @module
 */
import type { LineSettings } from "../serial/line_settings.ts";
import type { Checker, Section } from "./checker.ts";
import { byDefault, choice, type Fields, integer, list, optional, text, type Values } from "./field.ts";
import { account, addressBlock, duration, endpoint, host, name, port, serialLine } from "./field_kinds.ts";
import { checkLanguage, INPUT_LANGUAGES, LANGUAGE_FIELDS } from "./input_languages.ts";
import { type LanguageSettings, languageSettings } from "./language_settings.ts";
import { serialSpec } from "./serial_spec.ts";

/** When a stage gives its positive answer, as EN 50136-2 names it. */
export type Acknowledge = "store-and-forward" | "pass-through";

/** Where panels are heard. */
export type InputLine =
  | {
    /** A port that panels connect or send to. */
    kind: "network";
    hostname: string;
    port: number;
    transport: "tcp" | "udp" | "both";
  }
  | {
    /** A serial line, held by `tocsin serial`. */
    kind: "serial";
    settings: LineSettings;
  };

/** One way for panels to report. */
export interface InputConfig {
  /** Unique among the inputs. */
  name: string;
  /** The panels' language. */
  language: string;
  /** Where they are heard. */
  line: InputLine;
  /** When the panel gets its answer. */
  acknowledge: Acknowledge;
  /** Account when the panel sends none. */
  account: string | undefined;
  /** Addresses and CIDR blocks of the panels; undefined allows all. */
  allow: string[] | undefined;
  /** Connections (TCP), or panels remembered (UDP), at the same time. */
  maxConnections: number;
  /** Pass-through: how long the RCT is waited for, ms. */
  passThroughWaitMs: number;
  /** Which quirk: a name, `auto` or `none`; and others for single accounts. */
  quirk: { name: string; byAccount: Readonly<Record<string, string>> };
  /** What the language needs to know. */
  settings: LanguageSettings;
}

const SECOND = 1000;

/** The fields of an `[[input]]`. */
export const INPUT_FIELDS = {
  name,
  language: text("a language in quotes", 64),
  listen: optional(endpoint),
  host: optional(host),
  port: optional(port),
  serial: optional(serialLine),
  acknowledge: byDefault(choice("store-and-forward", "pass-through"), '"store-and-forward"'),
  account: optional(account),
  allow: optional(list(addressBlock)),
  max_connections: byDefault(integer(1, 10_000), "8"),
  pass_through_wait: byDefault(duration(SECOND, 300 * SECOND), '"20s"'),
  ...LANGUAGE_FIELDS,
} satisfies Fields;

/** An `[[input]]` under check. */
export type InputSection = Section<typeof INPUT_FIELDS>;

/**
 * Checks an `[[input]]`.
 *
 * @param checker The file under check.
 * @param input The input.
 * @param languages Further languages, from adapters outside Tocsin; they may use every key.
 * @param responseTimeout Wait of the SPT for its first response, ms.
 */
export function checkInput(
  checker: Checker,
  input: InputSection,
  languages: readonly string[],
  responseTimeout: number | undefined,
): void {
  const { language } = input.values;
  const known = [...Object.keys(INPUT_LANGUAGES), ...languages];
  if (language !== undefined && !known.includes(language)) {
    const words = known.map((word) => JSON.stringify(word)).join(", ");
    checker.refuse(input, "language", `one of ${words}`, language);
  }
  if (language !== undefined && !languages.includes(language)) checkLanguage(checker, input, language);
  checkLine(checker, input);
  const { acknowledge, pass_through_wait: wait } = input.values;
  if (acknowledge === "store-and-forward" && input.has("pass_through_wait")) {
    const message = 'has no effect while acknowledge is "store-and-forward"';
    checker.warn(input.line("pass_through_wait"), input.name("pass_through_wait"), "no-effect", message);
  }
  if (
    acknowledge === "pass-through" && wait !== undefined && responseTimeout !== undefined &&
    wait < responseTimeout
  ) {
    const message =
      "expected at least rct.response_timeout: else the panel is refused before the RCT can answer";
    checker.error(input.line("pass_through_wait"), input.name("pass_through_wait"), "conflict", message);
  }
}

/** Either a port or a serial line, and one that the language runs over. */
function checkLine(checker: Checker, input: InputSection): void {
  const error = (key: "listen" | "host" | "port" | "serial" | "transport", message: string) =>
    checker.error(input.line(key), input.name(key), "conflict", message);
  const byNetwork = (["listen", "host", "port"] as const).filter((key) => input.has(key));
  if (input.has("serial")) {
    const [key] = byNetwork;
    if (key !== undefined) {
      return error(key, `expected either serial or ${key}, found both: keep one of them`);
    }
    if (input.has("allow")) {
      checker.warn(input.line("allow"), input.name("allow"), "no-effect", "has no effect on a serial line");
    }
    const { serial, name } = input.values;
    const line = serial === undefined || name === undefined ? undefined : serialSpec(name, serial);
    if (line?.ok === false) {
      checker.error(input.line("serial"), input.name("serial"), "bad-value", line.message);
    }
  } else if (input.has("listen") && byNetwork.length > 1) {
    const key = input.has("port") ? "port" : "host";
    return error(key, "expected either listen or host and port, found both: keep one of them");
  } else if (!input.has("listen") && !input.has("port")) {
    const message =
      'expected the TCP port that panels connect to, found nothing: add a line listen = "0.0.0.0:10002"';
    return checker.error(input.line(), input.name("listen"), "missing-key", message);
  }
  const lines = INPUT_LANGUAGES[input.values.language ?? ""]?.lines;
  if (lines === undefined) return;
  const own = JSON.stringify(input.values.language);
  if (input.has("serial") && !lines.includes("serial")) {
    error("serial", `the language ${own} is not spoken on serial lines: take listen = "0.0.0.0:10002"`);
  }
}

/**
 * Address and port of an input.
 *
 * @param input The input.
 * @returns Undefined for a serial line, or when they cannot be read.
 */
export function inputEndpoint(input: InputSection): { hostname: string; port: number } | undefined {
  const { listen, host: hostname = "0.0.0.0", port } = input.values;
  return listen ?? (port === undefined ? undefined : { hostname, port });
}

/**
 * Makes the configuration of an input without errors.
 *
 * @param section The input.
 * @param languages Languages from adapters outside Tocsin.
 * @returns The configuration.
 */
export function inputConfig(section: InputSection, languages: readonly string[]): InputConfig {
  const input = section.values as Values<typeof INPUT_FIELDS>;
  return {
    name: input.name,
    language: input.language,
    line: inputLine(section, input),
    acknowledge: input.acknowledge,
    account: input.account,
    allow: input.allow,
    maxConnections: input.max_connections,
    passThroughWaitMs: input.pass_through_wait,
    quirk: { name: input.quirk, byAccount: Object.fromEntries(input.quirks ?? []) },
    settings: languages.includes(input.language)
      ? { language: "outside" }
      : languageSettings(input.language, input),
  };
}

function inputLine(section: InputSection, input: Values<typeof INPUT_FIELDS>): InputLine {
  const line = input.serial === undefined ? undefined : serialSpec(input.name, input.serial);
  if (line?.ok === true) return { kind: "serial", settings: line.settings };
  const { hostname, port } = inputEndpoint(section) ?? { hostname: "", port: 0 };
  return { kind: "network", hostname, port, transport: input.transport };
}
