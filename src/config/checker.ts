/**
 * Checks a configuration against its schema and gathers everything that is wrong with it.
 *
 * @module
 */
import type { ConfigError, ConfigRule } from "./config_error.ts";
import { didYouMean } from "./did_you_mean.ts";
import { complaint, type Field, type Fields, type Values } from "./field.ts";
import { mayBeSecret, showValue } from "./show_value.ts";
import { readTomlTree, type TomlNode, type TomlTable, type TomlTree } from "./toml_tree.ts";

/** A checked table: its sound values, and where they stand. */
export interface Section<F extends Fields> {
  /** The values; a key that was refused is missing here. */
  values: Partial<Values<F>>;
  /** Whether the file itself has the key (and not only its default). */
  has(key: keyof F & string): boolean;
  /** Line of a key, or of the table when the key is not there. */
  line(key?: keyof F & string): number;
  /** The table's name with a key, as errors show it: `input.port`. */
  name(key: keyof F & string): string;
}

/**
 * One file under check. Ask for each of its tables, then for {@link finish}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { port } from "./field_kinds.ts";
 *
 * const checker = new Checker("[listen]\nprot = 7\n", "rct.toml");
 * checker.table("listen", { port });
 * checker.finish();
 * assertEquals(checker.errors.map((e) => [e.line, e.key, e.rule]), [
 *   [1, "listen.port", "missing-key"],
 *   [2, "listen.prot", "unknown-key"],
 * ]);
 * ```
 */
export class Checker {
  /** What is wrong. */
  readonly errors: ConfigError[] = [];
  /** What is not as it should be. */
  readonly warnings: ConfigError[] = [];
  readonly #file: string;
  readonly #tree: TomlTree;
  readonly #asked = new Set<string>();

