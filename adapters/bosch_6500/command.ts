/**
 * The commands that automation software may send to a receiver in D6500 mode.
 *
 * @module
 */

/** A command (receiver-outputs.md §3.2, A). Numbers are as spelled. */
export type Bosch6500Command =
  /** `!Thhmm`: set the clock. */
  | { kind: "time"; hour: string; minute: string }
  /** `!Dmmddyy`: set the date. */
  | { kind: "date"; month: string; day: string; year: string }
  /** `!Kn`: what `n` stands for is not on record. */
  | { kind: "k"; value: string }
  /** Anything else between `!` and 0x0D. */
  | { kind: "unknown"; text: string };

/**
 * Reads a command.
 *
 * @param text What stands between `!` and 0x0D.
 * @returns The command. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseCommand } from "./command.ts";
 *
 * assertEquals(parseCommand("T2359"), { kind: "time", hour: "23", minute: "59" });
 * assertEquals(parseCommand("T2460"), { kind: "unknown", text: "T2460" });
 * ```
 */
export function parseCommand(text: string): Bosch6500Command {
  const time = /^T([01][0-9]|2[0-3])([0-5][0-9])$/.exec(text);
  if (time !== null) return { kind: "time", hour: time[1] ?? "", minute: time[2] ?? "" };
  const date = /^D(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])([0-9]{2})$/.exec(text);
  if (date !== null) return { kind: "date", month: date[1] ?? "", day: date[2] ?? "", year: date[3] ?? "" };
  const k = /^K([0-9]{1,4})$/.exec(text);
  return k === null ? { kind: "unknown", text } : { kind: "k", value: k[1] ?? "" };
}

/**
 * Writes a command, for the side of the AE.
 *
 * @param command The command.
 * @returns The octets, `!` and 0x0D included.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeCommand } from "./command.ts";
 *
 * const bytes = writeCommand({ kind: "date", month: "12", day: "31", year: "26" });
 * assertEquals(new TextDecoder().decode(bytes), "!D123126\r");
 * ```
 */
export function writeCommand(command: Bosch6500Command): Uint8Array {
  return new TextEncoder().encode(`!${textOf(command)}\r`);
}

function textOf(command: Bosch6500Command): string {
  switch (command.kind) {
    case "time":
      return `T${command.hour}${command.minute}`;
    case "date":
      return `D${command.month}${command.day}${command.year}`;
    case "k":
      return `K${command.value}`;
    case "unknown":
      return command.text;
  }
}
