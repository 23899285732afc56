/**
 * The folder of a journal that is started for the first time.
 *
 * @module
 */
import { dirname, isAbsolute, relative } from "node:path";

/**
 * Makes the journal's folder if it is missing and lies below the folder of the configuration, as in the files of
 * `tocsin init`. Elsewhere a missing folder may be a disk that is not mounted: alarms would go to the wrong disk, so it
 * stays missing and the journal says so. Needs read and write permission.
 *
 * @param configPath The configuration file.
 * @param journalPath The journal's file.
 * @returns The folder if it was made (mode 700); undefined if it was there, or was left alone, or could not be made.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { makeJournalFolder } from "./journal_folder.ts";
 *
 * const dir = await Deno.makeTempDir();
 * assertEquals(await makeJournalFolder(`${dir}/spt.toml`, `${dir}/data/spt.sqlite`), `${dir}/data`);
 * assertEquals(await makeJournalFolder(`${dir}/spt.toml`, `${dir}/data/spt.sqlite`), undefined);
 * assertEquals(await makeJournalFolder(`${dir}/a/spt.toml`, `${dir}/disk/spt.sqlite`), undefined);
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export async function makeJournalFolder(
  configPath: string,
  journalPath: string,
): Promise<string | undefined> {
  const folder = dirname(journalPath);
  const below = relative(dirname(configPath), folder);
  if (below === "" || below.split(/[\\/]/)[0] === ".." || isAbsolute(below)) return undefined;
  try {
    await Deno.stat(folder);
    return undefined;
  } catch (error) {
    // Whatever else is wrong with it, the journal names when it is opened.
    if (!(error instanceof Deno.errors.NotFound)) return undefined;
  }
  try {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch {
    return undefined;
  }
}
