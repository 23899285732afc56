import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { join } from "node:path";
import { formatConfigError } from "../../src/config/config_error.ts";
import { loadRctConfig, loadSptConfig, parseRctConfig, parseSptConfig } from "../../src/config/load.ts";
import { RCT, RCT_MORE, SPT, SPT_MORE } from "./samples.ts";

async function inFolder(test: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await test(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("a file is read, and its journal lies beside it", () =>
  inFolder(async (dir) => {
    const path = join(dir, "spt.toml");
    await Deno.writeTextFile(path, SPT, { mode: 0o600 });
    const result = await loadSptConfig(path);
    assert(result.ok);
    assertEquals(result.config.journal.path, join(dir, "data/spt.sqlite"));
    assertEquals(result.warnings, []);
    await Deno.writeTextFile(path, `journal.path = "/var/spt.sqlite"\n${SPT}`);
    const absolute = await loadSptConfig(path);
    assert(absolute.ok && absolute.config.journal.path === "/var/spt.sqlite");
  }));

Deno.test({
  name: "a file that others can read or write is warned of, sound or not",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inFolder(async (dir) => {
      const path = join(dir, "rct.toml");
      await Deno.writeTextFile(path, RCT);
      const warning = (mode: string) =>
        `${path}: other users of this machine can read or change the keys in it (mode ${mode}): chmod 600`;
      for (const [mode, shown] of [[0o644, "644"], [0o640, "640"], [0o602, "602"]] as const) {
        await Deno.chmod(path, mode);
        const result = await loadRctConfig(path);
        assert(result.ok);
        assertEquals(result.warnings.map(formatConfigError), [warning(shown)]);
      }
      await Deno.chmod(path, 0o400);
      assertEquals((await loadRctConfig(path)).warnings, []);
      await Deno.chmod(path, 0o600);
      await Deno.writeTextFile(path, "x");
      await Deno.chmod(path, 0o604);
      const broken = await loadRctConfig(path);
      assert(!broken.ok);
      assertEquals(broken.warnings.map(formatConfigError), [warning("604")]);
    }),
});

Deno.test("a file that is not there, a folder and a file of other bytes each have their message", () =>
  inFolder(async (dir) => {
    const errors = async (path: string) => {
      const result = await loadSptConfig(path);
      return result.ok ? [] : result.errors.map(formatConfigError);
    };
    const path = join(dir, "spt.toml");
    assertEquals(await errors(path), [`${path}: there is no such file: tocsin init makes one`]);
    assertEquals(await errors(dir), [`${dir}: expected a file, found a folder or a device: name the file`]);
    await Deno.writeFile(
      path,
      new Uint8Array([...new TextEncoder().encode("# ä\nname = 'B"), 0xe4, 0x27, 0x0a]),
    );
    assertEquals(await errors(path), [
      `${path}: expected UTF-8 text, found other bytes on line 2: save the file as UTF-8`,
    ]);
  }));

Deno.test("a file written on Windows is read", () =>
  inFolder(async (dir) => {
    const path = join(dir, "spt.toml");
    await Deno.writeTextFile(path, "\uFEFF" + SPT.replaceAll("\n", "\r\n"), { mode: 0o600 });
    const result = await loadSptConfig(path);
    assert(result.ok && result.config.name === "shop-12");
  }));

Deno.test("every truncation of a file is refused with errors on lines of the text, or sound", () => {
  for (const [text, parse] of [[SPT, parseSptConfig], [RCT, parseRctConfig]] as const) {
    let sound = 0;
    for (let end = 0; end <= text.length; end++) {
      const cut = text.slice(0, end);
      const result = parse(cut, "x.toml");
      const lines = cut.split("\n").length;
      if (result.ok) sound++;
      else {assert(
          result.errors.length > 0 && result.errors.every((e) => e.line >= 1 && e.line <= lines),
          cut,
        );}
    }
    // With and without the last line break; a shorter port or name is sound too.
    assert(sound >= 2 && sound <= 20, `${sound}`);
  }
});

Deno.test("random text, and sound text with random damage, never throws", () => {
  const damage = fc.record({ at: fc.nat(800), drop: fc.nat(30), insert: fc.string({ maxLength: 12 }) });
  const text = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.tuple(fc.constantFrom(SPT_MORE, RCT_MORE), fc.array(damage, { maxLength: 4 })).map(([sound, list]) =>
      list.reduce<string>((t, { at, drop, insert }) => t.slice(0, at) + insert + t.slice(at + drop), sound)
    ),
  );
  fc.assert(
    fc.property(text, (source) => {
      for (const parse of [parseSptConfig, parseRctConfig]) {
        const result = parse(source, "x.toml");
        assert(result.ok || result.errors.length > 0);
      }
    }),
    { numRuns: 3000 },
  );
});

Deno.test("any tree of TOML is refused or taken, and never throws", () => {
  const key = fc.oneof(
    fc.constantFrom(
      "name",
      "rct",
      "input",
      "site",
      "output",
      "identity",
      "http",
      "journal",
      "keys",
      "commissioning",
      "host",
      "port",
      "allow",
    ),
    fc.constantFrom("__proto__", "constructor", "toString", "listen", "master_key", "device_id"),
    fc.string({ maxLength: 5 }),
  );
  const { tree } = fc.letrec<{ tree: string; node: string }>((tie) => ({
    node: fc.oneof(
      { depthSize: "small" },
      fc.oneof(fc.string(), fc.integer(), fc.boolean()).map((v) => JSON.stringify(v)),
      fc.constantFrom("1.5", "nan", "-inf", "1979-05-27", "0x10"),
      fc.array(tie("node"), { maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
      tie("tree").map((table) => `{${table}}`),
    ),
    tree: fc.uniqueArray(fc.tuple(key, tie("node")), { selector: ([k]) => k, maxLength: 4 }).map((entries) =>
      entries.map(([k, v]) => `${JSON.stringify(k)} = ${v}`).join(", ")
    ),
  }));
  const header = fc.tuple(fc.boolean(), key).map(([list, k]) =>
    list ? `[[${JSON.stringify(k)}]]` : `[${JSON.stringify(k)}]`
  );
  const file = fc.array(
    fc.oneof(header, fc.tuple(key, tree).map(([k, t]) => `${JSON.stringify(k)} = {${t}}`)),
    {
      maxLength: 8,
    },
  ).map((lines) => lines.join("\n"));
  fc.assert(
    fc.property(file, (text) => {
      for (const parse of [parseSptConfig, parseRctConfig]) assert(!parse(text, "x.toml").ok);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("the examples show every key but refuse to run until they have keys of their own", async () => {
  const examples = new URL("../../examples/config/", import.meta.url);
  for (
    const [file, load, parse] of [["spt.toml", loadSptConfig, parseSptConfig], [
      "rct.toml",
      loadRctConfig,
      parseRctConfig,
    ]] as const
  ) {
    const path = new URL(file, examples);
    const result = await load(path.pathname);
    assert(!result.ok);
    for (const error of result.errors) {
      assertEquals(error.rule, "placeholder");
      assertStringIncludes(error.message, "replace this by tocsin init");
    }
    // With secrets in their places nothing else is wrong.
    let next = 1;
    const text = (await Deno.readTextFile(path)).replace(
      /^(\w+) = "replace this by tocsin init"$/gm,
      (_, key) => {
        const digits = key === "master_key" ? 64 : key === "master_handle" ? 8 : 32;
        return `${key} = "${(next++).toString(16).padStart(digits, "0")}"`;
      },
    );
    const filled = parse(text, file);
    assert(filled.ok, JSON.stringify(filled));
    assertEquals(filled.warnings, []);
  }
});
