/**
 * The table `[keys]`, which both files have: where the keys from commissioning are kept.
 *
 * @module
 */
import { normalize } from "node:path";
import type { Checker, Section } from "./checker.ts";
import { byDefault, type Field, optional } from "./field.ts";
import { filePath } from "./field_kinds.ts";

/** Where the keys from commissioning are kept. Both paths are taken from the folder of the configuration. */
export interface KeysConfig {
  /** The key store's file. */
  path: string;
  /** File with the store key; undefined: the environment variable TOCSIN_STORE_KEY holds it. */
  keyFile: string | undefined;
}

/** The fields of `[keys]`. */
export const KEYS_FIELDS = {
  path: byDefault(filePath, '"data/keys.sqlite"'),
  key_file: optional(filePath),
} satisfies Record<string, Field<unknown>>;

/** The section `[keys]`. */
export type KeysSection = Section<typeof KEYS_FIELDS>;

/**
 * Checks `[keys]`: journal, key store and store key are three files.
 *
 * @param checker The file under check.
 * @param journal The journal's file, as configured.
 * @returns The section.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { checkKeys } from "./keys_config.ts";
 *
 * const checker = new Checker('[keys]\npath = "data/spt.sqlite"\n', "spt.toml");
 * checkKeys(checker, "./data/spt.sqlite");
 * assertEquals(checker.errors[0]?.key, "keys.path");
 * ```
 */
export function checkKeys(checker: Checker, journal: string | undefined): KeysSection {
  const section = checker.table("keys", KEYS_FIELDS);
  const { path, key_file: keyFile } = section.values;
  const same = (a: string | undefined, b: string | undefined) =>
    a !== undefined && b !== undefined && normalize(a) === normalize(b);
  const clash = (key: "path" | "key_file", other: string) =>
    checker.error(
      section.line(key),
      section.name(key),
      "not-unique",
      `expected a file of its own, found the same as ${other}: give it another name`,
    );
  if (same(path, journal)) clash("path", "journal.path");
  if (same(keyFile, path)) clash("key_file", "keys.path");
  else if (same(keyFile, journal)) clash("key_file", "journal.path");
  return section;
}

/**
 * Makes the configuration of a section without errors.
 *
 * @param section The section of {@link checkKeys}.
 * @returns Where the keys are kept.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Checker } from "./checker.ts";
 * import { checkKeys, keysConfig } from "./keys_config.ts";
 *
 * const section = checkKeys(new Checker("", "spt.toml"), undefined);
 * assertEquals(keysConfig(section), { path: "data/keys.sqlite", keyFile: undefined });
 * ```
 */
export function keysConfig(section: KeysSection): KeysConfig {
  return { path: section.values.path ?? "", keyFile: section.values.key_file };
}
