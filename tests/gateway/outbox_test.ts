import { assert, assertEquals, assertLess, assertLessOrEqual } from "@std/assert";
import { DISK_FULL, idsOf, Rig, settled, shakyJournal, store } from "./outbox_rig.ts";

const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `A${from + i}`);

Deno.test("an outbox gives out alarms in the order of acceptance, those from before the start first", async () => {
  const journal = shakyJournal();
  await store(journal, "A0");
  await store(journal, "A1");
  const { outbox, drain } = bound(new Rig(journal, false));
  await outbox.start();
  outbox.add(await store(journal, "A2"));
  assertEquals(idsOf(await drain()), ["A0", "A1", "A2"]);
});

Deno.test("five thousand alarms from before the start are paged in, in order, each once", async () => {
  const journal = shakyJournal();
  for (const id of numbered(5000)) await store(journal, id);
  const { outbox, drain } = bound(new Rig(journal, false));
  await outbox.start();
  for (const id of numbered(50, 5000)) outbox.add(await store(journal, id));
  assertEquals(idsOf(await drain()), numbered(5050));
});

Deno.test("three thousand alarms that come while nothing is taken are kept, in order, the journal holding most", async () => {
  const journal = shakyJournal();
  const { outbox, drain } = bound(new Rig(journal, true));
  await outbox.start();
  for (const id of numbered(3000)) outbox.add(await store(journal, id, { offered: outbox.offersNext }));
  const got = await drain();
  assertEquals(idsOf(got), numbered(3000));
  assert(got.every(({ repeated }) => !repeated), "nothing of this run is a repeat");
});

Deno.test("alarms added while a page loads are neither lost nor doubled", async () => {
  const journal = shakyJournal();
  for (const id of numbered(10)) await store(journal, id);
  const { outbox, drain } = bound(new Rig(journal, false));
  const open = Promise.withResolvers<void>();
  journal.gate = open.promise;
  const starting = outbox.start();
  await settled();
  for (const id of numbered(10, 10)) outbox.add(await store(journal, id));
  open.resolve();
  await starting;
  assertEquals(idsOf(await drain()), numbered(20));
});

Deno.test("an alarm completed late goes out in its place among those that wait", async () => {
  const journal = shakyJournal();
  const { outbox, drain } = bound(new Rig(journal, false));
  await outbox.start();
  const late = await store(journal, "LATE", { open: true });
  outbox.add(await store(journal, "B"));
  await journal.complete("LATE");
  outbox.add({ ...late, open: false }, true);
  assertEquals(idsOf(await drain()), ["LATE", "B"]);
});

Deno.test("an alarm completed while a page is on its way that does not hold it is not forgotten", async () => {
  const journal = shakyJournal();
  const late = await store(journal, "LATE", { open: true });
  await store(journal, "B");
  const { outbox, drain } = bound(new Rig(journal, false));
  const open = Promise.withResolvers<void>();
  journal.gate = open.promise;
  const starting = outbox.start();
  await settled();
  await journal.complete("LATE");
  outbox.add({ ...late, open: false }, true);
  open.resolve();
  await starting;
  assertEquals(idsOf(await drain()).sort(), ["B", "LATE"]);
});

Deno.test("an alarm completed while a page is on its way that holds it goes out once", async () => {
  const journal = shakyJournal();
  const late = await store(journal, "LATE", { open: true });
  const { outbox, drain } = bound(new Rig(journal, false));
  await journal.complete("LATE");
  await outbox.start();
  outbox.add({ ...late, open: false }, true);
  assertEquals(idsOf(await drain()), ["LATE"]);
});

Deno.test("an alarm whose completion the journal could not note goes out all the same, and the outbox does not spin", async () => {
  const journal = shakyJournal();
  for (const id of numbered(1200)) await store(journal, id);
  const { outbox, drain } = bound(new Rig(journal, false));
  await outbox.start();
  const late = await store(journal, "LATE", { open: true });
  outbox.add({ ...late, open: false }, true);
  const got = idsOf(await drain());
  assertEquals(got.toSorted(), [...numbered(1200), "LATE"].toSorted());
  const { reads } = journal;
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertLess(journal.reads - reads, 3);
});

