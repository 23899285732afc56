/**
 * Checks of the `[[output]]` tables of an RCT's file.
 *
 * @module
 */
import { isIPv4 } from "node:net";
import { readWebhookUrl } from "../../adapters/webhook/url.ts";
import type { Checker } from "./checker.ts";
import { type Listener, warnUnused } from "./cross_checks.ts";
import { formatDuration } from "./duration.ts";
import {
  outputEndpoint,
  outputHeartbeat,
  outputLanguage,
  type OutputSection,
  outputSerial,
  outputWay,
} from "./output_config.ts";
import {
  OUTPUT_LANGUAGE_FIELDS,
  OUTPUT_LANGUAGES,
  type OutputLanguage,
  type OutputLanguageKey,
} from "./output_languages.ts";
import { numberedKey, ownClientId, senderKey } from "./output_keys.ts";
import { mayBeSecret } from "./show_value.ts";

/**
 * Checks every output, by itself and against the others.
 *
 * @param checker The file under check.
 * @param outputs The outputs.
 * @param deviceId This RCT's device ID, as hex digits; undefined when it could not be read.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { checkOutputs } from "./output_checks.ts";
 * import { OUTPUT_FIELDS } from "./output_config.ts";
 *
 * const checker = new Checker('[[output]]\nname = "a"\nlanguage = "dc09"\nhost = "ae.example"\n', "rct.toml");
 * checkOutputs(checker, checker.list("output", OUTPUT_FIELDS), undefined);
 * assertEquals(checker.errors.map(({ key }) => key), ["output.port"]);
 * ```
 */
export function checkOutputs(
  checker: Checker,
  outputs: readonly OutputSection[],
  deviceId: string | undefined,
): void {
  for (const output of outputs) {
    const language = outputLanguage(output);
    if (language !== undefined) checkOutput(checker, output, language);
    else if (output.values.language !== undefined) {
      const words = Object.keys(OUTPUT_LANGUAGES).map((word) => JSON.stringify(word)).join(", ");
      checker.refuse(output, "language", `one of ${words}`, output.values.language);
    }
  }
  once(checker, outputs, "serial", (output) => {
    const line = outputSerial(output);
    return line?.ok === true ? line.settings.device : undefined;
  });
  // Two clients of one name throw each other out, for ever.
  once(checker, outputs, "client_id", (output) => {
    const { language, name, client_id: own } = output.values;
    if (language !== "mqtt" || name === undefined || deviceId === undefined) return undefined;
    const { hostname, port } = outputEndpoint(output);
    return `${hostname}:${port} ${own ?? ownClientId({ name, deviceId })}`;
  });
}

/**
 * The outputs that listen, for the check of ports.
 *
 * @param outputs The outputs.
 * @returns What listens.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { outputListeners } from "./output_checks.ts";
 * import { OUTPUT_FIELDS } from "./output_config.ts";
 *
 * const text = '[[output]]\nname = "a"\n[[output]]\nname = "b"\nserial = "/dev/ttyS0,9600,8N1"\n';
 * const outputs = new Checker(text, "rct.toml").list("output", OUTPUT_FIELDS);
 * assertEquals(outputListeners(outputs).map(({ port }) => port), [1025]);
 * ```
 */
export function outputListeners(outputs: readonly OutputSection[]): Listener[] {
  return outputs.filter((output) => outputWay(output) === "listen").map((output) => ({
    line: output.line("port"),
    key: output.name("port"),
    ...outputEndpoint(output),
  }));
}

function checkOutput(checker: Checker, output: OutputSection, language: OutputLanguage): void {
  const own = JSON.stringify(output.values.language);
  for (const key of Object.keys(OUTPUT_LANGUAGE_FIELDS) as OutputLanguageKey[]) {
    if (!output.has(key) || language.keys.includes(key)) continue;
    const message = `this key means nothing in the language ${own}: take the line away`;
    checker.error(output.line(key), output.name(key), "conflict", message);
  }
  checkWay(checker, output, language);
  checkNumbers(checker, output, language);
  switch (output.values.language) {
    case "ademco-685":
      if (output.values.form !== undefined && output.values.form !== "contact-id") {
        const keys = ["address_letter", "previous", "mark_98", "trailing_blank"] as const;
        warnUnused(checker, output, keys, `while form is ${JSON.stringify(output.values.form)}`);
      }
      break;
    case "dc09":
      checkDc09(checker, output);
      break;
    case "vds2465-tcp": {
      const { key } = output.values;
      if (key === undefined || numberedKey(key) !== undefined) break;
      const message =
        "expected the number of the key (1-65534), a colon and 32 hex digits, as the centre gave them";
      checker.error(output.line("key"), output.name("key"), "bad-value", message);
      break;
    }
    case "mqtt":
      checkMqtt(checker, output);
      break;
    case "webhook":
      checkWebhook(checker, output);
      break;
  }
}

