/**
 * `tocsin audit`: verifies that the record of every alarm is as it was written.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import type { JournalReader } from "../journal/journal_reader.ts";
import { textFromColumn } from "../journal/sqlite_row.ts";
import { type KnownHead, verifyChain } from "../journal/verify_chain.ts";
import { EXIT_DATA } from "./decode.ts";
import { type OpenJournalFile, openJournals } from "./journal_arguments.ts";
import { printable } from "./printable.ts";
import { wrongArguments } from "./wrong_arguments.ts";

/** Exit status: the record is not as it was written. */
const EXIT_BROKEN = 1;
/** Exit status: a file cannot be read (EX_NOINPUT). */
const EXIT_NO_INPUT = 66;

const HELP = `tocsin audit verify --config FILE [--against HEADS] [--json]
tocsin audit heads --config FILE > HEADS

verify follows the chain through the record of every account: a row that was edited, taken away or put in shows. heads prints
where each chain stands now, one JSON object a line. The chain has no key: who can write the journal and knows how can make
it anew from any row on. That shows only against heads that were kept elsewhere: print them daily to another machine.
The gateway may go on running.

What is older than journal.keep is pruned, oldest first; what is left of an account verifies from there on. The file keeps its
size, and what became free is used again. To make it smaller: stop the gateway, then  sqlite3 JOURNAL VACUUM

  --config FILE   spt.toml or rct.toml: the journal that it names; may be given twice
  --journal FILE  a journal itself, such as a backup; may be given more than once
  --against HEADS heads that were kept
  --json          what was found as JSON, one object a line

Exit status: 0 as it was written, 1 not so, 64 wrong arguments, 65 HEADS cannot be understood, 66 or read, 69 a journal cannot
be read, 78 errors in a configuration.
`;

/**
 * Runs the command.
 *
 * @param args Arguments after `audit`.
 * @returns Exit status.
 */
export async function runAudit(args: string[]): Promise<number> {
  const unknown: string[] = [];
  const options = parseArgs(args, {
    string: ["config", "journal", "against", "_"],
    collect: ["config", "journal", "against"],
    boolean: ["json", "help"],
    alias: { help: "h" },
    unknown: (name) => {
      if (name.startsWith("-")) unknown.push(name.replace(/=.*$/s, ""));
      return !name.startsWith("-");
    },
  });
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  const wrong = (problem: string) => wrongArguments("audit", problem, { args, help: HELP });
  if (unknown[0] !== undefined) return wrong(`${unknown[0]}: unknown`);
  const list = (name: "config" | "journal" | "against"): string[] => {
    const values: unknown = options[name];
    return Array.isArray(values) ? values.map(String) : [];
  };
  const [deed, more] = options._.map(String);
  if (deed !== "verify" && deed !== "heads") return wrong(`expected verify or heads, found "${deed ?? ""}"`);
  if (more !== undefined) return wrong(`expected nothing behind ${deed}, found "${more}"`);
  const [configs, journals, against] = [list("config"), list("journal"), list("against")];
  if (configs.length + journals.length === 0) return wrong("--config FILE is missing");
  if ([...configs, ...journals, ...against].includes("")) return wrong("expected a file behind each option");
  if (against.length > 1 || (against.length > 0 && deed === "heads")) {
    return wrong("--against: once, with verify");
  }
  const known = against[0] === undefined ? [] : await readHeads(against[0]);
  if (typeof known === "number") return known;
  const open = await openJournals("audit", configs, journals);
  if (typeof open === "number") return open;
  try {
    return deed === "heads" ? printHeads(open) : verify(open, known, options.json === true);
  } finally {
    for (const { reader } of open) reader.close();
  }
}

function verify(journals: readonly OpenJournalFile[], known: readonly KnownHead[], json: boolean): number {
  let whole = true;
  for (const { side, path, reader } of journals) {
    const report = verifyChain(reader, known);
    const { accounts, alarms, hops, pruned, findings, more } = report;
    whole &&= findings.length === 0;
    if (json) {
      console.log(JSON.stringify({ side, path, ...report }));
      continue;
    }
    for (const { rule, account, message } of findings) {
      console.log(printable(`${side}  ${account === "" ? "-" : account}  ${rule}  ${message}`));
    }
    if (more > 0) console.log(`${side}  … and ${more} more`);
    const verdict = findings.length === 0 ? "as it was written" : `${findings.length + more} findings`;
    const gone = pruned === 0 ? "" : ` (and ${pruned} older ones, pruned)`;
    console.log(
      printable(`${side}  ${path}: ${accounts} accounts, ${alarms} alarms, ${hops} hops${gone}: ${verdict}`),
    );
  }
  return whole ? 0 : EXIT_BROKEN;
}

function printHeads(journals: readonly OpenJournalFile[]): number {
  for (const { reader } of journals) for (const head of headsOf(reader)) console.log(JSON.stringify(head));
  return 0;
}

function* headsOf(reader: JournalReader): Generator<KnownHead> {
  for (
    const [account, link, count] of reader.rows("SELECT account, link, count FROM chain ORDER BY account")
  ) {
    yield { account: textFromColumn(account), count: Number(count), link: (link as Uint8Array).toHex() };
  }
}

async function readHeads(file: string): Promise<KnownHead[] | number> {
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    console.error(printable(`tocsin audit: cannot read ${file}: ${reason}`));
    return EXIT_NO_INPUT;
  }
  const heads: KnownHead[] = [];
  for (const [at, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const head = headOf(line);
    if (head === undefined) {
      console.error(
        printable(`tocsin audit: ${file}: line ${at + 1} is no head, as tocsin audit heads prints them`),
      );
      return EXIT_DATA;
    }
    heads.push(head);
  }
  return heads;
}

function headOf(line: string): KnownHead | undefined {
  try {
    const { account, count, link } = JSON.parse(line) as Record<string, unknown>;
    const fits = typeof account === "string" && typeof count === "number" && Number.isInteger(count) &&
      typeof link === "string" && /^[0-9a-f]{64}$/i.test(link);
    return fits ? { account, count, link } : undefined;
  } catch {
    return undefined;
  }
}
