import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { runInit } from "../../src/cli/init.ts";
import { addSite, init } from "../../src/cli/init_files.ts";
import { loadStoreKey } from "../../src/keys/store_key.ts";
import { loadRctConfig, loadSptConfig } from "../../src/config/load.ts";
import type { SptConfig } from "../../src/config/spt_config.ts";
import { pairSecrets } from "../../src/config/templates.ts";
import { appendToFile, writeFiles } from "../../src/config/write_files.ts";

async function inFolder(test: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await test(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Runs the command and gives its exit status and what it printed. */
async function run(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  const { log, error } = console;
  const out: string[] = [];
  const err: string[] = [];
  console.log = (...words) => void out.push(words.join(" "));
  console.error = (...words) => void err.push(words.join(" "));
  try {
    return { status: await runInit(args), out: out.join("\n"), err: err.join("\n") };
  } finally {
    console.log = log;
    console.error = error;
  }
}

async function pair(dir: string, sptName = "spt.toml") {
  const spt = await loadSptConfig(join(dir, sptName));
  const rct = await loadRctConfig(join(dir, "rct.toml"));
  assert(spt.ok, JSON.stringify(spt));
  assert(rct.ok, JSON.stringify(rct));
  return { spt: spt.config, rct: rct.config, warnings: [...spt.warnings, ...rct.warnings] };
}

/** The master set in an SPT's file. */
function set({ identity: { master } }: SptConfig) {
  assert(master !== undefined);
  return master;
}

async function names(dir: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(dir))).map((entry) => entry.name).sort();
}

Deno.test("init writes a pair that loads without warning and matches", () =>
  inFolder(async (dir) => {
    const result = await init({
      dir: join(dir, "new"),
      site: 'Bäckerei "Süd" \\ 12',
      account: "0123",
      rctHost: "rct.example",
      rctPort: 4000,
      language: "contact-id",
      listen: "192.168.1.2:9999",
      aePort: 2000,
    });
    assert(result.ok);
    const { spt, rct, warnings } = await pair(join(dir, "new"));
    assertEquals(warnings, []);
    const [site] = rct.sites;
    assert(site !== undefined);
    assertEquals(site.deviceId, spt.identity.deviceId);
    const ours = set(spt);
    assertEquals(site.master?.masterHandle, ours.masterHandle);
    assertEquals(site.master?.masterKey.octets(), ours.masterKey.octets());
    assertEquals(rct.identity.deviceId, ours.rctDeviceId);
    assertEquals([rct.listen.port, spt.rct.port, spt.rct.hostname], [4000, 4000, "rct.example"]);
    assertEquals([spt.name, site.name], ['Bäckerei "Süd" \\ 12', 'Bäckerei "Süd" \\ 12']);
    const [input] = spt.inputs;
    assertEquals([input?.account, input?.language, input?.hostname, input?.port], [
      "0123",
      "contact-id",
      "192.168.1.2",
      9999,
    ]);
    assertEquals(rct.outputs[0]?.port, 2000);
    for (const id of [spt.identity.deviceId, ours.rctDeviceId]) assertMatch(id.toHex(), /^020000/);
  }));

Deno.test("two pairs share no secret", () =>
  inFolder(async (dir) => {
    await init({ dir: join(dir, "a"), site: "a" });
    await init({ dir: join(dir, "b"), site: "b" });
    const { spt: first } = await pair(join(dir, "a"));
    const { spt: second } = await pair(join(dir, "b"));
    assertNotEquals(first.identity.deviceId, second.identity.deviceId);
    const [a, b] = [set(first), set(second)];
    assertNotEquals(a.rctDeviceId, b.rctDeviceId);
    assertNotEquals(a.masterHandle, b.masterHandle);
    assertNotEquals(a.masterKey.octets(), b.masterKey.octets());
  }));

Deno.test("a handle is never zero and never one that is in use", () => {
  const draws = ["00000000", "0000000a", "0000000b"];
  const random = (octets: number) =>
    octets === 4 ? Uint8Array.fromHex(draws.shift() ?? "ffffffff") : new Uint8Array(octets).fill(1);
  assertEquals(pairSecrets(random, ["0000000a"]).masterHandle, "0000000b");
  assertEquals(draws, []);
});

