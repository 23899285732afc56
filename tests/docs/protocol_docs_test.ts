import { assert, assertEquals } from "@std/assert";
import { printSecret } from "../../src/commissioning/printed_secret.ts";
import { edition, editionNames } from "../../src/ip/editions.ts";
import { TABLES, withTables } from "../../tools/docs/protocol_tables.ts";

const ROOT = new URL("../../", import.meta.url);
const page = (name: string) => Deno.readTextFile(new URL(`docs/${name}`, ROOT));
const PAGES = ["protocol.md", "weaknesses.md"];

Deno.test("the tables of docs/protocol.md are those of the profiles: run tools/docs/protocol_tables.ts when they are not", async () => {
  const text = await page("protocol.md");
  assertEquals(text, withTables(text));
});

Deno.test("withTables() wants the marks of every table", async () => {
  const text = await page("protocol.md");
  for (const name of TABLES) {
    let message = "";
    try {
      withTables(text.replace(`<!-- END ${name} -->`, ""));
    } catch (error) {
      message = String(error);
    }
    assert(message.includes(`<!-- END ${name} -->`), name);
  }
});

Deno.test("docs/protocol.md says of every message what it carries and when it is sent", async () => {
  const [, after = ""] = (await page("protocol.md")).split("<!-- END messages -->");
  for (const { messages } of editionNames.map(edition)) {
    for (const { name } of messages) assert(after.includes(`\`${name}\``), name);
  }
});

Deno.test("the secret printed in docs/protocol.md is the one of the octets it names", async () => {
  const secret = printSecret(Uint8Array.from({ length: 32 }, (_, i) => i));
  assert((await page("protocol.md")).includes(`\`\`\`\n${secret}\n\`\`\``));
});

for (const name of PAGES) {
  Deno.test(`docs/${name}: every file it names is there, and has the tests it quotes`, async () => {
    const text = (await page(name)).replaceAll(/\s+/g, " ");
    const cited = [...text.matchAll(/`((?:src|tests|tools|adapters)\/[^` ]*)`((?::?,? "[^"]+")*)/g)];
    assert(cited.length > 20, `${cited.length} files named`);
    for (const [, path = "", quotes = ""] of cited) {
      const info = await Deno.stat(new URL(path, ROOT)).catch(() => undefined);
      assert(info !== undefined, `there is no ${path}`);
      if (quotes === "") continue;
      const source = (await Deno.readTextFile(new URL(path, ROOT))).replaceAll(/\s+/g, " ");
      for (const [, quote = ""] of quotes.matchAll(/"([^"]+)"/g)) {
        assert(source.includes(quote), `${path} has no test "${quote}"`);
      }
    }
  });

  Deno.test(`docs/${name}: every link within it and to its neighbours leads somewhere`, async () => {
    const text = await page(name);
    for (const [, file = "", anchor = ""] of text.matchAll(/\]\(([\w.]*)(#[\w-]*)?\)/g)) {
      const target = file === "" ? text : await page(file);
      const anchors = [...target.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
        "#" + title.toLowerCase().replaceAll(/[^\w\- ]/g, "").replaceAll(" ", "-")
      );
      if (anchor !== "") assert(anchors.includes(anchor), `${file}${anchor}`);
    }
  });
}
