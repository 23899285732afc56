import { assert, assertEquals } from "@std/assert";
import type { Field, Fields } from "../../src/config/field.ts";
import { RCT_FIELDS } from "../../src/config/rct_config.ts";
import { SPT_FIELDS } from "../../src/config/spt_config.ts";

/** The rows of the table in a module's comment: key to default. */
async function documented(file: string): Promise<Map<string, string>> {
  const source = await Deno.readTextFile(new URL(`../../src/config/${file}`, import.meta.url));
  const rows = [...source.matchAll(/^ \* \| `([\w.]+)` \| ([^|]+) \| [^|]+ \|$/gm)];
  return new Map(rows.map(([, key = "", fallback = ""]) => [key, fallback.trim()]));
}

/** `input.host` has no default of its own in the schema, but may be missing. */
function defaultOf(field: Field<unknown>): string {
  return field.fallback === undefined ? "needed" : field.fallback === "" ? "none" : `\`${field.fallback}\``;
}

for (const [file, schema] of [["spt_config.ts", SPT_FIELDS], ["rct_config.ts", RCT_FIELDS]] as const) {
  Deno.test(`the table in ${file} names every key with its default`, async () => {
    const expected = new Map<string, string>();
    for (const [table, fields] of Object.entries<Fields>(schema)) {
      for (const [key, field] of Object.entries(fields)) {
        expected.set(table === "" ? key : `${table}.${key}`, defaultOf(field));
      }
    }
    const found = await documented(file);
    assertEquals([...found.keys()].sort(), [...expected.keys()].sort());
    for (const [key, fallback] of expected) {
      // One of listen and port is needed, which only the cross check knows.
      assertEquals(found.get(key), key === "input.listen" ? "this or `port`" : fallback, key);
    }
  });

  Deno.test(`every default in ${file} is one that its own field takes`, () => {
    for (const [table, fields] of Object.entries<Fields>(schema)) {
      for (const [key, field] of Object.entries(fields)) {
        if (field.fallback === undefined || field.fallback === "") continue;
        const text: unknown = JSON.parse(field.fallback);
        assert(typeof text === "string" || typeof text === "number" || typeof text === "boolean");
        assert(field.read({ kind: "scalar", line: 1, value: text }).ok, `${table}.${key}`);
      }
    }
  });
}
