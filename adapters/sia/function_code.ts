/**
 * The function codes of SIA blocks.
 *
 * @module
 */

/** What a block with a function code is for, as far as a receiver has to care. */
export type SiaFunctionKind =
  /** Event packets: `N`, `O`, `E`, `L`. */
  | "event"
  /** The account: `#`. */
  | "account"
  /** The device that what follows comes from: `&`. */
  | "origin"
  /** Text for the event before: `A`. */
  | "text"
  /** End of data: `0`. */
  | "end"
  /** Positive or negative answer to something the other side sent. Never answered, or the two would go on for ever. */
  | "answer"
  /** Anything else. */
  | "other";

/** A function code. */
export interface SiaFunction {
  /** Its name. */
  readonly name: string;
  /** What it is for. */
  readonly kind: SiaFunctionKind;
}

const functions: ReadonlyMap<string, SiaFunction> = new Map<string, SiaFunction>([
  ["0", { name: "end of data", kind: "end" }],
  ["1", { name: "wait", kind: "other" }],
  ["2", { name: "abort", kind: "other" }],
  ["3", { name: "reserved", kind: "other" }],
  ["4", { name: "reserved", kind: "other" }],
  ["5", { name: "reserved", kind: "other" }],
  ["6", { name: "acknowledge and stand by", kind: "answer" }],
  ["7", { name: "acknowledge and disconnect", kind: "answer" }],
  ["8", { name: "acknowledge", kind: "answer" }],
  ["9", { name: "reject", kind: "answer" }],
  // Early Galaxy RS232 modules use the plain values 8 and 9.
  ["\x08", { name: "acknowledge (alternative)", kind: "answer" }],
  ["\x09", { name: "reject (alternative)", kind: "answer" }],
  ["#", { name: "account", kind: "account" }],
  ["&", { name: "origin", kind: "origin" }],
  ["N", { name: "new event", kind: "event" }],
  ["O", { name: "old event", kind: "event" }],
  ["E", { name: "environmental", kind: "event" }],
  ["L", { name: "listen-in", kind: "event" }],
  ["C", { name: "control", kind: "other" }],
  ["P", { name: "program", kind: "other" }],
  ["@", { name: "configuration", kind: "other" }],
  ["?", { name: "remote login", kind: "other" }],
  ["A", { name: "ASCII text", kind: "text" }],
  ["X", { name: "extended", kind: "other" }],
  ["V", { name: "video channel request", kind: "other" }],
  ["v", { name: "video channel frame", kind: "other" }],
  ["I", { name: "video", kind: "other" }],
]);

/**
 * Looks up a function code (panel-formats.md §1.2: names A; meaning of `O`, `E`, `L` contents C).
 *
 * @param code The code as one character.
 * @returns Its name and kind; undefined for codes outside the list.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { siaFunction } from "./function_code.ts";
 *
 * assertEquals(siaFunction("N"), { name: "new event", kind: "event" });
 * assertEquals(siaFunction("~"), undefined);
 * ```
 */
export function siaFunction(code: string): SiaFunction | undefined {
  return functions.get(code);
}
