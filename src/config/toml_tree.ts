/**
 * TOML text as a tree in which every key knows its line.
 *
 * The values of strings and numbers are read by the TOML parser of the import map. Tables, keys and brackets are read
 * here, because that parser gives no lines, stops at the first error, prints the faulty line (which may hold a key) and
 * lets a key that stands twice pass.
 *
 * @module
 */
import { mayBeSecret } from "./show_value.ts";
import { Cursor, TomlProblem } from "./toml_cursor.ts";
import { scanKey, scanValue } from "./toml_value.ts";
import type { TomlTable } from "./toml_value.ts";
export type { TomlArray, TomlNode, TomlScalar, TomlTable } from "./toml_value.ts";

/** A line that is not TOML. Holds no value of the file. */
export interface TomlFault {
  /** Line, from 1. */
  line: number;
  /** The key it stands at, with its table; `""` when not known. */
  key: string;
  /** `duplicate-key` or `not-toml`. */
  rule: "duplicate-key" | "not-toml";
  /** What was found and expected. */
  message: string;
}

/** What {@link readTomlTree} gives. */
export interface TomlTree {
  /** The file's tables; faulty lines are left out. */
  root: TomlTable;
  /** The faults, in the order of the file. */
  faults: TomlFault[];
  /** Number of the last line. */
  lastLine: number;
}

/**
 * Reads TOML text. Never throws: faulty statements are listed and left out, reading goes on with the next.
 *
 * @param text The text; a byte order mark and CR LF are fine.
 * @returns The tree and the faults.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readTomlTree } from "./toml_tree.ts";
 *
 * const { root, faults } = readTomlTree('name = "shop"\nport = 10002a\n');
 * assertEquals(root.entries.get("name")?.line, 1);
 * assertEquals(faults[0]?.line, 2);
 * ```
 */
export function readTomlTree(text: string): TomlTree {
  return new Reader(text.replace(/^\uFEFF/, "")).read();
}

class Reader {
  readonly #cursor: Cursor;
  readonly #root: TomlTable = { kind: "table", line: 1, entries: new Map() };
  readonly #faults: TomlFault[] = [];
  /** Tables with a header of their own. */
  readonly #headed = new Set<TomlTable>();
  /** Tables that [name.inner] made of name: their header may still come. */
  readonly #implied = new Set<TomlTable>();
  /** Tables begun by dotted keys: only dotted keys may add to them. */
  readonly #dotted = new Set<TomlTable>();
  /** Arrays begun by `[[name]]`. */
  readonly #lists = new Set<unknown>();
  #table = this.#root;
  #path: string[] = [];

  constructor(text: string) {
    this.#cursor = new Cursor(text);
  }

  read(): TomlTree {
    const cursor = this.#cursor;
    for (cursor.skipToContent(); !cursor.atEnd; cursor.skipToContent()) {
      const start = cursor.position;
      try {
        if (cursor.peek() === "[") this.#header();
        else this.#statement();
      } catch (problem) {
        if (!(problem instanceof TomlProblem)) throw problem;
        this.#refuse(start, problem);
      }
    }
    return {
      root: this.#root,
      faults: this.#faults,
      lastLine: cursor.lineAt(Math.max(0, cursor.length - 1)),
    };
  }

