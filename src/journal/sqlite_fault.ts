/**
 * Names what SQLite complains of, in words for a technician.
 *
 * @module
 */
import { JournalError } from "./journal.ts";
import type { Fault } from "./sqlite_wire.ts";

/** SQLite's primary result codes (sqlite.org, "Result and Error Codes") that mean the disk or the file, not the caller. */
const BY_CODE: ReadonlyMap<number, string> = new Map([
  [5, "locked"],
  [6, "locked"],
  [8, "read-only"],
  [10, "io"],
  [11, "corrupt"],
  [13, "disk-full"],
  [14, "io"],
  [26, "corrupt"],
]);

/** For errors that come without a code (those of `exec` and of opening). */
const BY_TEXT: readonly [RegExp, string][] = [
  [/disk is full|no space left/i, "disk-full"],
  [/malformed|not a database|corrupt/i, "corrupt"],
  [/readonly|read-only/i, "read-only"],
  [/is locked|busy/i, "locked"],
  [/disk i\/o error|unable to open|no longer open|is not open|closed/i, "io"],
];

/** What each rule means for the one who has to act. */
const ADVICE: Readonly<Record<string, string>> = {
  "disk-full":
    "The disk of the journal is full, so alarms cannot be stored and panels are told so. Free space on that disk; Tocsin goes on by itself.",
  "io":
    "The disk of the journal does not read or write, so alarms cannot be stored and panels are told so. Check the disk, its mount and the system log; Tocsin tries again by itself.",
  "read-only":
    "The journal cannot be written: the disk is mounted read-only, or the file belongs to another user. Give Tocsin's user write permission, or remount the disk.",
  "locked":
    "Another program keeps the journal locked. Close the program that has it open for writing (a database browser, a backup).",
  "corrupt":
    "The journal is damaged. Tocsin does not start a new one by itself, because alarms may still wait in this one: stop Tocsin, keep a copy of the file and of the -wal file beside it, restore a backup or move both away, then start again.",
  "unwritable":
    "This record has a value that the journal cannot hold. Report it with the message given here.",
};

/**
 * Turns an error of SQLite into a fault.
 *
 * @param error What was thrown.
 * @param path The journal's file, for the message.
 * @returns Rule `disk-full`, `io`, `read-only`, `locked` or `corrupt`; `unwritable` for anything that is not the disk's
 * doing, such as a value SQLite does not take.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sqliteFault } from "./sqlite_fault.ts";
 *
 * const error = Object.assign(new Error("database or disk is full"), { errcode: 13 });
 * assertEquals(sqliteFault(error, "journal.db").rule, "disk-full");
 * ```
 */
export function sqliteFault(error: unknown, path: string): Fault {
  if (error instanceof JournalError) return { rule: error.rule, message: error.message };
  const text = error instanceof Error ? error.message : String(error);
  const rule = ruleOfCode(error) ?? BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? "unwritable";
  return { rule, message: `Journal ${path}: ${text}. ${ADVICE[rule]}` };
}

/** The extended code keeps the primary one in its low octet. */
function ruleOfCode(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? BY_CODE.get(error.errcode & 0xff) : undefined;
}
