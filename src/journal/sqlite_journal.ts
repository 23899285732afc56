/**
 * The journal in use: SQLite in a worker, with group commit.
 *
 * While one transaction is at the worker, further operations gather for the next: the group grows with the load, and
 * an idle journal writes at once.
 *
 * @module
 */
import {
  type AlarmLife,
  type Appended,
  type Hop,
  type Journal,
  type JournalStats,
  type NewAlarm,
  type Note,
  type StoredAlarm,
} from "./journal.ts";
import type { Pruned, PruneOptions, StoredTime } from "./prune.ts";
import { JournalLock } from "./journal_lock.ts";
import type { Batch } from "./sqlite_batch.ts";
import { CommitQueue, type CommitQueueOptions } from "./sqlite_commit_queue.ts";
import type { LifeRows, StatsRow } from "./sqlite_read.ts";
import type { PruneRow } from "./sqlite_prune.ts";
import { alarmFromRow, eventsToColumn, hopFromRow, type Row } from "./sqlite_row.ts";
import { OP, type Op } from "./sqlite_wire.ts";

/**
 * How to open a journal.
 *
 * `path` names the file; its folder must exist; `-wal`, `-shm` and `-lock` files appear beside it. Reaching `maxPages`,
 * appends reject with `disk-full`; over `maxQueued`, calls reject with `overloaded`. `worker` is for tests and for
 * programs that bundle the worker elsewhere.
 */
export interface OpenJournalOptions extends CommitQueueOptions {
  /** Clock for `storedAt`, ms since the epoch. @default {Date.now} */
  now?: () => number;
}

/**
 * Opens a journal, making it if there is none.
 *
 * @param options See {@link OpenJournalOptions}.
 * @returns The open journal.
 * @throws {JournalError} `locked` when another process has it; `corrupt` when it is damaged; `newer-schema`;
 * `not-a-journal`; `read-only`; `io`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openJournal } from "./sqlite_journal.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const journal = await openJournal({ path: `${folder}/journal.db` });
 * const alarm = {
 *   id: "A", lane: "rct", origin: "galaxy", account: "1234", protocol: "sia" as const, time: 0n, events: [],
 *   data: new TextEncoder().encode("#1234|NBA01"), raw: new Uint8Array(), open: false, offered: false,
 * };
 * assertEquals(await journal.append(alarm, []), { known: false, seq: 1 });
 * await journal.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function openJournal(options: OpenJournalOptions): Promise<SqliteJournal> {
  const lock = await JournalLock.acquire(options.path);
  const queue = new CommitQueue(options);
  try {
    await queue.open();
  } catch (error) {
    lock.release();
    throw error;
  }
  return new SqliteJournal(queue, lock, options.now ?? Date.now);
}

/** A journal made by {@link openJournal}. */
export class SqliteJournal implements Journal {
  readonly #queue: CommitQueue;
  readonly #lock: JournalLock;
  readonly #now: () => number;
  #closing: Promise<void> | undefined;

  /** Use {@link openJournal}. */
  constructor(queue: CommitQueue, lock: JournalLock, now: () => number) {
    this.#queue = queue;
    this.#lock = lock;
    this.#now = now;
  }

  /** Transactions committed since the journal was opened. */
  get commits(): number {
    return this.#queue.commits;
  }

  /** The fault that keeps the journal from storing, if any. */
  get fault(): { rule: string; message: string } | undefined {
    return this.#queue.fault;
  }

