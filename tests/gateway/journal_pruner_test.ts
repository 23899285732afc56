import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Faults } from "../../src/gateway/faults.ts";
import { FULL_FAULT, JournalPruner } from "../../src/gateway/journal_pruner.ts";
import { JournalError } from "../../src/journal/journal.ts";
import { MemoryJournal } from "../../src/journal/memory_journal.ts";
import { seqAtAge } from "../../src/journal/prune.ts";
import { alarm, hop } from "../journal/alarms.ts";
import { until } from "../support/until.ts";

const HOUR = 3_600_000, DAY = 24 * HOUR;

/** A journal, its pruner, and the clock on the wall: rounds follow each other at once. */
class Rig {
  now = 1_700_000_000_000;
  readonly logged: string[] = [];
  readonly faults = new Faults((_level, rule, text) => void this.logged.push(`${rule}: ${text}`), () => {});
  readonly journal = new MemoryJournal({ now: () => this.now });
  readonly pruner: JournalPruner;
  rounds = 0;
  #next = 0;

  constructor(config: { keepMs?: number; maxBytes?: number }) {
    this.pruner = new JournalPruner({
      journal: this.journal,
      config: { path: "", ...config },
      faults: this.faults,
      log: (_level, rule, text) => void this.logged.push(`${rule}: ${text}`),
      now: () => (this.rounds++, this.now),
      everyMs: 1,
    });
  }

  /** Time passes, with an alarm every so often, each of an account of its own. */
  async pass(ms: number, every: number, delivered = true): Promise<void> {
    for (const end = this.now + ms; this.now < end;) {
      this.now += every;
      const id = `A${this.#next++}`;
      await this.journal.append(alarm(id, { account: id }), [hop(1, "received")]);
      if (delivered) this.journal.note({ id, delivered: 2, told: true });
    }
    await this.journal.flush();
  }

  /** Whole rounds from now on. */
  async roundsPass(): Promise<void> {
    const from = this.rounds;
    await until(() => this.rounds >= from + 4, "three rounds");
  }

  /** How many alarms there are, and the first of them. */
  async left(): Promise<[number, string | undefined]> {
    const lives = await this.journal.recent(100_000);
    return [lives.length, lives.at(-1)?.alarm.id];
  }
}

Deno.test("pruner: what is older than journal.keep goes, with a log line and a counter; what waits stays", async () => {
  const rig = new Rig({ keepMs: 20 * DAY });
  await rig.pass(HOUR, HOUR, false);
  await rig.pass(30 * DAY, 6 * HOUR);
  rig.pruner.start();
  await until(() => rig.logged.length > 0, "the log line");
  // 120 alarms in 30 days: 39 are older than 20 of them, one is as old, and the one that waits stays.
  const [left] = await rig.left();
  assertEquals([left, rig.pruner.counters["alarms-pruned"]], [82, 39]);
  assertEquals(rig.logged, ["journal-pruned: 39 alarms that were done with left the journal"]);
  await rig.pass(DAY, 6 * HOUR);
  await until(
    async () => rig.pruner.counters["alarms-pruned"] === 43 && (await rig.left())[0] === 82,
    "the next round",
  );
  await rig.pruner.close();
});

Deno.test("pruner: a journal that is too large because its alarms wait raises a fault, until they are delivered", async () => {
  const rig = new Rig({ maxBytes: 1000 });
  await rig.pass(10 * DAY, HOUR, false);
  rig.pruner.start();
  await until(() => rig.faults.all.length > 0, "the fault");
  const [fault] = rig.faults.all;
  assertEquals(fault?.rule, FULL_FAULT);
  assertStringIncludes(fault!.message, "240 alarms wait to be delivered");
  assertEquals(await rig.left(), [240, "A0"]);
  for (let i = 0; i < 240; i++) rig.journal.note({ id: `A${i}`, delivered: 3 });
  await until(() => rig.faults.all.length === 0, "the fault gone");
  const [left] = await rig.left();
  assert(left > 20 && left < 100, `${left}`);
  await rig.pruner.close();
});

for (const [what, ahead] of [["ten years ahead", 3650 * DAY], ["a month ahead", 30 * DAY]] as const) {
  Deno.test(`pruner: a clock that is set ${what}, and alarms stored under it, make nothing old`, async () => {
    const rig = new Rig({ keepMs: 100 * DAY, maxBytes: 2000 });
    await rig.pass(90 * DAY, 6 * HOUR, false);
    const stored = 360;
    for (let i = 0; i < stored; i++) rig.journal.note({ id: `A${i}`, delivered: 5 });
    const byAge = new Rig({ keepMs: 100 * DAY });
    await byAge.pass(90 * DAY, 6 * HOUR);
    byAge.pruner.start();
    byAge.now += ahead;
    await byAge.roundsPass();
    await byAge.pass(HOUR, HOUR);
    await byAge.roundsPass();
    assertEquals(await byAge.left(), [stored + 1, "A0"]);
    // Set right again, and ahead again, as a box without a battery at every start.
    for (let i = 0; i < 30; i++) {
      byAge.now += i % 2 === 0 ? -ahead : ahead;
      await byAge.pass(HOUR, HOUR);
    }
    await byAge.roundsPass();
    assertEquals((await byAge.left())[1], "A0");
    await byAge.pruner.close();
    // For the size the last day stays: 24 looks at the clock, an hour each at most.
    rig.now += ahead;
    rig.pruner.start();
    await until(async () => (await rig.left())[0] < stored, "some gone for the size");
    await rig.roundsPass();
    assert((await rig.left())[0] >= 23, String(await rig.left()));
    await rig.pruner.close();
  });
}

Deno.test("seqAtAge: with an alarm a day it is right to a day; with few it errs to the old side; never above the clock's", () => {
  const at = (days: number[]) => days.map((day, i) => ({ seq: i + 1, storedAt: day * DAY })).reverse();
  const daily = at(Array.from({ length: 1000 }, (_, i) => i));
  assertEquals(seqAtAge(daily, 1000 * DAY, 800 * DAY), 201);
  assertEquals(seqAtAge(daily, 1000 * DAY, 1001 * DAY), 0);
  // One alarm in three months counts for 33 days.
  const rare = at(Array.from({ length: 40 }, (_, i) => i * 90));
  const seq = seqAtAge(rare, 3600 * DAY, 800 * DAY);
  assert(seq > 0 && 3600 - (seq - 1) * 90 > 800, `${seq}`);
  assertEquals(seqAtAge([], 5, 5), 0);
});

Deno.test("pruner: a journal that fails is tried again, and nothing is thrown", async () => {
  const rig = new Rig({ keepMs: 20 * DAY });
  await rig.pass(30 * DAY, 6 * HOUR);
  rig.journal.failure = new JournalError("disk-full", "The disk is full.");
  rig.pruner.start();
  await until(
    () => rig.logged.some((line) => line.startsWith("journal-not-pruned: The disk is full.")),
    "the log line",
  );
  rig.journal.failure = undefined;
  await until(async () => (await rig.left())[0] === 81, "the oldest gone");
  await rig.pruner.close();
});

Deno.test("pruner: with neither age nor size it does nothing", async () => {
  const rig = new Rig({});
  rig.pruner.start();
  await rig.pruner.close();
  assertEquals(rig.rounds, 0);
});
