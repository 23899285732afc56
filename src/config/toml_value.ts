/**
 * Keys and values of TOML text, with their lines.
 *
 * @module
 */
import { parse } from "@std/toml";
import { type Cursor, TomlProblem } from "./toml_cursor.ts";

/** A table: `[name]`, `{ … }` or one begun by dotted keys. */
export interface TomlTable {
  kind: "table";
  /** Line it begins on, from 1. */
  line: number;
  /** Its keys in the order of the file. */
  entries: Map<string, TomlNode>;
}

/** An array: `[ … ]`, or the tables of `[[name]]`. */
export interface TomlArray {
  kind: "array";
  /** Line it begins on, from 1. */
  line: number;
  /** What is in it. */
  items: TomlNode[];
}

/** Text, number, boolean or date. */
export interface TomlScalar {
  kind: "scalar";
  /** Line of its key (in an array: its own), from 1. */
  line: number;
  /** The value. */
  value: string | number | boolean | Date;
}

/** Anything that can stand after `=`. */
export type TomlNode = TomlTable | TomlArray | TomlScalar;

/** Arrays and tables may be this deep inside each other; a configuration needs three. */
const DEEPEST = 8;

/**
 * Reads a key: bare, quoted or dotted.
 *
 * @param cursor Where it begins; is moved behind it.
 * @returns Its parts; at least one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Cursor } from "./toml_cursor.ts";
 * import { scanKey } from "./toml_value.ts";
 *
 * assertEquals(scanKey(new Cursor('input."the port" = 1')), ["input", "the port"]);
 * ```
 */
export function scanKey(cursor: Cursor): string[] {
  const parts: string[] = [];
  for (;;) {
    const start = cursor.position;
    const c = cursor.peek();
    if (c === '"' || c === "'") {
      const part = scanString(cursor).value;
      if (typeof part === "string") parts.push(part);
    } else {
      while (/^[A-Za-z0-9_-]$/.test(cursor.peek())) cursor.skip(1);
      if (cursor.position === start) {
        throw new TomlProblem(start, "expected a key (letters, digits, _ and -) or a [table]");
      }
      parts.push(cursor.text.slice(start, cursor.position));
    }
    cursor.skipBlank();
    if (cursor.peek() !== ".") return parts;
    cursor.skip(1);
    cursor.skipBlank();
  }
}

/**
 * Reads what stands after `=`.
 *
 * @param cursor Where it begins; is moved behind it.
 * @param depth How many arrays and tables are around it.
 * @returns The value.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Cursor } from "./toml_cursor.ts";
 * import { scanValue } from "./toml_value.ts";
 *
 * assertEquals(scanValue(new Cursor("1_000 # octets"), 0), { kind: "scalar", line: 1, value: 1000 });
 * ```
 */
export function scanValue(cursor: Cursor, depth: number): TomlNode {
  if (depth > DEEPEST) {
    throw new TomlProblem(cursor.position, `expected at most ${DEEPEST} brackets inside each other`);
  }
  const c = cursor.peek();
  if (c === '"' || c === "'") return scanString(cursor);
  if (c === "[") return scanArray(cursor, depth);
  if (c === "{") return scanInlineTable(cursor, depth);
  return scanBare(cursor);
}

function scanArray(cursor: Cursor, depth: number): TomlArray {
  const start = cursor.position;
  const items: TomlNode[] = [];
  cursor.skip(1);
  for (;;) {
    cursor.skipToContent();
    if (cursor.peek() === "]") break;
    if (cursor.atEnd) throw new TomlProblem(start, "the list begun with [ is never closed with ]", "", true);
    items.push(scanValue(cursor, depth + 1));
    cursor.skipToContent();
    if (cursor.peek() === ",") cursor.skip(1);
    else if (cursor.peek() !== "]") {
      const open = cursor.atEnd || cursor.lineAt(start) !== cursor.lineAt(cursor.position);
      throw new TomlProblem(
        cursor.position,
        "expected a comma or the closing ] of the list that begins on line " + cursor.lineAt(start),
        "",
        open,
      );
    }
  }
  cursor.skip(1);
  return { kind: "array", line: cursor.lineAt(start), items };
}