Deno.test("an alarm left to the journal that the journal does not give back makes no endless loop", async () => {
  const journal = shakyJournal();
  const { outbox } = bound(new Rig(journal, false));
  const starting = outbox.start();
  outbox.add(await store(journal, "A0", { lane: "elsewhere" }));
  await starting;
  assertLess(journal.reads, 4);
});

Deno.test("with marks nothing is given out before the journal has noted that it may be", async () => {
  const journal = shakyJournal();
  await store(journal, "A0");
  const { outbox } = bound(new Rig(journal, true));
  await outbox.start();
  assertEquals(outbox.take(0), undefined);
  assertEquals((await journal.life("A0"))?.alarm.offered, true);
  await settled();
  assertEquals(outbox.take(0)?.alarm.id, "A0");
});

Deno.test("offer() fails once: nothing is given out, the next stage is told, and a pause later it goes on", async () => {
  const journal = shakyJournal();
  await store(journal, "A0");
  const rig = new Rig(journal, true);
  await rig.outbox.start();
  journal.failure = DISK_FULL;
  assertEquals(rig.outbox.take(5000), undefined);
  const { told } = rig;
  await settled();
  assertLess(told, rig.told, "nobody would ask again");
  assertEquals(rig.outbox.take(5000), undefined);
  const { nextTime } = rig.outbox;
  assert(nextTime !== undefined && nextTime > 5000 && nextTime <= 10_000, `asked again at ${nextTime}`);
  journal.failure = undefined;
  assertEquals(idsOf(await rig.drain(nextTime)), ["A0"]);
});

Deno.test("waiting() fails once at the start: the next stage is told, and a pause later it goes on", async () => {
  const journal = shakyJournal();
  await store(journal, "A0");
  const rig = new Rig(journal, false);
  journal.readFailure = DISK_FULL;
  await rig.outbox.start();
  assertEquals(rig.told, 1);
  assertEquals(rig.outbox.take(5000), undefined);
  await settled();
  assertEquals(rig.told, 2, "told again after the second failure");
  assertEquals(rig.outbox.take(5000), undefined);
  const { nextTime } = rig.outbox;
  assert(nextTime !== undefined && nextTime > 5000 && nextTime <= 10_000, `asked again at ${nextTime}`);
  rig.outbox.add(await store(journal, "A1"));
  journal.readFailure = undefined;
  assertEquals(idsOf(await rig.drain(nextTime)), ["A0", "A1"]);
});

Deno.test("after a restart only alarms that were offered may be repeats", async () => {
  const journal = shakyJournal();
  for (const id of numbered(100)) await store(journal, id);
  const first = new Rig(journal, true);
  await first.outbox.start();
  first.outbox.take(0);
  await settled();
  assertEquals(first.outbox.take(0)?.alarm.id, "A0");
  const after = new Rig(journal.crash(), true);
  await after.outbox.start();
  const got = await after.drain();
  assertEquals(idsOf(got), numbered(100));
  assertEquals(
    got.filter(({ repeated }) => repeated).length,
    64,
    "those that the journal had noted as offered",
  );
  assertEquals(got.findLastIndex(({ repeated }) => repeated), 63);
});

Deno.test("an alarm put back keeps its place, and stays marked once it may have arrived", async () => {
  const journal = shakyJournal();
  const { outbox, drain } = bound(new Rig(journal, false));
  await outbox.start();
  for (const id of numbered(3)) outbox.add(await store(journal, id));
  const first = outbox.take(0)!;
  outbox.putBack(first.alarm.id, true);
  outbox.putBack(outbox.take(0)!.alarm.id, false);
  const got = await drain();
  assertEquals(idsOf(got), numbered(3));
  assertEquals(got.map(({ repeated }) => repeated), [true, false, false]);
  outbox.putBack("A0", true);
  assertEquals(outbox.take(0), undefined, "what is delivered cannot be put back");
});

