/**
 * Writes the tables of `docs/translation.md` from the code tables: `deno run -A tools/docs/translation_tables.ts`.
 *
 * The page has no codes of its own: each table stands between two marks, and a test fails when one is not that of
 * `src/event/tables/`.
 *
 * @module
 */
import {
  codeName,
  type CodeRow,
  codeRow,
  codeTable,
  type TargetLanguage,
  translatedLanguages,
} from "../../src/event/translation/mod.ts";

/** Names of the tables, as they stand in the marks. */
export const TRANSLATION_TABLES = ["counts", "unknown", "sources", ...translatedLanguages] as const;

/** Name of a table. */
export type TranslationTable = typeof TRANSLATION_TABLES[number];

/** Signs behind a code, for what is lost with it. */
const SIGNS: Readonly<Record<string, string>> = {
  "code": "?",
  "sub-kind": "~",
  "restore-kind": "^",
  "restore": "!",
};

const NAMES: Readonly<Record<TargetLanguage, string>> = {
  "sia": "SIA",
  "contact-id": "Contact ID",
  "scancom": "Scancom",
  "vds2465": "VdS 2465",
};

/**
 * One table as Markdown.
 *
 * @param name Which table.
 * @returns Its lines, without a line end after the last.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { translationTable } from "./translation_tables.ts";
 *
 * assert(translationTable("contact-id").includes("| 131 | Perimeter burglary | BA / BH~ "));
 * ```
 */
export function translationTable(name: TranslationTable): string {
  switch (name) {
    case "counts":
      return counts();
    case "unknown":
      return unknown();
    case "sources":
      return table(
        ["from", "to", "source"],
        directions().map(([from, to]) => [NAMES[from], NAMES[to], codeTable(from, to)!.source]),
      );
    default:
      return codes(name);
  }
}

/**
 * Puts the tables into the page.
 *
 * @param page The page's text.
 * @returns The text with everything between the marks replaced.
 * @throws {Error} When the marks of a table are not there, or not in their order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TRANSLATION_TABLES, withTranslationTables } from "./translation_tables.ts";
 *
 * const page = TRANSLATION_TABLES.map((name) => `<!-- BEGIN ${name} -->\nold\n<!-- END ${name} -->\n`).join("");
 * assertEquals(withTranslationTables(page).includes("\nold\n"), false);
 * assertEquals(withTranslationTables(withTranslationTables(page)), withTranslationTables(page));
 * ```
 */
export function withTranslationTables(page: string): string {
  let text = page;
  for (const name of TRANSLATION_TABLES) {
    const begin = `<!-- BEGIN ${name} -->\n`, end = `<!-- END ${name} -->`;
    const from = text.indexOf(begin), to = text.indexOf(end);
    if (from < 0 || to < from) {
      throw new Error(`the page has no lines "${begin.trim()}" and "${end}", in this order`);
    }
    text = `${text.slice(0, from + begin.length)}\n${translationTable(name)}\n\n${text.slice(to)}`;
  }
  return text;
}

/** How many codes there are, how many have only the generic one, how many lose something each time. */
function counts(): string {
  return table(
    ["from", "to", "rows", "sure: B", "sure: C", "only the general code", "says less", "restore lost"],
    directions().map(([from, to]) => {
      const rows = codeTable(from, to)!.codes;
      const count = (has: (row: CodeRow) => boolean) => rows.filter(has).length;
      return [
        NAMES[from],
        NAMES[to],
        rows.length,
        count(({ confidence }) => confidence === "B"),
        count(({ confidence }) => confidence === "C"),
        count(({ generic }) => generic === true),
        count(({ lost }) => lost?.includes("sub-kind") === true),
        count(({ lost }) => lost?.includes("restore") === true),
      ];
    }),
  );
}

function unknown(): string {
  return table(
    ["from", "to", "codes", "news", "restore", "plain message"],
    directions().flatMap(([from, to]) =>
      codeTable(from, to)!.unknown.map((row) => [
        NAMES[from],
        NAMES[to],
        row.prefix === "" ? "all others" : `${row.prefix}…`,
        row.to,
        row.restore,
        row.status,
      ])
    ),
  );
}

/** One row a code, one column a target. */
function codes(from: TargetLanguage): string {
  const targets = translatedLanguages.filter((to) => to !== from);
  const listed = [...new Set(targets.flatMap((to) => codeTable(from, to)!.codes.map(({ code }) => code)))];
  const base = (code: string) => code.split("/")[0]!;
  // A code with a number stands behind the code.
  const order = from === "scancom"
    ? listed
    : listed.sort((a, b) => base(a) < base(b) ? -1 : base(a) > base(b) ? 1 : a.length - b.length);
  return table(
    ["code", "name", ...targets.map((to) => NAMES[to]), "remarks"],
    order.map((code) => {
      const rows = targets.map((to) => codeRow(from, to, code));
      const notes = rows.map((row, i) => row?.note === undefined ? "" : `${NAMES[targets[i]!]}: ${row.note}`);
      return [code, codeName(from, code), ...rows.map(cell), notes.filter((note) => note !== "").join("; ")];
    }),
  );
}

function cell(row: CodeRow | undefined): string {
  if (row === undefined) return "";
  const signs = (row.lost ?? []).map((what) => SIGNS[what] ?? "").join("");
  return `${row.to}${row.restore === undefined ? "" : ` / ${row.restore}`}${signs} ${row.confidence}`;
}

function directions(): [TargetLanguage, TargetLanguage][] {
  return translatedLanguages.flatMap((from) =>
    translatedLanguages.filter((to) => to !== from).map((to): [TargetLanguage, TargetLanguage] => [from, to])
  );
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

if (import.meta.main) {
  const file = new URL("../../docs/translation.md", import.meta.url);
  const before = await Deno.readTextFile(file);
  const after = withTranslationTables(before);
  if (after !== before) await Deno.writeTextFile(file, after);
}
