/** docs/raw.md: its configurations are taken, its keys are those there are, and its links lead somewhere. */
import { assert, assertEquals } from "@std/assert";
import { parseRctConfig, parseSptConfig } from "../../src/config/load.ts";
import { RAW_RCT_FIELDS, RAW_SPT_FIELDS } from "../../src/config/raw_config.ts";
import { RAW_LANGUAGES } from "../../src/raw/framers.ts";
import { RAW_OCTETS } from "../../src/raw/frame.ts";
import { RCT, SPT } from "./samples.ts";

const DOCS = new URL("../../docs/", import.meta.url);
const page = await Deno.readTextFile(new URL("raw.md", DOCS));
const configs = [...page.matchAll(/^```toml\n([\s\S]*?)^```$/gm)].map(([, body = ""]) => body);

Deno.test("docs/raw.md: every configuration shown is taken without a word, and both ends of each line are shown", () => {
  assert(configs.length >= 4);
  const names = { spt: new Set<string>(), rct: new Set<string>() };
  for (const body of configs) {
    const end = body.includes("site =") ? "rct" : "spt";
    const result = end === "rct"
      ? parseRctConfig(RCT + body, "rct.toml")
      : parseSptConfig(SPT + body, "spt.toml");
    assertEquals([result.ok ? [] : result.errors, result.warnings], [[], []], body);
    assert(result.ok);
    for (const { name } of result.config.raws) names[end].add(name);
  }
  assertEquals(names.spt, names.rct);
});

Deno.test("docs/raw.md: the tables of keys are complete", () => {
  for (
    const [heading, fields] of [["At the premises", RAW_SPT_FIELDS], [
      "At the centre",
      RAW_RCT_FIELDS,
    ]] as const
  ) {
    const section = page.split(`\n## ${heading}\n`)[1]!.split("\n## ")[0]!;
    const rows = section.split("\n").filter((line) => line.startsWith("| `"));
    const keys = rows.flatMap((row) => [...row.split(" | ")[0]!.matchAll(/`(\w+)`/g)].map(([, key]) => key));
    assertEquals(keys.toSorted(), Object.keys(fields).toSorted(), heading);
  }
  for (const language of RAW_LANGUAGES) assert(page.includes(`\`${language}\``), language);
  assert(page.includes(`${RAW_OCTETS} octets`) && page.includes(`${8 * RAW_OCTETS} octets`));
});

Deno.test("docs/raw.md: links lead somewhere, and files that are named are there", async () => {
  for (const [, target = "", anchor = ""] of page.matchAll(/\]\(([\w./-]+)(#[\w-]+)?\)/g)) {
    const there = await Deno.readTextFile(new URL(target, DOCS));
    const anchors = [...there.matchAll(/^#+ (.+)$/gm)].map(([, title = ""]) =>
      `#${title.toLowerCase().replaceAll(/[^\w\- ]/g, "").replaceAll(" ", "-")}`
    );
    assert(anchor === "" || anchors.includes(anchor), `${target}${anchor}`);
  }
  for (const [, path = ""] of page.matchAll(/`((?:src|tests|docs)\/[\w./-]+)`/g)) {
    assert((await Deno.stat(new URL(`../${path}`, DOCS))).isFile, path);
  }
});
