/**
 * Checks across the tables of a file.
 *
 * @module
 */
import type { Checker, Section } from "./checker.ts";
import type { Fields } from "./field.ts";
import { mayBeSecret } from "./show_value.ts";
import { SecretKey } from "../keys/secret_key.ts";

/** Something that wants to listen on a port. */
export interface Listener {
  /** Line of the port. */
  line: number;
  /** Key of the port. */
  key: string;
  /** The address; undefined when it could not be read. */
  hostname: string | undefined;
  /** The port; undefined when it could not be read or nothing listens. */
  port: number | undefined;
}

/**
 * Complains of a key that has the same value in two tables of a list.
 *
 * @param checker The file under check.
 * @param sections The tables.
 * @param key The key that has to differ.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { checkUnique } from "./cross_checks.ts";
 * import { name } from "./field_kinds.ts";
 *
 * const checker = new Checker('[[site]]\nname = "a"\n[[site]]\nname = "a"\n', "rct.toml");
 * checkUnique(checker, checker.list("site", { name }), "name");
 * assertEquals(checker.errors[0]?.line, 4);
 * ```
 */
export function checkUnique<F extends Fields>(
  checker: Checker,
  sections: readonly Section<F>[],
  key: keyof F & string,
): void {
  const seen = new Map<unknown, Section<F>>();
  for (const section of sections) {
    const value: unknown = section.values[key];
    if (value === undefined) continue;
    const mark = value instanceof Uint8Array
      ? value.toHex()
      : value instanceof SecretKey
      ? value.octets().toHex()
      : value;
    const first = seen.get(mark);
    if (first === undefined) {
      seen.set(mark, section);
      continue;
    }
    const shown = typeof value === "string" && !mayBeSecret(value) ? ` ${JSON.stringify(value)}` : "";
    const message = `expected one of its own, found the same${shown} as on line ${first.line(key)}`;
    checker.error(section.line(key), section.name(key), "not-unique", message);
  }
}

/**
 * Complains when some of the keys that only make sense together are missing.
 *
 * @param checker The file under check.
 * @param section Their table.
 * @param fields Its fields.
 * @param keys The keys, at least two.
 * @param without What happens when all are taken away, for the error: `": then …"`.
 * @returns Whether any of them is there.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { checkTogether } from "./cross_checks.ts";
 * import { optional } from "./field.ts";
 * import { handle, masterKey } from "./field_kinds.ts";
 *
 * const fields = { master_handle: optional(handle), master_key: optional(masterKey) };
 * const checker = new Checker('[site]\nmaster_handle = "00000001"\n', "rct.toml");
 * checkTogether(checker, checker.table("site", fields), fields, ["master_handle", "master_key"]);
 * assertEquals(checker.errors.map((e) => e.key), ["site.master_key"]);
 * ```
 */
export function checkTogether<F extends Fields>(
  checker: Checker,
  section: Section<F>,
  fields: F,
  keys: readonly (keyof F & string)[],
  without = "",
): boolean {
  const given = keys.filter((key) => section.has(key));
  if (given.length === 0) return false;
  const all = and(keys);
  for (const key of keys) {
    if (section.has(key)) continue;
    const message = `expected ${fields[key]?.expected}, found nothing: ${all} go together. ` +
      `Add a line ${key} = …, or take ${and(given)} away${without}`;
    checker.error(section.line(), section.name(key), "missing-key", message);
  }
  return true;
}

/**
 * Warns of keys that do nothing.
 *
 * @param checker The file under check.
 * @param section Their table.
 * @param keys The keys; those that are not in the file are passed over.
 * @param when Words that fit after "has no effect".
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { warnUnused } from "./cross_checks.ts";
 * import { optional } from "./field.ts";
 * import { port } from "./field_kinds.ts";
 *
 * const checker = new Checker("[commissioning]\nport = 7\n", "rct.toml");
 * warnUnused(checker, checker.table("commissioning", { port: optional(port) }), ["port"], "without certificate");
 * assertEquals(checker.warnings[0]?.message, "has no effect without certificate");
 * ```
 */
export function warnUnused<F extends Fields>(
  checker: Checker,
  section: Section<F>,
  keys: readonly (keyof F & string)[],
  when: string,
): void {
  for (const key of keys.filter((key) => section.has(key))) {
    checker.warn(section.line(key), section.name(key), "no-effect", `has no effect ${when}`);
  }
}

/**
 * Complains of two listeners on the same port of the same address.
 *
 * @param checker The file under check.
 * @param listeners Everything that listens with one transport protocol.
 * @param protocol Which one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { checkListeners } from "./cross_checks.ts";
 *
 * const checker = new Checker("", "spt.toml");
 * checkListeners(checker, [
 *   { line: 3, key: "input.listen", hostname: "0.0.0.0", port: 10002 },
 *   { line: 9, key: "input.listen", hostname: "10.0.0.1", port: 10002 },
 * ]);
 * assertEquals(checker.errors[0]?.line, 9);
 * ```
 */
export function checkListeners(
  checker: Checker,
  listeners: readonly Listener[],
  protocol: "TCP" | "UDP" = "TCP",
): void {
  const taken = new Map<number, Listener[]>();
  const inOrder = listeners.toSorted((a, b) => a.line - b.line);
  for (const listener of inOrder) {
    const { hostname, port } = listener;
    if (hostname === undefined || port === undefined || port === 0) continue;
    const others = taken.get(port) ?? [];
    const clash = others.find((other) => overlap(hostname, other.hostname ?? ""));
    if (clash !== undefined) {
      const where = clash.line === 0 ? `the default of ${clash.key}` : `${clash.key} on line ${clash.line}`;
      const message = `expected a ${protocol} port of its own, found ${port}, the same as ${where}`;
      checker.error(listener.line, listener.key, "not-unique", message);
    }
    taken.set(port, [...others, listener]);
  }
}

/** Whether two addresses to listen on share one: equal, or one of them means all. */
function overlap(a: string, b: string): boolean {
  return a === b || [a, b].some((hostname) => hostname === "0.0.0.0" || hostname === "::") ||
    [a, b].every((hostname) =>
        hostname === "localhost" || hostname.startsWith("127.") || hostname === "::1"
      ) &&
      [a, b].includes("localhost");
}

/** `a, b and c`. */
function and(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
