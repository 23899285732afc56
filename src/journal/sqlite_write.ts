/**
 * What each writing operation does to the database.
 *
 * @module
 */
import { type ChainedHop, contentDigest } from "./chain.ts";
import type { ChainHeads } from "./chain_heads.ts";
import { chainedAlarm } from "./chain_rows.ts";
import { prune } from "./sqlite_prune.ts";
import { textFromColumn, textToColumn } from "./sqlite_row.ts";
import { columns, type Statements } from "./sqlite_statements.ts";
import { type Mark, OP, type Op, Refused, type Result } from "./sqlite_wire.ts";

/** What a transaction has changed so far. */
export interface Changes {
  /** The chains of the accounts. */
  heads: ChainHeads;
  /** Rows inserted or updated. */
  count: number;
  /** Highest rows, those of this transaction included. */
  mark: Mark;
}

/** What node:sqlite tells of a statement that ran. */
interface Ran {
  changes: number | bigint;
  lastInsertRowid: number | bigint;
}

/**
 * Does one operation, inside a transaction.
 *
 * @param sql The statements of the connection.
 * @param op The operation, as documented at {@link OP}.
 * @param pack The bytes it names.
 * @param changes Updated.
 * @returns For `append` the seq if it is new, else `[seq, delivered]`; for `completeAll` the number of alarms; for `prune` a
 * `PruneRow`; a {@link Refused} when the alarm's state does not allow it; otherwise nothing.
 * @throws What SQLite throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ChainHeads } from "./chain_heads.ts";
 * import { connect } from "./sqlite_statements.ts";
 * import { OP } from "./sqlite_wire.ts";
 * import { write } from "./sqlite_write.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const { db, sql } = connect({ path: `${folder}/journal.db`, check: true });
 * const op = [OP.append, "A", "rct", "galaxy", "1234", "sia", 0, 0, 0, "[]", 0, 0, 5, 5, "received", ""];
 * const heads = new ChainHeads(() => undefined);
 * assertEquals(write(sql, op, new Uint8Array(8), { heads, count: 0, mark: [0, 0] }), 1);
 * db.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function write(sql: Statements, op: Op, pack: Uint8Array, changes: Changes): Result {
  switch (op[0]) {
    case OP.append:
      return append(sql, op, pack, changes);
    case OP.amend:
      return amend(sql, op, pack, changes);
    case OP.complete:
      return count(changes, sql.complete.run(text(op[1])), undefined);
    case OP.completeAll: {
      const ran = sql.completeAll.run();
      return count(changes, ran, Number(ran.changes));
    }
    case OP.offer:
      for (let i = 1; i < op.length; i++) count(changes, sql.offer.run(text(op[i])), undefined);
      return undefined;
    case OP.prune: {
      // A head that this transaction has moved is not in the table yet.
      writeHeads(sql, changes.heads);
      const row = prune(sql, op);
      changes.count += row[1];
      return row;
    }
    case OP.note:
      return note(sql, op, changes);
    default:
      return undefined;
  }
}

function append(sql: Statements, op: Op, pack: Uint8Array, changes: Changes): Result {
  const found = sql.find.get(text(op[1]));
  if (found !== undefined) {
    const [seq, delivered, account] = columns(found);
    const at = (op[13] ?? op[12]) as number;
    addHop(sql, changes, textFromColumn(account), {
      seq: Number(seq),
      at,
      step: "repeated",
      detail: String(op[15] ?? ""),
    });
    return [Number(seq), delivered === 1];
  }
  const start = op[6] as number;
  const data = start + 8;
  const raw = data + (op[7] as number);
  const ran = sql.insert.run(
    text(op[1]),
    text(op[2]),
    text(op[3]),
    text(op[4]),
    text(op[5]),
    pack.subarray(data, raw),
    pack.subarray(raw, raw + (op[8] as number)),
    pack.subarray(start, data),
    text(op[9]),
    op[10] as number,
    op[11] as number,
    op[12] as number,
  );
  const seq = Number(ran.lastInsertRowid);
  count(changes, ran, undefined);
  changes.mark[0] = Math.max(changes.mark[0], seq);
  const account = String(op[4]);
  // The first binds the alarm as it was stored.
  for (let i = 13; i + 2 < op.length; i += 3) {
    const content = i > 13 ? undefined : contentDigest({
      id: String(op[1]),
      origin: String(op[3]),
      account,
      protocol: String(op[5]),
      data: pack.subarray(data, raw),
      raw: pack.subarray(raw, raw + (op[8] as number)),
      time: pack.subarray(start, data),
      events: String(op[9]),
    });
    const [at, step, detail] = [op[i] as number, String(op[i + 1]), String(op[i + 2])];
    addHop(sql, changes, account, { seq, at, step, detail, content });
  }
  return seq;
}

function amend(sql: Statements, op: Op, pack: Uint8Array, changes: Changes): Result {
  const id = text(op[1]);
  const raw = (op[2] as number) + (op[3] as number);
  const data = pack.subarray(op[2] as number, raw);
  const rawBytes = pack.subarray(raw, raw + (op[4] as number));
  const events = text(op[5]);
  const ran = sql.amend.run(data, rawBytes, events, id);
  if (Number(ran.changes) === 0) {
    // The same text once more: an amendment whose commit failed and yet reached the disk, tried again.
    if (sql.same.get(id, events, data, rawBytes) !== undefined) return undefined;
    return sql.find.get(id) === undefined
      ? new Refused("unknown-id", `Alarm ${op[1]} is not in the journal, so no text can be added to it.`)
      : new Refused(
        "not-open",
        `Alarm ${op[1]} is complete and may have been sent: no text can be added to it.`,
      );
  }
  count(changes, ran, undefined);
  const row = columns(sql.chained.get(id));
  const alarm = chainedAlarm(row);
  return addHop(sql, changes, alarm.account, {
    seq: Number(row[0]),
    at: op[6] as number,
    step: String(op[7]),
    detail: String(op[8]),
    content: contentDigest(alarm),
  });
}

function note(sql: Statements, op: Op, changes: Changes): undefined {
  const id = text(op[1]);
  if (op[2] !== null) count(changes, sql.delivered.run(op[2] as number, id), undefined);
  if (op[3] === 1) count(changes, sql.told.run(id), undefined);
  if (op[4] === null) return;
  const whose = sql.whose.get(id);
  // Of an alarm that was never stored.
  if (whose === undefined) return;
  const [seq, account] = columns(whose);
  const [at, step, detail] = [op[4] as number, String(op[5]), String(op[6])];
  addHop(sql, changes, textFromColumn(account), { seq: Number(seq), at, step, detail });
}

function addHop(sql: Statements, changes: Changes, account: string, hop: ChainedHop): undefined {
  const link = changes.heads.add(account, hop);
  const { seq, at, step, detail, content = null } = hop;
  const ran = sql.hop.run(seq, at, textToColumn(step), textToColumn(detail), content, link);
  changes.mark[1] = Math.max(changes.mark[1], Number(ran.lastInsertRowid));
  return count(changes, ran, undefined);
}

/**
 * Writes the heads that the transaction has moved; the last thing before its commit.
 *
 * @param sql The statements of the connection.
 * @param heads The chains.
 */
export function writeHeads(sql: Statements, heads: ChainHeads): void {
  for (const [account, { link, count }] of heads.changed()) {
    sql.setHead.run(textToColumn(account), link, count);
  }
}

function count<T>(changes: Changes, ran: Ran, result: T): T {
  changes.count += Number(ran.changes);
  return result;
}

function text(value: Op[number] | undefined): string | Uint8Array {
  return textToColumn(String(value ?? ""));
}
