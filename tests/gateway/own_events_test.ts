import { assert, assertEquals, assertMatch } from "@std/assert";
import { JournalError } from "../../src/journal/journal.ts";
import { output, Rig } from "./own_events_rig.ts";

const MINUTE = 60_000;

Deno.test("an AE that goes is told to the others, and to itself only that it was away for long", async () => {
  const rig = await new Rig().start();
  await rig.raise("ae-absent:west");
  assertEquals(await rig.stored(), [], "it may connect again at once");
  await rig.pass(5000);
  assertEquals(await rig.stored(), ['east 000018135400002 "AE west absent"']);
  await rig.pass(12 * MINUTE - 5000);
  await rig.clear("ae-absent:west");
  assertEquals((await rig.stored()).slice(1), [
    'east 000018335400002 "AE west was absent 12 min"',
    'west 000018335400002 "AE west was absent 12 min"',
  ]);
});

Deno.test("an AE that is away for a moment is told to nobody", async () => {
  const rig = await new Rig().start();
  await rig.raise("ae-absent:west");
  await rig.pass(4999);
  await rig.clear("ae-absent:west");
  await rig.pass(MINUTE);
  assertEquals(await rig.stored(), []);
});

Deno.test("the only AE: nobody can be told that it is away, but it learns that it was", async () => {
  const rig = await new Rig({ outputs: [output("east")] }).start();
  await rig.raise("ae-absent:east");
  await rig.pass(MINUTE);
  assertEquals(await rig.stored(), []);
  await rig.clear("ae-absent:east");
  assertEquals(await rig.stored(), ['east 000018335400001 "AE east was absent 1 min"']);
});

Deno.test("an AE that has not come since the start is told after a minute, one that came in time is not", async () => {
  const rig = await new Rig().start(0);
  await rig.raise("ae-absent:east");
  await rig.raise("ae-absent:west");
  await rig.pass(30_000);
  await rig.clear("ae-absent:east");
  await rig.pass(29_999);
  assertEquals(await rig.stored(), []);
  await rig.pass(1);
  assertEquals(await rig.stored(), ['east 000018135400002 "AE west absent"']);
});

Deno.test("a site's fault goes where its alarms go, with the account of its latest alarm", async () => {
  const rig = await new Rig().start();
  rig.own.seen("shop", "1234");
  rig.own.seen("stranger", "9999");
  await rig.raise("path-failed:shop");
  await rig.pass(3 * MINUTE);
  await rig.clear("path-failed:shop");
  await rig.raise("path-failed:stranger");
  assertEquals(await rig.stored(), [
    'east 123418135600000 "path of shop failed"',
    'east 123418335600000 "path of shop had failed 3 min"',
  ]);
  const [{ alarm } = undefined!] = await rig.journal.recent(1);
  assertEquals([alarm.origin, alarm.events[0]?.flags], ["shop", ["own-event"]]);
});

Deno.test("a site that has said nothing yet: its configured account, else the receiver's with its name", async () => {
  const sites = [
    { name: "bank", account: "500123", output: "east" },
    { name: "shop", account: undefined, output: "east" },
  ];
  const rig = await new Rig({ sites, outputs: [output("east", { faultAccount: "9990" })] }).start();
  await rig.raise("path-failed:bank");
  await rig.raise("path-failed:shop");
  assertEquals(await rig.stored(), [
    'east #500123|NYC|Apath of bank failed "path of bank failed"',
    'east 999018135600000 "path of shop failed"',
  ]);
  const origins = (await rig.journal.recent(2)).map(({ alarm }) => alarm.origin);
  assertEquals(origins, ["receiver", "bank"]);
});

Deno.test("the account of a site is known from the journal after a restart", async () => {
  const first = await new Rig().start();
  const alarm = {
    id: "A",
    lane: "east",
    origin: "shop",
    account: "4711",
    protocol: "sia",
    events: [],
  } as const;
  const octets = new TextEncoder().encode("#4711|NBA1");
  await first.journal.append({
    ...alarm,
    events: [],
    data: octets,
    raw: octets,
    time: 1n,
    open: false,
    offered: false,
  }, []);
  const second = await new Rig({ journal: first.journal.crash() }).start();
  await second.raise("path-failed:shop");
  assertEquals((await second.stored()).at(-1), 'east 471118135600000 "path of shop failed"');
});

