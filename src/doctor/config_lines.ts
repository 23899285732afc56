/**
 * Writes the lines of a gateway's configuration for what was heard.
 *
 * @module
 */
import { LANGUAGE_LINES } from "./language_lines.ts";
import type { InputLanguage } from "./score.ts";
import type { Source, Verdict } from "./verdict.ts";

/** Stands for a key: keys are never written. Of no key's length, so that nobody's gateway starts with it. */
const KEY = "PUT-THE-PANEL-KEY-HERE";

/**
 * Writes an `[[input]]`.
 *
 * @param verdict What was heard.
 * @returns TOML that the gateway loads; empty when no language was recognised. Keys are left to be filled in: until then it
 *   says which line it wants one in.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { configLines } from "./config_lines.ts";
 * import { Examination } from "./examination.ts";
 *
 * const examination = new Examination();
 * examination.feed("panel", Uint8Array.fromHex("46233132333435369d"));
 * const verdict = examination.verdict({ source: { kind: "tcp", hostname: "0.0.0.0", port: 10002 } });
 * assertEquals(
 *   configLines(verdict),
 *   '[[input]]\nname = "panel"\nlanguage = "sia"\nlisten = "0.0.0.0:10002"\n',
 * );
 * ```
 */
export function configLines(verdict: Verdict): string {
  const { language, source, settings } = verdict;
  if (language === undefined) return "";
  const lines = ["[[input]]", `name = "panel"`, `language = "${language}"`, ...whereLines(source, language)];
  if (language === "dc09") lines.push(`transport = "${transportOf(source)}"`);
  for (const [key, value] of Object.entries(settings)) {
    // The gateway finds it by the same octets. Written down it would hold for every other panel on this input too.
    if (key !== "quirk") lines.push(`${key} = ${JSON.stringify(value)}`);
  }
  if (verdict.findings.some(({ rule }) => rule === "no-account")) {
    lines.push('account = "0000"  # the panel sends none: put its number here');
  }
  lines.push(...keyLines(verdict));
  return `${lines.join("\n")}\n`;
}

function whereLines(source: Source, language: InputLanguage): string[] {
  switch (source.kind) {
    case "serial": {
      // Heard where no input takes it: where it could be taken.
      if (!LANGUAGE_LINES[language].includes("serial")) return captureLines(language);
      const { device, baud = 9600, frame = "8N1" } = source;
      return [`serial = ${JSON.stringify(`${device},${baud},${frame}`)}`];
    }
    case "tcp":
    case "udp":
      return [`listen = ${JSON.stringify(`${bracketed(source.hostname)}:${source.port}`)}`];
    case "connect":
      return [
        `listen = "0.0.0.0:${source.port}"  # panels connect to the gateway: let ${
          printable(source.hostname)
        } connect to this port`,
      ];
    case "capture":
      return source.port === undefined ? captureLines(language) : [`listen = "0.0.0.0:${source.port}"`];
  }
}

function captureLines(language: InputLanguage): string[] {
  const serial = "/dev/ttyUSB0,9600,8N1";
  if (language === "vds2465-serial") return [`serial = "${serial}"  # the device`];
  const also = ["sia", "contact-id", "scancom"].includes(language) ? `; or serial = "${serial}"` : "";
  return [`listen = "0.0.0.0:10002"  # the port that is set in the panel${also}`];
}

/** A host name from the command line, so that nothing in it ends the comment. */
function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?");
}

function bracketed(hostname: string): string {
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}

function transportOf(source: Source): string {
  if (source.kind === "udp") return "udp";
  if (source.kind === "capture" && source.transport !== undefined) return source.transport;
  return source.kind === "capture" || source.kind === "serial" ? "both" : "tcp";
}

function keyLines({ language, findings, evidence }: Verdict): string[] {
  const text = [...evidence, ...findings.map(({ what }) => what)].join(" ");
  if (language === "dc09" && / encrypted |are encrypted/.test(text)) return [`keys = ["*:${KEY}"]`];
  if (language !== "vds2465-tcp") return [];
  const numbers = new Set(
    [...text.matchAll(/encrypted with key (?:number )?(\d+)/g)].map(([, number]) => number),
  );
  return numbers.size === 0
    ? []
    : [`keys = [${[...numbers].map((number) => `"${number}:${KEY}"`).join(", ")}]`];
}
