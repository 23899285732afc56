/**
 * Opens the journal's database: settings, schema, and the refusals that keep a damaged or foreign file as it is.
 *
 * @module
 */
import { DatabaseSync } from "node:sqlite";
import { JournalError } from "./journal.ts";
import { chainAll } from "./chain_all.ts";
import { logDamage } from "./log_damage.ts";

/** Schema version written by this program (`PRAGMA user_version`). */
export const SCHEMA_VERSION = 2;

/** Marks the file as a Tocsin journal (`PRAGMA application_id`): "TOCS". */
export const APPLICATION_ID = 0x544f4353;

/**
 * Where the chain of each account ends, and where it begins after its oldest rows were pruned. `count` and `pruned` count hops.
 */
const CHAIN = `
CREATE TABLE chain (
  account TEXT PRIMARY KEY,
  link BLOB NOT NULL,
  count INTEGER NOT NULL,
  base BLOB,
  pruned INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
`;

/**
 * Version 2. `time` is the 64-bit NTP time as 8 octets, big-endian: SQLite's integers are signed and today's NTP times
 * have the top bit set. Other times are ms since the epoch. Text with a NUL in it is held as a blob of UTF-8.
 *
 * The partial indexes hold only what is unfinished, so they stay small however long the journal grows.
 */
const SCHEMA = `
CREATE TABLE alarm (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  lane TEXT NOT NULL,
  origin TEXT NOT NULL,
  account TEXT NOT NULL,
  protocol TEXT NOT NULL,
  data BLOB,
  raw BLOB,
  time BLOB NOT NULL,
  events TEXT NOT NULL,
  open INTEGER NOT NULL,
  offered INTEGER NOT NULL,
  stored_at REAL NOT NULL,
  delivered_at REAL,
  told INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX alarm_waiting ON alarm (lane, seq) WHERE delivered_at IS NULL;
CREATE INDEX alarm_open ON alarm (seq) WHERE open = 1;
CREATE INDEX alarm_untold ON alarm (seq) WHERE told = 0;
CREATE INDEX alarm_account ON alarm (account, seq);
CREATE TABLE hop (
  id INTEGER PRIMARY KEY,
  alarm INTEGER NOT NULL,
  at REAL NOT NULL,
  step TEXT NOT NULL,
  detail TEXT NOT NULL,
  content BLOB,
  link BLOB
);
CREATE INDEX hop_alarm ON hop (alarm);
${CHAIN}`;

/** How to open. */
export interface OpenDatabaseOptions {
  /** The file. Its folder must exist. */
  path: string;
  /** Upper limit of the file in pages of 4096 octets; no limit when absent. */
  maxPages?: number;
  /** Whether to read the whole file for damage first. */
  check: boolean;
}

/**
 * Opens the database, and makes the schema if the file is new.
 *
 * Write-ahead log with an fsync per commit (`synchronous = FULL`): a commit that returned is on disk
 * (platform.md §7, measured).
 *
 * @param options The file and how to open it.
 * @returns The open database.
 * @throws {JournalError} `corrupt`, `newer-schema`, `not-a-journal`; and what SQLite throws, for `sqliteFault`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openDatabase, SCHEMA_VERSION } from "./sqlite_schema.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const db = openDatabase({ path: `${folder}/journal.db`, check: true });
 * assertEquals({ ...db.prepare("PRAGMA user_version").get() }, { user_version: SCHEMA_VERSION });
 * db.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function openDatabase(options: OpenDatabaseOptions): DatabaseSync {
  const { path, check } = options;
  refuseOrphanedLog(path);
  // Before SQLite opens it, which may write to it.
  if (check) refuseDamagedLog(path);
  const db = new DatabaseSync(path, { timeout: 1000, enableForeignKeyConstraints: false });
  try {
    if (check) checkDamage(db, path);
    const version = pragma(db, "user_version");
    if (version > SCHEMA_VERSION) {
      throw new JournalError(
        "newer-schema",
        `Journal ${path} was written by a newer Tocsin (schema ${version}; this one knows ${SCHEMA_VERSION}). ` +
          "Start the newer Tocsin again, or name another journal in the config.",
      );
    }
    if (version === 0 && !isEmpty(db) || version > 0 && pragma(db, "application_id") !== APPLICATION_ID) {
      throw new JournalError(
        "not-a-journal",
        `${path} is a database of another program, not a journal. Name another file in the config.`,
      );
    }
    setLog(db, path);
    // The fullfsync settings matter on macOS only, where a plain fsync stops at the drive's cache.
    db.exec("PRAGMA synchronous = FULL; PRAGMA fullfsync = 1; PRAGMA checkpoint_fullfsync = 1");
    // A checkpoint every 1000 pages (4 MB) costs a few ms; a log grown large by a long reader is cut back to 16 MiB.
    db.exec("PRAGMA wal_autocheckpoint = 1000; PRAGMA journal_size_limit = 16777216");
    if (version === 1) migrate(db);
    if (version === 0) {
      db.exec(
        `BEGIN IMMEDIATE; ${SCHEMA} PRAGMA application_id = ${APPLICATION_ID}; ` +
          `PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`,
      );
    }
    // A file that can only be read is noticed now, not at the first alarm.
    if (check) db.exec("BEGIN IMMEDIATE; ROLLBACK");
    if (check) emptyLog(db);
    if (options.maxPages !== undefined) {
      db.exec(`PRAGMA max_page_count = ${Math.max(1, Math.trunc(options.maxPages))}`);
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * SQLite deletes the log of an empty database, and with it every alarm that was only in the log: so an empty or missing
 * file beside a log with content is damage, not a new journal.
 */
