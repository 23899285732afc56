/**
 * The journal of a gateway that was not given one.
 *
 * @module
 */
import { dirname } from "node:path";
import type { Journal } from "../journal/journal.ts";
import { openJournal } from "../journal/sqlite_journal.ts";
import type { Faults } from "./faults.ts";

/**
 * Opens the journal of a configuration; its folder is made if it is not there.
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
  return await openJournal({
    path,
    onFault: (fault) => {
      if (fault === undefined) return faults.clear("journal");
      faults.raise("journal", `journal: ${fault.message}; ${meanwhile} until it works again`);
    },
  });
}