function scanInlineTable(cursor: Cursor, depth: number): TomlTable {
  const start = cursor.position;
  const entries = new Map<string, TomlNode>();
  cursor.skip(1);
  cursor.skipBlank();
  if (cursor.peek() !== "}") {
    for (;;) {
      const at = cursor.position;
      const [key = "", ...deeper] = scanKey(cursor);
      if (deeper.length > 0) throw new TomlProblem(at, "expected a key without dots between { and }");
      if (entries.has(key)) throw new TomlProblem(at, "a key stands twice between { and }");
      cursor.skipBlank();
      if (cursor.peek() !== "=") {
        throw new TomlProblem(at, 'expected key = value between { and }, found no "="');
      }
      cursor.skip(1);
      cursor.skipBlank();
      entries.set(key, scanValue(cursor, depth + 1));
      cursor.skipBlank();
      if (cursor.peek() === "}") break;
      if (cursor.peek() !== ",") throw new TomlProblem(cursor.position, "expected a comma or the closing }");
      cursor.skip(1);
      cursor.skipBlank();
    }
  }
  cursor.skip(1);
  return { kind: "table", line: cursor.lineAt(start), entries };
}

function scanString(cursor: Cursor): TomlScalar {
  const start = cursor.position;
  const { text } = cursor;
  const quote = cursor.peek();
  const long = cursor.startsWith(quote.repeat(3));
  const close = long ? quote.repeat(3) : quote;
  let i = start + close.length;
  while (!text.startsWith(close, i)) {
    const c = text[i];
    if (c === undefined || (!long && c === "\n")) {
      throw new TomlProblem(start, `the text begun with ${close} is never closed`, "", true);
    }
    if (c !== "\\" || quote === "'") i++;
    else if (/^\\(?:[btnfr"\\]|u[0-9A-Fa-f]{4})/.test(text.slice(i, i + 6))) i += text[i + 1] === "u" ? 6 : 2;
    else if (long && /^[ \t]*\r?\n/.test(text.slice(i + 1, i + 200))) i++;
    else throw new TomlProblem(i, "a single backslash in double quotes: write \\\\ or use single quotes");
  }
  i += close.length;
  // One more quote may belong to a long text that ends in it.
  if (long && text[i] === quote) i++;
  cursor.position = i;
  return { kind: "scalar", line: cursor.lineAt(start), value: readScalar(text.slice(start, i), start) };
}

function scanBare(cursor: Cursor): TomlScalar {
  const start = cursor.position;
  while (!cursor.atEnd && !/^[\s,\]}#]$/.test(cursor.peek())) cursor.skip(1);
  const word = cursor.text.slice(start, cursor.position);
  if (word === "") throw new TomlProblem(start, "expected a value, found nothing");
  if (/^[+-]?0\d+$/.test(word)) {
    throw new TomlProblem(start, "a number may not begin with 0: if the zero counts, put it in quotes");
  }
  if (
    !/^(?:true|false|[+-]?(?:\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?|inf|nan)|0[xob][0-9A-Fa-f_]+|\d{4}-\d\d-\d\d\S*)$/
      .test(word)
  ) {
    throw new TomlProblem(
      start,
      'expected a number, true, false or text in quotes ("…"), found a word without quotes',
    );
  }
  return { kind: "scalar", line: cursor.lineAt(start), value: readScalar(word, start) };
}

/** The value itself, by the TOML parser; its messages are not passed on, they repeat the line. */
function readScalar(source: string, position: number): string | number | boolean | Date {
  let value: unknown;
  try {
    value = parse(`v = ${source}`).v;
  } catch {
    value = undefined;
  }
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (value instanceof Date) return value;
  throw new TomlProblem(position, "expected a number, true, false, a date or text in quotes");
}
