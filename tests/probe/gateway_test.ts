/** The command as a user starts it, against this program's own gateways. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { loadRctConfig, loadSptConfig } from "../../src/config/load.ts";
import { writeDemoConfigs } from "../../src/demo/demo_configs.ts";
import { Rct } from "../../src/gateway/rct.ts";
import { Spt } from "../../src/gateway/spt.ts";
import { MemoryJournal } from "../../src/journal/memory_journal.ts";
import type { Row } from "../../src/probe/row.ts";
import { Child, runDeno } from "../support/child.ts";
import { keysShown } from "../support/key_search.ts";
import { until } from "../support/pair.ts";

const PROBE = ["run", "--quiet", "--no-prompt", "--allow-net", "--allow-read", "main.ts", "probe"];

/** A time that no machine needs: a probe must not end because its own is up. */
const LATEST = 600_000;
const PATIENT = ["--seconds", String(LATEST / 1000)];

/** A folder with the configurations of a path. */
class Site implements AsyncDisposable {
  private constructor(readonly dir: string, readonly files: { spt: string; rct: string }) {}

  static async make(): Promise<Site> {
    const dir = await Deno.makeTempDir({ prefix: "tocsin-test-" });
    return new Site(dir, await writeDemoConfigs(dir));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.dir, { recursive: true });
  }
}

/** The rows of JSON Lines, and the summary. */
function lines(out: string): { rows: Row[]; summary: Record<string, unknown> } {
  const all = out.trim().split("\n").map((line) => JSON.parse(line));
  return { rows: all.filter(({ type }) => type === "row"), summary: all.at(-1) };
}

const bad = (rows: Row[]) => rows.filter(({ verdict }) => verdict === "broken" || verdict === "not-run");

Deno.test("probe rct: this program's RCT holds; no alarm reaches the AE, no key is shown", async () => {
  await using site = await Site.make();
  const rct = await loadRctConfig(site.files.rct), spt = await loadSptConfig(site.files.spt);
  assert(rct.ok && spt.ok);
  const journal = new MemoryJournal({ now: Date.now });
  const gateway = await Rct.open(rct.config, { log: () => {}, journal });
  try {
    await using child = new Child([
      ...PROBE,
      "rct",
      "--config",
      site.files.spt,
      "--flood",
      "300",
      "--json",
      ...PATIENT,
    ]);
    const code = await child.status(LATEST);
    const { rows, summary } = lines(child.out);
    assertEquals(bad(rows), []);
    assertEquals([code, summary.end, summary.broken], [0, "done", 0], child.err);
    assert(rows.length > 80);
    assertEquals(await journal.recent(10), []);
    const key = spt.config.identity.master?.masterKey.octets();
    assert(key !== undefined);
    assertEquals(keysShown(child.octets("out"), [key]).concat(keysShown(child.octets("err"), [key])), []);

    // By hand instead of by file, as a table, with an alarm that is to arrive.
    const keyFile = `${site.dir}/key`;
    await Deno.writeTextFile(keyFile, `${key.toHex()}\n`, { mode: 0o600 });
    const { deviceId, master } = spt.config.identity;
    const by = await runDeno([
      ...PROBE,
      "rct",
      `127.0.0.1:${rct.config.listen.port}`,
      `--device-id=${deviceId.toHex()}`,
      `--rct-device-id=${master!.rctDeviceId.toHex()}`,
      `--master-handle=${master!.masterHandle.toString(16).padStart(8, "0")}`,
      `--master-key-file=${keyFile}`,
      "--send-alarm=4711",
      "--flood=0",
      ...PATIENT,
    ]);
    assertEquals(by.code, 0, by.out + by.err);
    assertStringIncludes(by.out, "Nothing is broken.");
    const alarms = await journal.recent(10);
    assertEquals(alarms.length, 2);
  } finally {
    await gateway.close(100);
  }
});

