/**
 * How a session tells what became of a command.
 *
 * @module
 */
import type { CommandResult } from "./contract.ts";

/**
 * What became of a command.
 *
 * @param id Its id.
 * @param outcome How it ended.
 * @param detail Why, in words for an operator.
 * @param data What the panel answered, in its own language; empty when absent.
 * @returns The effect.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { commandResult } from "./command_result.ts";
 *
 * assertEquals(commandResult("7", "done", "").data.length, 0);
 * ```
 */
export function commandResult(
  id: string,
  outcome: CommandResult["outcome"],
  detail: string,
  data: Uint8Array = new Uint8Array(),
): CommandResult {
  return { kind: "command-result", id, outcome, detail, data };
}
