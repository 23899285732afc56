import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { JournalError } from "../../src/journal/journal.ts";
import { logDamage } from "../../src/journal/log_damage.ts";
import { openJournal } from "../../src/journal/sqlite_journal.ts";
import { SeededRandom } from "../sim/seeded_random.ts";
import { alarm, hop } from "./alarms.ts";

const FRAME = 24 + 4096;

/** A journal as a power cut leaves it: its alarms are in the log, one commit each. */
async function cut(folder: string, alarms = 12): Promise<{ main: Uint8Array; log: Uint8Array }> {
  const path = `${folder}/open.db`;
  const journal = await openJournal({ path });
  for (let i = 0; i < alarms; i++) await journal.append(alarm(`A${i}`), [hop(i, "received")]);
  const [main, log] = await Promise.all([Deno.readFile(path), Deno.readFile(`${path}-wal`)]);
  await journal.close();
  assert(log.length > alarms * FRAME);
  return { main, log };
}

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The commits of a log: the offset behind each. */
function ends(log: Uint8Array): number[] {
  const view = new DataView(log.buffer);
  const found: number[] = [];
  for (let at = 32; at + FRAME <= log.length; at += FRAME) {
    if (view.getUint32(at + 4) !== 0) found.push(at + FRAME);
  }
  return found;
}

/** What a start finds of a journal with this log. */
async function started(folder: string, main: Uint8Array, log: Uint8Array): Promise<number | JournalError> {
  const path = `${folder}/cut.db`;
  await Deno.writeFile(path, main);
  await Deno.writeFile(`${path}-wal`, log);
  try {
    const journal = await openJournal({ path });
    const { length } = await journal.recent(1000);
    // It goes on, and what it says now holds.
    await journal.append(alarm("NEW"), [hop(1, "received")]);
    await journal.close();
    return length;
  } catch (error) {
    assert(error instanceof JournalError);
    assertEquals(
      [await Deno.readFile(path), await Deno.readFile(`${path}-wal`)],
      [main, log],
      "left as they were",
    );
    await Deno.remove(`${path}-wal`);
    return error;
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("a log that is cut off anywhere gives every commit that is whole, and is no damage", () =>
  inFolder(async (folder) => {
    const { main, log } = await cut(folder, 5);
    const commits = ends(log);
    assertEquals(logDamage(log), undefined);
    const random = new SeededRandom(1);
    const lengths = [
      0,
      1,
      31,
      32,
      33,
      ...commits,
      ...Array.from({ length: 20 }, () => random.between(0, log.length)),
    ];
    for (const length of lengths) {
      assertEquals(logDamage(log.subarray(0, length)), undefined, `cut at ${length}`);
    }
    for (const [n, end] of commits.entries()) {
      const found = await started(folder, main, log.slice(0, end - 1));
      assertEquals(found, Math.max(0, n - (commits.length - 5)), `cut in commit ${n}`);
    }
  }));

Deno.test("random octets in the last page of a log: the commit that was under way is gone, and nothing else", () =>
  inFolder(async (folder) => {
    const { main, log } = await cut(folder);
    const random = new SeededRandom(2);
    const commits = ends(log);
    for (let run = 0; run < 5; run++) {
      const spoilt = log.slice();
      spoilt.set(random.octets(4096), log.length - 4096);
      assertEquals(logDamage(spoilt), undefined);
      assertEquals(await started(folder, main, spoilt), 11);
    }
    // Frames of one commit may reach the disk in any order: its end is there, what is before is not.
    const holed = log.slice();
    holed.fill(0, commits.at(-2)!, log.length - FRAME);
    assertEquals(await started(folder, main, holed), 11);
  }));

Deno.test("random octets before other commits of a log: refused with words, nothing overwritten", () =>
  inFolder(async (folder) => {
    const { main, log } = await cut(folder);
    const random = new SeededRandom(3);
    const commits = ends(log);
    for (let run = 0; run < 12; run++) {
      const spoilt = log.slice();
      const at = random.between(32, commits.at(-3)! - 64);
      spoilt.set(random.octets(64), at);
      const found = await started(folder, main, spoilt);
      assert(found instanceof JournalError, `damage at ${at} was not seen: ${found} alarms`);
      assertEquals(found.rule, "corrupt");
      assertStringIncludes(found.message, "commits follow");
    }
    const headless = log.slice();
    headless.set(random.octets(32), 0);
    const found = await started(folder, main, headless);
    assert(found instanceof JournalError && found.message.includes("header"), String(found));
  }));

Deno.test("random octets in the last page of the journal itself: refused with words, nothing overwritten", () =>
  inFolder(async (folder) => {
    const path = `${folder}/journal.db`;
    const journal = await openJournal({ path });
    for (let i = 0; i < 500; i++) void journal.append(alarm(`A${i}`), [hop(1, "received"), hop(2, "stored")]);
    await journal.close();
    const whole = await Deno.readFile(path);
    const random = new SeededRandom(4);
    for (let run = 0; run < 5; run++) {
      const spoilt = whole.slice();
      spoilt.set(random.octets(4096), whole.length - 4096);
      await Deno.writeFile(path, spoilt);
      const error = await assertRejects(() => openJournal({ path }), JournalError);
      assertEquals(error.rule, "corrupt");
      assertStringIncludes(error.message, "keep a copy");
      assertEquals(await Deno.readFile(path), spoilt);
    }
  }));