Deno.test("an alarm held back lets the others pass, and goes first when its time has come", async () => {
  const journal = shakyJournal();
  const { outbox } = bound(new Rig(journal, false));
  await outbox.start();
  for (const id of numbered(3)) outbox.add(await store(journal, id));
  outbox.putBack(outbox.take(0)!.alarm.id, false, 500);
  assertEquals(outbox.nextTime, 500);
  assertEquals(outbox.take(499)?.alarm.id, "A1");
  assertEquals(outbox.take(500)?.alarm.id, "A0");
  assertEquals(outbox.nextTime, undefined);
});

Deno.test("a time that has passed is no time to wait for, while an earlier alarm waits for the journal", async () => {
  const journal = shakyJournal();
  const { outbox } = bound(new Rig(journal, true));
  const first = await store(journal, "A0", { open: true });
  await outbox.start();
  outbox.add(await store(journal, "A1", { offered: true }));
  outbox.putBack(outbox.take(0)!.alarm.id, false, 500);
  outbox.add({ ...first, open: false }, true);
  assertEquals(outbox.take(600), undefined, "A0 is not noted as offered yet");
  assertEquals(outbox.nextTime, undefined);
  await settled();
  assertEquals(outbox.take(600)?.alarm.id, "A0");
});

Deno.test("two thousand alarms that are held back do not hold up the one behind them", async () => {
  const journal = shakyJournal();
  const { outbox } = bound(new Rig(journal, false));
  for (const id of numbered(2000)) await store(journal, id);
  await outbox.start();
  for (let parked = 0, idle = 0; parked < 2000 && idle < 20;) {
    const waiting = outbox.take(1);
    if (waiting === undefined) {
      idle++;
      await settled();
      continue;
    }
    parked++;
    outbox.putBack(waiting.alarm.id, false, 30_000);
  }
  outbox.add(await store(journal, "FIRE"));
  outbox.take(2);
  await settled();
  const fire = outbox.inHand("FIRE") ?? outbox.take(3);
  assertEquals(fire?.alarm.id, "FIRE");
});

Deno.test("a closed outbox asks the journal no more", async () => {
  const journal = shakyJournal();
  for (const id of numbered(1200)) await store(journal, id);
  const { outbox } = bound(new Rig(journal, true));
  await outbox.start();
  outbox.close();
  const { reads } = journal;
  assertEquals(outbox.take(0), undefined);
  await settled();
  assertEquals(journal.reads, reads);
  assertEquals((await journal.life("A0"))?.alarm.offered, false);
});

function bound(rig: Rig): { outbox: Rig["outbox"]; drain: (now?: number) => ReturnType<Rig["drain"]> } {
  return { outbox: rig.outbox, drain: (now) => rig.drain(now) };
}

Deno.test("twenty thousand alarms wait: a thousand of them in memory, then and while they go, in order, each once", async () => {
  const rig = new Rig(shakyJournal(), true);
  await rig.outbox.start();
  const ids = Array.from({ length: 20_000 }, (_, i) => `A${String(i).padStart(5, "0")}`);
  let most = 0;
  for (const id of ids) {
    rig.outbox.add(await store(rig.journal, id, { offered: rig.outbox.offersNext }));
    most = Math.max(most, rig.outbox.held);
  }
  assertEquals(rig.outbox.held, 1000);
  const got: string[] = [];
  for (let idle = 0; idle < 3;) {
    const waiting = rig.outbox.take(0);
    most = Math.max(most, rig.outbox.held);
    if (waiting === undefined) {
      idle++;
      await settled();
      continue;
    }
    idle = 0;
    got.push(waiting.alarm.id);
    rig.outbox.done(waiting.alarm.id);
    rig.journal.note({ id: waiting.alarm.id, delivered: 1 });
  }
  assertEquals(got.length, ids.length);
  assertEquals(got, ids);
  assertLessOrEqual(most, 1000);
});
