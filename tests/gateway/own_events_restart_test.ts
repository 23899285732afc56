import { assertEquals, assertMatch } from "@std/assert";
import { output, Rig, type RigOptions } from "./own_events_rig.ts";

/** The same receiver after the process was killed. */
async function restarted(rig: Rig, options: RigOptions = {}): Promise<Rig> {
  return await new Rig({ ...options, journal: rig.journal.crash() }).start(0);
}

const tail = async (rig: Rig, from: number) =>
  (await rig.stored()).slice(from).map((line) => line.split(" ").slice(0, 2).join(" "));

Deno.test("a path told as failed before a restart: its restore is told when the site is heard", async () => {
  const before = await new Rig().start();
  before.own.seen("shop", "1234");
  await before.raise("path-failed:shop");
  const rig = await restarted(before);
  await rig.pass(60_000);
  assertEquals(await tail(rig, 1), [], "nothing was heard yet: not over");
  rig.answering.add("shop");
  await rig.pass(250);
  assertEquals(await tail(rig, 1), ["east 123418335600000"]);
  assertMatch((await rig.stored()).at(-1)!, /had failed (60 s|1 min)/);
  assertEquals(await rig.journal.untold(0, 10), [], "nothing is open in the journal");
  const after = await restarted(rig);
  after.answering.add("shop");
  await after.pass(60_000);
  assertEquals(await tail(after, 2), [], "the restore is told once");
});

Deno.test("a path that fails again after the restart is not told twice; its restore once", async () => {
  const before = await new Rig().start();
  before.own.seen("shop", "1234");
  await before.raise("path-failed:shop");
  const rig = await restarted(before);
  await rig.raise("path-failed:shop");
  await rig.pass(1000);
  assertEquals(await tail(rig, 1), []);
  await rig.clear("path-failed:shop");
  assertEquals(await tail(rig, 1), ["east 123418335600000"]);
});

Deno.test("an AE told as absent before a restart: not told again, restored when it answers", async () => {
  const before = await new Rig().start();
  await before.raise("ae-absent:west");
  await before.pass(5000);
  const rig = await restarted(before);
  await rig.raise("ae-absent:west");
  await rig.pass(120_000);
  assertEquals(await tail(rig, 1), []);
  await rig.clear("ae-absent:west");
  assertEquals(await tail(rig, 1), ["east 000018335400002", "west 000018335400002"]);
});

Deno.test("a line and a journal that work after the restart: over when nothing says otherwise", async () => {
  const before = await new Rig().start();
  await before.raise("ae-line:east");
  await before.pass(5000);
  await before.raise("journal");
  const rig = await restarted(before);
  await rig.raise("journal");
  await rig.pass(9000);
  assertEquals(await tail(rig, 3), []);
  await rig.pass(1000);
  assertEquals(await tail(rig, 3), ["west 000018335000001"]);
});

Deno.test("an output that was added learns of a fault that stands", async () => {
  const before = await new Rig({ outputs: [output("east")] }).start();
  await before.raise("journal");
  const rig = await restarted(before);
  await rig.raise("journal");
  assertEquals(await tail(rig, 1), ["west 000018130000000"]);
  await rig.clear("journal");
  assertEquals((await tail(rig, 2)).sort(), ["east 000018330000000", "west 000018330000000"]);
});

Deno.test("a site that is no longer configured: no restore is made up, and it is forgotten", async () => {
  const before = await new Rig().start();
  before.own.seen("shop", "1234");
  await before.raise("path-failed:shop");
  const rig = await restarted(before, { sites: [] });
  await rig.pass(60_000);
  assertEquals(await tail(rig, 1), []);
  assertEquals(rig.logged, ["own-event-ended"]);
  assertEquals(await rig.journal.untold(0, 10), []);
});

Deno.test("killed between fault and note: what the journal has of both is enough", async () => {
  const before = await new Rig().start();
  before.own.seen("shop", "1234");
  // Without the notes of a process that was killed, fault and restore both count as not told.
  before.journal.note = () => {};
  await before.raise("path-failed:shop");
  await before.clear("path-failed:shop");
  assertEquals((await before.journal.untold(0, 10)).length, 2);
  const rig = await restarted(before);
  rig.answering.add("shop");
  await rig.pass(60_000);
  assertEquals(await tail(rig, 2), []);
  assertEquals(await rig.journal.untold(0, 10), []);
});

Deno.test("outputs in another order after the restart: the restore has the fault's number all the same", async () => {
  const before = await new Rig().start();
  await before.raise("ae-absent:west");
  await before.pass(5000);
  const rig = await restarted(before, { outputs: [output("west"), output("east")] });
  await rig.raise("ae-absent:west");
  await rig.clear("ae-absent:west");
  assertEquals(await tail(rig, 1), ["east 000018335400002"]);
});

Deno.test("an output that was added learns of a fault of before the restart only when it is known to stand", async () => {
  const sites = [{ name: "shop", account: "1234", output: "both" }];
  const routes = [{ name: "both", mode: "all", outputs: ["east", "west"], accounts: [] }] as const;
  const before = await new Rig({ sites: [{ ...sites[0]!, output: "east" }] }).start();
  await before.raise("path-failed:shop");
  const rig = await restarted(before, { sites, routes });
  await rig.pass(60_000);
  assertEquals(await tail(rig, 1), []);
  await rig.raise("path-failed:shop");
  assertEquals(await tail(rig, 1), ["west 123418135600000"]);
});
