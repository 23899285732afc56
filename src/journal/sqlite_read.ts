/**
 * What each reading operation takes from the database.
 *
 * @module
 */
import { type Row, textFromColumn, textToColumn } from "./sqlite_row.ts";
import { columns, type Statements } from "./sqlite_statements.ts";
import { OP, type Op, type Result } from "./sqlite_wire.ts";

/** What a read has to know besides the database. */
export interface ReadContext {
  /** The journal's file. */
  path: string;
  /**
   * The last alarm known to be durable: later ones are left out. They can be there after a failed commit, until the
   * disk allows to remove them.
   */
  lastSeq: number;
}

/** An alarm's columns and those of its hops. */
export type LifeRows = [alarm: Row, hops: Row[]];

/** The counts of `JournalStats`, in order: per lane, stored, bytes. */
export type StatsRow = [waiting: [string, number][], stored: number, bytes: number];

/**
 * Does one reading operation.
 *
 * @param sql The statements of the connection.
 * @param op The operation, as documented at {@link OP}.
 * @param context See {@link ReadContext}.
 * @returns `Row[]` for `waiting`, `untold` and `times`, {@link LifeRows} (or several) for `life` and `recent`, {@link StatsRow}.
 * @throws What SQLite throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { read } from "./sqlite_read.ts";
 * import { connect } from "./sqlite_statements.ts";
 * import { OP } from "./sqlite_wire.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const path = `${folder}/journal.db`;
 * const { db, sql } = connect({ path, check: true });
 * assertEquals(read(sql, [OP.waiting, "rct", 0, 10], { path, lastSeq: 0 }), []);
 * db.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function read(sql: Statements, op: Op, context: ReadContext): Result {
  const known = (row: unknown): boolean => Number(columns(row)[0]) <= context.lastSeq;
  const withHops = (
    row: unknown,
  ): LifeRows => [columns(row), sql.hops.all(columns(row)[0] as number).map(columns)];
  switch (op[0]) {
    case OP.waiting:
      return sql.waiting.all(textToColumn(String(op[1])), real(op[2]), limit(op[3])).filter(known);
    case OP.untold:
      return sql.untold.all(real(op[1]), limit(op[2])).filter(known);
    case OP.recent:
      return sql.recent.all(limit(op[1])).filter(known).map(withHops);
    case OP.life: {
      const row = sql.one.get(textToColumn(String(op[1])));
      return row === undefined || !known(row) ? undefined : withHops(row);
    }
    case OP.times:
      return times(sql, Math.max(1, limit(op[1])), context.lastSeq);
    case OP.stats:
      return stats(sql, context.path);
    default:
      return undefined;
  }
}

/** One look-up each, however large the journal is. */
function times(sql: Statements, count: number, lastSeq: number): Row[] {
  const first = Number(columns(sql.firstSeq.get())[0]);
  const found: Row[] = [];
  const step = Math.max(1, (lastSeq - first) / count);
  for (let at = lastSeq; at >= first && found.length <= count; at -= step) {
    const row = columns(sql.timeAt.get(Math.floor(at)));
    if (row.length === 0) break;
    found.push(row);
    // Over what is not there any more.
    at = Math.min(at, Number(row[0]));
  }
  return found;
}

function stats(sql: Statements, path: string): StatsRow {
  const waiting = sql.lanes.all().map(columns).map((row): [string, number] => [
    textFromColumn(row[0]),
    Number(row[1]),
  ]);
  let log = 0;
  try {
    log = Deno.statSync(`${path}-wal`).size;
  } catch {
    // No log yet.
  }
  return [waiting, Number(columns(sql.stored.get())[0]), Number(columns(sql.size.get())[0]) + log];
}

/** A whole number of rows; nothing that is none of that asks for rows. */
function limit(value: Op[number] | undefined): number {
  const rows = Math.trunc(Number(value));
  return rows > 0 ? Math.min(rows, Number.MAX_SAFE_INTEGER) : 0;
}

function real(value: Op[number] | undefined): number {
  return Number.isNaN(Number(value)) ? 0 : Number(value);
}
