/**
 * Stores alarms while fsync works, fails and works again, and prints what it saw as one line of JSON.
 *
 * Arguments: the journal, the file that makes fsync fail while it exists, the file that grows with every fsync.
 *
 * @module
 */
import { JournalError } from "../../src/journal/journal.ts";
import { openJournal } from "../../src/journal/sqlite_journal.ts";
import { alarm, hop, ids } from "./alarms.ts";

const [path = "", fails = "", count = ""] = Deno.args;
const faults: (string | null)[] = [];
const journal = await openJournal({ path, onFault: (fault) => faults.push(fault?.rule ?? null) });

/** Syncs that happened before each append resolved. */
const syncs: number[] = [];
for (let i = 0; i < 20; i++) {
  const before = (await Deno.stat(count)).size;
  await journal.append(alarm(`BEFORE${i}`), [hop(1, "received")]);
  syncs.push((await Deno.stat(count)).size - before);
}

await Deno.writeTextFile(fails, "");
const rejected: string[] = [];
for (let i = 0; i < 5; i++) {
  journal.note({ id: `BEFORE${i}`, delivered: 9, hop: hop(9, "delivered") });
  await journal.append(alarm(`DURING${i}`), [hop(2, "received")]).catch((error) => {
    rejected.push(error instanceof JournalError ? error.rule : String(error));
  });
}
const duringFault = ids(await journal.waiting("rct", 0, 100));

await Deno.remove(fails);
for (let i = 0; i < 5; i++) await journal.append(alarm(`AFTER${i}`), [hop(3, "received")]);
await journal.flush();
const waiting = ids(await journal.waiting("rct", 0, 100));
const hops = await Promise.all(
  Array.from({ length: 5 }, async (_, i) => (await journal.life(`BEFORE${i}`))?.hops.map(({ step }) => step)),
);
await journal.close();
console.log(JSON.stringify({ syncs, rejected, duringFault, waiting, hops, faults }));
