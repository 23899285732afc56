/**
 * `tocsin translate`: shows what events become in another language, and what they lose by it.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { parse as parseToml } from "@std/toml";
import type { Decoded } from "../../adapters/contract.ts";
import { decode, decoders } from "../decode/decoders.ts";
import type { EventDraft } from "../event/alarm_event.ts";
import {
  codeName,
  type CodeOverrides,
  codeTable,
  readSiteTable,
  showForm,
  siteAccount,
  siteRules,
  type SiteTable,
  type TargetLanguage,
  translate,
  translatedLanguages,
} from "../event/translation/mod.ts";
import { EXIT_DATA } from "./decode.ts";
import { printable } from "./printable.ts";
import { openInput, readInput } from "./read_input.ts";
import { wrongArguments } from "./wrong_arguments.ts";

/** Exit status: a file cannot be read (EX_NOINPUT). */
const EXIT_NO_INPUT = 66;
/** Largest input and largest table, in octets. */
const LARGEST = 64 * 1024 * 1024;

const HELP =
  `tocsin translate --from LANGUAGE --to LANGUAGE [--table FILE] [--output NAME] [--hex] [--json] [FILE|-]
tocsin translate --codes --from LANGUAGE --to LANGUAGE [--table FILE] [--output NAME] [--json]

Reads what panels say and shows each event as it was, as the other language says it, and what is lost:
  1234 contact-id 131 new "Perimeter burglary" area 01 zone 015
    sia   Nri1/BA15 "Perimeter burglary"
    lost  sub-kind: 131 Perimeter burglary is sent as BA, which says less (subtype lost)
Where nothing near is known, "sent as" says which general code stands for it: the code and the text are kept.
An event whose language is that of --to goes as it came, unless --table says something else of it.

  --from LANGUAGE  what the input is in: ${Object.keys(decoders).join(", ")}, auto;
                   with --codes: ${translatedLanguages.join(", ")}
  --to LANGUAGE    ${translatedLanguages.join(", ")}
  --table FILE     codes, areas, zones, users and accounts of one's own (JSON, or TOML by its name), checked first
  --output NAME    takes what the table sets for this output
  --hex            the input is hex digits, blanks and line ends free
  --json           one JSON object a line
  --codes          shows the whole code table and reads no input
  FILE             a file, or - for standard input (the default)

Exit status: 0 all was read, 65 something was refused, 66 a file cannot be read, 64 wrong arguments.
`;

/**
 * Runs the command.
 *
 * @param args Arguments after `translate`.
 * @returns Exit status: 0, 64, 65 or 66.
 */
export async function runTranslate(args: string[]): Promise<number> {
  const unknown: string[] = [];
  const options = parseArgs(args, {
    string: ["from", "to", "table", "output"],
    boolean: ["hex", "json", "codes", "help"],
    alias: { help: "h" },
    unknown: (name) => {
      if (name.startsWith("-") && name !== "-") unknown.push(name);
      return true;
    },
  });
  if (options["help"] === true) {
    console.log(HELP);
    return 0;
  }
  const wrong = (problem: string) => wrongArguments("translate", problem, { args, help: HELP });
  if (unknown.length > 0) return wrong(`there is no option ${unknown.join(", ")}`);
  const { from, to } = options as { from?: unknown; to?: unknown };
  const target = translatedLanguages.find((language) => language === to);
  if (target === undefined) {
    return wrong(to === undefined ? "--to LANGUAGE is missing" : `--to: no language "${to}"`);
  }
  if (typeof from !== "string") return wrong("--from LANGUAGE is missing");
  const table = await readTable(options["table"]);
  if (typeof table === "number") return table;
  const output = options["output"] as string | undefined;
  if (output !== undefined && !Object.hasOwn(table.outputs ?? {}, output)) {
    return wrong(`--output: the table has no output "${output}"`);
  }
  const json = options["json"] === true;
  if (options["codes"] === true) {
    const source = translatedLanguages.find((language) => language === from);
    const { codes } = siteRules(table, from, target, "", output);
    const none = source === target && Object.keys(codes).length === 0;
    if (source === undefined || none) {
      const own = none ? "; of one language only the codes of one's own table can be shown" : "";
      return wrong(
        `--codes wants two of ${translatedLanguages.join(", ")}, found "${from}" and "${target}"${own}`,
      );
    }
    print(codeLines(source, target, codes, json));
    return 0;
  }
  if (from !== "auto" && !Object.hasOwn(decoders, from)) return wrong(`--from: no language "${from}"`);
  const name = String(options._[0] ?? "-");
  const bytes = await readOctets(name, options["hex"] === true);
  if (typeof bytes === "number") return bytes;
  const decoded = decode(from, bytes);
  print(decoded.flatMap((one) => messageLines(one, target, table, output, json)));
  return decoded.every(({ ok }) => ok) ? 0 : EXIT_DATA;
}

function messageLines(
  decoded: Decoded,
  to: TargetLanguage,
  table: SiteTable,
  output: string | undefined,
  json: boolean,
): string[] {
  if (!decoded.ok) {
    const { offset, rule, message } = decoded;
    return [json ? JSON.stringify(decoded) : `refused at ${offset}, ${rule}: ${message}`];
  }
  return decoded.events.flatMap((event) => eventLines(event, to, table, output, json));
}

