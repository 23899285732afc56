/**
 * The journal's database as its worker sees it: applies a batch in one transaction, then answers. Synchronous.
 *
 * @module
 */
import { ChainHeads } from "./chain_heads.ts";
import { JournalError } from "./journal.ts";
import { sqliteFault } from "./sqlite_fault.ts";
import { textFromColumn, textToColumn } from "./sqlite_row.ts";
import { read } from "./sqlite_read.ts";
import { columns, connect, type Connection, type Statements } from "./sqlite_statements.ts";
import { type Changes, write, writeHeads } from "./sqlite_write.ts";
import {
  type Answer,
  type Fault,
  FIRST_READ,
  type Mark,
  OP,
  type Op,
  Refused,
  type Result,
} from "./sqlite_wire.ts";

/** How a store is opened. */
export interface StoreOptions {
  /** The file. */
  path: string;
  /** Upper limit in pages of 4096 octets. */
  maxPages?: number;
  /** Rows after this are removed: their callers were told that they are not stored. */
  mark?: Mark;
}

/**
 * The database, behind batches.
 *
 * After an I/O error the connection is not trusted: before the next write it is closed and opened again, the log is
 * moved into the main file with fresh writes and emptied (the kernel may have dropped pages whose fsync failed and call
 * the next fsync a success), and rows of the failed commit that reached the log all the same are removed. What such a
 * commit noted on older alarms may stay: it only tells what has happened. If the process ends before the disk works
 * again, the next start finds those rows as stored: an alarm too many, never one too few.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SqliteStore } from "./sqlite_store.ts";
 * import { OP } from "./sqlite_wire.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const store = SqliteStore.open({ path: `${folder}/journal.db` });
 * const answer = store.apply([[OP.complete, "nothing"], [OP.stats]], new ArrayBuffer(0));
 * assertEquals(answer.wrote, false);
 * store.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export class SqliteStore {
  readonly #options: StoreOptions;
  #connection: Connection | undefined;
  /** True when the connection must be renewed before the next write. */
  #suspect = false;
  #mark: Mark = [0, 0];
  #commits = 0;
  readonly #heads = new ChainHeads((account) => {
    const row = this.#connected().sql.head.get(textToColumn(account));
    if (row === undefined) return undefined;
    const [link, count] = columns(row);
    return { link: link as Uint8Array, count: Number(count) };
  });

  private constructor(options: StoreOptions) {
    this.#options = options;
  }

  /**
   * Opens the database and looks for damage.
   *
   * @throws {JournalError} With the rules of `openDatabase` and `sqliteFault`.
   */
  static open(options: StoreOptions): SqliteStore {
    const store = new SqliteStore(options);
    try {
      if (options.mark === undefined) {
        store.#connection = connect({ ...options, check: true });
        store.#mark = store.#lastRows();
      } else {
        store.#mark = options.mark;
        store.#renew();
      }
      return store;
    } catch (error) {
      store.close();
      const { rule, message } = sqliteFault(error, options.path);
      throw error instanceof JournalError ? error : new JournalError(rule, message, { cause: error });
    }
  }

  /** The last rows known to be durable. */
  get mark(): Mark {
    return this.#mark;
  }

  /**
   * Does what a batch asks, writes first, in one transaction; then the reads. Never throws.
   *
   * @param ops The operations.
   * @param pack The bytes they name.
   */
  apply(ops: readonly Op[], pack: ArrayBuffer): Extract<Answer, { kind: "done" }> {
    const results: Result[] = [];
    const bytes = new Uint8Array(pack);
    let wrote = false;
    let fault: Fault | undefined;
    if (ops.some((op) => isWrite(op))) {
      try {
        wrote = this.#write(ops, bytes, results);
      } catch (error) {
        fault = this.#fail(error);
      }
    }
    let at = 0;
    for (const op of ops) {
      if (op[0] === OP.note) continue;
      if (!isWrite(op)) results[at] = this.#tryRead(op);
      at++;
    }
    return {
      kind: "done",
      results,
      wrote,
      mark: this.#mark,
      commits: this.#commits,
      ...(fault === undefined ? {} : { fault }),
    };
  }

  /** Closes the database; SQLite moves the log into the main file as far as the disk allows. */
  close(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    try {
      connection?.db.close();
    } catch {
      // Nothing is lost: what was committed is in the log, and the next start reads it from there.
    }
  }

  /** Returns whether anything was written; throws what SQLite throws, rolled back. */
  #write(ops: readonly Op[], pack: Uint8Array, results: Result[]): boolean {
    if (this.#suspect || this.#connection === undefined) this.#renew();
    try {
      return this.#transaction(ops, pack, results, false);
    } catch (error) {
      // One record that SQLite does not take must not cost the others in its batch.
      if (sqliteFault(error, "").rule !== "unwritable") throw error;
      return this.#transaction(ops, pack, results, true);
    }
  }

  #transaction(ops: readonly Op[], pack: Uint8Array, results: Result[], guarded: boolean): boolean {
    const { sql } = this.#connected();
    const changes: Changes = { heads: this.#heads, count: 0, mark: [...this.#mark] };
    sql.begin.run();
    try {
      let at = 0;
      for (const op of ops) {
        if (isWrite(op)) {
          const result = guarded ? this.#guarded(sql, op, pack, changes) : write(sql, op, pack, changes);
          if (op[0] !== OP.note) results[at] = result;
        }
        if (op[0] !== OP.note) at++;
      }
      writeHeads(sql, this.#heads);
      sql.commit.run();
    } catch (error) {
      this.#rollBack();
      throw error;
    }
    this.#heads.committed();
    if (changes.count === 0) return false;
    this.#mark = changes.mark;
    this.#commits++;
    return true;
  }

  /** Ends a transaction that failed; SQLite has done so by itself after most errors. */
  #rollBack(): void {
    this.#heads.forget();
    try {
      const { db, sql } = this.#connected();
      if (db.isTransaction) sql.rollback.run();
    } catch {
      // The error that led here is the one to tell; the connection is renewed.
      this.#suspect = true;
    }
  }

  #guarded(sql: Statements, op: Op, pack: Uint8Array, changes: Changes): Result {
    sql.save.run();
    this.#heads.save();
    try {
      const result = write(sql, op, pack, changes);
      sql.release.run();
      return result;
    } catch (error) {
      const fault = sqliteFault(error, this.#options.path);
      if (fault.rule !== "unwritable") throw error;
      sql.undo.run();
      this.#heads.undo();
      sql.release.run();
      return new Refused(fault.rule, fault.message);
    }
  }

  #tryRead(op: Op): Result {
    try {
      this.#connection ??= connect({ ...this.#options, check: false });
      return read(this.#connection.sql, op, { path: this.#options.path, lastSeq: this.#mark[0] });
    } catch (error) {
      const fault = sqliteFault(error, this.#options.path);
      return new Refused(fault.rule, fault.message);
    }
  }

  #fail(error: unknown): Fault {
    const fault = sqliteFault(error, this.#options.path);
    if (fault.rule !== "disk-full" && fault.rule !== "locked") this.#suspect = true;
    return fault;
  }

  /** Opens the database again; throws when the disk is still not to be trusted. */
  #renew(): void {
    this.close();
    this.#suspect = true;
    this.#connection = connect({ ...this.#options, check: false });
    const { sql } = this.#connection;
    const [busy] = columns(sql.checkpoint.get());
    if (busy !== 0) {
      throw new JournalError(
        "locked",
        sqliteFault(new Error("a reader holds the log: is locked"), this.#options.path).message,
      );
    }
    const [seq, hop] = this.#lastRows();
    if (seq > this.#mark[0] || hop > this.#mark[1]) {
      sql.begin.run();
      try {
        const cut = sql.cutAccounts.all(this.#mark[1]).map(columns);
        sql.cutHops.run(this.#mark[1]);
        for (const [whose, count] of cut) {
          const account = textToColumn(textFromColumn(whose));
          sql.shortenChain.run(Number(count), account, account);
        }
        sql.cutAlarms.run(this.#mark[0]);
        sql.commit.run();
      } catch (error) {
        this.#rollBack();
        throw error;
      }
    }
    this.#suspect = false;
  }

  #lastRows(): Mark {
    const { sql } = this.#connected();
    return [Number(columns(sql.lastSeq.get())[0]), Number(columns(sql.lastHop.get())[0])];
  }

  #connected(): Connection {
    if (this.#connection === undefined) throw new Error("the database is not open");
    return this.#connection;
  }
}

function isWrite(op: Op): boolean {
  return (op[0] as number) < FIRST_READ;
}
