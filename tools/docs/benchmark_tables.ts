/**
 * Writes the figures of `docs/benchmarks.md` from the file of a run: `deno run -A tools/docs/benchmark_tables.ts`.
 *
 * No figure on the page is typed by hand: each table stands between two marks, and a test fails when one is not that of the
 * file that the page names.
 *
 * @module
 */

/** A run as `deno task bench --json` writes it. */
export interface BenchRun {
  /** Commit that was measured. */
  commit: string;
  /** Where. */
  machine: { cpu: string; cores: number; deno: string };
  /** The figures, by key. */
  [key: string]: unknown;
}

/** Names of the tables, as they stand in the marks. */
export const BENCH_TABLES = ["run", "gateways", "outputs", "languages", "peers", "dtls", "sealing"] as const;

/** Name of a table. */
export type BenchTable = typeof BENCH_TABLES[number];

const SIZES = [64, 128, 256];

/**
 * One table as Markdown.
 *
 * @param name Which table.
 * @param run The run.
 * @param file Path of its file from the page.
 * @returns Its lines, without a line end after the last.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { benchTable } from "./benchmark_tables.ts";
 *
 * const run = { commit: "abc", machine: { cpu: "any", cores: 2, deno: "2.9.5" }, dtls_echo_per_s: 5520 };
 * assertEquals(benchTable("dtls", run, ""), "| key | figure |\n|---|---:|\n| `dtls_echo_per_s` | 5,520 |");
 * ```
 */
export function benchTable(name: BenchTable, run: BenchRun, file: string): string {
  const figures = Object.entries(run).filter((entry): entry is [string, number] =>
    typeof entry[1] === "number"
  );
  const of = (pattern: RegExp) =>
    table(
      ["key", "figure"],
      figures.filter(([key]) => pattern.test(key)).map(([key, n]) => [`\`${key}\``, shown(n)]),
    );
  switch (name) {
    case "run": {
      const { cpu, cores, deno } = run.machine;
      return `One run of commit \`${run.commit}\` on a shared virtual machine with ${cores} cores (${cpu}), Deno ${deno}; the file is\n` +
        `[\`${file.replace("../", "")}\`](${file}).`;
    }
    case "gateways":
      return of(/^(?:udp|tcp|polls|setup|alarm)/);
    case "outputs":
      return of(/^(?:output|outage|supervision)/);
    case "dtls":
      return of(/^dtls/);
    case "languages":
      return table(
        ["language", "frames/s", "one octet at a time", "ratio"],
        languages(figures).map((language) => [
          language,
          figure(run, `parse_${language}_per_s`),
          figure(run, `parse_${language}_byte_by_byte_per_s`),
          figure(run, `parse_${language}_byte_ratio`),
        ]),
      );
    case "peers":
      return table(
        ["language", "Tocsin, per s", "the npm peer, per s", "ratio"],
        languages(figures).filter((language) => `parse_${language}_per_peer` in run).map((language) => [
          language,
          figure(run, `parse_${language}_beside_peer_per_s`),
          figure(run, `parse_${language}_peer_per_s`),
          figure(run, `parse_${language}_per_peer`),
        ]),
      );
    case "sealing": {
      const kinds = new Set(
        figures.flatMap(([key]) => /^((?:seal|open|aes|sha|ripemd)\w*)_64_per_s$/.exec(key)?.[1] ?? []),
      );
      return table(
        ["per core and second", ...SIZES.map((size) => `${size} octets`)],
        [...kinds].map((
          kind,
        ) => [`\`${kind}\``, ...SIZES.map((size) => figure(run, `${kind}_${size}_per_s`))]),
      );
    }
  }
}

/**
 * The page with its tables as the run has them.
 *
 * @param page The page.
 * @param run The run.
 * @param file Path of its file from the page.
 * @returns The page.
 * @throws {Error} When the marks of a table are not there.
 */
export function withBenchTables(page: string, run: BenchRun, file: string): string {
  return BENCH_TABLES.reduce((text, name) => {
    const [begin, end] = [`<!-- BEGIN ${name} -->`, `<!-- END ${name} -->`];
    const from = text.indexOf(begin), to = text.indexOf(end);
    if (from < 0 || to < from) {
      throw new Error(`docs/benchmarks.md: the marks ${begin} and ${end} are needed`);
    }
    return `${text.slice(0, from + begin.length)}\n${benchTable(name, run, file)}\n${text.slice(to)}`;
  }, page);
}

/**
 * The file that the page names.
 *
 * @param page The page.
 * @returns Its path from the page.
 * @throws {Error} When it names none.
 */
export function benchFileOf(page: string): string {
  const file = /\((\.\.\/bench\/results\/[\w.-]+\.json)\)/.exec(page)?.[1];
  if (file === undefined) throw new Error("docs/benchmarks.md names no file of bench/results");
  return file;
}

function languages(figures: readonly (readonly [string, number])[]): string[] {
  return figures.flatMap(([key]) => /^parse_(\w+)_byte_ratio$/.exec(key)?.[1] ?? []);
}

function figure(run: BenchRun, key: string): string {
  const value = run[key];
  return typeof value === "number" ? shown(value) : "–";
}

function shown(n: number): string {
  return n.toLocaleString("en-GB", { maximumSignificantDigits: 3 });
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const rule = `|${head.map((_, at) => at === 0 ? "---" : "---:").join("|")}|`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

if (import.meta.main) {
  const page = new URL("../../docs/benchmarks.md", import.meta.url);
  const text = await Deno.readTextFile(page);
  const file = Deno.args[0] === undefined ? benchFileOf(text) : `../bench/results/${Deno.args[0]}`;
  const run: BenchRun = JSON.parse(await Deno.readTextFile(new URL(file, page)));
  await Deno.writeTextFile(page, withBenchTables(text, run, file));
}
