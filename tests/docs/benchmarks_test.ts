import { assert, assertEquals, assertThrows } from "@std/assert";
import { benchFileOf, type BenchRun, withBenchTables } from "../../tools/docs/benchmark_tables.ts";

const PAGE = new URL("../../docs/benchmarks.md", import.meta.url);

Deno.test("the figures of docs/benchmarks.md are those of the run it names: run tools/docs/benchmark_tables.ts when they are not", async () => {
  const text = await Deno.readTextFile(PAGE);
  const file = benchFileOf(text);
  const run: BenchRun = JSON.parse(await Deno.readTextFile(new URL(file, PAGE)));
  assertEquals(withBenchTables(text, run, file), text);
  // Every figure of the run is on the page: none is left out because it is not good.
  for (const [key, value] of Object.entries(run)) {
    if (typeof value !== "number" || /^(?:parse|seal|open|aes|sha|ripemd)/.test(key)) continue;
    assert(text.includes(`| \`${key}\` |`), key);
  }
});

Deno.test("a page without marks is refused", () => {
  const run = { commit: "x", machine: { cpu: "any", cores: 1, deno: "2" } };
  assertThrows(() => withBenchTables("no marks", run, ""), Error, "<!-- BEGIN run -->");
  assertThrows(() => benchFileOf("no file"), Error, "names no file");
});