Deno.test({
  name: "files with keys are for their owner only",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (dir) => {
      await init({ dir, site: "a" });
      await addSite({ dir, site: "b" });
      for (const name of await names(dir)) {
        const { mode } = await Deno.stat(join(dir, name));
        assertEquals((mode ?? 0) & 0o777, 0o600, name);
      }
    }),
});

Deno.test("files that are there are not touched, and nothing is left half done", () =>
  inFolder(async (dir) => {
    await Deno.writeTextFile(join(dir, "spt.toml"), "mine");
    const result = await init({ dir, site: "a" });
    assertEquals(result, {
      ok: false,
      errors: [
        `${join(dir, "spt.toml")}: is there already, and its keys may be in use: ` +
        "choose another --dir, or --force to replace it",
      ],
    });
    assertEquals(await names(dir), ["spt.toml"]);
    assertEquals(await Deno.readTextFile(join(dir, "spt.toml")), "mine");
  }));

Deno.test("with force the old files are kept beside the new ones, each time", () =>
  inFolder(async (dir) => {
    for (let i = 0; i < 3; i++) assert((await init({ dir, site: `s${i}`, force: true })).ok);
    assertEquals(await names(dir), [
      "rct.toml",
      "rct.toml.old",
      "rct.toml.old2",
      "spt.toml",
      "spt.toml.old",
      "spt.toml.old2",
    ]);
    assertEquals((await pair(dir)).spt.name, "s2");
    assertStringIncludes(await Deno.readTextFile(join(dir, "rct.toml.old")), '"s0"');
  }));

Deno.test("if the second file cannot be written, the first is again what it was", () =>
  inFolder(async (dir) => {
    const first = join(dir, "rct.toml");
    // A file where a folder would have to be.
    const second = join(dir, "notes.txt", "spt.toml");
    await Deno.writeTextFile(join(dir, "notes.txt"), "");
    for (const [before, force] of [["old", true], [undefined, false]] as const) {
      if (before === undefined) await Deno.remove(first);
      else await Deno.writeTextFile(first, before);
      const refused = await writeFiles([[first, "new"], [second, "new"]], force);
      assertMatch(refused ?? "", /^.*notes\.txt.spt\.toml: cannot be written: /);
      assertEquals(await names(dir), before === undefined ? ["notes.txt"] : ["notes.txt", "rct.toml"]);
      if (before !== undefined) assertEquals(await Deno.readTextFile(first), before);
    }
    assertMatch(await appendToFile(first, "x") ?? "", /rct\.toml: cannot be written: /);
  }));

Deno.test("options that would make a bad file are refused in words, and nothing is written", () =>
  inFolder(async (dir) => {
    const result = await init({
      dir,
      site: "",
      listen: "foo",
      account: "12 34",
      rctHost: "a b",
      language: "morse",
    });
    assertEquals(result, {
      ok: false,
      errors: [
        "spt.toml: name: expected a name of 1-64 characters, found empty text",
        'spt.toml: rct.host: expected a host name or an IP address, found "a b"',
        'spt.toml: input.language: expected one of "sia", "contact-id", "texecom", found "morse"',
        'spt.toml: input.listen: expected an address and a port 1-65535 such as "0.0.0.0:10002", found "foo"',
        'spt.toml: input.account: expected an account in quotes: 1-16 letters and digits, found "12 34"',
        "rct.toml: site.name: expected a name of 1-64 characters, found empty text",
      ],
    });
    assertEquals(await names(dir), []);
  }));

