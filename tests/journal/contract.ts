/**
 * What every journal must do, whatever it is made of. Run by one test file per journal.
 *
 * @module
 */
import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import type { AlarmEvent } from "../../src/event/alarm_event.ts";
import { type Journal, JournalError, type NewAlarm } from "../../src/journal/journal.ts";
import { alarm, event, hop, ids } from "./alarms.ts";

/** One journal under test. */
export interface Subject {
  journal: Journal;
  /** Closes, and opens what is on disk again. */
  reopen(): Promise<Journal>;
  /** Removes everything. */
  dispose(): Promise<void>;
}

/** The clock of a journal under test. */
export interface TestClock {
  now: number;
}

const DAY = 86_400_000;

/** Registers the contract's tests. */
export function testJournalContract(name: string, open: (now: () => number) => Promise<Subject>): void {
  const test = (
    title: string,
    run: (journal: Journal, subject: Subject, clock: TestClock) => Promise<void>,
  ) =>
    Deno.test(`${name}: ${title}`, async () => {
      const clock = { now: 1_700_000_000_000 };
      const subject = await open(() => clock.now);
      try {
        await run(subject.journal, subject, clock);
      } finally {
        await subject.dispose();
      }
    });

  test("an appended alarm comes back as it was given, also after a reopening", async (journal, subject) => {
    const given = alarm("A", { events: [event("A")], time: 0xee00_1122_3344_5566n, offered: true });
    assertEquals(await journal.append(given, [hop(1.5, "received", "panel galaxy"), hop(2, "stored")]), {
      known: false,
      seq: 1,
    });
    const check = async (from: Journal) => {
      const [stored] = await from.waiting("rct", 0, 10);
      assert(stored !== undefined);
      const { seq, storedAt, deliveredAt, told, ...rest } = stored;
      assertEquals(rest, given);
      assertEquals({ seq, deliveredAt, told }, { seq: 1, deliveredAt: undefined, told: false });
      assert(storedAt > 0);
      assertEquals((await from.life("A"))?.hops, [hop(1.5, "received", "panel galaxy"), hop(2, "stored")]);
    };
    await check(journal);
    await check(await subject.reopen());
  });

  test("seq rises in the order of the calls, also for calls made together", async (journal) => {
    const appended = await Promise.all(
      Array.from({ length: 500 }, (_, i) => journal.append(alarm(`A${i}`), [])),
    );
    assertEquals(appended.map(({ seq }) => seq), Array.from({ length: 500 }, (_, i) => i + 1));
    const waiting = await journal.waiting("rct", 0, 1000);
    assertEquals(ids(waiting), Array.from({ length: 500 }, (_, i) => `A${i}`));
  });

  test("a known id is not stored twice and leaves a hop, also within one commit", async (journal) => {
    const both = await Promise.all([
      journal.append(alarm("A"), [hop(1, "received")]),
      journal.append(alarm("A", { account: "9999" }), [hop(2, "received", "again"), hop(3, "stored")]),
    ]);
    assertEquals(both, [{ known: false, seq: 1 }, { known: true, seq: 1, delivered: false }]);
    journal.note({ id: "A", delivered: 10 });
    assertEquals(await journal.append(alarm("A"), [hop(11, "received")]), {
      known: true,
      seq: 1,
      delivered: true,
    });
    const life = await journal.life("A");
    assertEquals(life?.alarm.account, "1234");
    assertEquals(life?.hops, [hop(1, "received"), hop(2, "repeated", "again"), hop(11, "repeated")]);
    assertEquals((await journal.stats()).stored, 1);
  });

  test("the caller's buffers may be used again at once", async (journal) => {
    const data = Uint8Array.of(1, 2, 3, 4);
    const appended = journal.append(alarm("A", { data: data.subarray(1, 3), raw: data }), []);
    data.fill(0xff);
    await appended;
    const life = await journal.life("A");
    assertEquals([life?.alarm.data, life?.alarm.raw], [Uint8Array.of(2, 3), Uint8Array.of(1, 2, 3, 4)]);
  });

  test("waiting gives one lane in order, after a seq, up to a limit, without open and delivered", async (journal) => {
    for (const id of ["A", "B", "C", "D", "E"]) await journal.append(alarm(id, { open: id === "B" }), []);
    await journal.append(alarm("X", { lane: "other" }), []);
    journal.note({ id: "C", delivered: 7 });
    assertEquals(ids(await journal.waiting("rct", 0, 10)), ["A", "D", "E"]);
    assertEquals(ids(await journal.waiting("rct", 1, 1)), ["D"]);
    assertEquals(ids(await journal.waiting("other", 0, 10)), ["X"]);
    assertEquals(await journal.waiting("none", 0, 10), []);
    assertEquals(await journal.waiting("rct", 0, 0), []);
    assertEquals((await journal.stats()).waiting, { rct: 4, other: 1 });
  });

  test("amend replaces an open alarm and closes it", async (journal, subject) => {
    await journal.append(alarm("A", { open: true }), [hop(1, "received")]);
    const change = {
      data: Uint8Array.of(5),
      raw: new Uint8Array(),
      events: [event("A", { text: "KITCHEN" })],
    };
    await journal.amend("A", change, hop(2, "amended", "KITCHEN"));
    const again = await subject.reopen();
    const [stored] = await again.waiting("rct", 0, 10);
    assertEquals([stored?.open, stored?.data, stored?.raw], [false, Uint8Array.of(5), new Uint8Array()]);
    assertEquals(stored?.events, change.events);
    assertEquals((await again.life("A"))?.hops, [hop(1, "received"), hop(2, "amended", "KITCHEN")]);
  });

  test("amend refuses an alarm that is complete or unknown, but takes the same text again", async (journal) => {
    await journal.append(alarm("A", { open: true }), []);
    const change = { data: Uint8Array.of(5), raw: Uint8Array.of(6), events: [] };
    await journal.amend("A", change, hop(2, "amended"));
    await journal.amend("A", change, hop(3, "amended"));
    const late = await assertRejects(
      () => journal.amend("A", { ...change, data: Uint8Array.of(7) }, hop(4, "amended")),
      JournalError,
    );
    const unknown = await assertRejects(() => journal.amend("B", change, hop(4, "amended")), JournalError);
    assertEquals([late.rule, unknown.rule], ["not-open", "unknown-id"]);
    const life = await journal.life("A");
    assertEquals([life?.alarm.data, life?.hops], [Uint8Array.of(5), [hop(2, "amended")]]);
  });

  test("a refused amendment does not harm the appends of its commit", async (journal) => {
    const results = await Promise.allSettled([
      journal.append(alarm("A"), []),
      journal.amend(
        "nothing",
        { data: new Uint8Array(), raw: new Uint8Array(), events: [] },
        hop(1, "amended"),
      ),
      journal.append(alarm("B"), []),
    ]);
    assertEquals(results.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
    assertEquals(ids(await journal.waiting("rct", 0, 10)), ["A", "B"]);
  });

  test("complete and completeAll put open alarms into the queue", async (journal) => {
    for (const id of ["A", "B", "C"]) await journal.append(alarm(id, { open: true }), []);
    await journal.complete("B");
    await journal.complete("B");
    await journal.complete("nothing");
    assertEquals(ids(await journal.waiting("rct", 0, 10)), ["B"]);
    assertEquals(await journal.completeAll(), 2);
    assertEquals(await journal.completeAll(), 0);
    assertEquals(ids(await journal.waiting("rct", 0, 10)), ["A", "B", "C"]);
  });

  test("offer marks exactly the alarms named, durably", async (journal, subject) => {
    for (const id of ["A", "B", "C"]) await journal.append(alarm(id), []);
    await journal.offer(["A", "C", "nothing"]);
    await journal.offer([]);
    const waiting = await (await subject.reopen()).waiting("rct", 0, 10);
    assertEquals(waiting.map(({ offered }) => offered), [true, false, true]);
  });

  test(
    "notes are durable after flush, keep the first delivery, and ignore unknown ids",
    async (journal, subject) => {
      await journal.append(alarm("A"), []);
      journal.note({ id: "A", hop: hop(1, "sent", "S011") });
      journal.note({ id: "A", delivered: 2, hop: hop(2, "delivered") });
      journal.note({ id: "A", delivered: 3, told: true });
      journal.note({ id: "nothing", delivered: 3, told: true, hop: hop(3, "sent") });
      await journal.flush();
      const life = await (await subject.reopen()).life("A");
      assertEquals([life?.alarm.deliveredAt, life?.alarm.told], [2, true]);
      assertEquals(life?.hops, [hop(1, "sent", "S011"), hop(2, "delivered")]);
    },
  );

  test("a note made before the append resolves finds its alarm", async (journal) => {
    const appended = journal.append(alarm("A", { offered: true }), [hop(1, "received")]);
    journal.note({ id: "A", hop: hop(2, "sent") });
    await appended;
    await journal.flush();
    assertEquals((await journal.life("A"))?.hops, [hop(1, "received"), hop(2, "sent")]);
  });

  test("close commits what is noted", async (journal, subject) => {
    await journal.append(alarm("A"), []);
    journal.note({ id: "A", told: true });
    const again = await subject.reopen();
    assertEquals(await again.untold(0, 10), []);
  });

  test("untold gives alarms since a time, newest first, up to a limit", async (journal) => {
    for (const id of ["A", "B", "C", "D"]) await journal.append(alarm(id), []);
    journal.note({ id: "C", told: true });
    assertEquals(ids(await journal.untold(0, 10)), ["D", "B", "A"]);
    assertEquals(ids(await journal.untold(0, 2)), ["D", "B"]);
    assertEquals(await journal.untold(Number.MAX_SAFE_INTEGER, 10), []);
    const stored = (await journal.life("A"))?.alarm.storedAt ?? NaN;
    assertEquals(ids(await journal.untold(stored, 10)), ["D", "B", "A"]);
  });

  /** An alarm that was stored, delivered and told. */
  const done = async (journal: Journal, id: string, fields: Partial<NewAlarm> = {}) => {
    await journal.append(alarm(id, fields), [hop(1, "received")]);
    journal.note({ id, delivered: 2, told: true, hop: hop(2, "delivered") });
    await journal.flush();
  };
  /** Prunes to the end, a few rows at a time; the ids that went are those that are missed afterwards. */
  const pruneAll = async (
    journal: Journal,
    options: { before?: number; maxBytes?: number; limit?: number },
  ) => {
    let removed = 0, after = 0;
    for (let calls = 0;; calls++) {
      assert(calls < 1000, "it comes to no end");
      const pruned = await journal.prune({ limit: 3, ...options, after });
      removed += pruned.removed;
      if (!pruned.more) return { removed, over: pruned.over };
      after = pruned.next;
    }
  };
  const left = async (journal: Journal) =>
    ids((await journal.recent(1000)).map((life) => life.alarm)).toReversed();

  test(
    "prune removes what is older than a time, oldest first, and nothing else",
    async (journal, subject, clock) => {
      for (const id of ["A", "B", "C"]) await done(journal, id, { account: id === "B" ? "9" : "1" });
      clock.now += 10 * DAY;
      await done(journal, "D", { account: "9" });
      clock.now += 10 * DAY;
      await done(journal, "E");
      assertEquals(await pruneAll(journal, { before: clock.now - 15 * DAY }), { removed: 3, over: false });
      const again = await subject.reopen();
      assertEquals(await left(again), ["D", "E"]);
      assertEquals(await again.life("A"), undefined);
      assertEquals((await again.life("D"))?.hops, [hop(1, "received"), hop(2, "delivered")]);
      assertEquals((await again.stats()).stored, 5);
      // An id that went is new again, and gets a number of its own.
      assertEquals(await again.append(alarm("A"), [hop(9, "received")]), { known: false, seq: 6 });
      assertEquals(await pruneAll(again, {}), { removed: 0, over: false });
    },
  );

  test(
    "prune leaves what waits, and of its account what came behind it",
    async (journal, _subject, clock) => {
      await done(journal, "A");
      await journal.append(alarm("B"), [hop(1, "received")]);
      await done(journal, "C");
      await journal.append(alarm("D", { account: "2", open: true }), [hop(1, "received")]);
      await done(journal, "E", { account: "3", lane: "other" });
      clock.now += 1000 * DAY;
      await done(journal, "F");
      assertEquals(await pruneAll(journal, { before: clock.now, maxBytes: 0 }), { removed: 2, over: true });
      assertEquals(await left(journal), ["B", "C", "D", "F"]);
      assertEquals(ids(await journal.waiting("rct", 0, 10)), ["B"]);
      journal.note({ id: "B", delivered: 5 });
      await journal.complete("D");
      journal.note({ id: "D", delivered: 5 });
      assertEquals(await pruneAll(journal, { before: clock.now, maxBytes: 0 }), { removed: 3, over: true });
      assertEquals(await left(journal), ["F"]);
    },
  );

  test(
    "prune takes alarms that lie in one another together or not at all",
    async (journal, _subject, clock) => {
      for (const id of ["A", "B", "C"]) await journal.append(alarm(id), [hop(1, "received")]);
      for (const id of ["B", "A"]) journal.note({ id, delivered: 2, hop: hop(2, "delivered") });
      await journal.flush();
      clock.now += 100 * DAY;
      await journal.append(alarm("Z", { account: "2" }), [hop(1, "received")]);
      const old = { before: clock.now - 50 * DAY };
      // Hops of A and B came behind the first of C, which waits.
      assertEquals((await pruneAll(journal, old)).removed, 0);
      journal.note({ id: "C", delivered: 3, hop: hop(3, "delivered") });
      await journal.append(alarm("Y", { account: "2" }), [hop(1, "received")]);
      assertEquals((await pruneAll(journal, { ...old, limit: 1 })).removed, 3);
      assertEquals(await left(journal), ["Z", "Y"]);
    },
  );

  test(
    "prune for the size takes the oldest until it fits, and no alarm of the last day",
    async (journal, _subject, clock) => {
      const raw = new Uint8Array(20_000);
      for (let i = 10; i < 40; i++) await done(journal, `A${i}`, { raw, account: String(i % 3) });
      assertEquals(await pruneAll(journal, { maxBytes: 1000 }), { removed: 0, over: true });
      clock.now += 2 * DAY;
      await done(journal, "Z");
      const { removed, over } = await pruneAll(journal, { maxBytes: 350_000 });
      assertEquals(over, false);
      assert(removed > 8 && removed < 25, `${removed}`);
      // What is left is the newest of all accounts.
      const rest = await left(journal);
      assertEquals(rest.at(-1), "Z");
      assert(Number(rest[0]?.slice(1)) >= 10 + removed - 3, rest.join());
      assert((await pruneAll(journal, { maxBytes: 1 })).over);
      assertEquals(await left(journal), ["Z"]);
    },
  );

  test(
    "prune: an alarm that was stored under a clock gone ahead is as old as the next",
    async (journal, _subject, clock) => {
      const start = clock.now;
      await done(journal, "A");
      clock.now = start + 30_000 * DAY;
      await done(journal, "B");
      clock.now = start + DAY;
      await done(journal, "C");
      await done(journal, "D", { account: "2" });
      clock.now = start + 100 * DAY;
      await done(journal, "E");
      assertEquals((await pruneAll(journal, { before: clock.now - 50 * DAY })).removed, 4);
      assertEquals(await left(journal), ["E"]);
    },
  );

  test("prune looks behind many alarms that stay", async (journal, _subject, clock) => {
    for (let i = 0; i < 50; i++) await journal.append(alarm(`W${i}`), [hop(1, "received")]);
    await done(journal, "A", { account: "2" });
    clock.now += 10 * DAY;
    await done(journal, "B", { account: "2" });
    assertEquals((await pruneAll(journal, { before: clock.now - DAY })).removed, 1);
    assertEquals((await journal.stats()).waiting, { rct: 50 });
  });

  test("prune leaves the newest hop: its number is not given again", async (journal, subject, clock) => {
    for (const id of ["A", "B", "C"]) await done(journal, id, { account: id });
    journal.note({ id: "B", hop: hop(3, "acknowledged") });
    await journal.flush();
    clock.now += 100 * DAY;
    assertEquals(await pruneAll(journal, { before: clock.now - DAY }), { removed: 2, over: false });
    const again = await subject.reopen();
    assertEquals(await left(again), ["B"]);
    await done(again, "D", { account: "A" });
    clock.now += 100 * DAY;
    assertEquals((await pruneAll(again, { before: clock.now - DAY })).removed, 1);
    assertEquals(await left(again), ["D"]);
  });

  test("prune takes nothing behind a number, whatever its age", async (journal, _subject, clock) => {
    for (const id of ["A", "B", "C", "D", "E"]) await done(journal, id);
    clock.now += 100 * DAY;
    const before = clock.now - DAY;
    assertEquals((await journal.prune({ before, beforeSeq: 2, limit: 100 })).removed, 2);
    assertEquals(
      (await journal.prune({ before, youngSeq: 3, maxBytes: 0, beforeSeq: 0, limit: 100 })).removed,
      1,
    );
    assertEquals(await left(journal), ["D", "E"]);
  });

  test("times are spread over the whole journal, newest first", async (journal, _subject, clock) => {
    const start = clock.now;
    assertEquals(await journal.times(10), []);
    for (let i = 0; i < 100; i++) {
      clock.now += 1000;
      await journal.append(alarm(`A${i}`), [hop(1, "received")]);
    }
    assertEquals(
      (await journal.times(1000)).map(({ seq }) => seq),
      Array.from({ length: 100 }, (_, i) => 100 - i),
    );
    const some = await journal.times(10);
    assert(some.length >= 10 && some.length <= 12, `${some.length}`);
    assertEquals(some[0], { seq: 100, storedAt: start + 100_000 });
    for (const [i, { seq, storedAt }] of some.entries()) {
      assertEquals(storedAt, start + seq * 1000);
      if (i > 0) assert(some[i - 1]!.seq - seq <= 11 && some[i - 1]!.seq > seq);
    }
    assert(some.at(-1)!.seq <= 11, `${some.at(-1)?.seq}`);
  });

  test("recent gives the latest with their hops, newest first", async (journal) => {
    for (const [i, id] of ["A", "B", "C"].entries()) {
      await journal.append(alarm(id), [hop(i, "received", id)]);
    }
    const lives = await journal.recent(2);
    assertEquals(lives.map(({ alarm, hops }) => [alarm.id, hops]), [
      ["C", [hop(2, "received", "C")]],
      ["B", [hop(1, "received", "B")]],
    ]);
    assertEquals(await journal.recent(0), []);
    assertEquals(await journal.life("nothing"), undefined);
  });

  test("stats count what was ever stored", async (journal) => {
    assertEquals((await journal.stats()).stored, 0);
    for (const id of ["A", "B"]) await journal.append(alarm(id, { lane: "__proto__" }), []);
    journal.note({ id: "A", delivered: 1 });
    const { stored, waiting, bytes } = await journal.stats();
    assertEquals([stored, Object.entries(waiting)], [2, [["__proto__", 1]]]);
    assert(bytes > 0);
  });

  test("an alarm is stored in spite of dates that are none", async (journal) => {
    const broken = event("A", { occurredAt: new Date(NaN), receivedAt: new Date(NaN) });
    await journal.append(alarm("A", { events: [broken] }), []);
    assertEquals((await journal.life("A"))?.alarm.data, alarm("A").data);
  });

  test("after close everything rejects as closed, and close may be called again", async (journal) => {
    await Promise.all([journal.close(), journal.close()]);
    await journal.close();
    journal.note({ id: "A", told: true });
    for (
      const call of [
        () => journal.append(alarm("A"), []),
        () => journal.offer(["A"]),
        () => journal.flush(),
        () => journal.waiting("rct", 0, 1),
        () => journal.stats(),
        () => journal.prune({ limit: 10 }),
      ]
    ) {
      assertEquals((await assertRejects(call, JournalError)).rule, "closed");
    }
  });

  test("any text, bytes, time and events come back as they were given", async (journal) => {
    let count = 0;
    const text = fc.string({ unit: "grapheme", maxLength: 12 }).map((value) => value.toWellFormed());
    const withNul = fc.oneof(text, text.map((value) => `${value}\0${value}`));
    const bytes = fc.uint8Array({ maxLength: 300 });
    const arbitrary = fc.record({
      lane: withNul,
      origin: withNul,
      account: withNul,
      protocol: fc.constantFrom("sia", "contact-id", "scancom", "vds2465"),
      data: bytes,
      raw: bytes,
      time: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
      open: fc.boolean(),
      offered: fc.boolean(),
      events: fc.array(
        fc.record({ text: withNul, raw: bytes, at: fc.date({ noInvalidDate: true }) })
          .map(({ text, raw, at }): AlarmEvent => event("E", { text, raw, receivedAt: at })),
        { maxLength: 3 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(
        arbitrary,
        withNul,
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        async (fields, detail, at) => {
          const given: NewAlarm = { id: `P${count++}`, ...fields };
          await journal.append(given, [{ at, step: "received", detail }]);
          const life = await journal.life(given.id);
          assert(life !== undefined);
          const { seq: _seq, storedAt: _at, deliveredAt: _delivered, told: _told, ...rest } = life.alarm;
          assertEquals(rest, given);
          assertEquals(life.hops.map((row) => [row.at === at, row.detail]), [[true, detail]]);
        },
      ),
      { numRuns: 60 },
    );
  });
}
