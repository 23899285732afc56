/**
 * Reads configuration files.
 *
 * @module
 */
import type { Checker } from "./checker.ts";
import { fromFolderOf, loadFile, type LoadResult, readBeside } from "./config_file.ts";
import { INPUT_LANGUAGES } from "./input_languages.ts";
import { scalar } from "./field.ts";
import type { OutputSettings } from "./output_settings.ts";
import { checkRctConfig, type RctConfig } from "./rct_config.ts";
import { checkSptConfig, type SptConfig } from "./spt_config.ts";
import { readTomlTree, type TomlTree } from "./toml_tree.ts";

export type { LoadResult } from "./config_file.ts";

/** How an SPT's configuration is read. */
export interface LoadOptions {
  /** Languages of adapters from outside Tocsin, for inputs. */
  languages?: readonly string[];
}

/**
 * Checks the text of an SPT's configuration. Never throws.
 *
 * @param text The text.
 * @param fileName The file's name, for errors.
 * @param options How it is read.
 * @returns The configuration, or everything that is wrong with it. No secret in either list.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { formatConfigError } from "./config_error.ts";
 * import { parseSptConfig } from "./load.ts";
 *
 * const result = parseSptConfig('name = 12\n[rct]\nhost = "rct.example"', "spt.toml");
 * assert(!result.ok);
 * assertEquals(
 *   result.errors.map(formatConfigError)[0],
 *   "spt.toml:1: name: expected a name of 1-64 characters, found the number 12: put it in quotes",
 * );
 * ```
 */
export function parseSptConfig(
  text: string,
  fileName: string,
  options: LoadOptions = {},
): LoadResult<SptConfig> {
  return result(checkSptConfig(text, fileName, options.languages ?? []));
}

/**
 * Checks the text of an RCT's configuration. Never throws. A translation table that it names is in another file, and left
 * out: {@link loadRctConfig} reads both.
 *
 * @param text The text.
 * @param fileName The file's name, for errors.
 * @returns The configuration, or everything that is wrong with it. No secret in either list.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { parseRctConfig } from "./load.ts";
 *
 * const result = parseRctConfig("", "rct.toml");
 * assert(!result.ok);
 * assertEquals(result.errors.length, 4);
 * ```
 */
export function parseRctConfig(text: string, fileName: string): LoadResult<RctConfig> {
  return result(checkRctConfig(text, fileName));
}

/**
 * Reads and checks an SPT's configuration file. Paths in it are taken from the file's folder. Warns when others than the
 * file's owner can change it, or read it while it holds keys. Needs read permission; never throws.
 *
 * @param path Path of the file.
 * @param options How it is read.
 * @returns The configuration, or everything that is wrong with it.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { loadSptConfig } from "./load.ts";
 *
 * const result = await loadSptConfig("there/is/no/spt.toml");
 * assert(!result.ok);
 * assertEquals(result.errors[0]?.rule, "file-not-readable");
 * ```
 */
export async function loadSptConfig(path: string, options: LoadOptions = {}): Promise<LoadResult<SptConfig>> {
  const loaded = await loadFile(
    path,
    (text) => parseSptConfig(text, path, options),
    holdsKeys,
  );
  if (loaded.ok) {
    const { commissioning, serial, adapters } = loaded.config;
    serial.socket = fromFolderOf(path, serial.socket);
    loaded.config.adapters = adapters.map((file) => fromFolderOf(path, file));
    commissioning.caFiles = commissioning.caFiles.map((file) => fromFolderOf(path, file));
  }
  return loaded;
}

/**
 * The modules that an SPT's configuration names under `adapters`: they have to be loaded before it is known which languages
 * its inputs can speak. What is wrong with the file is told by {@link loadSptConfig}.
 *
 * @param path Path of the file.
 * @returns The paths as they stand in the file; none when it cannot be read.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { adapterPaths } from "./load.ts";
 *
 * assertEquals(await adapterPaths("there/is/no/spt.toml"), []);
 * ```
 */
