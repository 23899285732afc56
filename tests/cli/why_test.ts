import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { openJournal } from "../../src/journal/sqlite_journal.ts";
import { alarm, event, hop } from "../journal/alarms.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

const ID = "01M7ZZCKBG6RPE915QCE95SN8Y";
const DEVICE = "02000000000000000000000000000001";
const RCT = `name = "centre"
http = false
[identity]
device_id = "02000000000000000000000000000002"
[[site]]
name = "shop-12"
device_id = "${DEVICE}"
output = "automation"
[[output]]
name = "automation"
`;
const SPT = `name = "shop-12"
http = false
[rct]
host = "192.0.2.1"
[identity]
device_id = "${DEVICE}"
[[input]]
name = "galaxy"
language = "sia"
listen = "127.0.0.1:10002"
`;
const T0 = Date.UTC(2026, 10, 21, 14, 5);

/** Both gateways' files and journals, with the life of three alarms; the RCT's journal stays open. */
async function withJournals(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${folder}/data`);
    await Deno.writeTextFile(`${folder}/rct.toml`, RCT, { mode: 0o600 });
    await Deno.writeTextFile(`${folder}/spt.toml`, SPT, { mode: 0o600 });
    const spt = await openJournal({ path: `${folder}/data/spt.sqlite` });
    const rct = await openJournal({ path: `${folder}/data/rct.sqlite` });
    await spt.append(alarm(`${ID.slice(0, -1)}A`), [hop(T0 - 60_000, "received", "panel")]);
    await spt.append(alarm(ID, { events: [event(ID)] }), [hop(T0, "received", "panel 127.0.0.1:40012")]);
    spt.note({ id: ID, hop: hop(T0 + 2.25, "stored", "SPT journal") });
    const there = { lane: "automation", origin: "shop-12", events: [event(ID)] };
    await rct.append(alarm(ID, there), [hop(T0 + 5, "received", "EVENT_MSG from SPT 127.0.0.1:5")]);
    await rct.append(alarm(`${ID}-log`, { ...there, lane: "log" }), [hop(T0 + 5, "received", "EVENT_MSG")]);
    rct.note({ id: ID, hop: hop(T0 + 4005, "refused", "AE automation: no-answer \x1b[2J") });
    rct.note({ id: ID, hop: hop(T0 + 4030, "delivered", "AE automation"), delivered: T0 + 4030 });
    spt.note({ id: ID, hop: hop(T0 + 4050, "delivered", "EVENT_RESP"), delivered: T0 + 4050 });
    spt.note({ id: ID, hop: hop(T0 + 4060, "acknowledged", "ACK to panel"), told: true });
    await rct.append(alarm("B", { account: '=1"', lane: "automation" }), [hop(T0, "received", "a, b")]);
    await spt.close();
    await rct.flush();
    await use(folder);
    await rct.close();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function tocsin(folder: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-read", "--allow-write", MAIN, ...args],
    cwd: folder,
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)) as [string, string];
  return { code, out, err, lines: out.split("\n").filter((line) => line !== "") };
}

Deno.test("why: an alarm's life from panel to AE and back, while the gateway runs", () =>
  withJournals(async (folder) => {
    const { code, lines, err } = await tocsin(
      folder,
      "why",
      "1234",
      "--config",
      "rct.toml",
      "--config",
      "spt.toml",
    );
    assertEquals([code, err], [0, ""]);
    assertEquals(lines.map((line) => line.replace(/ +$/, "")), [
      `alarm ${ID}, number 2, account 1234, from galaxy`,
      '  sia BA new "Burglary Alarm" zone 01 (unknown-code)',
      "  octets 40 23 00 ff",
      "  2026-11-21T14:05:00.000Z                 SPT  received      panel 127.0.0.1:40012",
      "  2026-11-21T14:05:00.002250Z     +2.3 ms  SPT  stored        SPT journal",
      "  2026-11-21T14:05:00.005Z        +2.8 ms  RCT  received      EVENT_MSG from SPT 127.0.0.1:5",
      "  2026-11-21T14:05:00.005Z          +0 ms  RCT  received      EVENT_MSG",
      "  2026-11-21T14:05:04.005Z       +4000 ms  RCT  refused       AE automation: no-answer ?[2J",
      "  2026-11-21T14:05:04.030Z         +25 ms  RCT  delivered     AE automation",
      "  2026-11-21T14:05:04.050Z         +20 ms  SPT  delivered     EVENT_RESP",
      "  2026-11-21T14:05:04.060Z         +10 ms  SPT  acknowledged  ACK to panel",
      "RCT: still waits in queue log",
      "acknowledgement sent back to galaxy after 4060 ms",
      "once RCT refused: AE automation: no-answer ?[2J",
    ]);
  }));

Deno.test("why: by number, by time, the latest ones; as JSON and for a spreadsheet", () =>
  withJournals(async (folder) => {
    const why = (...args: string[]) => tocsin(folder, "why", "1234", "--config", "spt.toml", ...args);
    assertMatch((await why("--seq", "1")).out, /number 1,/);
    assertMatch((await why("--at", "2026-11-21T14:04:01Z")).out, /number 1,/);
    assertMatch((await why("--at", "2026-11-21T14:04:59Z")).out, /number 2,/);
    const two = (await why("--last", "2", "--json")).lines.map((line) => JSON.parse(line));
    assertEquals(two.map(({ alarm }) => alarm.seq), [2, 1]);
    assertEquals([two[0].deliveredMs, two[0].acknowledgedMs, two[1].deliveredMs], [4050, 4060, undefined]);
    assertEquals(two[0].alarm.raw, "402300ff");
    const { out } = await tocsin(folder, "why", '=1"', "--config", "rct.toml", "--csv");
    assertEquals(out.trimEnd().split("\r\n"), [
      "alarm,seq,account,at,since_ms,side,lane,step,detail",
      `B,3,"'=1""",2026-11-21T14:05:00.000Z,,RCT,automation,received,"a, b"`,
    ]);
  }));

Deno.test("why: no such alarm, no such journal, wrong arguments", () =>
  withJournals(async (folder) => {
    const none = await tocsin(folder, "why", "4711", "--config", "spt.toml");
    assertEquals([none.code, none.out], [1, ""]);
    assertStringIncludes(none.err, 'no such alarm of account "4711" in data/spt.sqlite');
    const gone = await tocsin(folder, "why", "1", "--journal", "nowhere.sqlite");
    assertEquals([gone.code, gone.out], [69, ""]);
    assertStringIncludes(gone.err, "Journal nowhere.sqlite cannot be read");
    const wrong: [args: string[], words: string][] = [
      [["1234"], "--config FILE is missing"],
      [["--config", "spt.toml"], "ACCOUNT is missing"],
      [["1234", "--config", "spt.toml", "--seq", "x"], "--seq: expected the number of an alarm"],
      [["1234", "--config", "spt.toml", "--last", "0"], "--last: expected 1 to 1000"],
      [["1234", "--config", "spt.toml", "--at", "noon"], "--at: expected a time such as 2026-11-21T14:05"],
      [
        ["1234", "--config", "spt.toml", "--seq", "1", "--at", "2026-11-21"],
        "expected one of --seq, --last and --at",
      ],
      [["1234", "--config", "spt.toml", "--json", "--csv"], "expected --json or --csv, found both"],
      [["1234", "--cnofig", "spt.toml"], "--cnofig: unknown"],
    ];
    for (const [args, words] of wrong) {
      const { code, err, out } = await tocsin(folder, "why", ...args);
      assertEquals([code, out], [64, ""], args.join(" "));
      assertStringIncludes(err, words);
      assertStringIncludes(err, "All options: tocsin why --help");
    }
  }));

Deno.test("audit: a record as it was written, and one that was edited; heads kept elsewhere", () =>
  withJournals(async (folder) => {
    const whole = await tocsin(folder, "audit", "verify", "--config", "rct.toml", "--config", "spt.toml");
    assertEquals([whole.code, whole.lines], [0, [
      "SPT  data/spt.sqlite: 1 accounts, 2 alarms, 5 hops: as it was written",
      "RCT  data/rct.sqlite: 2 accounts, 3 alarms, 5 hops: as it was written",
    ]]);
    const heads = await tocsin(folder, "audit", "heads", "--config", "spt.toml");
    await Deno.writeTextFile(`${folder}/heads`, heads.out);
    const verify = (...args: string[]) => tocsin(folder, "audit", "verify", "--config", "spt.toml", ...args);
    assertEquals((await verify("--against", "heads")).code, 0);
    const db = new DatabaseSync(`${folder}/data/spt.sqlite`);
    db.exec("UPDATE hop SET detail = 'ACK to another' WHERE step = 'acknowledged'");
    db.close();
    const edited = await verify();
    assertEquals([edited.code, edited.lines[0]?.slice(0, 27)], [1, "SPT  1234  hop-broken  row "]);
    const json = JSON.parse((await verify("--json")).out);
    assertEquals(json.findings.map(({ rule }: { rule: string }) => rule), ["hop-broken"]);
    const cut = new DatabaseSync(`${folder}/data/spt.sqlite`);
    cut.exec("DELETE FROM hop WHERE id = (SELECT max(id) FROM hop)");
    cut.exec("UPDATE chain SET count = 4, link = (SELECT link FROM hop ORDER BY id DESC LIMIT 1)");
    cut.close();
    assertEquals((await verify()).code, 0, "without a kept head this cannot be seen");
    const against = await verify("--against", "heads");
    assertEquals(against.code, 1);
    assertStringIncludes(against.out, "end-missing");
    await Deno.writeTextFile(`${folder}/heads`, '{"account":"1234"}\n');
    const broken = await verify("--against", "heads");
    assertEquals(broken.code, 65);
    assertStringIncludes(broken.err, "heads: line 1 is no head");
    assertEquals((await verify("--against", "nowhere")).code, 66);
    const wrong = await tocsin(folder, "audit", "look", "--config", "spt.toml");
    assertEquals(wrong.code, 64);
    assert(wrong.err.startsWith('tocsin audit: expected verify or heads, found "look"'));
  }));
