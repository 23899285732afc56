/**
 * The journal of a gateway that was not given one.
 *
 * @module
 */
import { dirname } from "node:path";
import type { Journal } from "../journal/journal.ts";
import { JournalReader } from "../journal/journal_reader.ts";
import { openJournal } from "../journal/sqlite_journal.ts";
import { verifyRecent } from "../journal/verify_recent.ts";
import type { Faults } from "./faults.ts";

/** What is raised when the record is not as it was written. */
const RECORD_FAULT = "journal-record";

/**
 * Opens the journal of a configuration; its folder is made if it is not there. A record that is not as it was written raises a
 * fault and is no reason to refuse: the alarms still have to go on.
 *
 * @param path The journal's file.
 * @param faults Where its fault is raised and cleared.
 * @param meanwhile What does not happen while it fails: "panels are not acknowledged".
 * @returns The journal.
 * @throws {JournalError} When it cannot be opened.
 */
export async function openOwnJournal(path: string, faults: Faults, meanwhile: string): Promise<Journal> {
  try {
    await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
  } catch {
    // Opening the journal says it better.
  }
  const journal = await openJournal({
    path,
    onFault: (fault) => {
      if (fault === undefined) return faults.clear("journal");
      faults.raise("journal", `journal: ${fault.message}; ${meanwhile} until it works again`);
    },
  });
  verify(path, faults);
  return journal;
}

function verify(path: string, faults: Faults): void {
  let reader: JournalReader | undefined;
  try {
    reader = JournalReader.open(path);
    const [first, ...more] = verifyRecent(reader);
    if (first === undefined) return;
    faults.raise(
      RECORD_FAULT,
      `the record of alarms is not as it was written: ${first.message}` +
        `${
          more.length === 0 ? "" : `, and ${more.length} more`
        }. Somebody wrote to ${path}, or its disk is damaged: keep a ` +
        "copy, and run tocsin audit verify",
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    faults.raise(RECORD_FAULT, `the record of alarms could not be verified at the start: ${reason}`);
  } finally {
    reader?.close();
  }
}
