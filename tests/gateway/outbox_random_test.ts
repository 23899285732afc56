import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Outbox } from "../../src/gateway/outbox.ts";
import type { StoredAlarm } from "../../src/journal/journal.ts";
import { DISK_FULL, settled, type ShakyJournal, shakyJournal, store } from "./outbox_rig.ts";

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("add" as const), count: fc.integer({ min: 1, max: 400 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("take" as const), count: fc.integer({ min: 1, max: 200 }) }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: "open" as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: "complete" as const }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant("done" as const), count: fc.integer({ min: 1, max: 200 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("putBack" as const),
      repeated: fc.boolean(),
      pause: fc.constantFrom(0, 10, 30_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("disk" as const), writes: fc.boolean(), reads: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "crash" as const }) },
  { weight: 2, arbitrary: fc.constant({ kind: "pause" as const }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** A gateway's use of its outbox, and what must be true of it. */
class World {
  journal: ShakyJournal = shakyJournal();
  now = 1;
  outbox!: Outbox;
  #stored = 0;
  /** In the journal and not acknowledged by the next stage. */
  readonly waiting = new Set<string>();
  readonly given = new Set<string>();
  /** Delivered by an earlier run that could not note it. */
  readonly unnoted = new Set<string>();
  /** Stored, and may still get text. */
  #open: StoredAlarm[] = [];

  constructor(readonly marks: boolean) {}

  async start(): Promise<void> {
    this.outbox = new Outbox(this.journal, "rct", this.marks, () => {});
    await this.journal.completeAll();
    this.#open = [];
    this.given.clear();
    await this.outbox.start();
  }

  async do(step: Step): Promise<void> {
    switch (step.kind) {
      case "add":
      case "open":
        for (let i = 0; i < ("count" in step ? step.count : 1); i++) await this.#add(step.kind === "open");
        return;
      case "complete": {
        const alarm = this.#open.shift();
        if (alarm === undefined) return;
        await this.journal.complete(alarm.id).catch(() => {});
        return this.outbox.add({ ...alarm, open: false }, true);
      }
      case "take":
        return await this.take(step.count);
      case "done":
        for (const id of [...this.given].slice(0, step.count)) this.#done(id);
        return;
      case "putBack":
        for (const id of [...this.given].slice(0, 3)) {
          this.given.delete(id);
          this.outbox.putBack(id, step.repeated, step.pause === 0 ? 0 : this.now + step.pause);
        }
        return;
      case "disk":
        this.journal.failure = step.writes ? undefined : DISK_FULL;
        this.journal.readFailure = step.reads ? undefined : DISK_FULL;
        return;
      case "crash": {
        const next = shakyJournal();
        const disk = this.journal.crash();
        this.journal = Object.setPrototypeOf(disk, Object.getPrototypeOf(next));
        this.journal.reads = 0;
        await this.start();
        // A delivery that the failing disk did not take is forgotten with the process: the alarm goes out again, marked.
        for (const { id } of await this.journal.waiting("rct", 0, 1_000_000)) {
          if (this.waiting.has(id)) continue;
          this.waiting.add(id);
          this.unnoted.add(id);
        }
        return;
      }
      case "pause":
        this.now += 2000;
        return await settled();
    }
  }

  async #add(open: boolean): Promise<void> {
    const id = `A${this.#stored++}`;
    try {
      const alarm = await store(this.journal, id, { open, offered: !open && this.outbox.offersNext });
      this.waiting.add(id);
      if (open) this.#open.push(alarm);
      else this.outbox.add(alarm);
    } catch { /* not stored, not acknowledged */ }
  }

  async take(count: number): Promise<void> {
    for (let i = 0, idle = 0; i < count && idle < 2;) {
      const next = this.outbox.take(this.now);
      if (next === undefined) {
        idle++;
        await settled();
        continue;
      }
      i++;
      const { id } = next.alarm;
      assert(this.waiting.has(id), `${id} was delivered before`);
      assert(!this.given.has(id), `${id} was given out twice at once`);
      assert(!this.marks || next.alarm.offered, `${id} was given out and not noted`);
      assert(
        !this.marks || !this.unnoted.has(id) || next.repeated,
        `${id} goes out a second time without a mark`,
      );
      this.given.add(id);
    }
  }

  #done(id: string): void {
    this.given.delete(id);
    this.waiting.delete(id);
    this.outbox.done(id);
    this.journal.note({ id, delivered: 1 });
  }

  /** All is well again: everything must go out. */
  async finish(): Promise<void> {
    this.journal.failure = this.journal.readFailure = undefined;
    while (this.#open.length > 0) await this.do({ kind: "complete" });
    for (const id of [...this.given]) this.#done(id);
    for (let idle = 0; this.waiting.size > 0 && idle < 6;) {
      const before = this.waiting.size;
      await this.take(10_000);
      for (const id of [...this.given]) this.#done(id);
      idle = before === this.waiting.size ? idle + 1 : 0;
      this.now = Math.max(this.now + 1, this.outbox.nextTime ?? 0);
    }
    assertEquals([...this.waiting].slice(0, 5), [], "forgotten");
  }
}

for (const marks of [false, true]) {
  Deno.test(`whatever happens, no alarm is forgotten, none is out twice, nothing is stuck (${marks ? "with" : "without"} marks)`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
        const world = new World(marks);
        await world.start();
        for (const one of steps) {
          // A restart on a failing disk is a start that fails: see the journal's tests.
          if (one.kind === "crash") world.journal.failure = world.journal.readFailure = undefined;
          await world.do(one);
        }
        await world.finish();
      }),
      { numRuns: 60 },
    );
  });
}