Deno.test("languages: as the output says, and what an account fits", async () => {
  const outputs = [
    output("auto"),
    output("digits", { faults: "contact-id", faultAccount: "123456" }),
    output("sia", { faults: "sia" }),
    output("off", { faults: "off" }),
    output("json", { language: "mqtt" }),
    output("hook", { language: "webhook" }),
  ];
  const rig = await new Rig({ outputs, sites: [] }).start();
  await rig.raise("journal");
  assertEquals((await rig.stored()).sort(), [
    'auto 000018130000000 "journal fails"',
    'digits 12345618130000000 "journal fails"',
    'hook #0000|NYX|Ajournal fails "journal fails"',
    'json #0000|NYX|Ajournal fails "journal fails"',
    'sia #0000|NYX|Ajournal fails "journal fails"',
  ]);
});

Deno.test("the language follows the account as the AE gets it", async () => {
  const spelled = (_site: string, account: string, to: string) => `${to}${account}`;
  const rig = await new Rig({ spelled }).start();
  rig.own.seen("shop", "1234");
  await rig.raise("path-failed:shop");
  assertEquals(await rig.stored(), ['east #1234|NYC|Apath of shop failed "path of shop failed"']);
});

Deno.test("routes: all of a route's outputs are told, and one of those that stand for one another", async () => {
  const routes = [
    { name: "both", mode: "all", outputs: ["east", "west"], accounts: [] },
    { name: "either", mode: "first", outputs: ["east", "west"], accounts: [] },
  ] as const;
  const sites = [
    { name: "shop", account: "1", output: "both" },
    { name: "mill", account: "2", output: "either" },
  ];
  const rig = await new Rig({ routes, sites }).start();
  await rig.raise("path-failed:shop");
  await rig.raise("path-failed:mill");
  assertEquals((await rig.stored()).map((line) => line.split(" ")[0]), ["east", "west", "either"]);
  // The AE that is away is not told by way of the route either.
  await rig.raise("ae-absent:east");
  await rig.pass(5000);
  assertEquals((await rig.stored()).slice(3), ['west 000018135400001 "AE east absent"']);
});

Deno.test("several paths: each is told with its number", async () => {
  const rig = await new Rig().start();
  rig.own.seen("shop", "1234");
  for (const rule of ["one-path-failed:1:shop", "one-path-failed:2:shop", "path-failed:shop"]) {
    await rig.raise(rule);
  }
  for (const rule of ["one-path-failed:2:shop", "path-failed:shop"]) await rig.clear(rule);
  assertEquals((await rig.stored()).map((line) => line.split(" ")[1]), [
    "123418135100001",
    "123418135200002",
    "123418135600000",
    "123418335200002",
    "123418335600000",
  ]);
});

Deno.test("a line's fault is told to the others, the receiver's journal to all", async () => {
  const rig = await new Rig().start();
  await rig.raise("ae-line:east");
  await rig.pass(5000);
  await rig.raise("journal");
  assertEquals((await rig.stored()).map((line) => line.slice(0, 20)), [
    "west 000018135000001",
    "east 000018130000000",
    "west 000018130000000",
  ]);
});

Deno.test("faults that are none of these are not told: refusals of alarms least of all", async () => {
  const rig = await new Rig().start();
  for (const rule of ["ae-refuses:east", "no-output:old", "ae-absent:nobody", "path-failed:", "raw-late:x"]) {
    await rig.raise(rule);
  }
  assertEquals(await rig.stored(), []);
});

Deno.test("a flapping path: the fault is told at once, at most one pair a minute, and how often it was", async () => {
  const rig = await new Rig().start();
  rig.own.seen("shop", "1234");
  for (let i = 0; i < 3600; i++) {
    await rig.raise("path-failed:shop");
    await rig.pass(500);
    await rig.clear("path-failed:shop");
    await rig.pass(500);
  }
  const stored = await rig.stored();
  assert(stored.length >= 110 && stored.length <= 124, `${stored.length} messages in an hour`);
  for (const [i, line] of stored.entries()) {
    assertMatch(line, i % 2 === 0 ? /181356/ : /183356/, `message ${i}: fault and restore in turn`);
  }
  assertMatch(stored[5]!, /had failed 59 s|had failed 1 min|had failed 60 s/);
  assertMatch(stored[5]!, /\((59|60|61) times\)/);
  await rig.pass(2 * MINUTE);
  assertMatch((await rig.stored()).at(-1)!, /183356/, "the last word is that it works");
});

Deno.test("a fault right behind a restore is told at once: only the restore waits", async () => {
  const rig = await new Rig().start();
  rig.own.seen("shop", "1234");
  await rig.raise("path-failed:shop");
  await rig.clear("path-failed:shop");
  await rig.pass(1000);
  await rig.raise("path-failed:shop");
  assertEquals((await rig.stored()).length, 3);
  await rig.clear("path-failed:shop");
  await rig.pass(58_999);
  assertEquals((await rig.stored()).length, 3, "not a minute since the restore before");
  await rig.pass(1);
  assertEquals((await rig.stored()).at(-1), 'east 123418335600000 "path of shop had failed 0 s"');
});

