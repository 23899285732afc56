import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { ascii } from "../support/ascii.ts";
import { keysShown } from "../support/key_search.ts";

const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));
const COMMAND = new URL("../../src/cli/declaration.ts", import.meta.url).href;
const CALL = `import { runDeclaration } from ${
  JSON.stringify(COMMAND)
}; Deno.exit(await runDeclaration(Deno.args));`;

const MASTER = "8f1d0c5b7a9e3f264d8c1b0a5e7f93c2816d4b0fa7e5c3918d2b6f4a0c8e7d15";
const STORE = "Rm9sZCB0aGlzIGluIGhhbGYgdHdpY2Ug";
const SECRET = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const HOOK = "T0PS3CR3TPATHxyz";
const RCT = `name = "centre | <one>"
http = false
[identity]
device_id = "02000000000000000000000000000001"
[keys]
key_file = "store.key"
[[site]]
name = "shop"
device_id = "02000000000000000000000000000002"
master_handle = "0000002a"
master_key = "${MASTER}"
output = "east"
set_time = "1d"
[[site]]
name = "bank"
device_id = "02000000000000000000000000000003"
output = "desk"
acknowledge = "pass-through"
pass_through_wait = "30s"
[[route]]
name = "desk"
mode = "first"
outputs = ["ip", "east"]
[[output]]
name = "east"
[[output]]
name = "ip"
language = "dc09"
host = "192.0.2.7"
port = 1029
key = "${SECRET}"
faults = "sia"
fault_account = "9999"
[[output]]
name = "hook"
language = "webhook"
url = "https://hooks.example.net/${HOOK}?token=${HOOK}"
secrets = ["whsec_${SECRET}"]
faults = "off"
[[output]]
name = "broker"
language = "mqtt"
host = "192.0.2.8"
tls = true
username = "${HOOK}"
password = "${SECRET}"
`;
const SPT = `name = "bank-box"
http = false
[rct]
host = "192.0.2.1"
clock = "follow-rct"
[identity]
device_id = "02000000000000000000000000000003"
rct_device_id = "02000000000000000000000000000001"
master_handle = "0000002b"
master_key = "${MASTER.split("").reverse().join("")}"
[[input]]
name = "ip-panels"
language = "dc09"
listen = "0.0.0.0:7777"
transport = "both"
encryption = "required"
allow = ["192.0.2.0/24"]
keys = ["1234:${SECRET}"]
acknowledge = "pass-through"
[[input]]
name = "old"
language = "sia"
serial = "/dev/ttyS7,9600,8N1"
`;

