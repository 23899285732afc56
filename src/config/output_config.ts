/**
 * One `[[output]]` of an RCT's file; its keys are described with the others of `RctConfig`.
 *
 * @module
 */
import type { LineSettings } from "../serial/line_settings.ts";
import type { Section } from "./checker.ts";
import { byDefault, choice, type Fields, text, type Values } from "./field.ts";
import { account, name } from "./field_kinds.ts";
import { OUTPUT_LANGUAGE_FIELDS, OUTPUT_LANGUAGES, type OutputLanguage } from "./output_languages.ts";
import { type OutputSettings, outputSettings } from "./output_settings.ts";
import { serialSpec } from "./serial_spec.ts";

/** How an output reaches its automation software. */
export type OutputLine =
  | {
    /** The AE connects to us, over TCP. */
    kind: "listen";
    hostname: string;
    port: number;
    /** Addresses and CIDR blocks of the AE; undefined allows all. Whoever connects can acknowledge alarms. */
    allow: string[] | undefined;
  }
  | {
    /** We connect to the AE, over TCP. */
    kind: "connect";
    hostname: string;
    port: number;
    /** TLS, with the certificates of the system and, beside them, of a PEM file; undefined: in clear. */
    tls: { ca: string | undefined } | undefined;
  }
  | {
    /** We send datagrams to the AE, and it answers with datagrams. */
    kind: "udp";
    hostname: string;
    port: number;
  }
  | {
    /** A serial line, held by `tocsin serial`. */
    kind: "serial";
    settings: LineSettings;
  }
  | {
    /** We post to a web server. */
    kind: "http";
    url: string;
    /** Whether `http:` is allowed for other machines too. */
    allowHttp: boolean;
    /** PEM file of certificates in place of the system's. */
    ca: string | undefined;
    /** How long one attempt may take, ms. */
    timeoutMs: number;
  };

/** One automation software. Times in ms. */
export interface OutputConfig {
  /** Unique among outputs and routes. */
  name: string;
  /** The AE's language. */
  language: string;
  /** How it is reached. */
  line: OutputLine;
  /** In which language this receiver tells of its own faults and of those of its sites' paths. `off`: not at all. */
  faults: "auto" | "contact-id" | "sia" | "off";
  /** Account of this receiver's own faults. */
  faultAccount: string;
  /** What the language needs to know. */
  settings: OutputSettings;
}

/** The fields of an `[[output]]`. */
export const OUTPUT_FIELDS = {
  name,
  language: byDefault(text("a language in quotes", 64), '"sur-gard"'),
  faults: byDefault(choice("auto", "contact-id", "sia", "off"), '"auto"'),
  fault_account: byDefault(account, '"0000"'),
  ...OUTPUT_LANGUAGE_FIELDS,
} satisfies Fields;

/** An `[[output]]` under check. */
export type OutputSection = Section<typeof OUTPUT_FIELDS>;

/** TCP port of a receiver that the AE connects to (receiver-outputs.md §1.5, A). */
const RECEIVER_PORT = 1025;

/**
 * What is known of an output's language.
 *
 * @param output The output.
 * @returns The language; undefined when it could not be read, or there is none of that name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { OUTPUT_FIELDS, outputLanguage } from "./output_config.ts";
 *
 * const text = '[[output]]\nname = "a"\nlanguage = "ademco-685"\n';
 * const outputs = new Checker(text, "rct.toml").list("output", OUTPUT_FIELDS);
 * assertEquals(outputs.map(outputLanguage)[0]?.waitMs, 2000);
 * ```
 */
export function outputLanguage({ values: { language } }: OutputSection): OutputLanguage | undefined {
  return language !== undefined && Object.hasOwn(OUTPUT_LANGUAGES, language)
    ? OUTPUT_LANGUAGES[language]
    : undefined;
}

/**
 * How an output reaches its AE.
 *
 * @param output The output, with errors or without.
 * @returns The way; undefined when there is no such language.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { OUTPUT_FIELDS, outputWay } from "./output_config.ts";
 *
 * const text = '[[output]]\nname = "a"\nlanguage = "dc09"\ntransport = "udp"\n';
 * const outputs = new Checker(text, "rct.toml").list("output", OUTPUT_FIELDS);
 * assertEquals(outputs.map(outputWay), ["udp"]);
 * ```
 */
export function outputWay(output: OutputSection): OutputLine["kind"] | undefined {
  const ways = outputLanguage(output)?.ways ?? [];
  const { role, transport } = output.values;
  if (output.has("serial") && ways.includes("serial")) return "serial";
  if (transport === "udp" && ways.includes("udp")) return "udp";
  return role === "connect" && ways.includes("connect") ? "connect" : ways[0];
}