function refuseOrphanedLog(path: string): void {
  if (sizeOf(path) > 0 || sizeOf(`${path}-wal`) === 0) return;
  throw new JournalError(
    "corrupt",
    `Journal ${path} is missing or empty, but its write-ahead log ${path}-wal has content. Restore the file that ` +
      "belongs to the log from a backup, or, if no alarm is waited for, move the log away; then start again.",
  );
}

function refuseDamagedLog(path: string): void {
  if (sizeOf(`${path}-wal`) === 0) return;
  const damage = logDamage(Deno.readFileSync(`${path}-wal`));
  if (damage === undefined) return;
  throw new JournalError(
    "corrupt",
    `The write-ahead log of journal ${path} is damaged: in ${path}-wal ${damage}. Opened as it is, the alarms in it would be ` +
      "lost without a word: keep a copy of both files, restore a backup of both or, to go on with what the journal itself " +
      "holds, move the log away; then start again.",
  );
}

/** The log begins anew: what an interrupted commit left in it cannot be taken for damage at a later start. */
function emptyLog(db: DatabaseSync): void {
  try {
    db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch {
    // A full disk: what is stored can still be delivered, and the first alarm tells.
  }
}

/** From version 1: its hops get their chain now, so that from here on nothing can be changed unseen. */
function migrate(db: DatabaseSync): void {
  db.exec(
    "BEGIN IMMEDIATE; ALTER TABLE hop ADD COLUMN content BLOB; ALTER TABLE hop ADD COLUMN link BLOB; " +
      `CREATE INDEX alarm_account ON alarm (account, seq); ${CHAIN}`,
  );
  try {
    chainAll(db);
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

function setLog(db: DatabaseSync, path: string): void {
  const mode = db.prepare("PRAGMA journal_mode = WAL").get()?.["journal_mode"];
  if (mode === "wal") return;
  throw new JournalError(
    "io",
    `Journal ${path} cannot have a write-ahead log here (SQLite offers "${mode}"): its disk is probably a network ` +
      "share. Put the journal on a disk of this machine.",
  );
}

function checkDamage(db: DatabaseSync, path: string): void {
  const rows = db.prepare("PRAGMA quick_check(3)").all();
  const found = rows.map((row) => String(row["quick_check"]));
  if (found.length === 1 && found[0] === "ok") return;
  throw new JournalError(
    "corrupt",
    `Journal ${path} is damaged (${
      found.join("; ")
    }). Tocsin does not start a new one by itself, because alarms may ` +
      "still wait in this one: keep a copy of the file and of the -wal file beside it, restore a backup or move both " +
      "away, then start again.",
  );
}

function isEmpty(db: DatabaseSync): boolean {
  return db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
}

function pragma(db: DatabaseSync, name: string): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name]);
}
