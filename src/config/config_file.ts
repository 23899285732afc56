/**
 * A configuration file on disk: its octets, its mode, and the paths in it.
 *
 * @module
 */
import { dirname, isAbsolute, join } from "node:path";
import type { CertificateFiles } from "./certificate_config.ts";
import type { ConfigError } from "./config_error.ts";
import type { KeysConfig } from "./keys_config.ts";
import type { FileRead } from "./translation_config.ts";

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

/** Ten thousand sites take 4 MB; more than this is not a configuration. */
const LARGEST_FILE = 64 * 1024 * 1024;

/** What both files have with paths in it. */
export interface WithPaths {
  journal: { path: string };
  keys: KeysConfig;
  commissioning: { certificate: CertificateFiles | undefined };
}

/**
 * Reads a configuration file. Paths in it that both ends have are taken from the file's folder. Warns when others than the
 * file's owner can change it, or read it while it holds keys. Never throws.
 *
 * @param path Path of the file.
 * @param parse Checks its text.
 * @param holdsKeys Whether a configuration holds keys.
 * @returns The configuration, or everything that is wrong with it.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { loadFile } from "./config_file.ts";
 *
 * const never = () => ({ ok: false as const, errors: [], warnings: [] });
 * const result = await loadFile("there/is/no/rct.toml", never, () => false);
 * assert(!result.ok);
 * assertEquals(result.errors[0]?.rule, "file-not-readable");
 * ```
 */
export async function loadFile<C extends WithPaths>(
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

/**
 * A path of a configuration, seen from where the program runs.
 *
 * @param configFile Path of the configuration.
 * @param path The path in it, from its folder.
 * @returns The path.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fromFolderOf } from "./config_file.ts";
 *
 * assertEquals(fromFolderOf("/etc/tocsin/rct.toml", "sites.toml"), "/etc/tocsin/sites.toml");
 * ```
 */
export function fromFolderOf(configFile: string, path: string): string {
  return isAbsolute(path) ? path : join(dirname(configFile), path);
}

/**
 * Reads a file that a configuration names. Never throws.
 *
 * @param configFile Path of the configuration.
 * @param path The path in it.
 * @returns The text, or why there is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readBeside } from "./config_file.ts";
 *
 * assertEquals(readBeside("there/is/no/rct.toml", "sites.toml"), { ok: false, message: "there is no such file" });
 * ```
 */
export function readBeside(configFile: string, path: string): FileRead {
  const file = fromFolderOf(configFile, path);
  try {
    const { isFile, size } = Deno.statSync(file);
    if (!isFile) return { ok: false, message: "expected a file, found a folder or a device" };
    if (size > LARGEST_FILE) return { ok: false, message: "expected a table, found a file above 64 MB" };
    return {
      ok: true,
      file,
      text: new TextDecoder("utf-8", { fatal: true }).decode(Deno.readFileSync(file)),
    };
  } catch (cause) {
    if (cause instanceof TypeError) return { ok: false, message: "expected UTF-8 text, found other bytes" };
    return { ok: false, message: unreadable(cause, "") };
  }
}

function unreadable(cause: unknown, advice = ": tocsin init makes one"): string {
  if (cause instanceof Deno.errors.NotFound) return `there is no such file${advice}`;
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
