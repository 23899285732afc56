/**
 * Which session belongs to which output language.
 *
 * @module
 */
import { ademco685Session } from "../../adapters/ademco_685/mod.ts";
import { bosch6500Session } from "../../adapters/bosch_6500/mod.ts";
import type { CarriedProtocol, OutputSession } from "../../adapters/contract.ts";
import { Dc07Session } from "../../adapters/dc07/mod.ts";
import { Dc09Sender } from "../../adapters/dc09/mod.ts";
import { MqttSession } from "../../adapters/mqtt/mod.ts";
import { surGardSession } from "../../adapters/sur_gard/mod.ts";
import { Vds2465TcpSender } from "../../adapters/vds2465/mod.ts";
import { WebhookSession, type WebhookSessionOptions } from "../../adapters/webhook/session.ts";
import type { OutputConfig } from "../config/output_config.ts";
import type { OutputSettings } from "../config/output_settings.ts";
import { given } from "./given.ts";

/** What sessions of an output need besides its configuration. */
export interface OutputParts {
  /** Random octets: pads of encrypted messages, first numbers. */
  random: (octets: number) => Uint8Array;
}

const HEADERS = { none: undefined, lf: 0x0a, space: 0x20 } as const;

/** The protocols that each output language carries as they came; all others are translated. */
const NATIVE: Readonly<Record<string, readonly CarriedProtocol[]>> = {
  "sur-gard": ["sia", "contact-id", "scancom"],
  "ademco-685": ["contact-id", "scancom"],
  "bosch-6500": ["sia", "contact-id", "scancom"],
  "dc07": ["sia", "contact-id", "scancom"],
  "bosch-sia": ["sia", "contact-id", "scancom"],
  "dc09": ["sia", "contact-id", "scancom"],
  "vds2465-tcp": ["vds2465"],
  "mqtt": ["sia", "contact-id", "scancom", "vds2465"],
  "webhook": ["sia", "contact-id", "scancom", "vds2465"],
};

/**
 * Whether alarms of a protocol go to an output in that protocol; if not, they are translated.
 *
 * @param output The output.
 * @param protocol The alarm's protocol.
 * @returns True when nothing is translated. Unknown languages carry everything.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { carries } from "./output_sessions.ts";
 *
 * assertEquals(carries({ language: "dc07" }, "sia"), true);
 * assertEquals(carries({ language: "dc07" }, "vds2465"), false);
 * ```
 */
export function carries(output: Pick<OutputConfig, "language">, protocol: CarriedProtocol): boolean {
  return NATIVE[output.language]?.includes(protocol) ?? true;
}

/**
 * Starts a conversation with automation software that is spoken to in octets: every language but `webhook`.
 *
 * @param output The output.
 * @param parts What the session needs besides.
 * @returns The session.
 * @throws {RangeError} When there is no such language, or a setting cannot be used; configurations are checked before.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { outputSession } from "./output_sessions.ts";
 *
 * const session = outputSession({
 *   name: "east", language: "mqtt", faults: "auto", faultAccount: "0000",
 *   line: { kind: "connect", hostname: "127.0.0.1", port: 1883, tls: undefined },
 *   settings: {
 *     language: "mqtt", clientId: "east", topic: undefined, availability: undefined, username: undefined,
 *     password: undefined, noSubscriber: undefined, waitMs: undefined, heartbeatMs: undefined,
 *   },
 * }, { random: (octets) => new Uint8Array(octets) });
 * assertEquals(session.connected(0).map(({ kind }) => kind), ["send"]);
 * ```
 */
