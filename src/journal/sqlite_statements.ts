/**
 * The statements of the journal, prepared once per connection.
 *
 * @module
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { ALARM_COLUMNS, type Row } from "./sqlite_row.ts";
import { openDatabase, type OpenDatabaseOptions } from "./sqlite_schema.ts";

/** SQL by name. */
const SQL = {
  begin: "BEGIN IMMEDIATE",
  commit: "COMMIT",
  rollback: "ROLLBACK",
  save: "SAVEPOINT op",
  release: "RELEASE op",
  undo: "ROLLBACK TO op",
  find: "SELECT seq, delivered_at IS NOT NULL, account FROM alarm WHERE id = ?",
  insert:
    `INSERT INTO alarm (id, lane, origin, account, protocol, data, raw, time, events, open, offered, stored_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  hop: "INSERT INTO hop (alarm, at, step, detail, content, link) VALUES (?, ?, ?, ?, ?, ?)",
  chained: "SELECT seq, id, origin, account, protocol, data, raw, time, events FROM alarm WHERE id = ?",
  whose: "SELECT seq, account FROM alarm WHERE id = ?",
  head: "SELECT link, count FROM chain WHERE account = ?",
  setHead: `INSERT INTO chain (account, link, count) VALUES (?, ?, ?)
    ON CONFLICT (account) DO UPDATE SET link = excluded.link, count = excluded.count`,
  amend: "UPDATE alarm SET data = ?, raw = ?, events = ?, open = 0 WHERE id = ? AND open = 1",
  same:
    "SELECT 1 FROM alarm WHERE id = ? AND events = ? AND coalesce(data, x'') = ? AND coalesce(raw, x'') = ?",
  complete: "UPDATE alarm SET open = 0 WHERE id = ? AND open = 1",
  completeAll: "UPDATE alarm SET open = 0 WHERE open = 1",
  offer: "UPDATE alarm SET offered = 1 WHERE id = ? AND offered = 0",
  delivered: "UPDATE alarm SET delivered_at = ? WHERE id = ? AND delivered_at IS NULL",
  told: "UPDATE alarm SET told = 1 WHERE id = ? AND told = 0",
  waiting: `SELECT ${ALARM_COLUMNS} FROM alarm
    WHERE lane = ? AND seq > ? AND delivered_at IS NULL AND open = 0 ORDER BY seq LIMIT ?`,
  untold: `SELECT ${ALARM_COLUMNS} FROM alarm WHERE told = 0 AND stored_at >= ? ORDER BY seq DESC LIMIT ?`,
  recent: `SELECT ${ALARM_COLUMNS} FROM alarm ORDER BY seq DESC LIMIT ?`,
  one: `SELECT ${ALARM_COLUMNS} FROM alarm WHERE id = ?`,
  hops: "SELECT at, step, detail FROM hop WHERE alarm = ? ORDER BY id",
  lanes: "SELECT lane, count(*) FROM alarm WHERE delivered_at IS NULL GROUP BY lane",
  lastSeq: "SELECT coalesce(max(seq), 0) FROM alarm",
  lastHop: "SELECT coalesce(max(id), 0) FROM hop",
  stored: "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'alarm'), 0)",
  size: "SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)",
  cutAccounts: `SELECT alarm.account, count(*) FROM hop JOIN alarm ON alarm.seq = hop.alarm
    WHERE hop.id > ? GROUP BY alarm.account`,
  shortenChain: `UPDATE chain SET count = count - ?, link = coalesce(
    (SELECT hop.link FROM hop JOIN alarm ON alarm.seq = hop.alarm WHERE alarm.account = ? ORDER BY hop.id DESC LIMIT 1),
    base, zeroblob(32)) WHERE account = ?`,
  cutAlarms: "DELETE FROM alarm WHERE seq > ?",
  cutHops: "DELETE FROM hop WHERE id > ?",
  firstSeq: "SELECT coalesce(min(seq), 1) FROM alarm",
  timeAt: "SELECT seq, stored_at FROM alarm WHERE seq <= ? ORDER BY seq DESC LIMIT 1",
  pruneFrom: "SELECT seq, account, stored_at FROM alarm WHERE seq > ? ORDER BY seq LIMIT ?",
  pruneAlarms: `SELECT seq, stored_at, delivered_at IS NULL OR open = 1 FROM alarm
    WHERE account = ? AND seq <= ? ORDER BY seq LIMIT ?`,
  pruneSpan: "SELECT count(*), min(id), max(id), count(link) FROM hop WHERE alarm = ?",
  pruneNext: `SELECT seq, hop.id, hop.content IS NOT NULL AND hop.step <> 'amended'
    FROM (SELECT seq FROM alarm WHERE account = ? AND seq > ? ORDER BY seq LIMIT 1) LEFT JOIN hop ON hop.alarm = seq
    ORDER BY hop.id LIMIT 1`,
  pruneLowest: `SELECT min((SELECT min(id) FROM hop WHERE hop.alarm = alarm.seq)) FROM alarm
    WHERE account = ? AND seq > ?`,
  hopLink: "SELECT link FROM hop WHERE id = ?",
  setBase: "UPDATE chain SET base = ?, pruned = pruned + ? WHERE account = ?",
  pruneHops: "DELETE FROM hop WHERE alarm = ?",
  pruneAlarm: "DELETE FROM alarm WHERE seq = ?",
  used:
    `SELECT ((SELECT page_count FROM pragma_page_count) - (SELECT freelist_count FROM pragma_freelist_count)) *
    (SELECT page_size FROM pragma_page_size)`,
  checkpoint: "PRAGMA wal_checkpoint(TRUNCATE)",
} as const;

/** The engine has this method; its types do not. */
type ArrayStatement = StatementSync & { setReturnArrays(on: boolean): void };

/** A prepared statement for each; rows come as arrays. */
export type Statements = Record<keyof typeof SQL, StatementSync>;

/** An open database with its statements. */
export interface Connection {
  db: DatabaseSync;
  sql: Statements;
}

/**
 * Opens the database and prepares the statements.
 *
 * @param options See `openDatabase`.
 * @throws As `openDatabase`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { connect } from "./sqlite_statements.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const { db, sql } = connect({ path: `${folder}/journal.db`, check: true });
 * assertEquals(sql.find.get("nothing"), undefined);
 * db.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function connect(options: OpenDatabaseOptions): Connection {
  const db = openDatabase(options);
  try {
    const sql = {} as Statements;
    for (const [name, text] of Object.entries(SQL)) {
      const statement = db.prepare(text) as ArrayStatement;
      statement.setReturnArrays(true);
      sql[name as keyof typeof SQL] = statement;
    }
    return { db, sql };
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The first row as it really is: an array, which the types of the engine do not know. */
export function columns(row: unknown): Row {
  return Array.isArray(row) ? row : [];
}
