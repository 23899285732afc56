/**
 * Reads configuration files.
 *
 * @module
 */
import { dirname, isAbsolute, join } from "node:path";
import type { CertificateFiles } from "./certificate_config.ts";
import type { Checker } from "./checker.ts";
import type { ConfigError } from "./config_error.ts";
import { INPUT_LANGUAGES } from "./input_languages.ts";
import type { KeysConfig } from "./keys_config.ts";
import { scalar } from "./field.ts";
import { checkRctConfig, type RctConfig } from "./rct_config.ts";
import { checkSptConfig, type SptConfig } from "./spt_config.ts";
import { readTomlTree, type TomlTree } from "./toml_tree.ts";

/** What came of reading a configuration. */
export type LoadResult<C> =
  | {
    ok: true;
    config: C;
    /** What is not as it should be, but works. */
    warnings: ConfigError[];
  }
  | {
    ok: false;
    /** Everything that is wrong, in the order of the file; at least one. */
    errors: ConfigError[];
    warnings: ConfigError[];
  };

/** How a configuration is read. */
export interface LoadOptions {
  /** Languages of adapters from outside Tocsin, for inputs (SPT) or outputs (RCT). */
  languages?: readonly string[];
}

/** Ten thousand sites take 4 MB; more than this is not a configuration. */
const LARGEST_FILE = 64 * 1024 * 1024;

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
 * Checks the text of an RCT's configuration. Never throws.
 *
 * @param text The text.
 * @param fileName The file's name, for errors.
 * @param options How it is read.
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
export function parseRctConfig(
  text: string,
  fileName: string,
  options: LoadOptions = {},
): LoadResult<RctConfig> {
  return result(checkRctConfig(text, fileName, options.languages ?? []));
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
  const result = await load(
    path,
    (text) => parseSptConfig(text, path, options),
    holdsKeys,
  );
  if (result.ok) {
    const { commissioning, serial, adapters } = result.config;
    serial.socket = fromFolderOf(path, serial.socket);
    result.config.adapters = adapters.map((file) => fromFolderOf(path, file));
    commissioning.caFiles = commissioning.caFiles.map((file) => fromFolderOf(path, file));
  }
  return result;
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

async function treeOf(path: string): Promise<TomlTree | undefined> {
  try {
    return readTomlTree(await Deno.readTextFile(path));
  } catch {
    return undefined;
  }
}

/**
 * Reads and checks an RCT's configuration file; see {@link loadSptConfig}.
 *
 * @param path Path of the file.
 * @param options How it is read.
 * @returns The configuration, or everything that is wrong with it.
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
export async function loadRctConfig(path: string, options: LoadOptions = {}): Promise<LoadResult<RctConfig>> {
  const result = await load(
    path,
    (text) => parseRctConfig(text, path, options),
    ({ sites }) => sites.some((site) => site.master !== undefined),
  );
  if (result.ok) {
    const { commissioning } = result.config;
    commissioning.caPaths = commissioning.caPaths.map((file) => fromFolderOf(path, file));
  }
  return result;
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

/** What both files have with paths in it. */
interface WithPaths {
  journal: { path: string };
  keys: KeysConfig;
  commissioning: { certificate: CertificateFiles | undefined };
}

async function load<C extends WithPaths>(
  path: string,
  parse: (text: string) => LoadResult<C>,
  holdsKeys: (config: C) => boolean,
): Promise<LoadResult<C>> {
  const whole = { file: path, line: 0, key: "" };
  const refuse = (rule: ConfigError["rule"], message: string): LoadResult<C> => ({
    ok: false,
    errors: [{ ...whole, rule, message }],
    warnings: [],
  });
  let bytes: Uint8Array;
  let mode: number | null;
  try {
    const info = await Deno.stat(path);
    if (info.isDirectory) {
      return refuse("file-not-readable", "expected a file, found a folder or a device: name the file");
    }
    if (info.size > LARGEST_FILE) {
      return refuse("file-not-readable", "expected a configuration, found a file above 64 MB");
    }
    mode = info.mode;
    bytes = await Deno.readFile(path);
  } catch (cause) {
    return refuse("file-not-readable", unreadable(cause));
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const message = `expected UTF-8 text, found other bytes on line ${
      lineOfBadUtf8(bytes)
    }: save the file as UTF-8`;
    return refuse("not-utf8", message);
  }
  const checked = parse(text);
  // What a broken file holds is not known: it may be keys.
  const keys = !checked.ok || holdsKeys(checked.config);
  // Windows has no mode.
  const open = Deno.build.os === "windows" ? 0 : (mode ?? 0) & (keys ? 0o066 : 0o022);
  if (open !== 0) {
    const shown = ((mode ?? 0) & 0o777).toString(8).padStart(3, "0");
    const what = keys ? "read or change the keys in it" : "change it";
    const message = `other users of this machine can ${what} (mode ${shown}): chmod 600`;
    checked.warnings.unshift({ ...whole, rule: "file-mode", message });
  }
  if (checked.ok) {
    const { journal, keys, commissioning: { certificate } } = checked.config;
    journal.path = fromFolderOf(path, journal.path);
    keys.path = fromFolderOf(path, keys.path);
    if (keys.keyFile !== undefined) keys.keyFile = fromFolderOf(path, keys.keyFile);
    if (certificate !== undefined) {
      certificate.chainFile = fromFolderOf(path, certificate.chainFile);
      certificate.keyFile = fromFolderOf(path, certificate.keyFile);
    }
  }
  return checked;
}

function fromFolderOf(configFile: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(configFile), path);
}

function unreadable(cause: unknown): string {
  if (cause instanceof Deno.errors.NotFound) return "there is no such file: tocsin init makes one";
  if (cause instanceof Deno.errors.PermissionDenied) {
    return "this user may not read the file: run as its owner, or change the owner";
  }
  if (cause instanceof Deno.errors.NotCapable) {
    return "Deno may not read the file: start it with --allow-read";
  }
  return `the file cannot be read: ${cause instanceof Error ? cause.name : "unknown cause"}`;
}

function lineOfBadUtf8(bytes: Uint8Array): number {
  // Lines before the fault decode; halving finds the first that does not.
  const ends = [0];
  for (let i = bytes.indexOf(10); i !== -1; i = bytes.indexOf(10, i + 1)) ends.push(i + 1);
  const decodes = (end: number) => {
    try {
      new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, end));
      return true;
    } catch {
      return false;
    }
  };
  let low = 0;
  let high = ends.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (decodes(ends[middle] ?? 0)) low = middle;
    else high = middle;
  }
  return low + 1;
}
