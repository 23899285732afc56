/**
 * The group commit: gathers operations while one transaction is at the worker, keeps notes while the disk fails, and
 * starts the worker again when it dies.
 *
 * @module
 */
import { JournalError } from "./journal.ts";
import { NoteBacklog } from "./note_backlog.ts";
import { Batch } from "./sqlite_batch.ts";
import { WorkerLink } from "./sqlite_link.ts";
import { type Answer, type Fault, isRefused, type Mark, type NoteOp, OP, type Op } from "./sqlite_wire.ts";

/** Operations in one transaction at most: bounds the wait of the first for the last. */
const BATCH_LIMIT = 2000;
/** Kept notes that ride ahead of a batch at most. */
const BACKLOG_SHARE = 1000;
/** Wait before kept notes are tried again when nothing else is written, in ms. */
const RETRY_MS = 1000;
/** Wait for a commit that notes can ride with, in ms: most follow one alarm and share one fsync. */
const NOTE_MS = 20;

/** How a {@link CommitQueue} works. */
export interface CommitQueueOptions {
  /** The journal's file. */
  path: string;
  /** Told once when storing begins to fail, again if the reason changes, and with undefined when it works again. */
  onFault?: (fault: { rule: string; message: string } | undefined) => void;
  /** Upper limit of the file in pages of 4096 octets. */
  maxPages?: number;
  /** Operations that may wait for the disk. @default {100000} */
  maxQueued?: number;
  /** Notes kept while the disk fails. @default {100000} */
  maxNotes?: number;
  /** Starts the worker. */
  worker?: () => Worker;
}