Deno.test("probe spt: this program's SPT holds", async () => {
  await using site = await Site.make();
  const config = await loadSptConfig(site.files.spt);
  assert(config.ok);
  // Nearly each row waits for the next heartbeat: the shortest that can be agreed on.
  config.config.rct.heartbeatMs = 1000;
  await using child = new Child([
    ...PROBE,
    "spt",
    "--config",
    site.files.rct,
    "--site",
    "shop-12",
    "--json",
    ...PATIENT,
  ]);
  await child.shows("waiting for the SPT", "err");
  const gateway = await Spt.open(config.config, {
    log: () => {},
    journal: new MemoryJournal({ now: Date.now }),
    backoffMs: [200, 1000],
  });
  try {
    const code = await child.status(LATEST);
    const { rows, summary } = lines(child.out);
    assertEquals(bad(rows), []);
    assertEquals([code, summary.end], [0, "done"], child.err);
    assert(rows.length > 40);
    await until(() => child.err.includes("waiting"), "the invitation");
  } finally {
    await gateway.close(0);
  }
});

/** Arguments, exit status, and what is said. */
const REFUSED: [string[], number, string][] = [
  [[], 64, "rct or spt is missing"],
  [["abc"], 64, "expected rct or spt"],
  [["rct"], 64, "HOST:PORT or --config FILE is missing"],
  [["rct", "--master-key", "00"], 64, "put it in a --master-key-file"],
  [["rct", "192.0.2.1:99999"], 64, "expected a host and a UDP port"],
  [["rct", "192.0.2.1:1", "--frobnicate"], 64, "--frobnicate: unknown"],
  [["rct", "192.0.2.1:1", "--master-key-file", "deno.json"], 64, "expected 64 hex digits"],
  [["rct", "192.0.2.1:1", "--master-key-file", "no/such/file"], 64, "there is no such file"],
  [["rct", "192.0.2.1:1", "--flood", "1000000"], 64, "--flood: expected a number from 0 to 20000"],
  [["rct", "192.0.2.1:1", "--edition", "1999"], 64, "--edition: expected 2013"],
  [["spt", "--config", "no/such.toml", "--site", "x"], 78, "no such file"],
  [["spt"], 64, "--listen HOST:PORT or --config FILE is missing"],
  [["spt", "--send-alarm", "1", "--listen", "127.0.0.1:1"], 64, "belongs to 'probe rct'"],
];

Deno.test("wrong arguments are refused with what to do; a key is never repeated", async () => {
  const key = "9f1c22d84b7e03a65d8f40e1b2c7396a18e5f40d6b92c37a51e8d04f6b2c9a73";
  const echoes: [string[], number, string][] = [
    [["rct", key], 64, "expected a host and a UDP port"],
    [[key], 64, "expected rct or spt"],
    [["rct", "192.0.2.1:1", "--edition", key], 64, "--edition"],
  ];
  await using site = await Site.make();
  const keyFile = `${site.dir}/key`;
  await Deno.writeTextFile(keyFile, key);
  const others: [string[], number, string][] = [
    [["rct", "192.0.2.1:1", "--master-key-file", keyFile], 64, "--master-handle HEX is missing"],
    [
      ["rct", "192.0.2.1:1", "--master-key-file", keyFile, "--master-handle", key],
      64,
      "expected 8 hex digits",
    ],
    [["spt", "--config", site.files.rct], 64, "sites are shop-12"],
  ];
  for (const [args, status, said] of [...REFUSED, ...echoes, ...others]) {
    const { code, out, err } = await runDeno([...PROBE, ...args.map((arg) => arg)]);
    assertEquals(code, status, `${args}: ${err}`);
    assertStringIncludes(err, said);
    assert(!(out + err).includes(key.slice(0, 16)), `${args} shows the key`);
  }
});

Deno.test("nobody answers: 69, with what to look at", async () => {
  await using site = await Site.make();
  const { code, err } = await runDeno([...PROBE, "rct", "--config", site.files.spt, "--seconds", "60"]);
  assertEquals(code, 69, err);
  assertStringIncludes(err, "firewall");
});

Deno.test("help says what is sent and to whom", async () => {
  const { code, out } = await runDeno([...PROBE, "--help"]);
  assertEquals(code, 0);
  for (
    const words of [
      "--send-alarm",
      "Only the address that you give",
      "acknowledges no alarm",
      "reconstruction",
    ]
  ) {
    assertStringIncludes(out, words);
  }
});