/** A serial line, a port of ours, or an address of the AE: one of them, and all that it needs. */
function checkWay(checker: Checker, output: OutputSection, language: OutputLanguage): void {
  const { role } = output.values;
  const way = outputWay(output);
  if (way === "http") return;
  if (way === "serial") {
    const key = (["role", "host", "port", "allow"] as const).find((key) => output.has(key));
    if (key !== undefined) {
      const message = `expected either serial or ${key}, found both: keep one of them`;
      checker.error(output.line(key), output.name(key), "conflict", message);
    }
    const line = outputSerial(output);
    if (line?.ok === false) {
      checker.error(output.line("serial"), output.name("serial"), "bad-value", line.message);
    }
    return;
  }
  if (role === "listen" && !language.ways.includes("listen")) {
    const message = `expected "connect", found "listen": in the language ${
      JSON.stringify(output.values.language)
    } it is the AE that listens`;
    checker.error(output.line("role"), output.name("role"), "conflict", message);
  }
  if (way === "listen") return;
  if (language.ways.includes("listen")) warnUnused(checker, output, ["allow"], 'while role is "connect"');
  const why = language.ways.includes("listen")
    ? 'role is "connect"'
    : `the language ${JSON.stringify(output.values.language)} connects to it`;
  const endpoint = outputEndpoint(output);
  for (const [key, known] of [["host", endpoint.hostname], ["port", endpoint.port]] as const) {
    if (known !== undefined || output.has(key)) continue;
    const what = key === "host" ? "address" : way === "udp" ? "UDP port" : "TCP port";
    const message = `expected the ${what} of the AE, found nothing: ${why}`;
    checker.error(output.line(), output.name(key), "missing-key", message);
  }
}

/** Receiver, line and heartbeat have another form in each language. */
function checkNumbers(checker: Checker, output: OutputSection, language: OutputLanguage): void {
  for (const key of ["receiver", "line"] as const) {
    const [shape, value] = [language[key], output.values[key]];
    if (shape !== undefined && value !== undefined && !shape.pattern.test(value)) {
      checker.refuse(output, key, shape.expected, value);
    }
  }
  const { language: name, line = "1", line_digits: digits } = output.values;
  if (name === "sur-gard" && digits !== undefined && line.length > digits) {
    const key = output.has("line") ? "line" : "line_digits";
    const message = `expected a line of at most line_digits (${digits}) characters, found ${line.length}`;
    checker.error(output.line(key), output.name(key), "conflict", message);
  }
  const [heartbeat = 0, most = Infinity] = [outputHeartbeat(output), language.heartbeatMaxMs];
  if (heartbeat > most) {
    const message = `expected a time up to ${formatDuration(most)}, or "off", found ${
      formatDuration(heartbeat)
    }`;
    checker.error(output.line("heartbeat"), output.name("heartbeat"), "bad-value", message);
  }
}

function checkDc09(checker: Checker, output: OutputSection): void {
  const { key, transport, heartbeat } = output.values;
  if (key !== undefined && senderKey(key) === undefined) {
    const message = "expected 16, 24 or 32 characters, or 32, 48 or 64 hex digits (AES-128, 192, 256), " +
      "the same as in the AE";
    checker.error(output.line("key"), output.name("key"), "bad-value", message);
  }
  if (heartbeat !== undefined && !output.has("account")) {
    const message = 'expected account too: supervision messages carry one; or heartbeat = "off"';
    checker.error(output.line("heartbeat"), output.name("heartbeat"), "conflict", message);
  }
  if (output.has("key")) warnUnused(checker, output, ["timestamps"], "with key: there is always one");
  if (transport === "udp") warnUnused(checker, output, ["close_after_ack"], 'while transport is "udp"');
}

function checkMqtt(checker: Checker, output: OutputSection): void {
  const { tls, password, host } = output.values;
  if (tls !== false) return;
  if (output.has("ca")) {
    const message = "expected tls = true too: without it there is no certificate to check";
    checker.error(output.line("ca"), output.name("ca"), "conflict", message);
  }
  const here = host === "localhost" || host === "::1" || (isIPv4(host ?? "") && host?.startsWith("127."));
  if (password !== undefined && host !== undefined && !here) {
    const message = "the password goes through the network in clear: add tls = true";
    checker.warn(output.line("password"), output.name("password"), "weak-setting", message);
  }
}

function checkWebhook(checker: Checker, output: OutputSection): void {
  const { url, allow_http } = output.values;
  for (
    const [key, what, example] of [
      ["url", "the address that alarms are posted to", "https://arc.example/alarms"],
      ["secrets", "the secret that both ends share", "whsec_…"],
    ] as const
  ) {
    if (output.has(key)) continue;
    const value = key === "url" ? JSON.stringify(example) : `[${JSON.stringify(example)}]`;
    const message = `expected ${what}, found nothing: add a line ${key} = ${value}`;
    checker.error(output.line(), output.name(key), "missing-key", message);
  }
  if (url === undefined || allow_http === undefined) return;
  const read = readWebhookUrl(url, allow_http);
  if (!read.ok) {
    // It names the host.
    const shown = mayBeSecret(URL.parse(url)?.hostname ?? "")
      ? "expected an address that begins with https://"
      : read.message;
    checker.error(output.line("url"), output.name("url"), "bad-value", shown);
  } else if (read.url.protocol === "http:") {
    warnUnused(checker, output, ["ca"], "with an address that begins with http://");
  }
}

/** Complains of a thing that two outputs would both have. */
function once(
  checker: Checker,
  outputs: readonly OutputSection[],
  key: "serial" | "client_id",
  thing: (output: OutputSection) => string | undefined,
): void {
  const taken = new Map<string, OutputSection>();
  for (const output of outputs) {
    const mark = thing(output);
    if (mark === undefined) continue;
    const first = taken.get(mark);
    if (first === undefined) {
      taken.set(mark, output);
      continue;
    }
    const message = `expected one of its own, found the same as in the output on line ${first.line()}`;
    checker.error(output.line(key), output.name(key), "not-unique", message);
  }
}
