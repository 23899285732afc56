/** A further site at a centre that is there. */
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { join } from "node:path";
import { addSite, init } from "../../src/cli/init_files.ts";
import { appendToFile } from "../../src/config/write_files.ts";
import { inFolder, names, pair, set } from "./init_rig.ts";

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
