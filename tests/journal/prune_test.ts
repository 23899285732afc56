import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import { JournalReader } from "../../src/journal/journal_reader.ts";
import { MemoryJournal } from "../../src/journal/memory_journal.ts";
import { openJournal } from "../../src/journal/sqlite_journal.ts";
import { type KnownHead, verifyChain } from "../../src/journal/verify_chain.ts";
import { seedOfRun } from "../sim/seeded_random.ts";
import { alarm, hop, ids } from "./alarms.ts";

const DAY = 86_400_000;

async function inFolder(run: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(`${folder}/journal.db`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function verified(path: string, known: readonly KnownHead[] = []) {
  const reader = JournalReader.open(path);
  try {
    return verifyChain(reader, known);
  } finally {
    reader.close();
  }
}

function headsOf(path: string): KnownHead[] {
  const db = new DatabaseSync(path, { readOnly: true });
  const rows = db.prepare("SELECT account, link, count FROM chain").all();
  db.close();
  return rows.map(({ account, link, count }) => ({
    account: String(account),
    link: (link as Uint8Array).toHex(),
    count: Number(count),
  }));
}

function sql(path: string, statement: string): void {
  const db = new DatabaseSync(path);
  db.exec(statement);
  db.close();
}

type Step =
  | { kind: "append" | "deliver" | "finish" | "amend" | "close"; id: number; account: string; bare: boolean }
  | { kind: "prune"; keep: number; limit: number }
  | { kind: "wait"; days: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          ...(["append", "append", "append", "deliver", "deliver", "finish", "amend", "close"] as const),
        ),
        id: fc.integer({ min: 0, max: 9 }),
        account: fc.constantFrom("1", "2"),
        bare: fc.boolean(),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("prune" as const),
        keep: fc.integer({ min: 0, max: 2 }),
        limit: fc.integer({ min: 1, max: 12 }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("wait" as const), days: fc.integer({ min: 1, max: 4 }) }),
    },
  ),
  { maxLength: 120, size: "max" },
);

Deno.test("prune: whatever was stored and pruned in whatever order, the chain holds, what waits stays, and memory agrees", async () => {
  let removed = 0;
  await fc.assert(
    fc.asyncProperty(steps, (given) =>
      inFolder(async (path) => {
        const clock = { now: 1_700_000_000_000 };
        const now = () => clock.now;
        const disk = await openJournal({ path, now }), memory = new MemoryJournal({ now });
        const both = [disk, memory] as const;
        for (const step of given) {
          if (step.kind === "wait") {
            clock.now += step.days * DAY;
            continue;
          }
          const before = step.kind === "prune" ? clock.now - step.keep * DAY : 0;
          for (const journal of both) {
            if (step.kind === "prune") {
              for (let after = 0, calls = 0;; calls++) {
                assert(calls < 200, "it comes to no end");
                const pruned = await journal.prune({ before, limit: step.limit, after });
                if (!pruned.more) break;
                after = pruned.next;
              }
              continue;
            }
            const { kind, account, bare } = step;
            const id = `A${step.id}`;
            const fields = { account, open: step.id > 7 };
            if (kind === "append") {
              await journal.append(alarm(id, fields), bare ? [] : [hop(1, "received")]);
            } else if (kind === "deliver") {
              journal.note({ id, delivered: 5, hop: hop(5, "delivered") });
            } else if (kind === "finish") {
              for (let i = 0; i < 8; i++) {
                journal.note({ id: `A${(i + step.id) % 8}`, delivered: 6, hop: hop(6, "delivered") });
              }
            } else if (kind === "close") await journal.complete(id);
            else {
              const change = { data: new Uint8Array(2), raw: new Uint8Array(), events: [] };
              await journal.amend(id, change, hop(4, "amended")).catch(() => {});
            }
          }
        }
        const seen = await Promise.all(both.map(async (journal) => await journal.recent(1000)));
        assertEquals(
          seen[0]!.map(({ alarm, hops }) => [alarm.id, hops]),
          seen[1]!.map(({ alarm, hops }) => [alarm.id, hops]),
        );
        await disk.close();
        removed += (await memory.stats()).stored - seen[1]!.length;
        // An alarm without a first hop is told as unbound, as before.
        const findings = verified(path).findings.filter(({ rule }) => rule !== "alarm-unbound");
        assertEquals(findings, []);
      })),
    { numRuns: 60, endOnFailure: true, seed: seedOfRun(4711) },
  );
  assert(removed > 100, `only ${removed} alarms were pruned in all`);
});