Deno.test("a further site is added at the end, and what stood before stays to the letter", () =>
  inFolder(async (dir) => {
    await init({ dir, site: "shop-12", rctPort: 4001 });
    const file = join(dir, "rct.toml");
    // As an editor leaves it that ends files without a line break.
    await Deno.writeTextFile(file, `${(await Deno.readTextFile(file)).trimEnd()} # mine`);
    const before = await Deno.readTextFile(file);
    const result = await addSite({ dir, site: "Shop 13 / East", rctHost: "10.0.0.1" });
    assert(result.ok, JSON.stringify(result));
    assertEquals(result.files, [file, join(dir, "spt-shop-13-east.toml")]);
    assert((await Deno.readTextFile(file)).startsWith(before));
    const { spt, rct, warnings } = await pair(dir, "spt-shop-13-east.toml");
    assertEquals(warnings, []);
    const [first, second] = rct.sites;
    assert(first !== undefined && second !== undefined && rct.sites.length === 2);
    assertEquals(second.name, "Shop 13 / East");
    assertEquals(second.deviceId, spt.identity.deviceId);
    const ours = set(spt);
    assertEquals(second.master?.masterHandle, ours.masterHandle);
    assertEquals(second.master?.masterKey.octets(), ours.masterKey.octets());
    assertEquals(rct.identity.deviceId, ours.rctDeviceId);
    assertEquals([spt.rct.hostname, spt.rct.port], ["10.0.0.1", 4001]);
    assertNotEquals(first.master?.masterKey.octets(), second.master?.masterKey.octets());
  }));

Deno.test("a further site is refused when its name is taken, the centre is broken, or the output is open", () =>
  inFolder(async (dir) => {
    const file = join(dir, "rct.toml");
    assertEquals(await addSite({ dir, site: "a" }), {
      ok: false,
      errors: [`${file}: there is no such file: tocsin init makes one`],
    });
    await init({ dir, site: "a" });
    const sound = await Deno.readTextFile(file);
    const taken = await addSite({ dir, site: "a" });
    assert(!taken.ok);
    assertMatch(
      taken.errors.join(),
      /site\.name: expected one of its own, found the same "a" as on line \d+$/,
    );
    assertEquals(await Deno.readTextFile(file), sound);

    await appendToFile(file, '\n[[output]]\nname = "second"\nport = 1026\n');
    const two = await Deno.readTextFile(file);
    assertEquals(await addSite({ dir, site: "b" }), {
      ok: false,
      errors: ["rct.toml has several outputs: add --output and one of automation, second"],
    });
    assertEquals(await addSite({ dir, site: "b", output: "third" }), {
      ok: false,
      errors: ["--output: expected one of automation, second"],
    });
    assertEquals(await Deno.readTextFile(file), two);
    assert((await addSite({ dir, site: "b", output: "second" })).ok);
    assertEquals((await pair(dir, "spt-b.toml")).rct.sites[1]?.output, "second");

    await appendToFile(file, "bad\n");
    const broken = await addSite({ dir, site: "c" });
    assert(!broken.ok && broken.errors.length === 1);
    assertEquals(await names(dir), ["rct.toml", "spt-b.toml", "spt.toml"]);
  }));

Deno.test("a site whose file is there already is not added to the centre", () =>
  inFolder(async (dir) => {
    await init({ dir, site: "a" });
    await Deno.writeTextFile(join(dir, "spt-b.toml"), "mine");
    const before = await Deno.readTextFile(join(dir, "rct.toml"));
    assert(!(await addSite({ dir, site: "b" })).ok);
    assertEquals(await Deno.readTextFile(join(dir, "rct.toml")), before);
    assertEquals(await Deno.readTextFile(join(dir, "spt-b.toml")), "mine");
  }));

