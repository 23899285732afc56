/**
 * The table `[translation]` of an RCT's file, and the table of codes, numbers and accounts that it names.
 *
 * @module
 */
import { readSiteTable } from "../event/translation/read_site_table.ts";
import type { SiteTable } from "../event/translation/site_table.ts";
import type { Checker, Section } from "./checker.ts";
import type { ConfigError } from "./config_error.ts";
import { type Fields, optional, scalar } from "./field.ts";
import { filePath } from "./field_kinds.ts";
import { noSuchName } from "./named.ts";
import { readTomlTree, type TomlNode } from "./toml_tree.ts";

/** The fields of `[translation]`. */
export const TRANSLATION_FIELDS = { table: optional(filePath) } satisfies Fields;

/** A file that was read for a configuration, or why it could not be. */
export type FileRead =
  | {
    ok: true;
    /** The file's name, for errors. */
    file: string;
    text: string;
  }
  | { ok: false; message: string };

/**
 * Reads and checks the translation table. What is wrong with it is told with its own name and lines.
 *
 * @param checker The file under check.
 * @param section Its `[translation]`.
 * @param outputs Names of the outputs.
 * @param read Reads a file.
 * @returns The table; undefined when there is none, or something is wrong with it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { checkTranslation, TRANSLATION_FIELDS } from "./translation_config.ts";
 *
 * const checker = new Checker('[translation]\ntable = "sites.toml"\n', "rct.toml");
 * const section = checker.table("translation", TRANSLATION_FIELDS);
 * const read = (file: string) => ({ ok: true as const, file, text: "[zones]\n5 = 105\n" });
 * assertEquals(checkTranslation(checker, section, [], read)?.zones, { "5": "105" });
 * ```
 */
export function checkTranslation(
  checker: Checker,
  section: Section<typeof TRANSLATION_FIELDS>,
  outputs: readonly (string | undefined)[],
  read: (path: string) => FileRead,
): SiteTable | undefined {
  const { table: path } = section.values;
  if (path === undefined) return undefined;
  const file = read(path);
  if (!file.ok) {
    checker.error(section.line("table"), section.name("table"), "file-not-readable", file.message);
    return undefined;
  }
  const { table, errors, lineOf } = tableOf(file.text, file.file);
  checker.errors.push(...errors);
  for (const name of Object.keys(table?.outputs ?? {}).filter((name) => !outputs.includes(name))) {
    const message = `${noSuchName(name, outputs, "an [[output]]")}; what stands there is for nobody`;
    checker.warnings.push({
      file: file.file,
      line: lineOf(`outputs.${name}`),
      key: "outputs",
      rule: "no-such-name",
      message,
    });
  }
  return table;
}

interface TableRead {
  table: SiteTable | undefined;
  errors: ConfigError[];
  /** Line of a path; 0 when it is not known. */
  lineOf: (path: string) => number;
}

/** TOML when it is called so, else JSON. */
function tableOf(text: string, file: string): TableRead {
  const unread = (errors: ConfigError[]): TableRead => ({ table: undefined, errors, lineOf: () => 0 });
  let value: unknown;
  let lineOf = (_: string) => 0;
  if (/\.toml$/i.test(file)) {
    const { root, faults } = readTomlTree(text);
    if (faults.length > 0) return unread(faults.map((fault) => ({ file, ...fault })));
    value = plain(root);
    lineOf = (path) => lineIn(root, path);
  } else {
    try {
      value = JSON.parse(text.replace(/^\uFEFF/, ""));
    } catch (cause) {
      const where = cause instanceof Error ? /line \d+ column \d+/.exec(cause.message)?.[0] : undefined;
      const message = `expected JSON, or TOML in a file whose name ends with .toml${
        where === undefined ? "" : `: see ${where}`
      }`;
      return unread([{ file, line: 0, key: "", rule: "bad-value", message }]);
    }
  }
  const read = readSiteTable(value);
  if (read.ok) return { table: read.table, errors: [], lineOf };
  return unread(read.problems.map(({ path, message }) => ({
    file,
    line: lineOf(path),
    key: hidden(path),
    rule: "bad-value",
    message: hidden(message),
  })));
}

/** What may be a key that was pasted into the wrong file is not shown. */
function hidden(text: string): string {
  return text.replace(/[0-9A-Fa-f]{12,}/g, "(hidden)").replace(/\p{Cc}/gu, "?");
}

function plain(node: TomlNode): unknown {
  switch (node.kind) {
    case "table":
      return Object.fromEntries([...node.entries].map(([key, part]) => [key, plain(part)]));
    case "array":
      return node.items.map(plain);
    default:
      return scalar(node);
  }
}

/** The line of the last part of a path that is there; names may have dots in them. */
function lineIn(root: TomlNode, path: string): number {
  let node = root;
  let rest = path;
  while (node.kind === "table") {
    const key = [...node.entries.keys()]
      .filter((key) => rest === key || rest.startsWith(`${key}.`))
      .reduce<string | undefined>((best, key) => key.length > (best?.length ?? -1) ? key : best, undefined);
    const next = key === undefined ? undefined : node.entries.get(key);
    if (key === undefined || next === undefined) break;
    node = next;
    rest = rest.slice(key.length + 1);
  }
  return node === root ? 0 : node.line;
}