  append(alarm: NewAlarm, hops: Hop[]): Promise<Appended> {
    return this.#ask((batch) => {
      const events = eventsToColumn(alarm.events);
      const op: Op = [
        OP.append,
        alarm.id,
        alarm.lane,
        alarm.origin,
        alarm.account,
        alarm.protocol,
        batch.bytes(alarm.time, alarm.data, alarm.raw),
        alarm.data.length,
        alarm.raw.length,
        events,
        alarm.open ? 1 : 0,
        alarm.offered ? 1 : 0,
        this.#now(),
      ];
      for (const hop of hops) op.push(hop.at, hop.step, hop.detail);
      return op;
    }, appendedFrom);
  }

  amend(id: string, change: Pick<NewAlarm, "data" | "raw" | "events">, hop: Hop): Promise<void> {
    return this.#ask((batch) => {
      const events = eventsToColumn(change.events);
      const offset = batch.bytes(undefined, change.data, change.raw);
      return [
        OP.amend,
        id,
        offset,
        change.data.length,
        change.raw.length,
        events,
        hop.at,
        hop.step,
        hop.detail,
      ];
    }, nothing);
  }

  complete(id: string): Promise<void> {
    return this.#ask(() => [OP.complete, id], nothing);
  }

  offer(ids: readonly string[]): Promise<void> {
    return this.#ask(() => [OP.offer, ...ids], nothing);
  }

  note({ id, hop, delivered, told }: Note): void {
    this.#queue.note([
      OP.note,
      id,
      delivered ?? null,
      told === true ? 1 : 0,
      hop?.at ?? null,
      hop?.step ?? "",
      hop?.detail ?? "",
    ]);
  }

  async flush(): Promise<void> {
    await this.#queue.flush();
  }

  waiting(lane: string, afterSeq: number, limit: number): Promise<StoredAlarm[]> {
    return this.#ask(() => [OP.waiting, lane, afterSeq, limit], alarmsFrom);
  }

  completeAll(): Promise<number> {
    return this.#ask(() => [OP.completeAll], Number);
  }

  prune({ before, maxBytes, limit, after, beforeSeq, youngSeq }: PruneOptions): Promise<Pruned> {
    const seqs = [beforeSeq ?? Infinity, youngSeq ?? Infinity];
    return this.#ask(
      () => [OP.prune, before ?? null, maxBytes ?? null, limit, after ?? 0, this.#now(), ...seqs],
      (row) => {
        const [removed, , next, over] = row as PruneRow;
        return { removed, more: next >= 0, next: Math.max(0, next), over: over === 1 };
      },
    );
  }

  times(count: number): Promise<StoredTime[]> {
    return this.#ask(
      () => [OP.times, count],
      (rows) => (rows as Row[]).map(([seq, at]) => ({ seq: Number(seq), storedAt: Number(at) })),
    );
  }

  untold(since: number, limit: number): Promise<StoredAlarm[]> {
    return this.#ask(() => [OP.untold, since, limit], alarmsFrom);
  }

  recent(limit: number): Promise<AlarmLife[]> {
    return this.#ask(() => [OP.recent, limit], (rows) => (rows as LifeRows[]).map(lifeFrom));
  }

  life(id: string): Promise<AlarmLife | undefined> {
    return this.#ask(
      () => [OP.life, id],
      (rows) => rows === undefined ? undefined : lifeFrom(rows as LifeRows),
    );
  }

  stats(): Promise<JournalStats> {
    return this.#ask(() => [OP.stats], (row) => {
      const [waiting, stored, bytes] = row as StatsRow;
      return { waiting: Object.fromEntries(waiting), stored, bytes };
    });
  }

  /**
   * Commits what is noted and closes. Everything is released in any case.
   *
   * @throws {JournalError} When the last notes could not be written.
   */
  close(): Promise<void> {
    return this.#closing ??= this.#queue.close().finally(() => this.#lock.release());
  }

  async #ask<T>(make: (batch: Batch) => Op, read: (result: unknown) => T): Promise<T> {
    return read(await this.#queue.ask(make));
  }
}

function nothing(): void {}

function appendedFrom(result: unknown): Appended {
  if (!Array.isArray(result)) return { known: false, seq: Number(result) };
  return { known: true, seq: Number(result[0]), delivered: result[1] === true };
}

function alarmsFrom(rows: unknown): StoredAlarm[] {
  return (rows as Row[]).map(alarmFromRow);
}

function lifeFrom([alarm, hops]: LifeRows): AlarmLife {
  return { alarm: alarmFromRow(alarm), hops: hops.map(hopFromRow) };
}