Deno.test("the command says what to do next, and no secret", () =>
  inFolder(async (dir) => {
    const first = await run(
      "--site",
      "shop-12",
      "--dir",
      dir,
      "--account",
      "0012",
      "--listen",
      "0.0.0.0:10777",
    );
    assertEquals([first.status, first.err], [0, ""]);
    assertEquals(first.out.split("\n"), [
      `written: ${join(dir, "rct.toml")}`,
      `written: ${join(dir, "spt.toml")}`,
      "",
      "At the site:",
      `  deno task tocsin spt --config ${join(dir, "spt.toml")}`,
      "  Set the panel to report to this machine's address, TCP port 10777, language sia.",
      `  The centre is looked for on the same machine. To move it, set rct.host in ${
        join(dir, "spt.toml")
      } to its address.`,
      "At the receiving centre:",
      `  deno task tocsin rct --config ${join(dir, "rct.toml")}`,
      "  Let UDP port 50136 in; let the automation software connect to TCP port 1025 (Sur-Gard, one line digit).",
      "This is for a first try: the keys stand in the files. For real sites add --commission.",
    ]);
    const { spt } = await pair(dir);
    assertEquals(spt.inputs[0]?.account, "0012");
    const second = await run("--add-site=b", `--dir=${dir}`, "--rct-host=rct.example", "--rct-port=4444");
    assertEquals([second.status, second.err], [0, ""]);
    assertEquals((await pair(dir, "spt-b.toml")).spt.rct.port, 4444);
    const again = await run("--site", "shop-12", "--dir", dir);
    assertEquals([again.status, again.out], [1, ""]);
    assertStringIncludes(again.err, "is there already");
    const { rct } = await pair(dir, "spt-b.toml");
    for (const site of rct.sites) {
      assert(site.master !== undefined);
      const key = site.master.masterKey.octets().toHex();
      for (const { out, err } of [first, second, again]) assert(!`${out}${err}`.includes(key.slice(0, 12)));
    }
  }));

Deno.test("for commissioning the files hold no key, and each end has a store key of its own", () =>
  inFolder(async (dir) => {
    const result = await init({ dir, site: "shop-12", commission: true, rctHost: "rct.example" });
    assert(result.ok, JSON.stringify(result));
    const path = (name: string) => join(dir, name);
    assertEquals(result.files, ["rct.toml", "spt.toml", "rct.key", "spt.key"].map(path));
    const { spt, rct, warnings } = await pair(dir);
    assertEquals(warnings, []);
    assertEquals([spt.identity.master, rct.sites[0]?.master], [undefined, undefined]);
    assertEquals(rct.sites[0]?.deviceId, spt.identity.deviceId);
    assertNotEquals(rct.identity.deviceId, spt.identity.deviceId);
    // In one folder for a try, they share no file.
    assertEquals(spt.keys, { path: path("data/spt-keys.sqlite"), keyFile: path("spt.key") });
    assertEquals(rct.keys, { path: path("data/rct-keys.sqlite"), keyFile: path("rct.key") });
    const keys = [];
    for (const { keyFile } of [spt.keys, rct.keys]) {
      const loaded = loadStoreKey({ keyFile });
      assert(loaded.ok, JSON.stringify(loaded));
      keys.push(loaded.key.octets().toHex());
    }
    assertNotEquals(keys[0], keys[1]);
    for (const name of ["spt.toml", "rct.toml"]) {
      const text = await Deno.readTextFile(path(name));
      assert(!/^master_|^rct_device_id/m.test(text), name);
      for (const digits of text.match(/[0-9a-f]{33,}/g) ?? []) {
        assert(false, `${name}: ${digits.length} digits`);
      }
      for (const key of keys) assert(!text.includes(key.slice(0, 12)), name);
    }
  }));

Deno.test({
  name: "store keys are for their owner only",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (dir) => {
      await init({ dir, site: "a", commission: true });
      await addSite({ dir, site: "b", commission: true });
      assertEquals(await names(dir), [
        "rct.key",
        "rct.toml",
        "spt-b.key",
        "spt-b.toml",
        "spt.key",
        "spt.toml",
      ]);
      for (const name of await names(dir)) {
        const { mode } = await Deno.stat(join(dir, name));
        assertEquals((mode ?? 0) & 0o777, 0o600, name);
      }
    }),
});

Deno.test("a store key that is there is never replaced, and without force nothing is written", () =>
  inFolder(async (dir) => {
    const key = join(dir, "spt.key");
    await Deno.writeTextFile(key, "mine", { mode: 0o600 });
    assertEquals(await init({ dir, site: "a", commission: true }), {
      ok: false,
      errors: [
        `${key}: is there already, and a key store may need it: choose another --dir, or --force, which keeps it`,
      ],
    });
    assertEquals(await names(dir), ["spt.key"]);
    const forced = await init({ dir, site: "a", commission: true, force: true });
    assert(forced.ok);
    assertEquals(forced.files.includes(key), false);
    assertEquals(forced.next[0], `kept: ${key} (a key store may need it)`);
    assertEquals(await Deno.readTextFile(key), "mine");
    const rctKey = await Deno.readTextFile(join(dir, "rct.key"));
    assert((await init({ dir, site: "b", commission: true, force: true })).ok);
    assertEquals(await Deno.readTextFile(join(dir, "rct.key")), rctKey);
    assertEquals(await names(dir), [
      "rct.key",
      "rct.toml",
      "rct.toml.old",
      "spt.key",
      "spt.toml",
      "spt.toml.old",
    ]);
  }));

