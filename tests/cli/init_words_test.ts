/** What the command says. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { appendToFile } from "../../src/config/write_files.ts";
import { inFolder, names, pair, run } from "./init_rig.ts";

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

Deno.test("wrong usage has status 2 and names what is wrong", () =>
  inFolder(async (dir) => {
    const both = "expected --site NAME for a new pair, or --add-site NAME for a further site";
    const cases: [string[], string][] = [
      [["--site", "a", "--add-site", "b"], both],
      [["--site"], "--site: expected a value after it"],
      [["--site", "a", "--site", "b"], "--site: expected once, found several times"],
      [["--site", "a", "--rct-port", "70000"], "--rct-port: expected a port number 1-65535"],
      [["--site", "a", "--ae-port", "x"], "--ae-port: expected a port number 1-65535"],
      [["--site", "a", "--key=0011"], "--key: unknown"],
      [["shop-12", "--site", "a"], "shop-12: unknown"],
      [["shop-12", "--key=0011"], "shop-12: unknown; --key: unknown"],
    ];
    for (const [args, message] of cases) {
      const err = `tocsin init: ${message}\nAll options: tocsin init --help`;
      assertEquals(await run("--dir", dir, ...args), { status: 2, out: "", err });
    }
    assertEquals(await names(dir), []);
  }));

Deno.test("no argument at all gets the help", async () => {
  const { status, out, err } = await run();
  assertEquals([status, out], [2, ""]);
  assertStringIncludes(err, "tocsin init: expected --site NAME");
  assertStringIncludes(err, "--rct-port");
});

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
        "serial",
        "account",
        "ae-port",
        "output",
        "commission",
        "force",
      ]
    ) assertStringIncludes(out, `--${name}`);
  }
});
