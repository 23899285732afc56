/**
 * The journals that a command looks into: those of configurations, or files.
 *
 * @module
 */
import { basename } from "node:path";
import { formatConfigError } from "../config/config_error.ts";
import { isRctFile, loadRctConfig, loadSptConfig, namedLanguages } from "../config/load.ts";
import { JournalError } from "../journal/journal.ts";
import { JournalReader } from "../journal/journal_reader.ts";
import { EXIT_CONFIG, EXIT_UNAVAILABLE } from "./run_gateway.ts";

/** An open journal, and whose it is. */
export interface OpenJournalFile {
  /** `SPT` or `RCT` when a configuration says so, else the file's name. */
  side: string;
  /** Path of the file. */
  path: string;
  reader: JournalReader;
}

/**
 * Opens journals; what is wrong is said on standard error.
 *
 * @param command The command's name, for what is said.
 * @param configs Configurations of SPTs and RCTs.
 * @param files Journals.
 * @returns The journals, the premises side first; an exit status when one cannot be opened.
 */
export async function openJournals(
  command: string,
  configs: readonly string[],
  files: readonly string[],
): Promise<OpenJournalFile[] | number> {
  const found: { side: string; path: string }[] = [];
  for (const config of configs) {
    const centre = await isRctFile(config);
    const loaded = centre
      ? await loadRctConfig(config)
      : await loadSptConfig(config, { languages: await namedLanguages(config) });
    if (!loaded.ok) {
      for (const error of loaded.errors) console.error(formatConfigError(error));
      return EXIT_CONFIG;
    }
    found.push({ side: centre ? "RCT" : "SPT", path: loaded.config.journal.path });
  }
  found.push(...files.map((path) => ({ side: basename(path), path })));
  const order = ({ side }: { side: string }) => side === "SPT" ? 0 : side === "RCT" ? 2 : 1;
  found.sort((a, b) => order(a) - order(b));
  const open: OpenJournalFile[] = [];
  try {
    for (const each of found) open.push({ ...each, reader: JournalReader.open(each.path) });
    return open;
  } catch (error) {
    for (const { reader } of open) reader.close();
    if (!(error instanceof JournalError)) throw error;
    console.error(`tocsin ${command}: ${error.message}`);
    return EXIT_UNAVAILABLE;
  }
}