Deno.test("prune: what is left of a chain holds, against heads kept before too; a base that was put in shows", () =>
  inFolder(async (path) => {
    const clock = { now: 1_700_000_000_000 };
    const journal = await openJournal({ path, now: () => clock.now });
    const store = async (id: string) => {
      await journal.append(alarm(id), [hop(1, "received")]);
      journal.note({ id, delivered: 2, hop: hop(2, "delivered") });
      await journal.flush();
    };
    for (const id of ["A", "B", "C"]) await store(id);
    const early = headsOf(path);
    clock.now += 10 * DAY;
    for (const id of ["D", "E"]) await store(id);
    const late = headsOf(path);
    assertEquals((await journal.prune({ before: clock.now - DAY, limit: 100 })).removed, 3);
    await store("F");
    await journal.close();
    const { pruned, hops, findings } = verified(path, [...early, ...late]);
    assertEquals([pruned, hops, findings], [6, 6, []]);
    // It goes on from there after a start.
    const again = await openJournal({ path, now: () => clock.now });
    await again.append(alarm("G"), [hop(1, "received")]);
    await again.close();
    assertEquals(verified(path).findings, []);
    sql(path, "UPDATE chain SET base = zeroblob(32)");
    assertEquals(verified(path, early).findings.map(({ rule }) => rule), ["head-moved", "hop-broken"]);
    // One alarm more taken away by hand, with the numbers set to match: a head that was kept tells.
    sql(path, "DELETE FROM hop WHERE alarm = 4; DELETE FROM alarm WHERE seq = 4");
    sql(path, `UPDATE chain SET pruned = pruned + 2, base = (SELECT link FROM hop ORDER BY id LIMIT 1)`);
    assert(verified(path, late).findings.length > 0);
  }));

Deno.test("prune: an alarm with a hop that another program put in stays, for all to see", () =>
  inFolder(async (path) => {
    const clock = { now: 1_700_000_000_000 };
    const journal = await openJournal({ path, now: () => clock.now });
    for (const id of ["A", "B"]) {
      await journal.append(alarm(id), [hop(1, "received")]);
      journal.note({ id, delivered: 2 });
    }
    await journal.flush();
    sql(path, "INSERT INTO hop (alarm, at, step, detail) VALUES (1, 5, 'acknowledged', '')");
    clock.now += 10 * DAY;
    await journal.append(alarm("Z", { account: "9" }), [hop(1, "received")]);
    assertEquals((await journal.prune({ before: clock.now, limit: 100 })).removed, 0);
    await journal.close();
    assert(verified(path).findings.some(({ rule }) => rule === "hop-without-link"));
  }));

Deno.test("prune: what becomes free is used again: the file stays as large as it was", () =>
  inFolder(async (path) => {
    const clock = { now: 1_700_000_000_000 };
    const journal = await openJournal({ path, now: () => clock.now });
    const raw = new Uint8Array(3000);
    const round = async (name: string) => {
      for (let i = 0; i < 300; i++) {
        const id = `${name}-${i}`;
        void journal.append(alarm(id, { raw, account: String(i % 7) }), [hop(1, "received")]);
        journal.note({ id, delivered: 2, told: true, hop: hop(2, "delivered") });
      }
      await journal.flush();
      clock.now += 2 * DAY;
    };
    const prune = async () => {
      for (let after = 0;;) {
        const { more, next } = await journal.prune({ maxBytes: 1_000_000, limit: 200, after });
        if (!more) return;
        after = next;
      }
    };
    const pages = () => {
      const db = new DatabaseSync(path, { readOnly: true });
      const [count] = Object.values(db.prepare("PRAGMA page_count").get() ?? {});
      db.close();
      return Number(count);
    };
    await round("R0");
    await round("R1");
    const before = pages();
    for (let i = 2; i < 8; i++) {
      await prune();
      await round(`R${i}`);
    }
    assert(pages() <= before + 20, `${before} pages, then ${pages()}`);
    assertEquals(ids((await journal.recent(1)).map(({ alarm }) => alarm)), ["R7-299"]);
    await journal.close();
    assertEquals(verified(path).findings, []);
  }));

Deno.test("prune: one slice of a large journal is short, and alarms are stored between the slices", () =>
  inFolder(async (path) => {
    const clock = { now: 1_700_000_000_000 };
    const journal = await openJournal({ path, now: () => clock.now });
    const total = 20_000;
    for (let i = 0; i < total; i++) {
      const id = `A${i}`;
      void journal.append(alarm(id, { account: String(1000 + i % 50) }), [
        hop(1, "received"),
        hop(2, "stored"),
      ]);
      for (const step of ["sent", "delivered"] as const) {
        journal.note({
          id,
          hop: hop(3, step),
          ...(step === "delivered" ? { delivered: 3, told: true } : {}),
        });
      }
    }
    await journal.flush();
    clock.now += 2 * DAY;
    await journal.append(alarm("Z"), [hop(1, "received")]);
    let removed = 0, calls = 0, most = 0, all = 0;
    for (let after = 0;; calls++) {
      const begun = performance.now();
      const pruned = await journal.prune({ before: clock.now - DAY, limit: 200, after });
      const took = performance.now() - begun;
      most = Math.max(most, took);
      all += took;
      removed += pruned.removed;
      assert(pruned.removed <= 200);
      if (!pruned.more) break;
      after = pruned.next;
    }
    console.log(
      `${removed} alarms in ${calls} slices, the longest ${most.toFixed(1)} ms, all ${all.toFixed(0)} ms`,
    );
    assertEquals(removed, total);
    await journal.close();
    assertEquals(verified(path).findings, []);
  }));
