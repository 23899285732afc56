import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import type { Journal } from "../../src/journal/journal.ts";
import { JournalReader } from "../../src/journal/journal_reader.ts";
import { openJournal } from "../../src/journal/sqlite_journal.ts";
import { type ChainFinding, type KnownHead, verifyChain } from "../../src/journal/verify_chain.ts";
import { alarm, event, hop } from "./alarms.ts";

/** Runs with a folder for a journal, and removes it. */
async function inFolder(run: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(`${folder}/journal.db`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function verified(path: string, known: readonly KnownHead[] = []): ChainFinding[] {
  const reader = JournalReader.open(path);
  try {
    return verifyChain(reader, known).findings;
  } finally {
    reader.close();
  }
}

const rules = (findings: readonly ChainFinding[]) => findings.map(({ rule }) => rule);

/** Two accounts, six alarms, amended, delivered and told. */
async function written(path: string): Promise<void> {
  const journal = await openJournal({ path });
  for (let i = 1; i <= 6; i++) {
    const account = i % 2 === 0 ? "1234" : "9\0 9";
    const open = i === 4;
    await journal.append(alarm(`A${i}`, { account, open, events: [event(`A${i}`)] }), [
      hop(i, "received", `panel ${i}`),
    ]);
    journal.note({ id: `A${i}`, hop: hop(i + 0.25, "stored") });
  }
  const data = new TextEncoder().encode("#1234|NBA01|AHall");
  await journal.amend(
    "A4",
    { data, raw: data, events: [event("A4", { text: "Hall" })] },
    hop(4.5, "amended"),
  );
  for (let i = 1; i <= 5; i++) {
    journal.note({ id: `A${i}`, hop: hop(i + 10, "delivered", "AE"), delivered: i + 10 });
    journal.note({ id: `A${i}`, hop: hop(i + 10.5, "acknowledged"), told: true });
  }
  assertEquals((await journal.append(alarm("A1"), [hop(30, "received", "again")])).known, true);
  await journal.close();
}

function tamper(path: string, ...statements: string[]): void {
  const db = new DatabaseSync(path);
  for (const sql of statements) db.exec(sql);
  db.close();
}

function headsOf(path: string): KnownHead[] {
  const db = new DatabaseSync(path, { readOnly: true });
  const rows = db.prepare("SELECT account, link, count FROM chain").all();
  db.close();
  return rows.map(({ account, link, count }) => ({
    account: account instanceof Uint8Array ? new TextDecoder().decode(account) : String(account),
    link: (link as Uint8Array).toHex(),
    count: Number(count),
  }));
}

Deno.test("chain: a journal as it was written holds, again and again", () =>
  inFolder(async (path) => {
    await written(path);
    assertEquals(verified(path), []);
    assertEquals(verified(path, headsOf(path)), []);
    const journal = await openJournal({ path });
    await journal.append(alarm("A7"), [hop(40, "received")]);
    // Beside the gateway that has it, too.
    assertEquals(verified(path), []);
    await journal.close();
    assertEquals(verified(path), []);
  }));

const TAMPERED: readonly [what: string, statements: string[], expected: ChainFinding["rule"][]][] = [
  ["a hop's words were edited", ["UPDATE hop SET detail = 'AE two' WHERE id = 14"], ["hop-broken"]],
  ["a hop's time was edited", ["UPDATE hop SET at = at + 1 WHERE id = 3"], ["hop-broken"]],
  ["a hop was given to another alarm", ["UPDATE hop SET alarm = 4 WHERE id = 3"], ["hop-broken"]],
  ["two hops changed places", [
    "UPDATE hop SET id = 100 WHERE id = 3",
    "UPDATE hop SET id = 3 WHERE id = 7",
    "UPDATE hop SET id = 7 WHERE id = 100",
  ], ["hop-broken", "hop-broken", "hop-broken"]],
  ["a hop was taken away", ["DELETE FROM hop WHERE id = 14"], ["hop-broken", "delivery-unproven"]],
  ["a hop was put in", ["INSERT INTO hop (alarm, at, step, detail) VALUES (2, 5, 'delivered', '')"], [
    "hop-without-link",
    "end-missing",
  ]],
  ["the last hop of an account was taken away", [
    "DELETE FROM hop WHERE id = (SELECT max(id) FROM hop)",
  ], ["end-missing"]],
  ["an alarm's data was edited", ["UPDATE alarm SET data = x'00' WHERE id = 'A2'"], ["alarm-edited"]],
  ["an amended alarm's events were edited", ["UPDATE alarm SET events = '[]' WHERE id = 'A4'"], [
    "alarm-edited",
  ]],
  ["an alarm was marked as delivered", ["UPDATE alarm SET delivered_at = 5 WHERE id = 'A6'"], [
    "delivery-unproven",
  ]],
  ["an alarm was taken away, its hops left", ["DELETE FROM alarm WHERE id = 'A6'"], [
    "alarm-missing",
    "alarm-missing",
  ]],
  ["an alarm was taken away with its hops", [
    "DELETE FROM hop WHERE alarm = (SELECT seq FROM alarm WHERE id = 'A2')",
    "DELETE FROM alarm WHERE id = 'A2'",
  ], ["hop-broken"]],
  ["an alarm was put in", [
    "INSERT INTO alarm SELECT 99, 'A99', lane, origin, account, protocol, data, raw, time, events, open, offered, " +
    "stored_at, NULL, told FROM alarm WHERE id = 'A2'",
  ], ["alarm-unbound"]],
  ["the head of an account was taken away", ["DELETE FROM chain WHERE account = '1234'"], ["end-missing"]],
];

for (const [what, statements, expected] of TAMPERED) {
  Deno.test(`chain: ${what}: found`, () =>
    inFolder(async (path) => {
      await written(path);
      tamper(path, ...statements);
      const found = rules(verified(path));
      for (const rule of new Set(expected)) {
        const count = expected.filter((each) => each === rule).length;
        assert(found.filter((each) => each === rule).length >= count, `${rule} in ${found}`);
      }
    }));
}

Deno.test("chain: an end made anew shows against a head that was kept elsewhere, and only there", () =>
  inFolder(async (path) => {
    await written(path);
    const kept = headsOf(path);
    // Whoever can write the file can also compute.
    const db = new DatabaseSync(path);
    db.exec(
      "DELETE FROM hop WHERE alarm = 6; DELETE FROM alarm WHERE seq = 6; UPDATE hop SET link = NULL, content = NULL",
    );
    db.exec("DELETE FROM chain");
    const { chainAll } = await import("../../src/journal/chain_all.ts");
    db.exec("BEGIN");
    chainAll(db);
    db.exec("COMMIT");
    db.close();
    assertEquals(verified(path), []);
    const against = rules(verified(path, kept));
    assert(against.includes("end-missing") || against.includes("head-moved"), against.join());
  }));

Deno.test("chain: a journal without one gets it at the first start, and holds", () =>
  inFolder(async (path) => {
    await written(path);
    tamper(
      path,
      "DROP TABLE chain",
      "DROP INDEX alarm_account",
      "ALTER TABLE hop DROP COLUMN link",
      "ALTER TABLE hop DROP COLUMN content",
      "PRAGMA user_version = 1",
    );
    const journal = await openJournal({ path });
    assertEquals((await journal.recent(10)).length, 6);
    await journal.append(alarm("A7"), [hop(40, "received")]);
    await journal.close();
    assertEquals(verified(path), []);
    tamper(path, "UPDATE hop SET detail = 'x' WHERE id = 2");
    assertEquals(rules(verified(path)), ["hop-broken"]);
  }));

Deno.test("chain: what the database refuses leaves no trace in it", () =>
  inFolder(async (path) => {
    const journal = await openJournal({ path });
    const results = await Promise.allSettled([
      journal.append(alarm("A"), [hop(1, "received")]),
      // The first hop is taken, the second is none.
      journal.append(alarm("B"), [hop(2, "received"), hop(NaN, "stored")]),
      journal.append(alarm("C"), [hop(3, "received")]),
    ]);
    assertEquals(results.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
    await journal.append(alarm("D"), [hop(4, "received")]);
    await journal.close();
    assertEquals(verified(path), []);
  }));

Deno.test("chain: it goes on where it stood when the disk was full", () =>
  inFolder(async (path) => {
    const journal = await openJournal({ path, maxPages: 40 });
    await journal.append(alarm("A"), [hop(1, "received")]);
    const large = alarm("B", { raw: new Uint8Array(400_000) });
    const failed = await journal.append(large, [hop(2, "received")]).catch(({ rule }) => rule);
    assertEquals(failed, "disk-full");
    await journal.append(alarm("C"), [hop(3, "received")]);
    await journal.close();
    assertEquals(verified(path), []);
  }));

Deno.test("chain: it holds whatever was asked in whatever order, refused amendments included", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          kind: fc.constantFrom("append", "note", "amend", "complete", "offer"),
          alarm: fc.integer({ min: 0, max: 5 }),
          account: fc.constantFrom("1", "2", ""),
        }),
        { maxLength: 60 },
      ),
      (steps) =>
        inFolder(async (path) => {
          const journal = await openJournal({ path });
          for (const { kind, alarm: number, account } of steps) await step(journal, kind, number, account);
          await journal.close();
          assertEquals(verified(path), []);
        }),
    ),
    { numRuns: 15 },
  ));

