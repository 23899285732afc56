import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { Faults } from "../../src/gateway/faults.ts";
import { openOwnJournal } from "../../src/gateway/own_journal.ts";
import { JournalReader } from "../../src/journal/journal_reader.ts";
import { openJournal } from "../../src/journal/sqlite_journal.ts";
import { verifyRecent } from "../../src/journal/verify_recent.ts";
import { alarm, event, hop } from "./alarms.ts";

async function inFolder(run: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(`${folder}/journal.db`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Twelve alarms of three accounts, four hops each: rows 1-48. */
async function written(path: string): Promise<void> {
  const journal = await openJournal({ path });
  for (let i = 0; i < 12; i++) {
    const id = `A${i}`;
    await journal.append(alarm(id, { account: String(i % 3), events: [event(id)] }), [hop(i, "received")]);
    for (const step of ["stored", "sent", "delivered"] as const) {
      journal.note({ id, hop: hop(i, step), delivered: 5 });
    }
    await journal.flush();
  }
  await journal.close();
}

function found(path: string, hops: number): string[] {
  const reader = JournalReader.open(path);
  try {
    return verifyRecent(reader, hops).map(({ rule }) => rule);
  } finally {
    reader.close();
  }
}

function sql(path: string, statement: string): void {
  const db = new DatabaseSync(path);
  db.exec(statement);
  db.close();
}

Deno.test("the newest part of a record as it was written holds, however much of it is looked at", () =>
  inFolder(async (path) => {
    await written(path);
    for (let hops = 0; hops < 60; hops++) assertEquals(found(path, hops), [], `${hops} hops`);
  }));

const CASES: readonly [string, string, string][] = [
  ["a hop was edited", "UPDATE hop SET detail = 'x' WHERE id = 45", "hop-broken"],
  ["a hop was taken away", "DELETE FROM hop WHERE id = 39", "hop-broken"],
  ["the last hop was taken away", "DELETE FROM hop WHERE id = 48", "end-missing"],
  [
    "a hop was put in",
    "INSERT INTO hop (alarm, at, step, detail) VALUES (12, 5, 'sent', '')",
    "hop-without-link",
  ],
  ["an alarm was edited", "UPDATE alarm SET data = x'00' WHERE id = 'A11'", "alarm-edited"],
  ["an alarm was taken away", "DELETE FROM alarm WHERE id = 'A11'", "alarm-missing"],
];
for (const [what, statement, rule] of CASES) {
  Deno.test(`the newest part of a record: ${what}: found`, () =>
    inFolder(async (path) => {
      await written(path);
      sql(path, statement);
      const rules = found(path, 24);
      assert(rules.includes(rule), rules.join());
    }));
}

Deno.test("a gateway whose record is not as it was written says so, and starts all the same", () =>
  inFolder(async (path) => {
    await written(path);
    const logged: string[] = [];
    const open = async () => {
      const faults = new Faults(
        (level, rule, text) => void logged.push(`${level} ${rule}: ${text}`),
        () => {},
      );
      const journal = await openOwnJournal(path, faults, "nothing");
      assertEquals((await journal.recent(100)).length, 12);
      await journal.close();
      return faults.all.map(({ rule }) => rule);
    };
    assertEquals([await open(), logged], [[], []]);
    sql(path, "UPDATE hop SET at = at + 1 WHERE id = 47");
    assertEquals(await open(), ["journal-record"]);
    assertStringIncludes(
      logged[0]!,
      "error journal-record: the record of alarms is not as it was written: row 47 (sent)",
    );
    assertStringIncludes(logged[0]!, "tocsin audit verify");
  }));
