import { assertEquals } from "@std/assert";
import { openJournal } from "../../src/journal/sqlite_journal.ts";
import { alarm, hop } from "../journal/alarms.ts";
import { Pair, until } from "../support/pair.ts";

const DAY = 86_400_000;

Deno.test("gateways prune their own journals at the start: what is old and done with goes, an alarm that waits is delivered", async () => {
  await using pair = await Pair.open();
  await pair.spt.close(500);
  await pair.rct.close(500);
  const journals = [[pair.sptConfig.journal.path, "rct"], [
    pair.rctConfig.journal.path,
    "automation",
  ]] as const;
  for (const [path, lane] of journals) {
    // An alarm every ten days, for 900 days.
    let now = Date.now() - 900 * DAY;
    const journal = await openJournal({ path, now: () => now });
    const fields = { lane, origin: "shop-12" };
    await journal.append(alarm("waits", { ...fields, account: "9000" }), [hop(now, "received")]);
    for (let i = 0; i < 90; i++) {
      const id = `${i < 10 ? "old" : "kept"}-${i}`;
      await journal.append(alarm(id, { ...fields, account: String(1000 + i % 4) }), [hop(now, "received")]);
      journal.note({ id, delivered: now, told: true });
      now += 10 * DAY;
    }
    await journal.close();
  }
  await pair.openRct();
  await pair.openSpt();
  for (const gateway of [pair.spt, pair.rct]) {
    // The tenth is as old as it may be, by some seconds.
    await until(
      async () => ((await gateway.status(Date.now())).counters["alarms-pruned"] ?? 0) >= 10,
      "ten pruned",
    );
    const ids = (await gateway.alarms(500)).map(({ alarm }) => alarm.id);
    assertEquals(ids.filter((id) => id.startsWith("old")), []);
    assertEquals(ids.filter((id) => id.startsWith("kept")).length >= 79, true);
  }
  await until(() => pair.centre.alarms >= 1, "the alarm at the AE");
  await until(
    () => pair.logged.filter(({ rule }) => rule === "journal-pruned").length === 2,
    "the log lines",
  );
});