export async function adapterPaths(path: string): Promise<string[]> {
  const node = (await treeOf(path))?.root.entries.get("adapters");
  const items = node?.kind === "array" ? node.items : [];
  return items.map(scalar).filter((value) => typeof value === "string");
}

/**
 * The languages that the inputs of an SPT's configuration name and that are not ours: those of adapters from outside, for
 * who only wants to read the file.
 *
 * @param path Path of the file.
 * @returns The languages; none when the file cannot be read.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { namedLanguages } from "./load.ts";
 *
 * assertEquals(await namedLanguages("there/is/no/spt.toml"), []);
 * ```
 */
export async function namedLanguages(path: string): Promise<string[]> {
  const root = (await treeOf(path))?.root;
  const inputs = root?.entries.get("input");
  if (inputs?.kind !== "array" || !root?.entries.has("adapters")) return [];
  return inputs.items
    .map((input) => input.kind === "table" ? input.entries.get("language") : undefined)
    .map((node) => node === undefined ? undefined : scalar(node))
    .filter((value) => typeof value === "string")
    .filter((language) => !Object.hasOwn(INPUT_LANGUAGES, language));
}

/**
 * Which end of the path a configuration is for, by the tables that only an RCT's has.
 *
 * @param path Path of the file.
 * @returns True for an RCT's; false for an SPT's, and when the file cannot be read.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { isRctFile } from "./load.ts";
 *
 * assertEquals(await isRctFile("there/is/no/rct.toml"), false);
 * ```
 */
export async function isRctFile(path: string): Promise<boolean> {
  const entries = (await treeOf(path))?.root.entries;
  return entries !== undefined && ["site", "output"].some((table) => entries.has(table));
}

async function treeOf(path: string): Promise<TomlTree | undefined> {
  try {
    return readTomlTree(await Deno.readTextFile(path));
  } catch {
    return undefined;
  }
}

/**
 * Reads and checks an RCT's configuration file and the translation table that it names; see {@link loadSptConfig}.
 *
 * @param path Path of the file.
 * @returns The configuration, or everything that is wrong with either file.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { loadRctConfig } from "./load.ts";
 *
 * const result = await loadRctConfig("there/is/no/rct.toml");
 * assert(!result.ok);
 * assertEquals(result.errors[0]?.file, "there/is/no/rct.toml");
 * ```
 */
export async function loadRctConfig(path: string): Promise<LoadResult<RctConfig>> {
  const loaded = await loadFile(
    path,
    (text) => result(checkRctConfig(text, path, (table) => readBeside(path, table))),
    ({ sites, outputs }) =>
      sites.some((site) => site.master !== undefined) || outputs.some(({ settings }) => hasSecrets(settings)),
  );
  if (loaded.ok) {
    const { commissioning, serial, outputs } = loaded.config;
    commissioning.caPaths = commissioning.caPaths.map((file) => fromFolderOf(path, file));
    serial.socket = fromFolderOf(path, serial.socket);
    for (const { line } of outputs) {
      const end = line.kind === "http" ? line : line.kind === "connect" ? line.tls : undefined;
      if (end?.ca !== undefined) end.ca = fromFolderOf(path, end.ca);
    }
  }
  return loaded;
}

function result<C>(checked: { checker: Checker; config: C | undefined }): LoadResult<C> {
  const { config, checker: { errors, warnings } } = checked;
  return config === undefined ? { ok: false, errors, warnings } : { ok: true, config, warnings };
}

/** The master key, or the keys of panels. */
function holdsKeys({ identity, inputs }: SptConfig): boolean {
  return identity.master !== undefined ||
    inputs.some(({ settings }) => "keys" in settings && settings.keys.length > 0);
}

/** A key, a password or secrets of an AE. */
function hasSecrets(settings: OutputSettings): boolean {
  return ["key", "password", "secrets"].some((key) =>
    Object.entries(settings).some(([name, value]) => name === key && value !== undefined)
  );
}
