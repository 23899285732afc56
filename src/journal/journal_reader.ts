/**
 * Looks into a journal beside the gateway that has it: for `tocsin why` and `tocsin audit`. Reads only.
 *
 * @module
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { type AlarmLife, JournalError } from "./journal.ts";
import { ALARM_COLUMNS, alarmFromRow, hopFromRow, type Row, textToColumn } from "./sqlite_row.ts";
import { APPLICATION_ID, SCHEMA_VERSION } from "./sqlite_schema.ts";

/** Which alarms of an account. */
export type AlarmChoice =
  /** The one with this number in the journal. */
  | { kind: "seq"; seq: number }
  /** The latest ones, newest first. */
  | { kind: "last"; count: number }
  /** The one whose first hop was nearest to this time, ms since the epoch. */
  | { kind: "at"; at: number };

/**
 * An open journal. The gateway goes on writing; each call sees what was on disk when it began.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { JournalReader } from "./journal_reader.ts";
 * import { openJournal } from "./sqlite_journal.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const journal = await openJournal({ path: `${folder}/journal.db` });
 * const reader = JournalReader.open(`${folder}/journal.db`);
 * assertEquals(reader.alarms("1234", { kind: "last", count: 5 }), []);
 * reader.close();
 * await journal.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export class JournalReader {
  /** The connection; rows come as arrays from {@link rows}. */
  readonly #db: DatabaseSync;

  private constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /**
   * Opens a journal.
   *
   * @param path The file.
   * @returns The reader.
   * @throws {JournalError} `io` when there is none or it cannot be read, `not-a-journal`, `newer-schema`, `older-schema`.
   */
  static open(path: string): JournalReader {
    let db: DatabaseSync | undefined;
    try {
      db = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
      const number = (name: string) => Number(Object.values(db?.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
      if (number("application_id") !== APPLICATION_ID) {
        throw new JournalError("not-a-journal", `${path} is a database of another program, not a journal.`);
      }
      const version = number("user_version");
      if (version > SCHEMA_VERSION) {
        throw new JournalError(
          "newer-schema",
          `${path} was written by a newer Tocsin: use that one to look into it.`,
        );
      }
      if (version < SCHEMA_VERSION) {
        throw new JournalError(
          "older-schema",
          `${path} was written by an older Tocsin: start the gateway once, then its hops are chained.`,
        );
      }
      return new JournalReader(db);
    } catch (error) {
      db?.close();
      if (error instanceof JournalError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new JournalError("io", `Journal ${path} cannot be read: ${reason}.`, { cause: error });
    }
  }

  /**
   * Finds alarms of an account.
   *
   * @param account The account, as the panel spells it.
   * @param choice Which ones.
   * @returns The alarms with their hops; none when there is no such.
   */
  alarms(account: string, choice: AlarmChoice): AlarmLife[] {
    const whose = textToColumn(account);
    switch (choice.kind) {
      case "seq":
        return this.#lives(`account = ? AND seq = ?`, [whose, choice.seq]);
      case "last":
        return this.#lives(`account = ? ORDER BY seq DESC LIMIT ?`, [whose, choice.count]);
      case "at":
        return this.#lives(
          `account = ? ORDER BY abs(coalesce((SELECT min(at) FROM hop WHERE alarm = seq), stored_at) - ?) LIMIT 1`,
          [whose, choice.at],
        );
    }
  }

  /**
   * Finds an alarm, and the copies of it that went to other outputs: their ids begin with its own.
   *
   * @param id The alarm's identity.
   * @returns The alarm first, then its copies; none when it is not in this journal.
   */
  sameAlarm(id: string): AlarmLife[] {
    return this.#lives(`id >= ? AND id < ? ORDER BY seq`, [id, `${id}~`]);
  }

  /**
   * Runs a query.
   *
   * @param sql The query.
   * @param values Its values.
   * @returns Its rows, as arrays, one at a time.
   */
  *rows(sql: string, ...values: (string | number | Uint8Array)[]): Generator<Row> {
    const statement = this.#db.prepare(sql) as ArrayStatement;
    statement.setReturnArrays(true);
    for (const row of statement.iterate(...values)) yield row as unknown as Row;
  }

  /** Closes it. */
  close(): void {
    this.#db.close();
  }

  #lives(where: string, values: (string | number | Uint8Array)[]): AlarmLife[] {
    return [...this.rows(`SELECT ${ALARM_COLUMNS} FROM alarm WHERE ${where}`, ...values)].map((row) => ({
      alarm: alarmFromRow(row),
      hops: [
        ...this.rows("SELECT at, step, detail FROM hop WHERE alarm = ? ORDER BY id", Number(row[0])),
      ].map(
        hopFromRow,
      ),
    }));
  }
}

/** The engine has this method; its types do not. */
type ArrayStatement = StatementSync & { setReturnArrays(on: boolean): void };
