import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { addSite, init, runInit } from "../../src/cli/init.ts";
import { loadRctConfig, loadSptConfig } from "../../src/config/load.ts";
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
    assertEquals(site.masterHandle, spt.identity.masterHandle);
    assertEquals(site.masterKey.octets(), spt.identity.masterKey.octets());
    assertEquals(rct.identity.deviceId, spt.identity.rctDeviceId);
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
    for (const id of [spt.identity.deviceId, spt.identity.rctDeviceId]) assertMatch(id.toHex(), /^020000/);
  }));

Deno.test("two pairs share no secret", () =>
  inFolder(async (dir) => {
    await init({ dir: join(dir, "a"), site: "a" });
    await init({ dir: join(dir, "b"), site: "b" });
    const a = (await pair(join(dir, "a"))).spt.identity;
    const b = (await pair(join(dir, "b"))).spt.identity;
    assertNotEquals(a.deviceId, b.deviceId);
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
    assertEquals(second.masterHandle, spt.identity.masterHandle);
    assertEquals(second.masterKey.octets(), spt.identity.masterKey.octets());
    assertEquals(rct.identity.deviceId, spt.identity.rctDeviceId);
    assertEquals([spt.rct.hostname, spt.rct.port], ["10.0.0.1", 4001]);
    assertNotEquals(first.masterKey.octets(), second.masterKey.octets());
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
      const key = site.masterKey.octets().toHex();
      for (const { out, err } of [first, second, again]) assert(!`${out}${err}`.includes(key.slice(0, 12)));
    }
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
        "force",
      ]
    ) assertStringIncludes(out, `--${name}`);
  }
});
