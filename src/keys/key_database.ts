/**
 * Makes and opens the key store's database, and refuses files that are none.
 *
 * @module
 */
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ID_OCTETS } from "./device_keys.ts";
import { KeyStoreError } from "./key_store_error.ts";
import { openRow, sealRow } from "./sealed_row.ts";
import type { StoreKey } from "./store_key.ts";

/** Schema version written by this program (`PRAGMA user_version`); also sealed into every row. */
export const SCHEMA_VERSION = 1;

/** Marks the file as a Tocsin key store (`PRAGMA application_id`): "TOCK". */
const APPLICATION_ID = 0x544f434b;

/** How long a process waits for another one's write, ms. Writes take some ms each. */
const BUSY_MS = 2000;

/** `id` in the clear, `sealed` as `sealRow` makes it. */
const SCHEMA: readonly string[] = [
  "CREATE TABLE device (id BLOB PRIMARY KEY CHECK (length(id) = 16), sealed BLOB NOT NULL) STRICT, WITHOUT ROWID",
  'CREATE TABLE "check" (one INTEGER PRIMARY KEY CHECK (one = 1), sealed BLOB NOT NULL) STRICT',
];

/** The check row has no device ID. */
const CHECK_PLACE = { kind: "check", id: new Uint8Array(ID_OCTETS), version: SCHEMA_VERSION } as const;

/** How many devices are tried when the check row does not open. */
const TRIED = 100;

/** A new nonce. */
export function newNonce(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(12));
}

