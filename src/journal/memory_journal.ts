/**
 * The journal in memory: for simulations and for tests of what stands above it. No I/O, no clock, no timer of its own.
 *
 * @module
 */
import {
  type AlarmLife,
  type Appended,
  type Hop,
  type Journal,
  JournalError,
  type JournalStats,
  type NewAlarm,
  type Note,
  type StoredAlarm,
} from "./journal.ts";
import { type MemoryLife, memoryPrune } from "./memory_prune.ts";
import type { Pruned, PruneOptions, StoredTime } from "./prune.ts";

/** How a {@link MemoryJournal} behaves. */
export interface MemoryJournalOptions {
  /** Clock for `storedAt`, ms since the epoch. */
  now: () => number;
  /** As that of the SQLite journal: told when storing begins to fail, and with undefined when it works again. */
  onFault?: (fault: { rule: string; message: string } | undefined) => void;
  /**
   * When to commit what was asked for: calls `commit` once, later. By default in a microtask; a simulation gives its
   * own, to let virtual time pass or to crash between the call and the commit.
   */
  schedule?: (commit: () => void) => void;
}

/** What is on the simulated disk. */
interface Disk {
  alarms: StoredAlarm[];
  byId: Map<string, MemoryLife>;
  stored: number;
  /** Hops ever stored. */
  hops: number;
}

function addHop(disk: Disk, life: MemoryLife, hop: Hop): void {
  life.hops.push(hop);
  life.last = ++disk.hops;
  life.first = Math.min(life.first, life.last);
}

/** Something to do at the next commit. Reads work while writing fails, and notes are kept. */
interface Pending {
  kind: "write" | "note" | "read";
  run: () => void;
  reject: (error: JournalError) => void;
}

/**
 * A {@link Journal} that keeps the promises of the real one within the process: what resolved is on its simulated
 * disk, which {@link MemoryJournal.crash} hands to a successor; what rejected is not.
 *
 * @example
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 * import { JournalError } from "./journal.ts";
 * import { MemoryJournal } from "./memory_journal.ts";
 *
 * const journal = new MemoryJournal({ now: () => 5 });
 * journal.failure = new JournalError("disk-full", "The disk is full.");
 * await assertRejects(() => journal.offer(["A"]), JournalError);
 * journal.failure = undefined;
 * await journal.offer(["A"]);
 * assertEquals((await journal.stats()).stored, 0);
 * ```
 */
export class MemoryJournal implements Journal {
  /** While set, nothing is stored: writes reject with it and notes are kept. */
  failure: JournalError | undefined;
  readonly #options: MemoryJournalOptions;
  #disk: Disk = { alarms: [], byId: new Map(), stored: 0, hops: 0 };
  #pending: Pending[] = [];
  #scheduled = false;
  #faulty = false;
  #closed = false;

  constructor(options: MemoryJournalOptions) {
    this.#options = options;
  }

  append(alarm: NewAlarm, hops: Hop[]): Promise<Appended> {
    const storedAt = this.#options.now();
    const copy = { ...copyAlarm(alarm), time: BigInt.asUintN(64, alarm.time) };
    const rows = hops.map(copyHop);
    return this.#write((): Appended => {
      const known = this.#disk.byId.get(copy.id);
      if (known !== undefined) {
        const first = rows[0];
        const at = first?.at ?? storedAt;
        addHop(this.#disk, known, { at, step: "repeated", detail: first?.detail ?? "" });
        return { known: true, seq: known.alarm.seq, delivered: known.alarm.deliveredAt !== undefined };
      }
      const seq = ++this.#disk.stored;
      const stored: StoredAlarm = { ...copy, seq, storedAt, deliveredAt: undefined, told: false };
      this.#disk.alarms.push(stored);
      const life: MemoryLife = { alarm: stored, hops: [], first: Infinity, last: 0 };
      for (const row of rows) addHop(this.#disk, life, row);
      this.#disk.byId.set(copy.id, life);
      return { known: false, seq };
    });
  }

