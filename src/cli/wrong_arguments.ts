/**
 * The answer of every command to arguments that it cannot use.
 *
 * @module
 */
import { printable } from "./printable.ts";
import { EXIT_USAGE } from "./run_gateway.ts";

/**
 * Says what is wrong, in two lines on standard error: a page of help would push it off the screen. No arguments at all are a
 * question for help, and get it.
 *
 * @param command The command's name.
 * @param problem What is wrong, where, and what is expected.
 * @param given The arguments, and the command's help; missing where it is known that there were arguments.
 * @returns Exit status: 64.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { wrongArguments } from "./wrong_arguments.ts";
 *
 * assertEquals(wrongArguments("spt", "--confg: unknown"), 64);
 * ```
 */
export function wrongArguments(
  command: string,
  problem: string,
  given?: { args: readonly string[]; help: string },
): number {
  const more = given?.args.length === 0 ? `\n${given.help}` : `All options: tocsin ${command} --help`;
  console.error(`${printable(`tocsin ${command}: ${problem}`)}\n${more}`);
  return EXIT_USAGE;
}
