/** Files for commissioning: no key in them, and a store key for each end. */
import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { addSite, init } from "../../src/cli/init_files.ts";
import { loadStoreKey } from "../../src/keys/store_key.ts";
import { appendToFile } from "../../src/config/write_files.ts";
import { inFolder, names, pair, run } from "./init_rig.ts";

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

Deno.test("files for a first try say that real sites are commissioned", () =>
  inFolder(async (dir) => {
    await init({ dir, site: "a" });
    for (const name of ["spt.toml", "rct.toml"]) {
      assertStringIncludes(await Deno.readTextFile(join(dir, name)), "tocsin init --commission");
    }
    assertStringIncludes((await run("--help")).out, "for real sites");
  }));