/**
 * Operations on their way to the worker and back.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { CommitQueue } from "./sqlite_commit_queue.ts";
 * import { OP } from "./sqlite_wire.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const queue = new CommitQueue({ path: `${folder}/journal.db` });
 * await queue.open();
 * assertEquals(await queue.ask(() => [OP.completeAll]), 0);
 * await queue.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export class CommitQueue {
  readonly #options: CommitQueueOptions;
  readonly #backlog: NoteBacklog;
  #link: WorkerLink | undefined;
  #mark: Mark | undefined;
  #queue: Batch[] = [];
  #queued = 0;
  #busy = false;
  #woken = false;
  #fault: Fault | undefined;
  #crashes = 0;
  #dropped = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closing: Promise<void> | undefined;
  #commits = 0;
  #commitsBefore = 0;

  constructor(options: CommitQueueOptions) {
    this.#options = options;
    this.#backlog = new NoteBacklog(options.maxNotes ?? 100_000);
  }

  /** Transactions committed since the journal was opened. */
  get commits(): number {
    return this.#commitsBefore + this.#commits;
  }

  /** What keeps the journal from storing, if anything. */
  get fault(): Fault | undefined {
    return this.#fault;
  }

  /**
   * Starts the worker and opens the database in it.
   *
   * @throws {JournalError} With the rules of the database, or `io` when the worker does not start.
   */
  async open(): Promise<void> {
    try {
      await this.#open();
    } catch (error) {
      this.#link?.end();
      if (error instanceof JournalError) throw error;
      const text = error instanceof Error ? error.message : String(error);
      throw new JournalError("io", `Journal ${this.#options.path}: its worker did not start (${text}).`, {
        cause: error,
      });
    }
  }

  /** Adds a note to the next commit. After {@link CommitQueue.close} it is dropped. */
  note(op: NoteOp): void {
    if (this.#closing !== undefined) return;
    // Behind notes that wait already, so that an alarm's hops keep their order.
    if (this.#fault !== undefined || this.#backlog.size > 0 || this.#overloaded()) {
      this.#backlog.push(op);
      this.#wakeLater(RETRY_MS);
    } else {
      this.#batch().note(op);
      this.#queued++;
      if (this.#queue.length > 1) this.#wake();
      else this.#wakeLater(NOTE_MS);
    }
  }

  /** Resolves when everything noted so far is durable; rejects when the commit with it fails. */
  flush(): Promise<unknown> {
    return this.ask((batch) => {
      batch.flushes = true;
      return [OP.flush];
    }, true);
  }

  /**
   * Commits what is noted and closes. Everything is released in any case.
   *
   * @throws {JournalError} When the last notes could not be written.
   */
  close(): Promise<void> {
    if (this.#closing === undefined) {
      const flushed = this.flush();
      this.#closing = this.#close(flushed);
    }
    return this.#closing;
  }

  async #close(flushed: Promise<unknown>): Promise<void> {
    try {
      await flushed;
    } finally {
      clearTimeout(this.#timer);
      // A worker that died has left nothing to close.
      if (this.#link?.alive) await this.#link.ask({ kind: "close" }).catch(() => undefined);
      this.#link?.end();
    }
  }

  /**
   * Adds an operation to the batch under construction.
   *
   * @param make Makes the operation. Runs at once: it copies what it needs.
   * @param always Whether to take it even when too much waits for the disk.
   * @returns The result, as documented at the operation.
   * @throws {JournalError} Never at once: rejects.
   */
  ask(make: (batch: Batch) => Op, always = false): Promise<unknown> {
    if (this.#closing !== undefined) {
      return Promise.reject(new JournalError("closed", "The journal is closed: Tocsin is stopping."));
    }
    if (!always && this.#overloaded()) {
      return Promise.reject(
        new JournalError(
          "overloaded",
          `${this.#queued} records wait for the journal's disk: no more are taken until it has caught up. Look for ` +
            "what keeps the disk busy, or for a flood of alarms.",
        ),
      );
    }
    try {
      const batch = this.#batch();
      const result = batch.add<unknown>(make(batch));
      this.#queued++;
      this.#wake();
      return result;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      return Promise.reject(
        new JournalError("unwritable", `The journal cannot hold this record (${text}).`, { cause: error }),
      );
    }
  }

  #overloaded(): boolean {
    return this.#queued >= (this.#options.maxQueued ?? 100_000);
  }

  #batch(): Batch {
    const last = this.#queue.at(-1);
    if (last !== undefined && last.size < BATCH_LIMIT) return last;
    const batch = new Batch();
    this.#queue.push(batch);
    return batch;
  }

  /** Sends after the running code has made its calls: calls made together share a commit. */
  #wake(): void {
    if (this.#busy || this.#woken) return;
    this.#woken = true;
    queueMicrotask(() => {
      this.#woken = false;
      this.#sendNext();
    });
  }

  #wakeLater(ms: number): void {
    if (this.#timer !== undefined || this.#busy || this.#woken || this.#closing !== undefined) return;
    this.#timer = setTimeout(() => this.#sendNext(), ms);
  }

  #sendNext(): void {
    if (this.#busy) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#queue.shift();
    if (batch === undefined && this.#backlog.size === 0) return;
    this.#busy = true;
    this.#exchange(batch ?? new Batch());
  }

  async #exchange(batch: Batch): Promise<void> {
    const kept = this.#backlog.take(batch.flushes ? Infinity : BACKLOG_SHARE);
    let working = false;
    try {
      const link = this.#link?.alive ? this.#link : await this.#open();
      working = true;
      const ops = kept.length === 0 ? batch.ops : [...kept, ...batch.ops];
      const answer = await link.ask({ kind: "batch", ops, pack: batch.pack() });
      if (answer.kind !== "done") throw new Error(`unexpected answer "${answer.kind}"`);
      this.#settle(batch, kept, answer);
    } catch (error) {
      this.#crashed(batch, kept, working, error);
    }
    this.#queued -= batch.size;
    this.#busy = false;
    if (this.#queue.length > 0 || this.#backlog.size > 0 && this.#fault === undefined) this.#wake();
    else if (this.#backlog.size > 0) this.#wakeLater(RETRY_MS);
  }

  #settle(batch: Batch, kept: NoteOp[], answer: Extract<Answer, { kind: "done" }>): void {
    this.#mark = answer.mark;
    this.#commits = answer.commits;
    this.#crashes = 0;
    const { fault } = answer;
    const error = fault === undefined ? undefined : new JournalError(fault.rule, fault.message);
    if (fault !== undefined) this.#keep(batch, kept);
    batch.waiters.forEach((waiter, index) => {
      const result = answer.results[index];
      if (error !== undefined && waiter.writes) waiter.reject(error);
      else if (isRefused(result)) {
        waiter.reject(new JournalError(result.refused.rule, result.refused.message));
      } else waiter.resolve(result);
    });
    if (fault !== undefined) this.#raise(fault);
    else if (answer.wrote) this.#raise(undefined);
  }

  /** The worker ended instead of answering; `working` tells whether it had begun with the batch. */
  #crashed(batch: Batch, kept: NoteOp[], working: boolean, error: unknown): void {
    this.#link?.end();
    if (working) this.#crashes++;
    // Notes that were there at two deaths in a row may be the cause: without them, alarms can be stored again.
    if (working && this.#crashes > 1) this.#dropped += kept.length + batch.notes().length;
    else this.#keep(batch, kept);
    const text = error instanceof Error ? error.message : String(error);
    const failure = error instanceof JournalError ? error : new JournalError(
      "io",
      `Journal ${this.#options.path}: its worker ended (${text}). It is started again with the next alarm.`,
      { cause: error },
    );
    batch.reject(failure);
    this.#raise({ rule: failure.rule, message: failure.message });
  }

  #keep(batch: Batch, kept: NoteOp[]): void {
    const notes = batch.notes();
    if (kept.length + notes.length > 0) this.#backlog.restore([...kept, ...notes]);
  }

  /**
   * Starts a worker and opens the database in it. After the death of another, rows that one may have written without
   * an answer are removed: those after the mark.
   */
  async #open(): Promise<WorkerLink> {
    const { path, maxPages, worker } = this.#options;
    const mark = this.#mark;
    this.#commitsBefore += this.#commits;
    this.#commits = 0;
    const link = new WorkerLink(worker ?? startWorker);
    this.#link = link;
    const answer = await link.ask({
      kind: "open",
      path,
      ...(maxPages === undefined ? {} : { maxPages }),
      ...(mark === undefined ? {} : { mark }),
    });
    if (answer.kind !== "opened") throw new Error(`unexpected answer "${answer.kind}"`);
    if (answer.fault !== undefined) throw new JournalError(answer.fault.rule, answer.fault.message);
    this.#mark = answer.mark;
    return link;
  }

  #raise(fault: Fault | undefined): void {
    const lost = this.#backlog.dropped + this.#dropped;
    const before = this.#fault?.rule;
    this.#fault = fault === undefined || lost === 0 ? fault : {
      rule: fault.rule,
      message: `${fault.message} ${lost} notes of deliveries and hops had to be dropped.`,
    };
    if (before === fault?.rule) return;
    try {
      this.#options.onFault?.(this.#fault);
    } catch {
      // An error of the listener is no reason to stop storing alarms, nor to end the process.
    }
  }
}

function startWorker(): Worker {
  return new Worker(new URL("./sqlite_worker.ts", import.meta.url), { type: "module", name: "journal" });
}
