/** An outbox on a journal in memory, and alarms for it. */
import { Outbox, type Waiting } from "../../src/gateway/outbox.ts";
import { JournalError, type StoredAlarm } from "../../src/journal/journal.ts";
import { MemoryJournal } from "../../src/journal/memory_journal.ts";
import { alarm } from "../journal/alarms.ts";

/** What a failing disk says. */
export const DISK_FULL = new JournalError("disk-full", "the disk is full");

/** A journal whose reads can fail too, and can be held up. */
export class ShakyJournal extends MemoryJournal {
  readFailure: JournalError | undefined;
  reads = 0;
  /** While set, pages wait for it after they were read. */
  gate: Promise<void> | undefined;

  override async waiting(lane: string, afterSeq: number, limit: number): Promise<StoredAlarm[]> {
    this.reads++;
    if (this.readFailure !== undefined) throw this.readFailure;
    const page = await super.waiting(lane, afterSeq, limit);
    await this.gate;
    return page;
  }
}

/** A new journal. */
export function shakyJournal(): ShakyJournal {
  return new ShakyJournal({ now: () => 0 });
}

/** Stores an alarm as a gateway does, without telling the outbox. */
export async function store(journal: MemoryJournal, id: string, fields = {}): Promise<StoredAlarm> {
  const entry = alarm(id, fields);
  const { seq } = await journal.append(entry, []);
  return { ...entry, seq, storedAt: 0, deliveredAt: undefined, told: false };
}

/** Lets everything that waits for the journal go on. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

/** An outbox with a next stage that takes one alarm after the other when it is told that there are some. */
export class Rig {
  readonly outbox: Outbox;
  /** How often `ready` was called. */
  told = 0;

  constructor(readonly journal: MemoryJournal, marks: boolean) {
    this.outbox = new Outbox(journal, "rct", marks, () => void this.told++);
  }

  /** Takes what can be had at `now`, delivering each at once. */
  async drain(now = 0): Promise<Waiting[]> {
    const got: Waiting[] = [];
    for (let idle = 0; idle < 3;) {
      const waiting = this.outbox.take(now);
      if (waiting === undefined) {
        idle++;
        await settled();
        continue;
      }
      idle = 0;
      got.push(waiting);
      this.outbox.done(waiting.alarm.id);
      this.journal.note({ id: waiting.alarm.id, delivered: 1 });
    }
    return got;
  }
}

/** The ids, in order. */
export function idsOf(waiting: readonly Waiting[]): string[] {
  return waiting.map(({ alarm: { id } }) => id);
}
