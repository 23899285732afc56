/**
 * Appends alarms as fast as they resolve, some at a time, and prints each id once it is acknowledged. Ends after
 * twenty rejections in a row, with a line `REJECTED <rule>`; otherwise it is killed.
 *
 * Arguments: the journal, a prefix for the ids, octets per alarm.
 *
 * @module
 */
import { JournalError } from "../../src/journal/journal.ts";
import { openJournal } from "../../src/journal/sqlite_journal.ts";
import { alarm, hop } from "./alarms.ts";

const [path = "", prefix = "", size = "100"] = Deno.args;
const journal = await openJournal({ path });
const encoder = new TextEncoder();
const raw = new Uint8Array(Number(size)).fill(0x41);
let next = 0;
let refusals = 0;
let rule = "";

async function appendOnAndOn(): Promise<void> {
  while (refusals < 20) {
    const id = `${prefix}-${next++}`;
    try {
      await journal.append(alarm(id, { raw }), [hop(1, "received"), hop(2, "stored")]);
      refusals = 0;
      Deno.stdout.writeSync(encoder.encode(`${id}\n`));
      journal.note({ id, told: true, hop: hop(3, "acknowledged") });
    } catch (error) {
      if (!(error instanceof JournalError)) throw error;
      refusals++;
      rule = error.rule;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}

await Promise.all(Array.from({ length: 8 }, appendOnAndOn));
const { stored } = await journal.stats();
const [latest] = await journal.recent(1);
Deno.stdout.writeSync(encoder.encode(`REJECTED ${rule} ${stored} ${latest?.alarm.id}\n`));
await journal.close().catch(() => {});
