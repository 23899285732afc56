import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { JournalError } from "../../src/journal/journal.ts";
import { openJournal, type SqliteJournal } from "../../src/journal/sqlite_journal.ts";
import { until } from "../support/until.ts";
import { alarm, event, hop, ids } from "./alarms.ts";
import { testJournalContract } from "./contract.ts";

testJournalContract("SqliteJournal", async (now) => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/journal.db`;
  let journal = await openJournal({ path, now });
  return {
    journal,
    reopen: async () => {
      await journal.close();
      journal = await openJournal({ path, now });
      return journal;
    },
    dispose: async () => {
      await journal.close();
      await Deno.remove(folder, { recursive: true });
    },
  };
});

/** Runs with a folder for a journal, and removes it. */
async function inFolder(run: (path: string, folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(`${folder}/journal.db`, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function ruleOfOpening(path: string): Promise<string> {
  return (await assertRejects(() => openJournal({ path }), JournalError)).rule;
}

Deno.test("SqliteJournal: appends made together share a commit", () =>
  inFolder(async (path) => {
    const journal = await openJournal({ path });
    await Promise.all(
      Array.from({ length: 1000 }, (_, i) => journal.append(alarm(`A${i}`), [hop(1, "received")])),
    );
    assert(journal.commits <= 3, `${journal.commits} commits for 1000 appends`);
    await journal.close();
  }));

Deno.test("SqliteJournal: appends made one after the other have a commit each", () =>
  inFolder(async (path) => {
    const journal = await openJournal({ path });
    for (let i = 0; i < 5; i++) await journal.append(alarm(`A${i}`), []);
    assertEquals(journal.commits, 5);
    await journal.close();
  }));

Deno.test("SqliteJournal: a second gateway on the same journal is refused, also through a link, and may come later", () =>
  inFolder(async (path, folder) => {
    const journal = await openJournal({ path });
    await Deno.symlink(path, `${folder}/link.db`);
    const error = await assertRejects(() => openJournal({ path }), JournalError);
    assertEquals(error.rule, "locked");
    assertStringIncludes(error.message, `process ${Deno.pid}`);
    assertEquals(await ruleOfOpening(`${folder}/link.db`), "locked");
    await journal.close();
    await (await openJournal({ path })).close();
  }));

Deno.test("SqliteJournal: a reader may look on while alarms are stored", () =>
  inFolder(async (path) => {
    const journal = await openJournal({ path });
    await journal.append(alarm("A"), []);
    const reader = new DatabaseSync(path, { readOnly: true });
    reader.exec("BEGIN");
    assertEquals(reader.prepare("SELECT id FROM alarm").all().map((row) => row["id"]), ["A"]);
    await journal.append(alarm("B"), []);
    reader.exec("COMMIT");
    assertEquals(reader.prepare("SELECT id FROM alarm").all().map((row) => row["id"]), ["A", "B"]);
    reader.close();
    await journal.close();
  }));

Deno.test("SqliteJournal: the NTP time is stored as 8 octets, big-endian, in a database with a write-ahead log", () =>
  inFolder(async (path) => {
    const journal = await openJournal({ path });
    await journal.append(alarm("A", { time: 0xfedc_ba98_7654_3210n }), []);
    await journal.close();
    const reader = new DatabaseSync(path, { readOnly: true });
    const row = reader.prepare("SELECT time FROM alarm").get();
    assertEquals(row?.["time"], Uint8Array.fromHex("fedcba9876543210"));
    assertEquals(reader.prepare("PRAGMA journal_mode").get()?.["journal_mode"], "wal");
    reader.close();
  }));

Deno.test("SqliteJournal: a journal of a newer Tocsin is refused and left as it is", () =>
  inFolder(async (path) => {
    await (await openJournal({ path })).close();
    const other = new DatabaseSync(path);
    other.exec("PRAGMA user_version = 99");
    other.close();
    const before = await Deno.readFile(path);
    assertEquals(await ruleOfOpening(path), "newer-schema");
    assertEquals(await Deno.readFile(path), before);
  }));

Deno.test("SqliteJournal: the database of another program is refused and left as it is", () =>
  inFolder(async (path) => {
    const other = new DatabaseSync(path);
    other.exec("CREATE TABLE album (name TEXT)");
    other.close();
    const before = await Deno.readFile(path);
    assertEquals(await ruleOfOpening(path), "not-a-journal");
    assertEquals(await Deno.readFile(path), before);
  }));

Deno.test("SqliteJournal: a damaged journal is refused, never replaced", () =>
  inFolder(async (path) => {
    const journal = await openJournal({ path });
    await Promise.all(
      Array.from({ length: 200 }, (_, i) => journal.append(alarm(`A${i}`), [hop(1, "received")])),
    );
    await journal.close();
    const whole = await Deno.readFile(path);
    for (
      const damage of [
        (bytes: Uint8Array) => bytes.fill(0xa5, 4096, 12288),
        (bytes: Uint8Array) => bytes.fill(0, 0, 100),
        (bytes: Uint8Array) => bytes.subarray(0, bytes.length / 2),
        () => new TextEncoder().encode("x".repeat(5000)),
      ]
    ) {
      const damaged = damage(whole.slice());
      await Deno.writeFile(path, damaged);
      assertEquals(await ruleOfOpening(path), "corrupt");
      assertEquals(await Deno.readFile(path), damaged);
    }
  }));

Deno.test("SqliteJournal: a log whose main file is gone is refused and kept", () =>
  inFolder(async (path) => {
    await Deno.writeFile(`${path}-wal`, new Uint8Array(4152).fill(1));
    assertEquals(await ruleOfOpening(path), "corrupt");
    assertEquals((await Deno.stat(`${path}-wal`)).size, 4152);
  }));

Deno.test("SqliteJournal: a missing folder is named, not made", () =>
  inFolder(async (_path, folder) => {
    const error = await assertRejects(() => openJournal({ path: `${folder}/none/journal.db` }), JournalError);
    assertEquals(error.rule, "io");
    assertStringIncludes(error.message, "does not exist");
  }));

Deno.test("SqliteJournal: an alarm whose events cannot be read any more still comes back with its bytes", () =>
  inFolder(async (path) => {
    const journal = await openJournal({ path });
    await journal.append(alarm("A", { events: [event("A")] }), []);
    await journal.close();
    const other = new DatabaseSync(path);
    other.exec("UPDATE alarm SET events = '[{'");
    other.close();
    const again = await openJournal({ path });
    const [stored] = await again.waiting("rct", 0, 1);
    assertEquals([stored?.data, stored?.events], [alarm("A").data, []]);
    await again.close();
  }));

Deno.test("SqliteJournal: when the disk is full appends reject, notes are kept, and it goes on when there is room", () =>
  inFolder(async (path) => {
    const faults: (string | undefined)[] = [];
    const seqs = new Set<string>();
    let full = await openJournal({ path, maxPages: 40, onFault: (fault) => faults.push(fault?.rule) });
    const raw = new Uint8Array(2000);
    let failures = 0;
    for (let i = 0; failures < 5; i++) {
      try {
        await full.append(alarm(`A${i}`, { raw }), []);
        assertEquals(failures, 0);
        seqs.add(`A${i}`);
      } catch (error) {
        assert(error instanceof JournalError);
        assertEquals(error.rule, "disk-full");
        failures++;
      }
    }
    assert(seqs.size > 10);
    assertEquals([faults, full.fault?.rule], [["disk-full"], "disk-full"]);
    // A change that needs no room succeeds and so ends the fault, until the next append.
    full.note({ id: "A0", delivered: 4 });
    await full.flush();
    assertEquals(faults, ["disk-full", undefined]);
    await full.close();
    full = await openJournal({ path });
    assertEquals(new Set((await full.recent(1000)).map(({ alarm }) => alarm.id)), seqs);
    assertEquals((await full.life("A0"))?.alarm.deliveredAt, 4);
    await full.append(alarm("B"), []);
    await full.close();
  }));

Deno.test("SqliteJournal: a value that the database does not take fails alone", () =>
  inFolder(async (path) => {
    const journal = await openJournal({ path });
    const results = await Promise.allSettled([
      journal.append(alarm("A"), []),
      journal.append(alarm("B"), [hop(NaN, "received")]),
      journal.append(alarm("C"), []),
    ]);
    assertEquals(results.map(({ status }) => status), ["fulfilled", "rejected", "fulfilled"]);
    const refused = results[1];
    assert(refused?.status === "rejected" && refused.reason instanceof JournalError);
    assertEquals(refused.reason.rule, "unwritable");
    assertEquals(ids(await journal.waiting("rct", 0, 10)), ["A", "C"]);
    assertEquals(journal.fault, undefined);
    await journal.close();
  }));

Deno.test("SqliteJournal: while another program holds the database appends reject, and then go on", () =>
  inFolder(async (path) => {
    const faults: (string | undefined)[] = [];
    const journal = await openJournal({ path, onFault: (fault) => faults.push(fault?.rule) });
    await journal.append(alarm("A"), []);
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    journal.note({ id: "A", delivered: 3, hop: hop(3, "delivered") });
    const error = await assertRejects(() => journal.append(alarm("B"), []), JournalError);
    assertEquals(error.rule, "locked");
    assertEquals(ids(await journal.waiting("rct", 0, 10)), ["A"]);
    other.exec("ROLLBACK");
    other.close();
    await journal.append(alarm("B"), []);
    assertEquals((await journal.life("A"))?.hops, [hop(3, "delivered")]);
    assertEquals(ids(await journal.waiting("rct", 0, 10)), ["B"]);
    assertEquals(faults, ["locked", undefined]);
    await journal.close();
  }));

Deno.test("SqliteJournal: kept notes are retried without another call", () =>
  inFolder(async (path) => {
    let cleared: () => void = () => {};
    const recovered = new Promise<void>((resolve) => cleared = resolve);
    const journal = await openJournal({ path, onFault: (fault) => fault === undefined && cleared() });
    await journal.append(alarm("A"), []);
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    journal.note({ id: "A", delivered: 3 });
    await assertRejects(() => journal.flush(), JournalError);
    other.exec("ROLLBACK");
    other.close();
    await recovered;
    assertEquals((await journal.life("A"))?.alarm.deliveredAt, 3);
    await journal.close();
  }));

Deno.test("SqliteJournal: close reports notes that could not be written, and leaves nothing behind", () =>
  inFolder(async (path) => {
    const journal = await openJournal({ path });
    await journal.append(alarm("A"), []);
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    journal.note({ id: "A", delivered: 3 });
    assertEquals((await assertRejects(() => journal.close(), JournalError)).rule, "locked");
    other.exec("ROLLBACK");
    other.close();
    await (await openJournal({ path })).close();
  }));

Deno.test("SqliteJournal: when too much waits for the disk more is refused", () =>
  inFolder(async (path) => {
    const journal = await openJournal({ path, maxQueued: 10 });
    const results = await Promise.allSettled(
      Array.from({ length: 15 }, (_, i) => journal.append(alarm(`A${i}`), [])),
    );
    assertEquals(results.filter(({ status }) => status === "fulfilled").length, 10);
    for (const result of results.slice(10)) {
      assert(result.status === "rejected");
      assertEquals(result.reason.rule, "overloaded");
    }
    await journal.append(alarm("later"), []);
    await journal.close();
  }));

Deno.test("SqliteJournal: an error in the listener of faults changes nothing", () =>
  inFolder(async (path) => {
    const journal = await openJournal({
      path,
      maxPages: 30,
      onFault: () => {
        throw new Error("listener");
      },
    });
    const big = { raw: new Uint8Array(200_000) };
    await assertRejects(() => journal.append(alarm("A", big), []), JournalError);
    await journal.append(alarm("B"), []);
    await journal.close();
  }));

/** A journal whose worker dies on alarms of account CRASH. */
function openMortal(path: string, faults: (string | undefined)[] = []): Promise<SqliteJournal> {
  return openJournal({
    path,
    onFault: (fault) => faults.push(fault?.rule),
    worker: () => new Worker(new URL("./mortal_worker.ts", import.meta.url), { type: "module" }),
  });
}

Deno.test("SqliteJournal: the death of the worker rejects what was under way, and the next alarm is stored", () =>
  inFolder(async (path) => {
    const faults: (string | undefined)[] = [];
    const journal = await openMortal(path, faults);
    await journal.append(alarm("A"), []);
    const results = await Promise.allSettled([
      journal.append(alarm("B"), []),
      journal.append(alarm("C", { account: "CRASH" }), []),
      journal.stats(),
    ]);
    for (const result of results) {
      assert(result.status === "rejected" && result.reason instanceof JournalError);
      assertEquals(result.reason.rule, "io");
    }
    assertEquals(await journal.append(alarm("D"), []), { known: false, seq: 2 });
    assertEquals(faults, ["io", undefined]);
    assertEquals(ids(await journal.waiting("rct", 0, 10)), ["A", "D"]);
    await journal.close();
  }));

Deno.test("SqliteJournal: what a worker committed and did not answer is not stored, as its callers were told", () =>
  inFolder(async (path) => {
    const journal = await openMortal(path);
    await journal.append(alarm("A"), [hop(1, "received")]);
    await assertRejects(
      () => journal.append(alarm("B", { account: "CRASH-AFTER" }), [hop(2, "received")]),
      JournalError,
    );
    journal.note({ id: "A", hop: hop(3, "sent") });
    await journal.flush();
    assertEquals((await journal.recent(10)).map(({ alarm, hops }) => [alarm.id, hops]), [
      ["A", [hop(1, "received"), hop(3, "sent")]],
    ]);
    await journal.append(alarm("B"), []);
    assertEquals(ids(await journal.waiting("rct", 0, 10)), ["A", "B"]);
    await journal.close();
  }));

Deno.test("SqliteJournal: notes of a batch that dies are kept once, and dropped if they are the cause", () =>
  inFolder(async (path) => {
    const journal = await openMortal(path);
    await journal.append(alarm("A"), []);
    journal.note({ id: "A", delivered: 3 });
    await assertRejects(() => journal.append(alarm("B", { account: "CRASH" }), []), JournalError);
    await journal.append(alarm("C"), []);
    assertEquals((await journal.life("A"))?.alarm.deliveredAt, 3);
    journal.note({ id: "A", hop: hop(5, "sent", "CRASH") });
    await assertRejects(() => journal.append(alarm("D"), []), JournalError);
    await assertRejects(() => journal.append(alarm("D"), []), JournalError);
    await journal.append(alarm("D"), []);
    assertEquals(ids(await journal.waiting("rct", 0, 10)), ["C", "D"]);
    await journal.close();
  }));

Deno.test("SqliteJournal: a worker that dies can be closed", () =>
  inFolder(async (path) => {
    const journal = await openMortal(path);
    await assertRejects(() => journal.append(alarm("A", { account: "CRASH" }), []), JournalError);
    await journal.close();
    await (await openJournal({ path })).close();
  }));

Deno.test("SqliteJournal: notes outlive a worker that cannot open the journal again for a while", () =>
  inFolder(async (path) => {
    const journal = await openMortal(path);
    await journal.append(alarm("A"), []);
    const reader = new DatabaseSync(path, { readOnly: true });
    reader.exec("BEGIN; SELECT * FROM alarm");
    await journal.append(alarm("B"), []);
    journal.note({ id: "A", delivered: 3 });
    await assertRejects(() => journal.append(alarm("C", { account: "CRASH" }), []), JournalError);
    for (let i = 0; i < 2; i++) {
      assertEquals((await assertRejects(() => journal.append(alarm("D"), []), JournalError)).rule, "locked");
    }
    reader.exec("COMMIT");
    reader.close();
    await journal.append(alarm("D"), []);
    assertEquals(ids(await journal.waiting("rct", 0, 10)), ["B", "D"]);
    await journal.close();
  }));

Deno.test("SqliteJournal: notes of one alarm share a commit, and a read sees them at once", () =>
  inFolder(async (path) => {
    const journal = await openJournal({ path });
    await journal.append(alarm("A"), []);
    const before = journal.commits;
    for (let i = 0; i < 4; i++) {
      journal.note({ id: "A", hop: hop(i, "sent") });
      await Promise.resolve();
    }
    assertEquals((await journal.life("A"))?.hops.length, 4);
    assertEquals(journal.commits - before, 1);
    await journal.close();
  }));

Deno.test("SqliteJournal: a note is committed soon, without another call", () =>
  inFolder(async (path) => {
    const journal = await openJournal({ path });
    await journal.append(alarm("A"), []);
    const before = journal.commits;
    journal.note({ id: "A", told: true });
    await until(() => journal.commits > before, "the commit");
    assertEquals(journal.commits, before + 1);
    await journal.close();
  }));
