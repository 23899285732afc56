/**
 * The serial lines of an SPT's configuration, for the process that holds them.
 *
 * @module
 */
import type { LineSettings } from "../serial/line_settings.ts";
import { type LoadResult, loadSptConfig, namedLanguages } from "./load.ts";

/** The lines, and where a gateway finds them. */
export interface SerialLines {
  /** Path of the Unix socket. */
  socket: string;
  /** One for each input with a serial line; may be none. */
  lines: LineSettings[];
}

/**
 * Reads the serial lines from an SPT's configuration. The process that holds them does not load the modules of languages
 * from outside: it has rights that those must not have, and need not know what its octets mean.
 *
 * @param path Path of the file.
 * @returns The lines, or everything that is wrong with the file.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadSerialLines } from "./serial_lines.ts";
 *
 * const result = await loadSerialLines("there/is/no/spt.toml");
 * assertEquals(result.ok, false);
 * ```
 */
export async function loadSerialLines(path: string): Promise<LoadResult<SerialLines>> {
  const result = await loadSptConfig(path, { languages: await namedLanguages(path) });
  if (!result.ok) return result;
  const { serial, inputs } = result.config;
  const lines = inputs.map(({ line }) => line).filter((line) => line.kind === "serial");
  return { ...result, config: { socket: serial.socket, lines: lines.map(({ settings }) => settings) } };
}