  #statement(): void {
    const cursor = this.#cursor;
    const start = cursor.position;
    const keys = scanKey(cursor);
    const key = keyName([...this.#path, ...keys]);
    cursor.skipBlank();
    if (cursor.peek() !== "=") throw new TomlProblem(start, 'expected key = value, found no "="', key);
    cursor.skip(1);
    cursor.skipBlank();
    let value;
    try {
      value = scanValue(cursor, 0);
      cursor.endStatement();
    } catch (problem) {
      if (problem instanceof TomlProblem) problem.key = key;
      throw problem;
    }
    let table = this.#table;
    for (const part of keys.slice(0, -1)) {
      const next = table.entries.get(part);
      if (next === undefined) {
        const made: TomlTable = { kind: "table", line: cursor.lineAt(start), entries: new Map() };
        table.entries.set(part, made);
        this.#dotted.add(made);
        table = made;
      } else if (next.kind === "table" && this.#dotted.has(next)) table = next;
      else throw twice(start, key, next.line);
    }
    const last = keys.at(-1) ?? "";
    const present = table.entries.get(last);
    if (present !== undefined) throw twice(start, key, present.line);
    table.entries.set(last, { ...value, line: cursor.lineAt(start) });
  }

  #header(): void {
    const cursor = this.#cursor;
    const start = cursor.position;
    // Until the header is understood, the keys after it belong nowhere.
    this.#table = { kind: "table", line: cursor.lineAt(start), entries: new Map() };
    const list = cursor.startsWith("[[");
    cursor.skip(list ? 2 : 1);
    cursor.skipBlank();
    const keys = scanKey(cursor);
    const key = keyName(keys);
    cursor.skipBlank();
    const close = list ? "]]" : "]";
    if (!cursor.startsWith(close)) {
      throw new TomlProblem(start, `expected the table's name to end with ${close}`, key);
    }
    cursor.skip(close.length);
    cursor.endStatement();
    this.#path = keys;
    let parent = this.#root;
    for (const part of keys.slice(0, -1)) {
      const next = parent.entries.get(part);
      if (next === undefined) {
        const made: TomlTable = { kind: "table", line: cursor.lineAt(start), entries: new Map() };
        parent.entries.set(part, made);
        this.#implied.add(made);
        parent = made;
      } else if (next.kind === "table" && (this.#implied.has(next) || this.#headed.has(next))) parent = next;
      else if (next.kind === "array" && this.#lists.has(next.items)) {
        const item = next.items.at(-1);
        if (item?.kind !== "table") throw twice(start, key, next.line);
        parent = item;
      } else throw twice(start, key, next.line);
    }
    this.#open(parent, keys.at(-1) ?? "", list, start, key);
  }

  #open(parent: TomlTable, name: string, list: boolean, start: number, key: string): void {
    const present = parent.entries.get(name);
    const table: TomlTable = { kind: "table", line: this.#cursor.lineAt(start), entries: new Map() };
    if (list) {
      if (present === undefined) {
        const items = [table];
        this.#lists.add(items);
        parent.entries.set(name, { kind: "array", line: table.line, items });
      } else if (present.kind === "array" && this.#lists.has(present.items)) present.items.push(table);
      else throw twice(start, key, present.line);
      this.#table = table;
    } else if (present === undefined) {
      parent.entries.set(name, table);
      this.#headed.add(table);
      this.#table = table;
    } else if (present.kind === "table" && this.#implied.delete(present)) {
      this.#headed.add(present);
      present.line = table.line;
      this.#table = present;
    } else throw twice(start, key, present.line);
  }

  /** Notes a faulty statement and goes to where the next one begins. */
  #refuse(start: number, problem: TomlProblem): void {
    const cursor = this.#cursor;
    const line = cursor.lineAt(problem.open ? start : Math.min(problem.position, cursor.length));
    this.#faults.push({ line, key: problem.key, rule: problem.rule, message: problem.message });
    const spread = problem.open || cursor.lineAt(start) !== cursor.lineAt(cursor.position);
    cursor.toNextLine(problem.open ? start : Math.max(start, problem.position, cursor.position - 1));
    if (spread) cursor.skipToStatement();
  }
}

function twice(position: number, key: string, line: number): TomlProblem {
  const problem = new TomlProblem(
    position,
    `stands here again, after line ${line}: keep one of the two`,
    key,
  );
  problem.rule = "duplicate-key";
  return problem;
}

/** `input.port`; a key that looks like a secret (pasted in the wrong place) is not repeated. */
function keyName(keys: readonly string[]): string {
  return keys.map((key) => mayBeSecret(key) ? "(hidden)" : key).join(".");
}
