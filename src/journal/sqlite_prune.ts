/**
 * Removes old alarms from the database, a few hundred rows at a time.
 *
 * The file does not get smaller (`auto_vacuum` is off: it would move pages at every commit); the pages that become free are
 * used again. Its size is therefore taken without them.
 *
 * @module
 */
import { type Prunable, prunable, YOUNG_MS } from "./prune.ts";
import { textFromColumn, textToColumn } from "./sqlite_row.ts";
import { columns, type Statements } from "./sqlite_statements.ts";
import type { Op } from "./sqlite_wire.ts";

/** Alarms of one account that are looked at, in units of the limit, when a few do not suffice. */
const WIDER = 8;

/** Alarms removed, rows removed, where to go on (-1: nowhere), whether the content is still too large (0 or 1). */
export type PruneRow = [alarms: number, rows: number, next: number, over: number];

interface Seen extends Prunable {
  seq: number;
}

/**
 * Does one slice, inside a transaction. The heads of the chains have been written before.
 *
 * @param sql The statements of the connection.
 * @param op `[prune, before | null, maxBytes | null, limit, after, now, beforeSeq, youngSeq]`
 * @returns See {@link PruneRow}.
 * @throws What SQLite throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { prune } from "./sqlite_prune.ts";
 * import { connect } from "./sqlite_statements.ts";
 * import { OP } from "./sqlite_wire.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const { db, sql } = connect({ path: `${folder}/journal.db`, check: true });
 * assertEquals(prune(sql, [OP.prune, 5, null, 100, 0, Date.now(), Infinity, Infinity]), [0, 0, -1, 0]);
 * db.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function prune(sql: Statements, op: Op): PruneRow {
  const maxBytes = op[2] === null ? Infinity : Number(op[2]);
  const [limit, after, now] = [Math.max(1, Math.trunc(Number(op[3]))), Number(op[4]), Number(op[5])];
  const isOver = () => used(sql) > maxBytes ? 1 : 0;
  const over = isOver();
  const old = Math.min(over === 1 ? Infinity : op[1] === null ? -Infinity : Number(op[1]), now - YOUNG_MS);
  const mostSeq = Math.min(over === 1 ? Infinity : Number(op[6]), Number(op[7]));
  const page = sql.pruneFrom.all(after, limit).map(columns);
  const last = page.at(-1);
  // In order of acceptance, and so of age: behind a page of young ones there are no old ones. A wrong clock is no sign.
  const promising = page.some(([seq, , storedAt]) =>
    Number(seq) <= mostSeq && (Number(storedAt) < old || Number(storedAt) > now)
  );
  if (last === undefined || !promising || old === -Infinity) return [0, 0, -1, over];
  let [alarms, rows, next] = [0, 0, Number(last[0])];
  const end = next;
  const seen = new Set<string>();
  for (const [seq, whose] of page) {
    const account = textFromColumn(whose);
    if (seen.has(account)) continue;
    seen.add(account);
    if (rows >= limit) {
      next = Math.min(next, Number(seq) - 1);
      break;
    }
    const done = pruneAccount(sql, textToColumn(account), {
      old,
      now,
      mostSeq,
      limit,
      rows: limit - rows,
      end,
    });
    alarms += done.alarms;
    rows += done.rows;
    if (done.alarms > 0 && done.left !== undefined) next = Math.min(next, done.left - 1);
  }
  return [alarms, rows, next === end && page.length < limit ? -1 : next, isOver()];
}

/** @returns What went, and the first alarm that may go and could not go with the others. */
function pruneAccount(
  sql: Statements,
  account: string | Uint8Array,
  { old, now, mostSeq, limit, rows, end }: {
    old: number;
    now: number;
    mostSeq: number;
    limit: number;
    rows: number;
    end: number;
  },
): { alarms: number; rows: number; left?: number } {
  const [oldest] = look(sql, account, { end, mostSeq, limit: 1 });
  if (oldest === undefined || oldest.stays || sql.head.get(account) === undefined) {
    return { alarms: 0, rows: 0 };
  }
  const newest = Number(columns(sql.lastHop.get())[0]);
  const choose = (alarms: readonly Seen[]) =>
    prunable(alarms, { old, now, bound: boundBehind(sql, account, alarms.at(-1)?.seq ?? 0), newest, rows });
  let alarms = look(sql, account, { end, mostSeq, limit });
  let { go, may } = choose(alarms);
  if (go === 0 && may === alarms.length) {
    // Alarms that lie in one another beyond the page: the end of it is looked for further on.
    alarms = look(sql, account, { end: Number.MAX_SAFE_INTEGER, mostSeq, limit: limit * WIDER });
    ({ go, may } = choose(alarms));
  }
  if (go === 0) return { alarms: 0, rows: 0 };
  const going = alarms.slice(0, go);
  const hops = going.reduce((sum, alarm) => sum + alarm.hops, 0);
  if (hops > 0) {
    const [link] = columns(sql.hopLink.get(Math.max(...going.map((alarm) => alarm.last))));
    sql.setBase.run(link as Uint8Array, hops, account);
  }
  for (const { seq } of going) {
    sql.pruneHops.run(seq);
    sql.pruneAlarm.run(seq);
  }
  return { alarms: go, rows: go + hops, ...(may > go ? { left: alarms[go]!.seq } : {}) };
}

/** The oldest alarms of an account. One with a hop that another program put in stays: the chain breaks there, for all to see. */
function look(
  sql: Statements,
  account: string | Uint8Array,
  { end, mostSeq, limit }: { end: number; mostSeq: number; limit: number },
): Seen[] {
  return sql.pruneAlarms.all(account, end, limit).map((row) => {
    const [seq, storedAt, unfinished] = columns(row).map(Number) as [number, number, number];
    const [hops, first, last, linked] = columns(sql.pruneSpan.get(seq));
    return {
      seq,
      storedAt,
      stays: unfinished === 1 || linked !== hops || seq > mostSeq,
      hops: Number(hops),
      first: first === null ? Infinity : Number(first),
      last: Number(last),
    };
  });
}

/** The lowest hop of an account's alarms behind `seq`. */
function boundBehind(sql: Statements, account: string | Uint8Array, seq: number): number {
  const [next, first, fromStart] = columns(sql.pruneNext.get(account, seq));
  if (next === undefined) return Infinity;
  // A hop that was stored with its alarm lies before all those of later alarms; otherwise every one is looked at.
  if (fromStart === 1) return Number(first);
  const [lowest] = columns(sql.pruneLowest.get(account, seq));
  return lowest === null || lowest === undefined ? Infinity : Number(lowest);
}

function used(sql: Statements): number {
  return Number(columns(sql.used.get())[0]);
}
