/**
 * A schema as data: what a key may hold, in the words of the error that says it does not.
 *
 * @module
 */
import type { ConfigRule } from "./config_error.ts";
import { showValue } from "./show_value.ts";
import type { TomlNode } from "./toml_tree.ts";

/** What a field makes of a node. */
export type Read<T> =
  | { ok: true; value: T }
  | {
    ok: false;
    /** `bad-value` if not given. */
    rule?: ConfigRule;
    /** The whole message; without one, "expected …, found …" is written. */
    message?: string;
    /** What to do, after "expected …, found …". */
    hint?: string;
    /** Line of the faulty part, when it is not the key's. */
    line?: number;
  };

/** One key of a table. */
export interface Field<T> {
  /** What may stand here, in words that fit after "expected". */
  readonly expected: string;
  /** Reads the value. Never throws. */
  readonly read: (node: TomlNode) => Read<T>;
  /** What counts when the key is missing, in TOML; `""` when it may be missing; undefined when it may not. */
  readonly fallback?: string;
  /** True for keys: nothing of what was found is shown. */
  readonly secret?: boolean;
}

/** The keys of a table. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

/** The values that a table with these fields holds. */
export type Values<F extends Fields> = { [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/**
 * Gives a field a default.
 *
 * @param field The field.
 * @param toml The default as it would stand in the file: `"2s"` with its quotes, `4`.
 * @returns The field with the default.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { byDefault, integer } from "./field.ts";
 *
 * assertEquals(byDefault(integer(1, 10), "4").fallback, "4");
 * ```
 */
export function byDefault<T>(field: Field<T>, toml: string): Field<T> {
  return { ...field, fallback: toml };
}

/**
 * Lets a key be missing.
 *
 * @param field The field.
 * @returns The field; its value is undefined when the key is missing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { optional, text } from "./field.ts";
 *
 * assertEquals(optional(text("an account", 16)).fallback, "");
 * ```
 */
export function optional<T>(field: Field<T>): Field<T | undefined> {
  return { ...field, fallback: "" };
}

/**
 * A whole number.
 *
 * @param min The least.
 * @param max The greatest.
 * @param what What it counts; `"a whole number"` if not given.
 * @param step It is a multiple of this.
 * @returns The field.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { integer } from "./field.ts";
 *
 * assert(integer(1, 65535).read({ kind: "scalar", line: 1, value: 1025 }).ok);
 * assert(!integer(1, 65535).read({ kind: "scalar", line: 1, value: "1025" }).ok);
 * ```
 */
export function integer(min: number, max: number, what = "a whole number", step = 1): Field<number> {
  const fits = (value: number) =>
    Number.isInteger(value) && value >= min && value <= max && value % step === 0;
  return {
    expected: `${what} ${min}-${max}`,
    read(node) {
      const value = scalar(node);
      if (typeof value === "number" && fits(value)) return { ok: true, value };
      if (typeof value === "string" && /^\d{1,9}$/.test(value) && fits(Number(value))) {
        return { ok: false, hint: "take the quotes away" };
      }
      return { ok: false };
    },
  };
}

/** `true` or `false`. */
export const flag: Field<boolean> = {
  expected: "true or false",
  read(node) {
    const value = scalar(node);
    if (typeof value === "boolean") return { ok: true, value };
    return value === "true" || value === "false"
      ? { ok: false, hint: "take the quotes away" }
      : { ok: false };
  },
};

/**
 * Text without control characters.
 *
 * @param expected What it is, for the error.
 * @param longest Most characters; at least one is needed.
 * @param pattern What it looks like, if not any text.
 * @returns The field.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { text } from "./field.ts";
 *
 * assert(text("a name", 64).read({ kind: "scalar", line: 1, value: "Bäckerei" }).ok);
 * assert(!text("a name", 64).read({ kind: "scalar", line: 1, value: "" }).ok);
 * ```
 */
export function text(expected: string, longest: number, pattern?: RegExp): Field<string> {
  return {
    expected,
    read(node) {
      const value = scalar(node);
      if (typeof value === "number") return { ok: false, hint: "put it in quotes" };
      if (typeof value !== "string" || value.trim() === "" || value.length > longest) return { ok: false };
      if (/\p{Cc}/u.test(value)) return { ok: false, hint: "it has control characters in it" };
      return pattern === undefined || pattern.test(value) ? { ok: true, value } : { ok: false };
    },
  };
}

/**
 * One word of a list.
 *
 * @param words The words.
 * @returns The field.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { choice } from "./field.ts";
 *
 * assertEquals(choice("listen", "connect").expected, '"listen" or "connect"');
 * ```
 */
export function choice<const W extends string>(...words: readonly W[]): Field<W> {
  const quoted = words.map((word) => JSON.stringify(word));
  const last = quoted.pop() ?? "";
  return {
    expected: quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`,
    read(node) {
      const value = scalar(node);
      const word = words.find((word) => word === value);
      if (word !== undefined) return { ok: true, value: word };
      const near = typeof value === "number" ? words.find((word) => word === String(value)) : undefined;
      return near === undefined ? { ok: false } : { ok: false, hint: "put it in quotes" };
    },
  };
}

/**
 * A list of one or more values.
 *
 * @param item What each of them is.
 * @param most How many there may be, if not any number.
 * @returns The field.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { list, text } from "./field.ts";
 *
 * assert(!list(text("a name", 9)).read({ kind: "array", line: 1, items: [] }).ok);
 * ```
 */
export function list<T>(item: Field<T>, most = Infinity): Field<T[]> {
  const expected = `a list of ${most === Infinity ? "" : `at most ${most} `}${item.expected}`;
  return {
    expected,
    read(node) {
      if (node.kind !== "array") return { ok: false, hint: "put it in [ and ]" };
      if (node.items.length === 0) {
        return {
          ok: false,
          message: `expected ${expected}, found an empty list: take the line away, or fill it`,
        };
      }
      if (node.items.length > most) {
        return { ok: false, message: `expected ${expected}, found ${node.items.length}` };
      }
      const values: T[] = [];
      for (const part of node.items) {
        const read = item.read(part);
        if (!read.ok) return { line: part.line, message: complaint(item, part, read), ...read };
        values.push(read.value);
      }
      return { ok: true, value: values };
    },
  };
}

/**
 * The scalar of a node.
 *
 * @param node The node.
 * @returns Its value; undefined for tables and arrays.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { scalar } from "./field.ts";
 *
 * assertEquals(scalar({ kind: "scalar", line: 1, value: 7 }), 7);
 * assertEquals(scalar({ kind: "array", line: 1, items: [] }), undefined);
 * ```
 */
export function scalar(node: TomlNode): string | number | boolean | Date | undefined {
  return node.kind === "scalar" ? node.value : undefined;
}

/**
 * Writes the message for a value that a field refused.
 *
 * @param field The field.
 * @param node What was found; undefined for nothing.
 * @param read The refusal.
 * @returns "expected …, found …" with the hint; never a secret.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { complaint, flag } from "./field.ts";
 *
 * const node = { kind: "scalar", line: 1, value: "yes" } as const;
 * assertEquals(complaint(flag, node, { ok: false }), 'expected true or false, found "yes"');
 * ```
 */
export function complaint(
  field: Field<unknown>,
  node: TomlNode,
  read: Read<unknown> & { ok: false },
): string {
  if (read.message !== undefined) return read.message;
  const found = node.kind === "table"
    ? "a table"
    : node.kind === "array"
    ? "a list"
    : showValue(node.value, field.secret === true);
  return `expected ${field.expected}, found ${found}${read.hint === undefined ? "" : `: ${read.hint}`}`;
}
