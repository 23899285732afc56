import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { configArgument } from "../../src/cli/config_argument.ts";
import { Child, ROOT, taskArguments } from "../support/child.ts";
import { Commissioning } from "../support/commissioning.ts";
import { until } from "../support/until.ts";

Deno.test("tocsin commission: wrong arguments are named, with status 64", async () => {
  await using kit = await Commissioning.make();
  const centre = ["--config", kit.file("rct")], site = ["--config", kit.file("spt")];
  const named = [...centre, "--site", "shop-12"];
  const cases: [string[], RegExp][] = [
    [[], /--config FILE is missing: rct\.toml at the receiving centre, spt\.toml at the site/],
    [["--config", "a", "--config", "b"], /--config: expected once/],
    [[...centre, "--sight", "shop-12"], /--sight: unknown/],
    [[...centre, "--window"], /--window: expected a value/],
    [centre, /--site NAME: expected one of the file's sites \(shop-12\)/],
    [[...centre, "--site", "shop-13"], /--site NAME: expected one of/],
    [[...named, "--window", "10s"], /--window: expected 1m to 24h/],
    [[...named, "--window", "25h"], /--window: expected 1m to 24h/],
    [[...named, "--window", "soon"], /--window: expected 1m to 24h/],
    [[...named, "--secret-file", "x"], /--secret-file is for the site's end/],
    [[...named, "--close", "--revoke"], /--close and --revoke: one at a time/],
    [[...named, "--close", "--wait"], /--wait has no effect with --close/],
    [[...named, "--revoke", "--window", "5m"], /--window has no effect with --revoke/],
    [[...named, "--list"], /--site has no effect with --list/],
    [[...named, "--certificate", "--no-qr"], /--no-qr has no effect with --certificate/],
    [[...site, "--site", "shop-12"], /--site is for the receiving centre's end/],
    [[...site, "--list"], /--list is for the receiving centre's end/],
    [[...site, "--wait"], /--wait is for the receiving centre's end/],
    [[...site, "--certificate", "--secret-file", "x"], /--certificate and --secret-file: one at a time/],
    [[...site, "--revoke", "--certificate"], /--revoke and --certificate: one at a time/],
  ];
  for (const [args, message] of cases) {
    const { code, err } = await kit.tocsin(["commission", ...args]);
    assertEquals(code, 64, `${args.join(" ")}: ${err}`);
    assertMatch(err, message);
  }
  assertEquals((await kit.tocsin(["commission", "--config", `${kit.folder.path}/none.toml`])).code, 78);
  const help = await kit.tocsin(["commission", "-h"]);
  assertEquals([help.code, help.err], [0, ""]);
  // Nothing of all that made a store.
  for await (const { name } of Deno.readDir(`${ROOT}${kit.folder.path}`)) {
    assert(name !== "data", "data was made");
  }
});

Deno.test("tocsin commission at the site: a secret that cannot be read, with nothing sent", async () => {
  await using kit = await Commissioning.make();
  const args = ["commission", "--config", kit.file("spt"), "--secret-file", `${kit.folder.path}/gone.txt`];
  const gone = await kit.tocsin(args);
  assertEquals(gone.code, 65);
  assertMatch(gone.err, /gone\.txt/);
  // From a pipe that is empty, as from a script that failed.
  const pipe = await kit.tocsin(["commission", "--config", kit.file("spt")]);
  assertEquals(pipe.code, 65);
  assertMatch(pipe.err, /line 1/i);
});

Deno.test("tocsin commission, asked to stop in the middle: it ends, the store is whole, the next try works", async () => {
  await using kit = await Commissioning.make();
  const { lines } = await kit.window();
  await kit.folder.write("secret.txt", lines);
  // Nobody answers yet: it is in the middle of its first step.
  const args = ["commission", "--config", kit.file("spt"), "--secret-file", `${kit.folder.path}/secret.txt`];
  await using child = new Child([...await taskArguments("tocsin"), ...args]);
  await child.shows("calling the receiving centre");
  child.signal("SIGTERM");
  assert(await child.status() !== 0);
  assertEquals((await kit.keys("spt")).length, 1);
  await kit.run("rct");
  assertEquals((await kit.atSite(lines)).code, 0);
});

Deno.test("tocsin commission at the site: nobody answers", async () => {
  await using kit = await Commissioning.make();
  const { lines } = await kit.window();
  const nobody = await kit.atSite(lines);
  assertEquals(nobody.code, 69);
  assertStringIncludes(nobody.err, "no answer after 3 transmissions: is the window open");
});

Deno.test("the secret is drawn as a QR code unless it is not wanted, and is never the same twice", async () => {
  await using kit = await Commissioning.make();
  const args = ["commission", "--config", kit.file("rct"), "--site", "shop-12"];
  const drawn = await kit.tocsin(args, { secret: true });
  assertMatch(drawn.out, /[█▀▄ ]{45}\n/);
  const { secret } = await kit.window();
  const again = await kit.window();
  assert(secret.toHex() !== again.secret.toHex());
  assert(!drawn.out.includes("\x1b"), "no colours in a file");
  await until(async () => (await kit.keys("rct")).length === 1, "no keys yet");
});

Deno.test("configArgument(): --pcap once, with a name", () => {
  const wrong = (args: string[]) => {
    const argument = configArgument(["--config", "a", ...args]);
    return argument.kind === "wrong" ? argument.message : argument;
  };
  assertEquals(wrong(["--pcap", "b"]), { kind: "run", path: "a", pcap: "b" });
  assertEquals(wrong(["--pcap"]), "--pcap: expected the name of a file after it");
  assertEquals(wrong(["--pcap", "b", "--pcap", "c"]), "--pcap FILE: expected once, found several times");
});
