/**
 * Keeps a second gateway off a journal.
 *
 * @module
 */
import { JournalError } from "./journal.ts";

/**
 * A lock on a journal, held for the life of the process that writes it.
 *
 * A file of its own (`<journal>-lock`) with the kernel's advisory lock (flock): the kernel lets go of it however the
 * process ends, and readers of the database are not kept out. The file stays; only the lock on it counts.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import { JournalError } from "./journal.ts";
 * import { JournalLock } from "./journal_lock.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const lock = await JournalLock.acquire(`${folder}/journal.db`);
 * await assertRejects(() => JournalLock.acquire(`${folder}/journal.db`), JournalError);
 * lock.release();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export class JournalLock {
  readonly #file: Deno.FsFile;

  private constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /**
   * Takes the lock, without waiting.
   *
   * @param path The journal's file.
   * @throws {JournalError} `locked` when another process has it, `read-only` or `io` when the lock file cannot be made.
   */
  static async acquire(path: string): Promise<JournalLock> {
    let file: Deno.FsFile | undefined;
    try {
      file = await Deno.open(`${await realPath(path)}-lock`, { create: true, read: true, write: true });
      if (await file.tryLock(true)) {
        await sign(file);
        return new JournalLock(file);
      }
    } catch (error) {
      file?.close();
      throw notLockable(path, error);
    }
    const owner = await ownerOf(file);
    file.close();
    throw new JournalError(
      "locked",
      `Another Tocsin${owner} has journal ${path} open. Two gateways on one journal would send alarms twice: stop the ` +
        "other one, or name another journal in the config.",
    );
  }

  /** Lets go of the lock. */
  release(): void {
    this.#file.close();
  }
}

/** Says who has the lock. On a full disk it is held without: what is stored can still be delivered. */
async function sign(file: Deno.FsFile): Promise<void> {
  try {
    await file.truncate();
    await file.write(new TextEncoder().encode(`${Deno.pid}\n`));
  } catch {
    // Only the message to a second gateway misses the number.
  }
}

/** Follows links, so that two names of one journal meet in one lock. */
async function realPath(path: string): Promise<string> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return path;
    throw error;
  }
}

async function ownerOf(file: Deno.FsFile): Promise<string> {
  const buffer = new Uint8Array(32);
  const length = await file.read(buffer).catch(() => null) ?? 0;
  const pid = new TextDecoder().decode(buffer.subarray(0, length)).trim();
  return /^\d+$/.test(pid) ? ` (process ${pid})` : "";
}

function notLockable(path: string, error: unknown): JournalError {
  if (error instanceof Deno.errors.NotFound) {
    return new JournalError(
      "io",
      `The folder of journal ${path} does not exist. Make it, or mount its disk, and start again.`,
      { cause: error },
    );
  }
  const text = error instanceof Error ? error.message : String(error);
  const readOnly = error instanceof Deno.errors.PermissionDenied || /read-only/i.test(text);
  return new JournalError(
    readOnly ? "read-only" : "io",
    `Journal ${path} cannot be locked (${text}). Give Tocsin's user write permission on its folder and check the disk.`,
    { cause: error },
  );
}
