/**
 * A serial line in a configuration: it is called by the name of what has it.
 *
 * @module
 */
import { type ParsedLine, parseLine } from "../serial/line_settings.ts";
import { mayBeSecret } from "./show_value.ts";

/**
 * Reads the serial line of an input or output.
 *
 * @param name Name of the input or output, by which the gateway asks `tocsin serial` for the line.
 * @param serial `DEVICE,SPEED,FRAME[,OPTION…]`.
 * @returns The settings, or what is wrong; never with what may be a key.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { serialSpec } from "./serial_spec.ts";
 *
 * const line = serialSpec("printer", "/dev/ttyS0,1200,7O1");
 * assert(line.ok);
 * assertEquals([line.settings.name, line.settings.baud], ["printer", 1200]);
 * assert(!serialSpec("the printer", "/dev/ttyS0,1200,7O1").ok);
 * ```
 */
export function serialSpec(name: string, serial: string): ParsedLine {
  const line = parseLine(`${name}=${serial}`);
  if (line.ok || !mayBeSecret(name)) return line;
  const message =
    'expected a line such as "/dev/ttyUSB0,9600,8N1", and under the same heading a name of up to 32 ' +
    'letters, digits, "-", "_" or "."';
  return { ok: false, message };
}