  /**
   * @param text The file's text.
   * @param file The file's name, for errors.
   */
  constructor(text: string, file: string) {
    this.#file = file;
    this.#tree = readTomlTree(text);
    for (const fault of this.#tree.faults) this.errors.push({ file, ...fault });
  }

  /** Adds an error. */
  error(line: number, key: string, rule: ConfigRule, message: string): void {
    this.errors.push({ file: this.#file, line, key, rule, message });
  }

  /** Adds the error that a value is not among those expected. */
  refuse<F extends Fields>(
    section: Section<F>,
    key: keyof F & string,
    expected: string,
    value: unknown,
  ): void {
    const message = `expected ${expected}, found ${showValue(value)}`;
    this.error(section.line(key), section.name(key), "bad-value", message);
  }

  /** Adds a warning. */
  warn(line: number, key: string, rule: ConfigRule, message: string): void {
    this.warnings.push({ file: this.#file, line, key, rule, message });
  }

  /** Checks the keys that stand before the first table. */
  top<F extends Fields>(fields: F): Section<F> {
    const { root } = this.#tree;
    for (const key of Object.keys(fields)) this.#asked.add(key);
    return this.#section("", root, fields, false);
  }

  /** Checks `[name]`. A table that is missing counts as empty. */
  table<F extends Fields>(name: string, fields: F): Section<F> {
    this.#asked.add(name);
    const node = this.#tree.root.entries.get(name);
    if (node === undefined) {
      const needed = Object.keys(fields).filter((key) => fields[key]?.fallback === undefined);
      if (needed.length > 0) {
        const message = `this table is missing: add a line [${name}] and under it ${needed.join(", ")}`;
        this.error(this.#tree.lastLine, `[${name}]`, "missing-key", message);
      }
      const empty: TomlTable = { kind: "table", line: this.#tree.lastLine, entries: new Map() };
      // The table was complained of: its keys need not be, one by one.
      return this.#section(name, empty, fields, true, needed.length > 0);
    }
    if (node.kind === "table") return this.#section(name, node, fields);
    const found = node.kind === "array" ? `[[${name}]]` : "a value";
    this.error(node.line, name, "bad-value", `expected a table [${name}], found ${found}`);
    return this.#section(name, { kind: "table", line: node.line, entries: new Map() }, fields, true, true);
  }

  /** Whether `name = false` stands at the top; such a table is switched off. */
  switchedOff(name: string): boolean {
    const node = this.#tree.root.entries.get(name);
    const off = node?.kind === "scalar" && node.value === false;
    if (off) this.#asked.add(name);
    return off;
  }

  /** Checks every `[[name]]`; at least one is needed, unless `least` is 0. */
  list<F extends Fields>(name: string, fields: F, least: 0 | 1 = 1): Section<F>[] {
    this.#asked.add(name);
    const node = this.#tree.root.entries.get(name);
    if (node === undefined && least === 0) return [];
    const wanted = `expected one or more tables [[${name}]]`;
    if (node === undefined || (node.kind === "array" && node.items.length === 0)) {
      const line = node?.line ?? this.#tree.lastLine;
      this.error(line, `[[${name}]]`, "missing-key", `${wanted}, found none`);
      return [];
    }
    if (node.kind !== "array") {
      const found = node.kind === "table" ? `[${name}] with single brackets` : "a value";
      this.error(node.line, name, "bad-value", `${wanted}, found ${found}`);
      return [];
    }
    const sections: Section<F>[] = [];
    for (const item of node.items) {
      if (item.kind === "table") sections.push(this.#section(name, item, fields));
      else this.error(item.line, name, "bad-value", `${wanted}, found a list of values`);
    }
    return sections;
  }

  /** Complains of everything at the top that nobody asked for, and puts the errors in the order of the file. */
  finish(): void {
    this.#unknown("", this.#tree.root, [...this.#asked]);
    const faulty = new Set(this.#tree.faults.map((fault) => fault.key));
    // A line that could not be read may be the very one that is missed.
    const follows = (e: ConfigError) =>
      e.rule === "missing-key"
        ? faulty.has("") || faulty.has(e.key.replace(/[[\]]/g, ""))
        : e.rule === "no-such-name";
    if (faulty.size > 0) this.errors.splice(0, this.errors.length, ...this.errors.filter((e) => !follows(e)));
    this.errors.sort((a, b) => a.line - b.line);
    this.warnings.sort((a, b) => a.line - b.line);
  }

  #section<F extends Fields>(
    name: string,
    table: TomlTable,
    fields: F,
    closed = true,
    silent = false,
  ): Section<F> {
    const prefix = name === "" ? "" : `${name}.`;
    const values: Record<string, unknown> = {};
    for (const [key, field] of Object.entries(fields)) {
      const node = table.entries.get(key) ?? fallback(field);
      if (node === undefined) {
        if (field.fallback === undefined && !silent) {
          const where = name === "" ? "before the first [table]" : `under [${name}]`;
          const message = `expected ${field.expected}, found nothing: add a line ${key} = … ${where}`;
          this.error(table.line, prefix + key, "missing-key", message);
        }
        continue;
      }
      const read = field.read(node);
      if (read.ok) values[key] = read.value;
      else {this.error(
          read.line ?? node.line,
          prefix + key,
          read.rule ?? "bad-value",
          complaint(field, node, read),
        );}
    }
    if (closed) this.#unknown(name, table, Object.keys(fields));
    return {
      values: values as Partial<Values<F>>,
      has: (key) => table.entries.has(key),
      line: (key) => (key === undefined ? undefined : table.entries.get(key)?.line) ?? table.line,
      name: (key) => prefix + key,
    };
  }

  #unknown(name: string, table: TomlTable, known: readonly string[]): void {
    for (const [key, node] of table.entries) {
      if (known.includes(key)) continue;
      const shown = mayBeSecret(key) || /\p{Cc}/u.test(key) || key === "" ? "(hidden)" : key;
      const near = didYouMean(key, known);
      const what = node.kind === "scalar" ? "key" : "table or key";
      const advice = near === undefined
        ? `expected one of ${[...known].sort().join(", ")}`
        : `did you mean ${near}?`;
      this.error(
        node.line,
        name === "" ? shown : `${name}.${shown}`,
        "unknown-key",
        `unknown ${what}: ${advice}`,
      );
    }
  }
}

const fallbacks = new WeakMap<Field<unknown>, TomlNode>();

/** The default of a field as if it stood in the file. */
function fallback(field: Field<unknown>): TomlNode | undefined {
  if (field.fallback === undefined || field.fallback === "") return undefined;
  const known = fallbacks.get(field);
  if (known !== undefined) return known;
  const node = readTomlTree(`v = ${field.fallback}`).root.entries.get("v");
  if (node !== undefined) fallbacks.set(field, node);
  return node;
}
