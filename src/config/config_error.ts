/**
 * What can be wrong with a configuration file, and how it is told.
 *
 * @module
 */

/** Names of the ways a configuration can be wrong. */
export type ConfigRule =
  /** The file is not there, cannot be opened, is a folder, or is too large. */
  | "file-not-readable"
  /** The file is not UTF-8 text. */
  | "not-utf8"
  /** The line is not TOML. */
  | "not-toml"
  /** A key or table stands twice. */
  | "duplicate-key"
  /** A key or table that means nothing here. */
  | "unknown-key"
  /** A key or table that has to be there is not. */
  | "missing-key"
  /** A value of the wrong kind or out of range. */
  | "bad-value"
  /** The text of an example still stands where a secret belongs. */
  | "placeholder"
  /** A key or handle that protects nothing. */
  | "weak-secret"
  /** Two sites, inputs, outputs, ports or files share what has to be their own. */
  | "not-unique"
  /** A name that points at nothing. */
  | "no-such-name"
  /** Two settings that do not go together. */
  | "conflict"
  /** The page would be reachable from other machines without that being asked for. */
  | "remote-http"
  /** Warning: other users of the machine can read or change the keys. */
  | "file-mode"
  /** Warning: a setting without effect. */
  | "no-effect"
  /** Warning: a setting that works, but protects less than the default. */
  | "weak-setting";

/** One thing that is wrong, or (in a list of warnings) not as it should be. Never holds a secret. */
export interface ConfigError {
  /** Name of the file, as it was given. */
  file: string;
  /** Line, from 1; 0 when the whole file is meant. For a missing key, the line of its table. */
  line: number;
  /** The key with its table, `input.port`; `""` when no key is meant. */
  key: string;
  /** Which rule was broken. */
  rule: ConfigRule;
  /** What was expected, what was found, and what to do. */
  message: string;
}

/**
 * Writes an error as one line: `file:line: key: message`.
 *
 * @param error The error.
 * @returns The line, without a line break.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatConfigError } from "./config_error.ts";
 *
 * const line = formatConfigError({
 *   file: "spt.toml", line: 14, key: "input.port", rule: "bad-value",
 *   message: 'expected a port number 1-65535, found "10002a"',
 * });
 * assertEquals(line, 'spt.toml:14: input.port: expected a port number 1-65535, found "10002a"');
 * ```
 */
export function formatConfigError(error: ConfigError): string {
  const place = error.line > 0 ? `${error.file}:${error.line}` : error.file;
  return error.key === "" ? `${place}: ${error.message}` : `${place}: ${error.key}: ${error.message}`;
}
