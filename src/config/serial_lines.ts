/**
 * The serial lines of a configuration, for the process that holds them.
 *
 * @module
 */
import type { LineSettings } from "../serial/line_settings.ts";
import type { InputConfig } from "./input_config.ts";
import { isRctFile, loadRctConfig, type LoadResult, loadSptConfig, namedLanguages } from "./load.ts";
import type { OutputConfig } from "./output_config.ts";
import type { RawRctConfig, RawSptConfig } from "./raw_config.ts";

/** The lines, and where a gateway finds them. */
export interface SerialLines {
  /** Path of the Unix socket. */
  socket: string;
  /** Whose lines they are. */
  of: "input" | "output";
  /** One for each input (SPT), output (RCT) or raw line with a serial line; may be none. */
  lines: LineSettings[];
}

/**
 * Reads the serial lines from an SPT's or an RCT's configuration. The process that holds them does not load the modules of languages
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
  if (await isRctFile(path)) {
    const result = await loadRctConfig(path);
    return result.ok
      ? {
        ...result,
        config: linesOf("output", result.config.serial, [...result.config.outputs, ...result.config.raws]),
      }
      : result;
  }
  const result = await loadSptConfig(path, { languages: await namedLanguages(path) });
  return result.ok
    ? {
      ...result,
      config: linesOf("input", result.config.serial, [...result.config.inputs, ...result.config.raws]),
    }
    : result;
}

function linesOf(
  of: SerialLines["of"],
  { socket }: { socket: string },
  ends: readonly Pick<InputConfig | OutputConfig | RawSptConfig | RawRctConfig, "line">[],
): SerialLines {
  const lines = ends.flatMap(({ line }) => line.kind === "serial" ? [line.settings] : []);
  return { socket, of, lines };
}