  amend(id: string, change: Pick<NewAlarm, "data" | "raw" | "events">, hop: Hop): Promise<void> {
    const copy = {
      data: change.data.slice(),
      raw: change.raw.slice(),
      events: structuredClone(change.events),
    };
    const row = copyHop(hop);
    return this.#write(() => {
      const life = this.#disk.byId.get(id);
      if (life === undefined) throw new JournalError("unknown-id", `Alarm ${id} is not in the journal.`);
      if (!life.alarm.open) {
        if (sameContent(life.alarm, copy)) return;
        throw new JournalError("not-open", `Alarm ${id} is complete: no text can be added to it.`);
      }
      Object.assign(life.alarm, copy, { open: false });
      addHop(this.#disk, life, row);
    });
  }

  complete(id: string): Promise<void> {
    return this.#write(() => {
      const life = this.#disk.byId.get(id);
      if (life !== undefined) life.alarm.open = false;
    });
  }

  offer(ids: readonly string[]): Promise<void> {
    const copy = [...ids];
    return this.#write(() => {
      for (const id of copy) {
        const life = this.#disk.byId.get(id);
        if (life !== undefined) life.alarm.offered = true;
      }
    });
  }

  note(note: Note): void {
    if (this.#closed) return;
    const { id, delivered, told } = note;
    const hop = note.hop === undefined ? undefined : copyHop(note.hop);
    this.#enqueue({
      kind: "note",
      reject: () => {},
      run: () => {
        const life = this.#disk.byId.get(id);
        if (life === undefined) return;
        life.alarm.deliveredAt ??= delivered;
        life.alarm.told ||= told === true;
        if (hop !== undefined) addHop(this.#disk, life, hop);
      },
    });
  }

  flush(): Promise<void> {
    return this.#write(() => {});
  }

  waiting(lane: string, afterSeq: number, limit: number): Promise<StoredAlarm[]> {
    return this.#read(() =>
      this.#disk.alarms
        .filter((alarm) =>
          alarm.lane === lane && alarm.seq > afterSeq && alarm.deliveredAt === undefined && !alarm.open
        )
        .slice(0, rows(limit)).map(copyStored)
    );
  }

  completeAll(): Promise<number> {
    return this.#write(() => {
      const open = this.#disk.alarms.filter((alarm) => alarm.open);
      for (const alarm of open) alarm.open = false;
      return open.length;
    });
  }

  prune(options: PruneOptions): Promise<Pruned> {
    const now = this.#options.now();
    return this.#write(() => {
      const disk = this.#disk;
      const lives = disk.alarms.flatMap(({ id }) => disk.byId.get(id) ?? []);
      const { gone, ...pruned } = memoryPrune(lives, options, now);
      for (const { alarm } of gone) disk.byId.delete(alarm.id);
      if (gone.length > 0) disk.alarms = disk.alarms.filter(({ id }) => disk.byId.has(id));
      return pruned;
    });
  }

  times(count: number): Promise<StoredTime[]> {
    return this.#read(() => {
      const step = Math.max(1, Math.ceil(this.#disk.alarms.length / Math.max(1, count)));
      return this.#disk.alarms.toReversed().filter((_, at) => at % step === 0)
        .map(({ seq, storedAt }) => ({ seq, storedAt }));
    });
  }

  untold(since: number, limit: number): Promise<StoredAlarm[]> {
    return this.#read(() =>
      this.#disk.alarms.filter((alarm) => !alarm.told && alarm.storedAt >= since)
        .reverse().slice(0, rows(limit)).map(copyStored)
    );
  }

  recent(limit: number): Promise<AlarmLife[]> {
    return this.#read(() =>
      this.#disk.alarms.toReversed().slice(0, rows(limit)).flatMap((alarm) => this.#life(alarm.id) ?? [])
    );
  }

  life(id: string): Promise<AlarmLife | undefined> {
    return this.#read(() => this.#life(id));
  }

  stats(): Promise<JournalStats> {
    return this.#read(() => {
      const waiting = new Map<string, number>();
      let bytes = 0;
      for (const alarm of this.#disk.alarms) {
        bytes += alarm.data.length + alarm.raw.length;
        if (alarm.deliveredAt === undefined) waiting.set(alarm.lane, (waiting.get(alarm.lane) ?? 0) + 1);
      }
      return { waiting: Object.fromEntries(waiting), stored: this.#disk.stored, bytes };
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    const flushed = this.flush();
    this.#closed = true;
    await flushed;
  }

  /**
   * Ends this journal as a power cut would: what is not committed is lost and its promises never settle.
   *
   * @returns The journal found at the next start, with the same disk.
   */
  crash(): MemoryJournal {
    this.#closed = true;
    this.#pending = [];
    const next = new MemoryJournal(this.#options);
    next.#disk = this.#disk;
    this.#disk = { alarms: [], byId: new Map(), stored: 0, hops: 0 };
    return next;
  }

  #life(id: string): AlarmLife | undefined {
    const life = this.#disk.byId.get(id);
    return life === undefined ? undefined : { alarm: copyStored(life.alarm), hops: life.hops.map(copyHop) };
  }

  #write<T>(run: () => T): Promise<T> {
    return this.#ask("write", run);
  }

  /** Sees what was asked for before. */
  #read<T>(run: () => T): Promise<T> {
    return this.#ask("read", run);
  }

  #ask<T>(kind: "write" | "read", run: () => T): Promise<T> {
    if (this.#closed) {
      return Promise.reject(new JournalError("closed", "The journal is closed: Tocsin is stopping."));
    }
    return new Promise<T>((resolve, reject) => {
      const settle = () => {
        try {
          resolve(run());
        } catch (error) {
          reject(error);
        }
      };
      this.#enqueue({ kind, run: settle, reject });
    });
  }

  #enqueue(pending: Pending): void {
    this.#pending.push(pending);
    if (this.#scheduled) return;
    this.#scheduled = true;
    (this.#options.schedule ?? queueMicrotask)(() => this.#commit());
  }

  #commit(): void {
    this.#scheduled = false;
    const pending = this.#pending;
    this.#pending = [];
    const { failure } = this;
    for (const { kind, run, reject } of pending) {
      if (kind === "read" || failure === undefined) run();
      else if (kind === "write") reject(failure);
    }
    if (failure !== undefined) this.#pending = pending.filter(({ kind }) => kind === "note");
    if (pending.some(({ kind }) => kind !== "read")) this.#tell(failure);
  }

  #tell(failure: JournalError | undefined): void {
    if (this.#faulty === (failure !== undefined)) return;
    this.#faulty = failure !== undefined;
    this.#options.onFault?.(
      failure === undefined ? undefined : { rule: failure.rule, message: failure.message },
    );
  }
}

function rows(limit: number): number {
  return limit > 0 ? Math.trunc(limit) : 0;
}

function copyHop({ at, step, detail }: Hop): Hop {
  return { at, step, detail };
}

function copyAlarm<A extends NewAlarm>(alarm: A): A {
  return {
    ...alarm,
    data: alarm.data.slice(),
    raw: alarm.raw.slice(),
    events: structuredClone(alarm.events),
  };
}

function copyStored(alarm: StoredAlarm): StoredAlarm {
  return copyAlarm(alarm);
}

function sameContent(a: Pick<NewAlarm, "data" | "raw">, b: Pick<NewAlarm, "data" | "raw">): boolean {
  return a.data.toHex() === b.data.toHex() && a.raw.toHex() === b.raw.toHex();
}