async function withConfigs(
  use: (
    run: (...args: string[]) => Promise<{ code: number; out: string; err: string }>,
    folder: string,
  ) => Promise<void>,
) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/call.ts`, CALL);
    await Deno.writeTextFile(`${folder}/rct.toml`, RCT, { mode: 0o600 });
    await Deno.writeTextFile(`${folder}/spt.toml`, SPT, { mode: 0o600 });
    await Deno.writeTextFile(`${folder}/store.key`, STORE, { mode: 0o600 });
    await use(async (...args) => {
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-prompt", "--allow-read", "--allow-write", "--config", CONFIG, "call.ts", ...args],
        cwd: folder,
      }).output();
      const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)) as [string, string];
      return { code, out, err };
    }, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const BOTH = ["--config", "rct.toml", "--config", "spt.toml"];

Deno.test("declaration: what the standard wants stated, from both configurations", () =>
  withConfigs(async (run) => {
    const { code, out, err } = await run(
      ...BOTH,
      "--format",
      "json",
      "--capacity",
      "1000",
      "--category",
      "SP4",
    );
    assertEquals([code, err], [0, ""]);
    const { sections, preface } = JSON.parse(out) as {
      sections: { title: string; rows: { what: string; value: string }[] }[];
      preface: string;
    };
    const value = (what: string) =>
      sections.flatMap(({ rows }) => rows).find((row) => row.what === what)?.value;
    assertEquals(value("alarm systems that can be carried (capacity)"), "1000");
    assertEquals(value("category claimed: all sites"), "SP4");
    assertEquals(
      value("what SP4 asks of transmission times"),
      "mean 20.00 s, 95th percentile 30.00 s, maximum 60.00 s",
    );
    assertEquals(
      value("ATS failure: a site is not heard on any path"),
      "Contact ID E356, restore R356; SIA YC, restore YK",
    );
    assertMatch(value("all paths lost") ?? "", /^one message for the ATS/);
    assertMatch(
      value("delay of single-path faults to the automation software") ?? "",
      /^none: a site has one path/,
    );
    assertEquals(value("told to output hook"), "no: this automation software is told of no fault");
    assertEquals(value("told to output ip"), "in SIA; faults of the receiver itself under account 9999");
    assertMatch(value("site shop") ?? "", /^store-and-forward/);
    assertMatch(value("site bank") ?? "", /^pass-through: .*desk has acknowledged; refused after 30s/);
    assertMatch(value("input ip-panels (dc09)") ?? "", /^pass-through/);
    assertEquals(
      value("input ip-panels"),
      "TCP and UDP 0.0.0.0:7777, from 192.0.2.0/24, encrypted where there is a key",
    );
    assertEquals(value("input old"), "serial line /dev/ttyS7");
    assertEquals(value("SPTs"), "UDP 0.0.0.0:50136");
    assertEquals(value("output hook"), "webhook, posted to https://hooks.example.net");
    assertEquals(value("clocks of SPTs set by the RCT"), "shop every 1d");
    assertEquals(value("time of alarms"), "the RCT's clock, as it tells it");
    assertEquals(value("master keys in the configuration"), "of 1 of 2 sites");
    assertEquals(value("how long the RCT keeps alarms")?.startsWith("800d"), true);
    for (
      const what of [
        "access levels, default credentials and their change",
        "SPT type of EN 50131-10 (X, Y, Z)",
      ]
    ) {
      assertEquals(value(what), "not stated");
    }
    assertStringIncludes(preface, "claims no conformity");
    const bare = JSON.parse((await run("--config", "rct.toml", "--format", "json")).out);
    const rows: { what: string; value: string }[] = bare.sections[0].rows;
    assertEquals(rows[0]?.value, "not stated");
    assertEquals(rows.find(({ what }) => what === "category claimed: all sites")?.value, "none");
  }));

Deno.test("declaration: no key, password or secret in any format", () =>
  withConfigs(async (run, folder) => {
    const keys = [
      Uint8Array.fromHex(MASTER),
      Uint8Array.fromHex(MASTER.split("").reverse().join("")),
      ascii(STORE),
      ascii(SECRET),
      ascii(HOOK),
      Uint8Array.fromBase64(SECRET),
    ];
    for (const format of ["md", "html", "json"]) {
      const { code, out, err } = await run(...BOTH, "--format", format, "--category", "DP4");
      assertEquals([code, err], [0, ""]);
      assert(out.length > 5000, "there is something to look through");
      assertEquals(keysShown(ascii(out), keys), [], format);
      // Short ones, and the handles.
      for (const text of [HOOK, "token=", "0000002a", "0000002b", "whsec"]) assert(!out.includes(text), text);
      if (format === "json") continue;
      assert(!out.includes("<one>"), "names are no markup");
    }
    // The test finds a key where there is one.
    assert(keysShown(await Deno.readFile(`${folder}/rct.toml`), keys).length > 0);
  }));

Deno.test("declaration: Markdown is one table a section, a second path is missed, and it goes to a file", () =>
  withConfigs(async (run, folder) => {
    const args = ["--category", "DP4", "--single-path-delay", "30 min, agreed with | the centre"];
    const { code, out } = await run("--config", "rct.toml", ...args, "--output", "statement.md");
    assertEquals([code, out], [0, ""]);
    const text = await Deno.readTextFile(`${folder}/statement.md`);
    for (const line of text.split("\n").filter((line) => line.startsWith("|"))) {
      assertEquals(line.match(/(?<!\\)\|/g)?.length, 4, line);
    }
    assertStringIncludes(text, "on the RCT's disk");
    assertStringIncludes(text, "none configured: this category asks for one");
    assertStringIncludes(text, "30 min, agreed with \\| the centre");
    assertStringIncludes(text, "# Statement of configuration: centre \\| &lt;one&gt;");
  }));

Deno.test("declaration: bad arguments", () =>
  withConfigs(async (run) => {
    const wrong: [args: string[], status: number, words: string][] = [
      [["--format", "md"], 64, "--config FILE is missing"],
      [["--config", "spt.toml"], 64, "expected the rct.toml"],
      [["--config", "rct.toml", "--capacity", "many"], 64, "--capacity: expected a number"],
      [["--config", "rct.toml", "--category", "X"], 64, "--category: expected one of SP1"],
      [["--config", "rct.toml", "--format", "toString"], 64, "--format: expected md, html or json"],
      [["--config", "rct.toml", "--output", "no/such/file"], 73, "cannot write no/such/file"],
    ];
    for (const [args, status, words] of wrong) {
      const { code, out, err } = await run(...args);
      assertEquals([code, out], [status, ""], args.join(" "));
      assertStringIncludes(err, words);
    }
  }));