/**
 * Makes a key store without devices, unless a file is there.
 *
 * It is made under another name and linked to its own when it is complete and durable. So a file of this name is always
 * whole, and an empty one is damage and not a new store; of two processes one is first and both use its file. Mode 600
 * from the first octet on; SQLite gives the files beside it the same mode.
 *
 * @param path The file. Its folder must exist and know hard links.
 * @param storeKey The store key.
 * @throws {KeyStoreError} `damaged-file` when only the write-ahead log of a lost store is there; and what the file
 * system and SQLite throw.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { createKeyDatabase } from "./key_database.ts";
 * import { StoreKey } from "./store_key.ts";
 *
 * const folder = await Deno.makeTempDir();
 * createKeyDatabase(`${folder}/keys.sqlite`, new StoreKey(new Uint8Array(32)));
 * assertEquals(Array.from(Deno.readDirSync(folder), ({ name }) => name), ["keys.sqlite"]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function createKeyDatabase(path: string, storeKey: StoreKey): void {
  if (sizeOf(path) !== undefined) return;
  if ((sizeOf(`${path}-wal`) ?? 0) > 0) {
    throw new KeyStoreError(
      "damaged-file",
      `Key store ${path} is missing, but its write-ahead log ${path}-wal is there and has keys in it. Restore the file ` +
        "that belongs to the log; or, if every site shall be commissioned again, move the log away.",
    );
  }
  const draft = `${path}.new-${newNonce().toHex()}`;
  try {
    Deno.openSync(draft, { write: true, createNew: true, mode: 0o600 }).close();
    fill(draft, storeKey);
    sync(draft);
    Deno.linkSync(draft, path);
    sync(dirname(path));
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    // Another process was first: its file counts.
  } finally {
    for (const file of [draft, `${draft}-wal`, `${draft}-shm`, `${draft}-journal`]) {
      if (sizeOf(file) !== undefined) Deno.removeSync(file);
    }
  }
}

/**
 * Opens a key store: write-ahead log, an fsync per commit, deleted content overwritten.
 *
 * @param path The file.
 * @param storeKey The store key.
 * @returns The open database.
 * @throws {KeyStoreError} `missing`, `not-a-key-store`, `newer-schema`, `damaged-file`, `wrong-store-key`; and what
 * SQLite throws, for `keyStoreError`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { createKeyDatabase, openKeyDatabase } from "./key_database.ts";
 * import { StoreKey } from "./store_key.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const key = new StoreKey(new Uint8Array(32));
 * createKeyDatabase(`${folder}/keys.sqlite`, key);
 * const db = openKeyDatabase(`${folder}/keys.sqlite`, key);
 * assertEquals({ ...db.prepare("PRAGMA journal_mode").get() }, { journal_mode: "wal" });
 * db.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function openKeyDatabase(path: string, storeKey: StoreKey): DatabaseSync {
  const size = sizeOf(path);
  if (size === undefined) {
    throw new KeyStoreError(
      "missing",
      `There is no key store ${path}: name the right file, or have a new one made.`,
    );
  }
  // SQLite would take an empty file for a new database, and delete the log beside it with all that is in it.
  if (size === 0) throw notAKeyStore(path, "it is empty");
  // The file is opened by SQLite alone: closing it in any other way would drop the locks of this whole process.
  const db = new DatabaseSync(path, { timeout: BUSY_MS, enableForeignKeyConstraints: false });
  try {
    if (pragma(db, "application_id") !== APPLICATION_ID) {
      throw notAKeyStore(path, "it is a database of another program");
    }
    const version = Number(pragma(db, "user_version"));
    if (version > SCHEMA_VERSION) {
      throw new KeyStoreError(
        "newer-schema",
        `Key store ${path} was written by a newer Tocsin (schema ${version}; this one knows ${SCHEMA_VERSION}). Start ` +
          "the newer Tocsin again.",
      );
    }
    checkDamage(db);
    const schema = db.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid").all();
    if (schema.map(({ sql }) => sql).join() !== SCHEMA.join() || version !== SCHEMA_VERSION) {
      throw notAKeyStore(path, "its tables are not those of a key store");
    }
    setUp(db, path);
    if (!isKeyOf(db, storeKey)) {
      throw new KeyStoreError(
        "wrong-store-key",
        `Key store ${path} was made with another store key; nothing in it was changed. Give Tocsin the store key that ` +
          "belongs to it.",
      );
    }
    // A file that can only be read is noticed now, not when a site is commissioned.
    db.exec("BEGIN IMMEDIATE; ROLLBACK");
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function fill(path: string, storeKey: StoreKey): void {
  const db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  try {
    setUp(db, path);
    db.exec(`BEGIN; ${SCHEMA.join("; ")}`);
    db.prepare('INSERT INTO "check" VALUES (1, ?)')
      .run(sealRow(storeKey, CHECK_PLACE, new TextEncoder().encode("tocsin"), newNonce()));
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
  } finally {
    // Closing moves the log into the file.
    db.close();
  }
}

function setUp(db: DatabaseSync, path: string): void {
  const mode = db.prepare("PRAGMA journal_mode = WAL").get()?.["journal_mode"];
  if (mode !== "wal") {
    throw new KeyStoreError(
      "io",
      `Key store ${path} cannot have a write-ahead log here (SQLite offers "${mode}"): its disk is probably a network ` +
        "share. Put the key store on a disk of this machine.",
    );
  }
  // The fullfsync settings matter on macOS only, where a plain fsync stops at the drive's cache.
  db.exec("PRAGMA synchronous = FULL; PRAGMA fullfsync = 1; PRAGMA checkpoint_fullfsync = 1");
  db.exec("PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY");
}

/** A check row that is damaged must not lock out a whole centre: any row that opens proves the key. */
function isKeyOf(db: DatabaseSync, storeKey: StoreKey): boolean {
  const check = db.prepare('SELECT sealed FROM "check"').get()?.["sealed"];
  if (check instanceof Uint8Array && openRow(storeKey, CHECK_PLACE, check) !== undefined) return true;
  return db.prepare("SELECT id, sealed FROM device LIMIT ?").all(TRIED).some(({ id, sealed }) =>
    id instanceof Uint8Array && sealed instanceof Uint8Array &&
    openRow(storeKey, { kind: "device", id, version: SCHEMA_VERSION }, sealed) !== undefined
  );
}

function checkDamage(db: DatabaseSync): void {
  const found = db.prepare("PRAGMA quick_check(3)").all().map((row) =>
    String(row["quick_check"]).replaceAll("\n", ": ")
  );
  if (found.length === 1 && found[0] === "ok") return;
  throw Object.assign(new Error(`it is malformed (${found.join("; ")})`), { errcode: 11 });
}

function notAKeyStore(path: string, why: string): KeyStoreError {
  return new KeyStoreError(
    "not-a-key-store",
    `${path} is not a key store: ${why}. Name the right file, or restore a backup; nothing in it was changed.`,
  );
}

/** undefined when there is no file. */
function sizeOf(path: string): number | undefined {
  try {
    return Deno.statSync(path).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Makes a file, or the names in a folder, durable. */
function sync(path: string): void {
  // Windows knows no fsync of folders.
  if (Deno.build.os === "windows" && Deno.statSync(path).isDirectory) return;
  using file = Deno.openSync(path, { read: true, write: !Deno.statSync(path).isDirectory });
  file.syncSync();
}

function pragma(db: DatabaseSync, name: string): unknown {
  return db.prepare(`PRAGMA ${name}`).get()?.[name];
}
