/**
 * The rows of the key store: sealed in the database, open to its caller.
 *
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { equal } from "../ip/constant_time.ts";
import { decodeContent, encodeContent } from "./device_codec.ts";
import type { DeviceContent } from "./device_keys.ts";
import { newNonce, SCHEMA_VERSION } from "./key_database.ts";
import { openRow, type RowPlace, sealRow } from "./sealed_row.ts";
import type { StoreKey } from "./store_key.ts";

/** A row that was read. */
export interface DeviceRow {
  /** As it stands. */
  readonly sealed: Uint8Array;
  /** What is in it; undefined when it is damaged. */
  readonly content: DeviceContent | undefined;
}

/**
 * Reads and writes rows. A row that did not change since it was read the last time is not opened again. What SQLite throws
 * passes through.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { DeviceRows } from "./device_rows.ts";
 * import { createKeyDatabase, openKeyDatabase } from "./key_database.ts";
 * import { StoreKey } from "./store_key.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const key = new StoreKey(new Uint8Array(32));
 * createKeyDatabase(`${folder}/keys.sqlite`, key);
 * const db = openKeyDatabase(`${folder}/keys.sqlite`, key);
 * const rows = new DeviceRows(db, key);
 * rows.put(new Uint8Array(16), { masters: [], revokedAt: 5 });
 * assertEquals(rows.one(new Uint8Array(16))?.content, { masters: [], revokedAt: 5 });
 * db.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export class DeviceRows {
  readonly #storeKey: StoreKey;
  readonly #sql: Record<"all" | "one" | "put" | "remove" | "version", StatementSync>;
  /** By device ID as hex. */
  #known: Map<string, DeviceRow> = new Map();

  /** @param db The open database. @param storeKey Its key. */
  constructor(db: DatabaseSync, storeKey: StoreKey) {
    this.#storeKey = storeKey;
    this.#sql = {
      all: db.prepare("SELECT id, sealed FROM device ORDER BY id"),
      one: db.prepare("SELECT sealed FROM device WHERE id = ?"),
      put: db.prepare(
        "INSERT INTO device VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET sealed = excluded.sealed",
      ),
      remove: db.prepare("DELETE FROM device WHERE id = ?"),
      version: db.prepare("PRAGMA data_version"),
    };
  }

  /** A number that changes when another connection has written. */
  get dataVersion(): number {
    return Number(this.#sql.version.get()?.["data_version"]);
  }

  /** Every row, by device ID as hex, in the order of the IDs. */
  all(): ReadonlyMap<string, DeviceRow> {
    const rows = new Map<string, DeviceRow>();
    for (const { id, sealed } of this.#sql.all.all()) {
      if (id instanceof Uint8Array) rows.set(id.toHex(), this.#open(id, sealed));
    }
    return this.#known = rows;
  }

  /** The row of a device. */
  one(id: Uint8Array): DeviceRow | undefined {
    const row = this.#sql.one.get(id);
    if (row !== undefined) return this.#open(id, row["sealed"]);
    this.#known.delete(id.toHex());
    return undefined;
  }

  /**
   * Seals and writes a row.
   *
   * @throws {RangeError} When the content has a value that cannot be kept.
   */
  put(id: Uint8Array, content: DeviceContent): void {
    const octets = encodeContent(content);
    try {
      this.#sql.put.run(id, sealRow(this.#storeKey, placeOf(id), octets, newNonce()));
    } finally {
      octets.fill(0);
    }
    this.#known.delete(id.toHex());
  }

  /** Removes a row. */
  remove(id: Uint8Array): void {
    this.#sql.remove.run(id);
    this.#known.delete(id.toHex());
  }

  /** Forgets what was read. */
  forget(): void {
    this.#known = new Map();
  }

  #open(id: Uint8Array, value: unknown): DeviceRow {
    const sealed = value instanceof Uint8Array ? value : new Uint8Array();
    const known = this.#known.get(id.toHex());
    if (known !== undefined && equal(known.sealed, sealed)) return known;
    const octets = openRow(this.#storeKey, placeOf(id), sealed);
    const content = octets === undefined ? undefined : decodeContent(octets);
    octets?.fill(0);
    const row = { sealed, content };
    this.#known.set(id.toHex(), row);
    return row;
  }
}

function placeOf(id: Uint8Array): RowPlace {
  return { kind: "device", id, version: SCHEMA_VERSION };
}
