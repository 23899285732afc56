/**
 * The verdict as text, for a technician at a panel.
 *
 * @module
 */
import { configLines } from "./config_lines.ts";
import type { CountedFinding } from "./finding.ts";
import { LANGUAGE_NAMES } from "./language_names.ts";
import { shownOctets } from "./shown_octets.ts";
import type { Source, Verdict } from "./verdict.ts";

/** Octets that are shown. */
const SHOWN = 64;
/** Lines are broken here. */
const WIDTH = 100;

/**
 * Writes the report: what was heard, the verdict, how sure, what is wrong and what to do in order, the configuration.
 *
 * @param verdict The verdict.
 * @param beginning The first octets heard.
 * @returns The text, with a line end.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Examination } from "./examination.ts";
 * import { report } from "./report.ts";
 *
 * const examination = new Examination();
 * examination.feed("panel", Uint8Array.fromHex("0501815968"));
 * const verdict = examination.verdict({ source: { kind: "tcp", hostname: "0.0.0.0", port: 10002 } });
 * const text = report(verdict, examination.beginning);
 * assert(text.includes("FAULT     key"));
 * assert(text.includes("Switch encryption off"));
 * ```
 */
export function report(verdict: Verdict, beginning: Uint8Array): string {
  const { findings, octets, acknowledged, acknowledgedCount } = verdict;
  const out: string[] = [`HEARD     ${octets} octets on ${sourceText(verdict.source)}`];
  for (const row of shownOctets(beginning, SHOWN)) out.push(`          ${row}`);
  if (octets > SHOWN) out.push("          …");
  if (verdict.tried.length > 1) out.push(field("TRIED", verdict.tried.join(", ")));
  out.push("", field("SPEAKS", speaks(verdict)));
  if (verdict.evidence.length > 0) out.push(field("", `because ${verdict.evidence.join("; ")}`));
  const toDo = findings.filter(({ weight }) => weight !== "note");
  const notes = findings.filter(({ weight }) => weight === "note");
  out.push("", field("FAULT", faultText(verdict)));
  for (const [at, finding] of toDo.entries()) out.push("", ...numbered(at + 1, finding));
  if (notes.length > 0) {
    out.push("", field("NOTES", ""));
    for (const { what, todo } of notes) {
      out.push(wrap(`- ${what}${todo === "" ? "" : `. ${todo}`}`, "          ", "            "));
    }
  }
  if (acknowledgedCount > 0) {
    const many = acknowledgedCount === 1
      ? "1 alarm of the panel was"
      : `${acknowledgedCount} alarms of the panel were`;
    out.push(
      "",
      field(
        "ATTENTION",
        `${many} acknowledged here and went nowhere: tell the receiving centre if any was real`,
      ),
    );
    for (const each of acknowledged) out.push(`          - ${each}`);
    if (acknowledgedCount > acknowledged.length) {
      out.push(`          - … and ${acknowledgedCount - acknowledged.length} more`);
    }
  }
  const config = configLines(verdict);
  if (config !== "") {
    out.push(
      "",
      field("CONFIG", configWords(verdict)),
      "",
    );
    out.push(config.trimEnd());
  }
  return `${out.join("\n").replaceAll(/[ ]+$/gm, "")}\n`;
}

function speaks({ language, certainty, octets, otherwise }: Verdict): string {
  if (language === undefined) return octets === 0 ? "nothing" : "no alarm language that is known here";
  const other = otherwise === undefined ? "" : `; it could also be ${LANGUAGE_NAMES[otherwise]}`;
  return `${LANGUAGE_NAMES[language]}: ${certainty}${other}`;
}

function configWords({ readable, fault }: Verdict): string {
  if (readable) return "put this into the gateway's file:";
  return fault === "nothing" ? "if it turns out to be that:" : "once the fault is cured:";
}

function faultText({ fault, findings, readable }: Verdict): string {
  if (fault !== "nothing") return readable ? `${fault} (it can be read all the same)` : fault;
  if (findings.some(({ weight }) => weight === "stop")) return "none of the panel's";
  return readable
    ? "nothing: it can be read"
    : "none seen; too little was heard to be sure. Listen longer (--seconds)";
}

function numbered(number: number, { what, todo, count, fault }: CountedFinding): string[] {
  const times = count > 1 ? ` (${count} times)` : "";
  const out = [wrap(`${number}. ${capital(what)}${times}. [${fault}]`, "          ", "             ")];
  if (todo !== "") out.push(wrap(`-> ${todo}`, "             ", "                "));
  return out;
}

function sourceText(source: Source): string {
  switch (source.kind) {
    case "serial":
      return source.baud === undefined
        ? source.device
        : `${source.device} at ${source.baud} ${source.frame ?? ""}`;
    case "tcp":
    case "udp":
      return `${source.kind.toUpperCase()} port ${source.port}`;
    case "connect":
      return `the connection to ${source.hostname} port ${source.port}`;
    case "capture":
      return source.name;
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).replace(/\.$/, "");
}

function field(name: string, text: string): string {
  return wrap(`${name.padEnd(10)}${text}`, "", "          ");
}

/** Breaks a text between words. */
function wrap(text: string, first: string, next: string): string {
  let line = first, out = "";
  let empty = true;
  for (const word of text.split(/ (?=\S)/)) {
    if (!empty && line.length + 1 + word.length > WIDTH) {
      out += `${line}\n`;
      line = next;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return out + line;
}
