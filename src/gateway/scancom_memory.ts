/**
 * The channels of sites that send Fast Format, kept on disk: after a restart nothing is told twice.
 *
 * @module
 */
import { ScancomSites } from "../../adapters/scancom/sites.ts";
import type { ScancomSiteState } from "../../adapters/scancom/site_state.ts";
import type { Log } from "./log.ts";

/**
 * Reads the sites of an input back, and writes them whenever one of them changes. A file that cannot be read or written
 * costs no alarm: what is not known is told once more. Writing is never waited for.
 *
 * @param path The file; undefined for sites that are not kept.
 * @param log Told when the file cannot be read or written.
 * @returns The sites.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { keptSites } from "./scancom_memory.ts";
 *
 * assertEquals((await keptSites(undefined, () => {})).size, 0);
 * ```
 */
export async function keptSites(path: string | undefined, log: Log): Promise<KeptSites> {
  return new KeptSites(path, log, path === undefined ? new ScancomSites() : await read(path, log));
}

async function read(path: string, log: Log): Promise<ScancomSites> {
  try {
    return ScancomSites.fromJson(JSON.parse(await Deno.readTextFile(path)));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      log("warn", "sites-not-read", `${path}: the channels of the sites are not known: ${error}`);
    }
    return new ScancomSites();
  }
}

/** Sites that are written to disk. */
export class KeptSites extends ScancomSites {
  readonly #path: string | undefined;
  readonly #log: Log;
  #writing: Promise<void> | undefined;
  #changed = false;

  /**
   * Starts with what was kept.
   *
   * @param path The file; undefined for sites that are not kept.
   * @param log Told when the file cannot be written.
   * @param from The sites that are known.
   */
  constructor(path: string | undefined, log: Log, from: ScancomSites) {
    super();
    this.#path = path;
    this.#log = log;
    for (const [account, state] of Object.entries(from.toJSON())) super.set(account, state);
  }

  /** Remembers a site. @param account Its account as spelled. @param state Its channels. */
  override set(account: string, state: ScancomSiteState): void {
    super.set(account, state);
    this.#changed = true;
    if (this.#path !== undefined) this.#writing ??= this.#write(this.#path);
  }

  /** Resolves when what is remembered now is on disk, or could not be written. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #write(path: string): Promise<void> {
    while (this.#changed) {
      this.#changed = false;
      try {
        await writeDown(`${path}.new`, JSON.stringify(this));
        await Deno.rename(`${path}.new`, path);
      } catch (error) {
        this.#log("warn", "sites-not-written", `${path}: ${error}`);
      }
    }
    this.#writing = undefined;
  }
}

/** On the disk itself before it takes the place of the file before it: a power cut leaves the one or the other, never half. */
async function writeDown(path: string, text: string): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true, truncate: true, mode: 0o600 });
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  await file.syncData();
}