/**
 * Address and port of an output: ours when it listens, else the AE's.
 *
 * @param output The output.
 * @returns Both, as far as they are known.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { OUTPUT_FIELDS, outputEndpoint } from "./output_config.ts";
 *
 * const text = '[[output]]\nname = "a"\nlanguage = "mqtt"\nhost = "broker"\n';
 * const outputs = new Checker(text, "rct.toml").list("output", OUTPUT_FIELDS);
 * assertEquals(outputs.map(outputEndpoint), [{ hostname: "broker", port: 1883 }]);
 * ```
 */
export function outputEndpoint(
  output: OutputSection,
): { hostname: string | undefined; port: number | undefined } {
  const { host, port, tls, language } = output.values;
  if (outputWay(output) === "listen") {
    // What was refused is not what counts when nothing was said.
    return {
      hostname: output.has("host") ? host : "127.0.0.1",
      port: output.has("port") ? port : RECEIVER_PORT,
    };
  }
  const broker = language === "mqtt" ? (tls ? 8883 : 1883) : undefined;
  return { hostname: host, port: output.has("port") ? port : broker };
}

/**
 * How long an output waits for the AE's answer.
 *
 * @param output The output.
 * @returns The time, ms; undefined when it is not known.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { OUTPUT_FIELDS, outputWait } from "./output_config.ts";
 *
 * const text = '[[output]]\nname = "a"\nlanguage = "webhook"\n';
 * const outputs = new Checker(text, "rct.toml").list("output", OUTPUT_FIELDS);
 * assertEquals(outputs.map(outputWait), [10_000]);
 * ```
 */
export function outputWait(output: OutputSection): number | undefined {
  const { wait, timeout, language } = output.values;
  if (language === "webhook") return timeout;
  return output.has("wait") ? wait : outputLanguage(output)?.waitMs;
}

/**
 * After how much silence an output sends a heartbeat.
 *
 * @param output The output.
 * @returns The time, ms; 0 for none; undefined when the language knows none that could be set.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { OUTPUT_FIELDS, outputHeartbeat } from "./output_config.ts";
 *
 * const text = '[[output]]\nname = "a"\nheartbeat = "off"\n';
 * const outputs = new Checker(text, "rct.toml").list("output", OUTPUT_FIELDS);
 * assertEquals(outputs.map(outputHeartbeat), [0]);
 * ```
 */
export function outputHeartbeat(output: OutputSection): number | undefined {
  const language = outputLanguage(output);
  if (language === undefined || !language.keys.includes("heartbeat")) return undefined;
  return output.has("heartbeat") ? output.values.heartbeat ?? 0 : language.heartbeatMs;
}

/**
 * The serial line of an output under its name, as `tocsin serial` takes it.
 *
 * @param output The output.
 * @returns The line, or what is wrong with it; undefined when there is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { OUTPUT_FIELDS, outputSerial } from "./output_config.ts";
 *
 * const text = '[[output]]\nname = "a"\nserial = "/dev/ttyS0,9600,8N1"\n';
 * const outputs = new Checker(text, "rct.toml").list("output", OUTPUT_FIELDS);
 * assertEquals(outputs.map((output) => outputSerial(output)?.ok), [true]);
 * ```
 */
export function outputSerial({ values: { name, serial } }: OutputSection) {
  return name === undefined || serial === undefined ? undefined : serialSpec(name, serial);
}

/**
 * Makes the configuration of an output without errors.
 *
 * @param section The output.
 * @param deviceId This RCT's device ID, as hex digits.
 * @returns The configuration.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { OUTPUT_FIELDS, outputConfig } from "./output_config.ts";
 *
 * const text = '[[output]]\nname = "a"\nrole = "connect"\nhost = "ae"\nport = 7\n';
 * const outputs = new Checker(text, "rct.toml").list("output", OUTPUT_FIELDS);
 * assertEquals(outputs.map((output) => outputConfig(output, "").line), [{ kind: "connect", hostname: "ae", port: 7, tls: undefined }]);
 * ```
 */
export function outputConfig(section: OutputSection, deviceId: string): OutputConfig {
  const output = section.values as Values<typeof OUTPUT_FIELDS>;
  return {
    name: output.name,
    language: output.language,
    line: outputLine(section, output),
    faults: output.faults,
    faultAccount: output.fault_account,
    settings: outputSettings(output.language, output, {
      name: output.name,
      hasHeartbeat: section.has("heartbeat"),
      deviceId,
    }),
  };
}

function outputLine(section: OutputSection, output: Values<typeof OUTPUT_FIELDS>): OutputLine {
  const { hostname = "", port = 0 } = outputEndpoint(section);
  const kind = outputWay(section);
  switch (kind) {
    case "serial": {
      const line = outputSerial(section);
      if (line?.ok === true) return { kind, settings: line.settings };
      break;
    }
    case "http":
      return {
        kind,
        url: output.url ?? "",
        allowHttp: output.allow_http,
        ca: output.ca,
        timeoutMs: output.timeout,
      };
    case "udp":
      return { kind, hostname, port };
    case "connect":
      return { kind, hostname, port, tls: output.tls ? { ca: output.ca } : undefined };
  }
  return { kind: "listen", hostname, port, allow: output.allow };
}