Deno.test("if a file cannot be written, the new store keys are taken back", () =>
  inFolder(async (dir) => {
    await Deno.writeTextFile(join(dir, "spt.toml"), "mine");
    assert(!(await init({ dir, site: "a", commission: true })).ok);
    assertEquals(await names(dir), ["spt.toml"]);
    await Deno.remove(join(dir, "spt.toml"));
    assert((await init({ dir, site: "a" })).ok);
    await Deno.writeTextFile(join(dir, "spt-b.toml"), "mine");
    const before = await Deno.readTextFile(join(dir, "rct.toml"));
    assert(!(await addSite({ dir, site: "b", commission: true })).ok);
    assertEquals(await names(dir), ["rct.toml", "spt-b.toml", "spt.toml"]);
    assertEquals(await Deno.readTextFile(join(dir, "rct.toml")), before);
    // A file where the folder would have to be.
    const blocked = await init({ dir: join(dir, "spt.toml"), site: "a", commission: true });
    assert(!blocked.ok);
    assertMatch(blocked.errors.join(), /rct\.key cannot be made: /);
  }));

Deno.test("a centre of a first try gets its key store with the first site that is commissioned, once", () =>
  inFolder(async (dir) => {
    await init({ dir, site: "a" });
    const before = await Deno.readTextFile(join(dir, "rct.toml"));
    const first = await addSite({ dir, site: "b", commission: true });
    assert(first.ok, JSON.stringify(first));
    assertEquals(
      first.files,
      ["rct.toml", "spt-b.toml", "rct.key", "spt-b.key"].map((name) => join(dir, name)),
    );
    assert((await Deno.readTextFile(join(dir, "rct.toml"))).startsWith(before));
    const key = await Deno.readTextFile(join(dir, "rct.key"));
    const second = await addSite({ dir, site: "c", commission: true });
    assert(second.ok, JSON.stringify(second));
    assertEquals(second.files, ["rct.toml", "spt-c.toml", "spt-c.key"].map((name) => join(dir, name)));
    assertEquals(await Deno.readTextFile(join(dir, "rct.key")), key);
    // And one with its keys in the file, as before.
    assert((await addSite({ dir, site: "d" })).ok);
    const { spt, rct, warnings } = await pair(dir, "spt-c.toml");
    assertEquals(warnings, []);
    assertEquals(rct.keys, { path: join(dir, "data/rct-keys.sqlite"), keyFile: join(dir, "rct.key") });
    assertEquals(spt.keys.path, join(dir, "data/spt-c-keys.sqlite"));
    assertEquals(rct.sites.map((site) => site.master !== undefined), [true, false, false, true]);
    assertEquals(rct.sites[2]?.deviceId, spt.identity.deviceId);
  }));

Deno.test("a centre whose store key comes from the environment, or may do so, keeps it", () =>
  inFolder(async (dir) => {
    const file = join(dir, "rct.toml");
    const fromEnvironment =
      "  The file names no key_file: set the environment variable TOCSIN_STORE_KEY for this and the next.";
    const added = async (site: string) => {
      const result = await addSite({ dir, site, commission: true });
      assert(result.ok, JSON.stringify(result));
      assert(result.next.includes(fromEnvironment), result.next.join("\n"));
      assertEquals((await pair(dir, `spt-${site}.toml`)).rct.keys.keyFile, undefined);
    };
    // It says where the store is.
    await init({ dir, site: "a" });
    await appendToFile(file, '\n[keys]\npath = "k.sqlite"\n');
    await added("b");
    // A store is there.
    await init({ dir, site: "a", force: true });
    await Deno.mkdir(join(dir, "data"));
    await Deno.writeTextFile(join(dir, "data/keys.sqlite"), "");
    await added("c");
    // Another site waits for its keys already.
    await Deno.remove(join(dir, "data/keys.sqlite"));
    await added("d");
  }));