export function outputSession(output: OutputConfig, parts: OutputParts): OutputSession {
  const { settings } = output;
  switch (settings.language) {
    case "sur-gard": {
      const { receiver, line, lineDigits, text, textAnswers } = settings;
      const profile = lineDigits === 1 ? "sg-mlr2" : "sg-rrlll";
      const width = given({ lineDigits });
      return surGardSession({ ...figures(settings), ...width, profile, receiver, line, text, textAnswers });
    }
    case "ademco-685": {
      const { receiver, line, addressLetter, previous, mark98, trailingBlank, terminator, form } = settings;
      const variants = given({ addressLetter, previous, mark98, trailingBlank, terminator, form });
      return ademco685Session({ ...figures(settings), ...variants, receiver, line });
    }
    case "bosch-6500": {
      const { receiver, line, text, qualifiers, mark98, commands } = settings;
      const header = settings.header === undefined ? undefined : HEADERS[settings.header];
      const variants = given({ qualifiers, mark98, commands, header });
      return bosch6500Session({ ...figures(settings), ...variants, receiver, line, text });
    }
    case "dc07":
    case "bosch-sia": {
      const { language: profile, receiver, line, text } = settings;
      const first = firstSequence(parts);
      return new Dc07Session({ ...figures(settings), profile, receiver, line, text, firstSequence: first });
    }
    case "dc09":
      return new Dc09Sender(dc09Options(settings, output.line.kind === "udp", parts));
    case "vds2465-tcp": {
      const { ident, key, waitMs: answerMs, hangUpAfterMs } = settings;
      const numbered = key === undefined ? undefined : { number: key.number, key: key.key.octets() };
      return new Vds2465TcpSender({
        ...given({ ident, answerMs, hangUpAfterMs, key: numbered }),
        random: parts.random,
      });
    }
    case "mqtt": {
      const { clientId, topic, availability, username, password, noSubscriber, waitMs } = settings;
      const rest = { topic, availability, username, password, noSubscriber, waitMs };
      return new MqttSession({ clientId, ...given({ ...rest, keepAliveMs: settings.heartbeatMs }) });
    }
    default:
      throw new RangeError(`no output language "${output.language}"`);
  }
}

/**
 * What a webhook's session needs of an output's configuration.
 *
 * @param output The output.
 * @returns Keys and tries; undefined for other languages.
 */
export function webhookOptions({ settings }: OutputConfig): WebhookSessionOptions | undefined {
  if (settings.language !== "webhook") return undefined;
  return { keys: settings.secrets, ...given({ tries: settings.tries }) };
}

/**
 * A session of any language that is not connected and never will be, to ask what it would send.
 *
 * @param output The output.
 * @param parts What the session needs besides.
 * @returns The session, as far as it can tell.
 * @throws {RangeError} When there is no such language, or a setting cannot be used.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SecretKey } from "../keys/secret_key.ts";
 * import { previewSession } from "./output_sessions.ts";
 *
 * const session = previewSession({
 *   name: "hook", language: "webhook", faults: "auto", faultAccount: "0000",
 *   line: { kind: "http", url: "https://arc.example/", allowHttp: false, ca: undefined, timeoutMs: 10_000 },
 *   settings: { language: "webhook", secrets: [new SecretKey(new Uint8Array(32))], tries: undefined },
 * }, { random: (octets) => new Uint8Array(octets) });
 * assertEquals("ready" in session, true);
 * ```
 */
export function previewSession(
  output: OutputConfig,
  parts: OutputParts,
): Pick<OutputSession, "ready" | "preview"> {
  const options = webhookOptions(output);
  return options === undefined ? outputSession(output, parts) : new WebhookSession(options);
}

/** What the languages of one line after the other have in common. */
function figures(
  { waitMs, nakLimit, heartbeatMs }: Partial<
    Record<"waitMs" | "nakLimit" | "heartbeatMs", number | undefined>
  >,
): { waitMs?: number; nakLimit?: number; heartbeatMs?: number } {
  return given({ waitMs, nakLimit, heartbeatMs });
}

function dc09Options(
  settings: OutputSettings & { language: "dc09" },
  datagram: boolean,
  { random }: OutputParts,
): ConstructorParameters<typeof Dc09Sender>[0] {
  const { receiver, line, account, timestamps, waitMs, tries, nakLimit, heartbeatMs, closeAfterAck } =
    settings;
  const key = settings.key?.keys[0];
  return {
    ...given({ receiver, line, account, timestamps, waitMs, tries, nakLimit, closeAfterAck }),
    ...given({ supervisionMs: heartbeatMs }),
    ...(key === undefined ? {} : { sealing: { key, random } }),
    datagram,
    firstSequence: firstSequence({ random }),
  };
}

/** By chance: the number of the last run could pass for a repeat. */
function firstSequence({ random }: OutputParts): number {
  return new DataView(random(4).buffer).getUint32(0) % 9999 + 1;
}