Deno.test("chain: rows of a commit whose answer was lost are taken back, and it goes on from there", () =>
  inFolder(async (path) => {
    const worker = () => new Worker(new URL("./mortal_worker.ts", import.meta.url), { type: "module" });
    const journal = await openJournal({ path, worker });
    for (const [round, account] of ["1", "2", "1"].entries()) {
      await step(journal, "append", round, account);
      // The commit reaches the disk, its answer does not.
      const lost = journal.append(alarm(`CRASH-AFTER-${round}`, { account }), [hop(1, "received")]);
      assertEquals(await lost.catch(({ rule }) => rule), "io");
      await step(journal, "note", round, account);
    }
    await journal.close();
    assertEquals(verified(path), []);
  }));

/** Something that a gateway asks of its journal. */
async function step(journal: Journal, kind: string, number: number, account: string): Promise<void> {
  const id = `A${number}`;
  switch (kind) {
    case "append":
      await journal.append(alarm(id, { account, open: number > 3 }), [hop(1, "received"), hop(2, "stored")]);
      return;
    case "note":
      return journal.note({ id, hop: hop(3, "delivered"), delivered: 3 });
    case "amend": {
      const change = { data: new Uint8Array(2), raw: new Uint8Array(), events: [] };
      await journal.amend(id, change, hop(4, "amended")).catch(() => {});
      return;
    }
    case "complete":
      return await journal.complete(id);
    case "offer":
      return await journal.offer([id]);
  }
}