function eventLines(
  event: EventDraft,
  to: TargetLanguage,
  table: SiteTable,
  output: string | undefined,
  json: boolean,
): string[] {
  const { account, lost: accountLost } = siteAccount(table, event.account, output);
  const rules = siteRules(table, event.language, to, event.account, output);
  // The account goes out as the table spells it: that is the one that has to fit.
  const sent = { ...event, account };
  const { form, lost, known } = translate(sent, to, rules);
  // In its own language an event keeps its octets, unless the table says something else of it.
  const unchanged = event.language === to &&
    JSON.stringify(form) === JSON.stringify(translate(sent, to).form);
  const asItCame = unchanged && account === event.account;
  const losses = unchanged ? accountLost : [...accountLost, ...lost];
  if (json) {
    const { raw, occurredAt, ...said } = event;
    const time = occurredAt === undefined || Number.isNaN(occurredAt.getTime())
      ? {}
      : { occurredAt: occurredAt.toISOString() };
    return [
      JSON.stringify({
        ok: true,
        event: { ...said, ...time, raw: raw.toHex() },
        to,
        account,
        form,
        known,
        asItCame,
        lost: losses,
      }),
    ];
  }
  const numbers = (["area", "zone", "user", "device"] as const)
    .flatMap((what) => event[what] === undefined ? [] : [`${what} ${event[what]}`]);
  const text = event.text === undefined ? [] : [`text ${JSON.stringify(event.text)}`];
  const said = [
    event.account === "" ? "(no account)" : event.account,
    event.language,
    event.code === "" ? "(no code)" : event.code,
    event.qualifier,
    JSON.stringify(event.label),
    ...numbers,
    ...text,
  ].join(" ");
  const other = account === event.account ? "" : `${account} `;
  const shown = asItCame
    ? "as it came, byte for byte"
    : other + (unchanged ? "as it came but for the account" : showForm(to, form));
  const head = to.padEnd(4);
  return [said, `  ${head}  ${shown}`, ...losses.map(({ what, detail }) => `  lost  ${what}: ${detail}`)]
    .map(printable);
}

function codeLines(
  from: TargetLanguage,
  to: TargetLanguage,
  overrides: CodeOverrides,
  json: boolean,
): string[] {
  const rows = (codeTable(from, to)?.codes ?? []).map((row) => {
    const own = Object.hasOwn(overrides, row.code) ? overrides[row.code] : undefined;
    return own === undefined ? row : { code: row.code, ...own, confidence: "own" };
  });
  const listed = new Set(rows.map(({ code }) => code));
  const more = Object.entries(overrides).filter(([code]) => !listed.has(code))
    .map(([code, own]) => ({ code, ...own, confidence: "own" }));
  return [...rows, ...more].map((row) => {
    const name = codeName(from, row.code);
    if (json) return JSON.stringify({ from, to, name, row });
    const codes = row.restore === undefined ? row.to : `${row.to} / ${row.restore}`;
    const lost = "lost" in row && row.lost !== undefined ? ` lost: ${row.lost.join(", ")}` : "";
    const note = "note" in row && row.note !== undefined ? ` (${row.note})` : "";
    return `${row.code.padEnd(6)} ${codes.padEnd(14)} ${row.confidence.padEnd(3)} ${name}${lost}${note}`;
  });
}

async function readTable(name: unknown): Promise<SiteTable | number> {
  if (name === undefined) return {};
  const file = String(name);
  const bytes = await readFile(file);
  if (typeof bytes === "number") return bytes;
  const text = new TextDecoder().decode(bytes);
  let value: unknown;
  try {
    value = file.endsWith(".toml") ? parseToml(text) : JSON.parse(text);
  } catch (error) {
    const kind = file.endsWith(".toml") ? "TOML" : "JSON";
    console.error(printable(`tocsin translate: ${file} is not ${kind}: ${words(error)}`));
    return EXIT_DATA;
  }
  const read = readSiteTable(value);
  if (read.ok) return read.table;
  for (const { path, message } of read.problems) console.error(printable(`${file}: ${path}: ${message}`));
  return EXIT_DATA;
}

async function readOctets(name: string, hex: boolean): Promise<Uint8Array | number> {
  const bytes = await readFile(name);
  if (typeof bytes === "number" || !hex) return bytes;
  const digits = new TextDecoder().decode(bytes).replaceAll(/\s/g, "");
  if (digits.length % 2 === 0 && /^[0-9a-f]*$/i.test(digits)) return Uint8Array.fromHex(digits);
  const wrong = /[^0-9a-f]/i.exec(digits)?.[0];
  const found = wrong === undefined ? "an odd number of them" : JSON.stringify(wrong);
  console.error(`tocsin translate: expected pairs of hex digits, found ${found}`);
  return EXIT_DATA;
}

async function readFile(name: string): Promise<Uint8Array | number> {
  try {
    const whole = await readInput(await openInput(name), LARGEST + 1);
    if (whole.length <= LARGEST) return whole;
    throw new RangeError(`more than ${LARGEST} octets: give it in parts`);
  } catch (error) {
    console.error(printable(`tocsin translate: cannot read ${name}: ${words(error)}`));
    return EXIT_NO_INPUT;
  }
}

function print(lines: readonly string[]): void {
  if (lines.length > 0) console.log(lines.join("\n"));
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
