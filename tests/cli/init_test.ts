import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { addSite, init } from "../../src/cli/init_files.ts";
import { pairSecrets } from "../../src/config/templates.ts";
import { appendToFile, writeFiles } from "../../src/config/write_files.ts";
import { inFolder, names, pair, set } from "./init_rig.ts";

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
    assertEquals([input?.account, input?.language], ["0123", "contact-id"]);
    assert(input?.line.kind === "network");
    assertEquals([input.line.hostname, input.line.port], ["192.168.1.2", 9999]);
    const output = rct.outputs[0]?.line;
    assertEquals(output?.kind === "listen" && output.port, 2000);
    for (const id of [spt.identity.deviceId, ours.rctDeviceId]) assertMatch(id.toHex(), /^020000/);
  }));

Deno.test("a panel on a serial line: the file names the line, and the steps the process that holds it", () =>
  inFolder(async (dir) => {
    const serial = "/dev/serial/by-id/usb-FTDI-port0,1200,7E1";
    const result = await init({ dir, site: "shop-12", language: "scancom", serial });
    assert(result.ok);
    const { spt, warnings } = await pair(dir);
    const [input] = spt.inputs;
    assert(input?.line.kind === "serial");
    const { device, baud, parity } = input.line.settings;
    assertEquals([device, baud, parity, input.language, warnings], [
      "/dev/serial/by-id/usb-FTDI-port0",
      1200,
      "E",
      "scancom",
      [],
    ]);
    const steps = result.next.join("\n");
    assertStringIncludes(steps, `deno task serial --config ${join(dir, "spt.toml")}`);
    assertStringIncludes(steps, "Connect the panel's serial port to /dev/serial/by-id/usb-FTDI-port0");
    const wrong = await init({ dir, site: "shop-12", language: "dc09", serial, force: true });
    assert(!wrong.ok);
    assertEquals(wrong.errors, [
      'spt.toml: input.serial: the language "dc09" is not spoken on serial lines: take listen = "0.0.0.0:10002"',
    ]);
  }));

Deno.test("what a language wants is in the file, and loads with the # taken away", () =>
  inFolder(async (dir) => {
    for (
      const [language, line, key] of [
        ["dc09", '# keys = ["1234:the key"]', "1234:00112233445566778899AABBCCDDEEFF"],
        ["vds2465-tcp", '# keys = ["1:32 hex digits"]', "1:00112233445566778899AABBCCDDEEFF"],
      ] as const
    ) {
      const to = join(dir, language);
      assert((await init({ dir: to, site: "shop-12", language })).ok);
      const file = join(to, "spt.toml");
      const text = await Deno.readTextFile(file);
      assertStringIncludes(text, `\n${line}\n`);
      await Deno.writeTextFile(file, text.replace(line, `keys = ["${key}"]`));
      const { spt } = await pair(to);
      const { settings } = spt.inputs[0]!;
      assert("keys" in settings && settings.keys.length === 1, language);
    }
    const serial = await init({ dir: join(dir, "serial"), site: "shop-12", language: "vds2465-serial" });
    assert(serial.ok);
    assertStringIncludes(serial.next.join("\n"), "add --serial /dev/ttyUSB0,9600,8N1");
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
        'spt.toml: input.language: expected one of "sia", "contact-id", "texecom", "scancom", "dc09", "vds2465-serial", "vds2465-tcp", found "morse"',
        'spt.toml: input.listen: expected an address and a port 1-65535 such as "0.0.0.0:10002", found "foo"',
        'spt.toml: input.account: expected an account in quotes: 1-16 letters and digits, found "12 34"',
        "rct.toml: site.name: expected a name of 1-64 characters, found empty text",
      ],
    });
    assertEquals(await names(dir), []);
  }));