Deno.test("the journal fails: fault and restore are stored when it works again, in order, and once", async () => {
  const rig = await new Rig().start();
  rig.own.seen("shop", "1234");
  rig.journal.failure = new JournalError("disk-full", "the disk is full");
  await rig.raise("journal");
  await rig.raise("path-failed:shop");
  for (let i = 0; i < 10; i++) await rig.pass(1000);
  assertEquals(await rig.stored(), []);
  rig.journal.failure = undefined;
  await rig.clear("journal");
  await rig.clear("path-failed:shop");
  await rig.pass(1000);
  const stored = await rig.stored();
  assertEquals(stored.filter((line) => line.includes("1234")), [
    'east 123418135600000 "path of shop failed"',
    'east 123418335600000 "path of shop had failed 10 s"',
  ]);
  assertEquals(stored.filter((line) => line.startsWith("west")), [
    'west 000018130000000 "journal fails"',
    'west 000018330000000 "journal had failed 10 s"',
  ]);
});

Deno.test("a queue that grows is told, and that it is short again", async () => {
  const rig = await new Rig().start();
  const octets = new TextEncoder().encode("#1|NBA1");
  const alarm = {
    lane: "east",
    origin: "shop",
    account: "1",
    protocol: "sia",
    data: octets,
    raw: octets,
  } as const;
  const ids = Array.from({ length: 1000 }, (_, i) => `alarm-${i}`);
  await Promise.all(
    ids.map((id, i) =>
      rig.journal.append({ ...alarm, id, time: BigInt(i), events: [], open: false, offered: false }, [])
    ),
  );
  await rig.pass(10_000);
  await rig.settle();
  const own = async () => (await rig.stored()).filter((line) => line.includes("queue"));
  assertEquals(await own(), [
    'east 000018130000001 "queue of east is long"',
    'west 000018130000001 "queue of east is long"',
  ]);
  for (const id of ids.slice(0, 600)) rig.journal.note({ id, delivered: 1 });
  await rig.pass(10_000);
  await rig.settle();
  assertEquals((await own()).slice(2), [
    'east 000018330000001 "queue of east was long 10 s"',
    'west 000018330000001 "queue of east was long 10 s"',
  ]);
});

Deno.test("the restore ends the fault: same account, whatever account the site's panels have used since", async () => {
  const rig = await new Rig().start();
  await rig.raise("path-failed:shop");
  rig.own.seen("shop", "4711");
  await rig.clear("path-failed:shop");
  assertEquals((await rig.stored()).map((line) => line.split(" ")[1]), [
    "000018135600000",
    "000018335600000",
  ]);
  await rig.pass(MINUTE);
  await rig.raise("path-failed:shop");
  rig.own.seen("shop", "500123");
  await rig.clear("path-failed:shop");
  await rig.pass(MINUTE);
  assertEquals((await rig.stored()).slice(2).map((line) => line.split(" ")[1]), [
    "471118135600000",
    "471118335600000",
  ]);
});

Deno.test("the receiver's own account is marked: no rule for sites' accounts is for it", async () => {
  const rig = await new Rig().start();
  rig.own.seen("shop", "1234");
  await rig.raise("journal");
  await rig.raise("path-failed:shop");
  const flags = (await rig.journal.recent(3)).map(({ alarm }) => [alarm.account, alarm.events[0]?.flags]);
  assertEquals(flags, [["1234", ["own-event"]], ["0000", ["own-account", "own-event"]], [
    "0000",
    ["own-account", "own-event"],
  ]]);
});

Deno.test("an AE's late arrival at the start is no absence: the first real one is not told as the second", async () => {
  const rig = await new Rig().start(0);
  await rig.raise("ae-absent:west");
  await rig.pass(1000);
  await rig.clear("ae-absent:west");
  await rig.raise("ae-absent:west");
  await rig.pass(5000);
  assertEquals(await rig.stored(), ['east 000018135400002 "AE west absent"']);
});

Deno.test("what came and went untold a while ago is not counted any more", async () => {
  const rig = await new Rig().start();
  for (const pause of [1000, 61_000, 1000]) {
    await rig.raise("ae-absent:west");
    await rig.pass(1000);
    await rig.clear("ae-absent:west");
    await rig.pass(pause);
  }
  await rig.raise("ae-absent:west");
  await rig.pass(5000);
  // Two were before the quiet minute, one and this behind it.
  assertEquals(await rig.stored(), ['east 000018135400002 "AE west absent (2 times)"']);
});
