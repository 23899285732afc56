import { assertEquals, assertRejects } from "@std/assert";
import { JournalError } from "../../src/journal/journal.ts";
import { MemoryJournal } from "../../src/journal/memory_journal.ts";
import { alarm, hop, ids } from "./alarms.ts";
import { testJournalContract } from "./contract.ts";

testJournalContract("MemoryJournal", (now) => {
  let journal = new MemoryJournal({ now });
  return Promise.resolve({
    journal,
    reopen: async () => {
      await journal.close();
      journal = journal.crash();
      return journal;
    },
    dispose: () => journal.close(),
  });
});

Deno.test("MemoryJournal: while a failure is set nothing is stored, notes are kept, and the fault is told once", async () => {
  const faults: (string | undefined)[] = [];
  const journal = new MemoryJournal({ now: () => 5, onFault: (fault) => faults.push(fault?.rule) });
  await journal.append(alarm("A"), []);
  journal.failure = new JournalError("disk-full", "The disk is full.");
  journal.note({ id: "A", delivered: 9, hop: hop(9, "delivered") });
  for (const id of ["B", "C"]) {
    assertEquals((await assertRejects(() => journal.append(alarm(id), []), JournalError)).rule, "disk-full");
  }
  assertEquals(ids(await journal.waiting("rct", 0, 10)), ["A"]);
  journal.failure = undefined;
  await journal.append(alarm("B"), []);
  assertEquals(ids(await journal.waiting("rct", 0, 10)), ["B"]);
  assertEquals((await journal.life("A"))?.hops, [hop(9, "delivered")]);
  assertEquals(faults, ["disk-full", undefined]);
});

Deno.test("MemoryJournal: a crash before the commit loses what was not acknowledged, and only that", async () => {
  const commits: (() => void)[] = [];
  const journal = new MemoryJournal({ now: () => 5, schedule: (commit) => commits.push(commit) });
  const first = journal.append(alarm("A"), []);
  commits.shift()?.();
  await first;
  let settled = false;
  journal.append(alarm("B"), []).finally(() => settled = true);
  const next = journal.crash();
  commits.shift()?.();
  await Promise.resolve();
  const waiting = next.waiting("rct", 0, 10);
  commits.shift()?.();
  assertEquals(ids(await waiting), ["A"]);
  assertEquals(settled, false);
});
