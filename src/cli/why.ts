/**
 * `tocsin why`: prints the life of an alarm.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import type { AlarmChoice } from "../journal/journal_reader.ts";
import { alarmStory, type Story } from "../why/alarm_story.ts";
import { CSV_HEAD, storyCsv, storyJson, storyText } from "../why/story_text.ts";
import { type OpenJournalFile, openJournals } from "./journal_arguments.ts";
import { printable } from "./printable.ts";
import { wrongArguments } from "./wrong_arguments.ts";

/** Exit status: there is no such alarm. */
export const EXIT_NOT_FOUND = 1;

const HELP =
  `tocsin why ACCOUNT --config FILE [--config FILE] [--seq N | --last [N] | --at TIME] [--json | --csv]

Prints the life of an alarm: what the panel sent, when each stage stored it, passed it on and acknowledged it, who refused it,
and how long each step took. The gateway may go on running. With the configurations of both sides the two journals are put
together by the alarm's identity; clocks of two machines may differ.

  ACCOUNT         the account as the panel spells it; "" for alarms without one
  --config FILE   spt.toml or rct.toml: the journal that it names; may be given twice
  --journal FILE  a journal itself, such as a backup; may be given more than once
  --seq N         the alarm with this number in the first journal that has it
  --last [N]      the latest alarm (the default), or the latest N
  --at TIME       the alarm nearest to this time, such as 2026-11-21T14:05 (local) or 2026-11-21T14:05:09Z
  --json          one JSON object a line
  --csv           one row a hop

Exit status: 0 found, 1 no such alarm, 64 wrong arguments, 69 a journal cannot be read, 78 errors in a configuration.
`;

/** Alarms told at once, at most. */
const MOST = 1000;

/** A wrong argument. */
class UsageError extends Error {}

interface WhyArguments {
  account: string;
  configs: string[];
  journals: string[];
  choice: AlarmChoice;
  format: "text" | "json" | "csv";
}

/**
 * Runs the command.
 *
 * @param args Arguments after `why`.
 * @returns Exit status.
 */
export async function runWhy(args: string[]): Promise<number> {
  let read: WhyArguments | undefined;
  try {
    read = readArguments(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return wrongArguments("why", error.message, { args, help: HELP });
  }
  if (read === undefined) {
    console.log(HELP);
    return 0;
  }
  const journals = await openJournals("why", read.configs, read.journals);
  if (typeof journals === "number") return journals;
  try {
    const stories = storiesOf(journals, read);
    if (stories.length === 0) {
      const where = journals.map(({ path }) => path).join(" and ");
      console.error(printable(`tocsin why: no such alarm of account "${read.account}" in ${where}`));
      return EXIT_NOT_FOUND;
    }
    print(stories, read.format);
    return 0;
  } finally {
    for (const { reader } of journals) reader.close();
  }
}

function storiesOf(journals: readonly OpenJournalFile[], { account, choice }: WhyArguments): Story[] {
  for (const journal of journals) {
    const found = journal.reader.alarms(account, choice);
    if (found.length === 0) continue;
    return found.map(({ alarm: { id } }) => {
      // A copy for another output has its alarm's identity, and more behind it.
      const own = id.slice(0, ID_LENGTH);
      return alarmStory(
        journals.flatMap(({ side, reader }) => reader.sameAlarm(own).map((life) => ({ side, life }))),
      );
    });
  }
  return [];
}

/** Characters of an alarm's identity. */
const ID_LENGTH = 26;

function print(stories: readonly Story[], format: WhyArguments["format"]): void {
  switch (format) {
    case "json":
      for (const story of stories) console.log(JSON.stringify(storyJson(story)));
      return;
    case "csv":
      console.log([CSV_HEAD, ...stories.flatMap(storyCsv)].join("\r\n"));
      return;
    case "text":
      console.log(stories.map((story) => storyText(story).map(printable).join("\n")).join("\n\n"));
  }
}

function readArguments(args: string[]): WhyArguments | undefined {
  const unknown: string[] = [];
  const options = parseArgs(args, {
    string: ["config", "journal", "seq", "last", "at", "_"],
    collect: ["config", "journal", "seq", "last", "at"],
    boolean: ["json", "csv", "help"],
    alias: { help: "h" },
    unknown: (name) => {
      if (name.startsWith("-")) unknown.push(name.replace(/=.*$/s, ""));
      return !name.startsWith("-");
    },
  });
  if (options.help) return undefined;
  if (unknown[0] !== undefined) throw new UsageError(`${unknown[0]}: unknown`);
  const list = (name: "config" | "journal" | "seq" | "last" | "at"): string[] => {
    const values: unknown = options[name];
    return Array.isArray(values) ? values.map(String) : [];
  };
  const [configs, journals] = [list("config"), list("journal")];
  if (configs.length + journals.length === 0) throw new UsageError("--config FILE is missing");
  if ([...configs, ...journals].includes("")) {
    throw new UsageError("--config, --journal: expected a file behind it");
  }
  const words = options._.map(String);
  const choices = (["seq", "last", "at"] as const).filter((name) => list(name).length > 0);
  if (choices.length > 1 || choices.some((name) => list(name).length > 1)) {
    throw new UsageError("expected one of --seq, --last and --at, once");
  }
  const [chosen] = choices;
  // `--last 1234` with nothing else is the account, and not so many alarms.
  const only = chosen === "last" && words.length === 0 ? list("last")[0] : undefined;
  const account = only ?? words[0];
  if (account === undefined) throw new UsageError("ACCOUNT is missing");
  if (words.length > 1) throw new UsageError(`expected one account, found ${words.length}`);
  if (options.json && options.csv) throw new UsageError("expected --json or --csv, found both");
  return {
    account,
    configs,
    journals,
    choice: chosen === undefined || only !== undefined
      ? { kind: "last", count: 1 }
      : choiceOf(chosen, list(chosen)[0] ?? ""),
    format: options.json ? "json" : options.csv ? "csv" : "text",
  };
}

function choiceOf(name: "seq" | "last" | "at", text: string): AlarmChoice {
  if (name === "at") {
    const at = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?$/.test(text) ? Date.parse(text) : NaN;
    if (Number.isNaN(at)) {
      throw new UsageError(`--at: expected a time such as 2026-11-21T14:05, found "${text}"`);
    }
    return { kind: "at", at };
  }
  if (name === "last" && text === "") return { kind: "last", count: 1 };
  const number = /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (number < 1 || (name === "last" && number > MOST)) {
    const range = name === "last" ? `1 to ${MOST}` : "the number of an alarm";
    throw new UsageError(`--${name}: expected ${range}, found "${text}"`);
  }
  return name === "seq" ? { kind: "seq", seq: number } : { kind: "last", count: number };
}
