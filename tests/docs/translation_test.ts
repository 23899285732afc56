import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/toml";
import { readSiteTable, siteAccount, siteRules, translate } from "../../src/event/translation/mod.ts";
import { TRANSLATION_TABLES, withTranslationTables } from "../../tools/docs/translation_tables.ts";

const page = () => Deno.readTextFile(new URL("../../docs/translation.md", import.meta.url));

Deno.test("the tables of docs/translation.md are those of the code: run tools/docs/translation_tables.ts when they are not", async () => {
  const text = await page();
  assertEquals(text, withTranslationTables(text));
});

Deno.test("withTranslationTables() wants the marks of every table", async () => {
  const text = await page();
  for (const name of TRANSLATION_TABLES) {
    let message = "";
    try {
      withTranslationTables(text.replace(`<!-- END ${name} -->`, ""));
    } catch (error) {
      message = String(error);
    }
    assert(message.includes(`<!-- END ${name} -->`), name);
  }
});

Deno.test("the table of one's own in docs/translation.md does what its remarks say", async () => {
  const [, toml = ""] = /```toml\n([^`]+)```/.exec(await page()) ?? [];
  const read = readSiteTable(parse(toml));
  assert(read.ok, JSON.stringify(read));
  const { table } = read;
  assertEquals([siteAccount(table, "1234").account, siteAccount(table, "12").account], ["501234", "500012"]);
  assertEquals([siteAccount(table, "9999").account, siteAccount(table, "12", "east").account], [
    "470001",
    "70012",
  ]);
  const event = (code: string, qualifier: "new" | "restore") => ({
    account: "1234",
    language: "contact-id",
    code,
    qualifier,
    label: code,
    zone: "005",
    flags: [],
    raw: new Uint8Array(),
  });
  const rules = siteRules(table, "contact-id", "sia", "1234");
  const form = translate(event("131", "restore"), "sia", rules).form;
  assertEquals([form.code, form.address], ["PH", "105"]);
  assertEquals(translate(event("137", "restore"), "sia", rules).form.code, "TR");
  assertEquals(rules.users, { "1": "901" });
  assertEquals(siteRules(table, "scancom", "contact-id", "").codes, { "17/6": { to: "1154" } });
});

Deno.test("every loss that docs/translation.md explains is one that the code names, and the other way round", async () => {
  const sources = [
    "pair_loss",
    "place",
    "site_account",
    "to_contact_id",
    "to_scancom",
    "to_sia",
    "to_vds2465",
    "translate_code",
  ];
  const code = (await Promise.all(
    sources.map((name) =>
      Deno.readTextFile(new URL(`../../src/event/translation/${name}.ts`, import.meta.url))
    ),
  )).join("\n");
  const [, section = ""] = (await page()).split("## What can be lost");
  const [rows = ""] = section.split("##");
  const explained = [...rows.matchAll(/^\|(.*?)\|/gm)]
    .flatMap(([, cell = ""]) => [...cell.matchAll(/`([a-z-]+)`/g)].map(([, what = ""]) => what));
  assertEquals(explained.filter((what) => !code.includes(`"${what}"`)), []);
  const named = [...code.matchAll(/what: "([a-z-]+)"/g)].map(([, what = ""]) => what);
  assertEquals(named.filter((what) => !explained.includes(what)), []);
});
