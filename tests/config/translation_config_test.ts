import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { join } from "node:path";
import { formatConfigError } from "../../src/config/config_error.ts";
import { loadRctConfig, parseRctConfig } from "../../src/config/load.ts";
import { change, KEY, RCT, rctErrors } from "./samples.ts";

const WITH_TABLE = change(RCT, "[identity]", '[translation]\ntable = "sites.toml"\n[identity]');

/** Loads a configuration beside a table; paths in what is told begin with the folder, which is left out. */
async function load(table: string | Uint8Array | undefined, name = "sites.toml") {
  const dir = await Deno.makeTempDir();
  try {
    const path = join(dir, "rct.toml");
    await Deno.writeTextFile(path, change(WITH_TABLE, "sites.toml", name), { mode: 0o600 });
    if (typeof table === "string") await Deno.writeTextFile(join(dir, name), table);
    else if (table !== undefined) await Deno.writeFile(join(dir, name), table);
    const result = await loadRctConfig(path);
    const told = [...result.warnings, ...(result.ok ? [] : result.errors)];
    return {
      told: told.map((each) => formatConfigError(each).replaceAll(`${dir}/`, "")),
      table: result.ok ? result.config.translation : undefined,
      ok: result.ok,
    };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

Deno.test("a table in TOML or JSON is read, beside the configuration", async () => {
  const table = {
    codes: { "contact-id": { sia: { "131": { to: "PA" } } } },
    zones: { "5": "105" },
    outputs: { automation: { accounts: { prefix: "9", length: 6 } } },
  };
  const toml = `[codes.contact-id.sia]
131 = "PA"
[zones]
"005" = 105
[outputs.automation.accounts]
prefix = "9"
length = 6
`;
  assertEquals(await load(toml), { told: [], table, ok: true });
  const json = JSON.stringify({ ...table, codes: { "contact-id": { sia: { "131": "PA" } } } });
  assertEquals(await load(json, "sites.json"), { told: [], table, ok: true });
});

Deno.test("without [translation] there is no table, and the text alone reads none", () => {
  for (const text of [RCT, WITH_TABLE]) {
    const result = parseRctConfig(text, "rct.toml");
    assert(result.ok);
    assertEquals(result.config.translation, undefined);
  }
});

Deno.test("what is wrong with the table is told with its file, line and key", async () => {
  assertEquals((await load('[zones]\n5 = "105"\n\n[codes.contact-id.sia]\n131 = "burglary"\n')).told, [
    'sites.toml:5: codes.contact-id.sia.131: "burglary" is no code of sia: expected two capital letters, BA.',
  ]);
  assertEquals((await load('[outputs."automation".sites.1234]\nzone = 1\n')).told, [
    "sites.toml:2: outputs.automation.sites.1234.zone: there is no setting zone: expected codes, areas, zones, users.",
  ]);
  assertEquals((await load('{ "zones": { "5": "x" } }', "sites.json")).told, [
    'sites.json: zones.5: "x" does not fit: expected a number of 1 to 6 digits.',
  ]);
  assertEquals((await load("[zones\n5 = 1\n")).told.map((line) => line.slice(0, 13)), ["sites.toml:1:"]);
  const noJson = await load("zones = 5", "sites.json");
  assertEquals(noJson.ok, false);
  assert(
    noJson.told[0]?.startsWith("sites.json: expected JSON, or TOML in a file whose name ends with .toml"),
  );
  assertEquals((await load(Uint8Array.of(0x5b, 0xff))).told, [
    "rct.toml:3: translation.table: expected UTF-8 text, found other bytes",
  ]);
  assertEquals((await load(undefined)).told, ["rct.toml:3: translation.table: there is no such file"]);
  assertEquals((await load(undefined, "..")).told, [
    "rct.toml:3: translation.table: expected a file, found a folder or a device",
  ]);
});

Deno.test("settings for an output that is not there are warned of", async () => {
  const { ok, told } = await load(
    "[outputs.automatoin.zones]\n5 = 105\n[outputs.automation.zones]\n5 = 205\n",
  );
  assertEquals([ok, told], [true, [
    'sites.toml:1: outputs: expected the name of an [[output]], found "automatoin": did you mean automation?; ' +
    "what stands there is for nobody",
  ]]);
});

Deno.test("a key that was pasted into the table is not printed", async () => {
  for (
    const text of [
      `[zones]\n5 = "${KEY}"\n`,
      `[zones]\n"${KEY}" = 5\n`,
      `[outputs.${KEY}.zones]\n5 = 5\n`,
      `${KEY} = 5\n`,
      `[accounts]\nprefix = "${KEY}"\n`,
    ]
  ) {
    const { told } = await load(text);
    assert(told.length > 0, text);
    assert(!told.join().includes(KEY.slice(0, 12)), told.join());
  }
});

Deno.test("[translation] takes one key, the path of a file", () => {
  assertEquals(rctErrors(change(WITH_TABLE, "table =", "tabel =")), [
    "rct.toml:3: translation.tabel: unknown key: did you mean table?",
  ]);
  assertEquals(rctErrors(change(WITH_TABLE, '"sites.toml"', "true")), [
    "rct.toml:3: translation.table: expected the path of a file, found true",
  ]);
});

Deno.test("a table of any shape is taken or refused, and never throws", async () => {
  const names = fc.constantFrom(
    "codes",
    "zones",
    "outputs",
    "sites",
    "sia",
    "5",
    "a.b",
    "__proto__",
    "accounts",
  );
  const value = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: "small" },
      fc.jsonValue(),
      fc.dictionary(names, tie("tree"), { maxKeys: 3 }),
    ),
  })).tree;
  await fc.assert(
    fc.asyncProperty(value, async (tree) => {
      const { ok, told } = await load(JSON.stringify(tree), "sites.json");
      assert(ok || told.length > 0);
    }),
    { numRuns: 200 },
  );
});