Deno.test("the command says how to commission, the centre first, and no key", () =>
  inFolder(async (dir) => {
    const first = await run("--site", "Shop 12", "--dir", dir, "--commission", "--rct-host", "rct.example");
    assertEquals([first.status, first.err], [0, ""]);
    const path = (name: string) => join(dir, name);
    assertEquals(first.out.split("\n"), [
      ...["rct.toml", "spt.toml", "rct.key", "spt.key"].map((name) => `written: ${path(name)}`),
      "",
      "At the receiving centre:",
      `  deno task tocsin rct --config ${path("rct.toml")}`,
      "  Let UDP port 50136 in; let the automation software connect to TCP port 1025 (Sur-Gard, one line digit).",
      "  While it runs, in a second window:",
      `  deno task tocsin commission --config ${path("rct.toml")} --site 'Shop 12'`,
      "  It shows a secret of four lines, once, and lets the site in for 15m.",
      `At the site, with ${path("spt.toml")} and ${path("spt.key")} carried there:`,
      `  deno task tocsin commission --config ${path("spt.toml")}`,
      "  It asks for the four lines and fetches the keys.",
      `  deno task tocsin spt --config ${path("spt.toml")}`,
      "  Set the panel to report to this machine's address, TCP port 10002, language sia.",
    ]);
    await appendToFile(path("rct.toml"), '\n[commissioning]\nwindow = "2h"\n');
    const second = await run("--add-site", "b", "--dir", dir, "--commission");
    assertEquals([second.status, second.err], [0, ""]);
    assertStringIncludes(second.out, "At the receiving centre, start anew:");
    assertStringIncludes(second.out, "lets the site in for 2h.");
    for (const name of ["rct.key", "spt.key", "spt-b.key"]) {
      const key = (await Deno.readTextFile(path(name))).trim();
      assertMatch(key, /^[0-9a-f]{64}$/);
      for (const { out } of [first, second]) assert(!out.includes(key.slice(0, 12)), name);
    }
  }));

Deno.test("files for a first try say that real sites are commissioned", () =>
  inFolder(async (dir) => {
    await init({ dir, site: "a" });
    for (const name of ["spt.toml", "rct.toml"]) {
      assertStringIncludes(await Deno.readTextFile(join(dir, name)), "tocsin init --commission");
    }
    assertStringIncludes((await run("--help")).out, "for real sites");
  }));

Deno.test("wrong usage has status 2 and names what is wrong", () =>
  inFolder(async (dir) => {
    const both =
      "expected --site NAME for a new pair, or --add-site NAME for a further site; see tocsin init --help";
    const cases: [string[], string][] = [
      [[], both],
      [["--site", "a", "--add-site", "b"], both],
      [["--site"], "--site: expected a value after it"],
      [["--site", "a", "--site", "b"], "--site: expected once, found several times"],
      [["--site", "a", "--rct-port", "70000"], "--rct-port: expected a port number 1-65535"],
      [["--site", "a", "--ae-port", "x"], "--ae-port: expected a port number 1-65535"],
      [["--site", "a", "--key=0011"], "--key: unknown; see tocsin init --help"],
      [["shop-12", "--site", "a"], "shop-12: unknown; see tocsin init --help"],
    ];
    for (const [args, message] of cases) {
      assertEquals(await run("--dir", dir, ...args), { status: 2, out: "", err: message });
    }
    assertEquals(await names(dir), []);
  }));

Deno.test("the help names every option", async () => {
  for (const option of ["--help", "-h"]) {
    const { status, out } = await run(option);
    assertEquals(status, 0);
    for (
      const name of [
        "site",
        "add-site",
        "dir",
        "rct-host",
        "rct-port",
        "language",
        "listen",
        "account",
        "ae-port",
        "output",
        "commission",
        "force",
      ]
    ) assertStringIncludes(out, `--${name}`);
  }
});
