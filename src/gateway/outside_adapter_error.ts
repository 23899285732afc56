/**
 * Why an adapter from outside cannot be used, in words for a technician.
 *
 * @module
 */

/** Names of the ways a module can fail to be an adapter. */
export type OutsideAdapterRule =
  | "not-a-path"
  | "file-not-readable"
  | "not-loadable"
  | "no-adapter"
  | "bad-name"
  | "name-taken"
  | "wrong-contract"
  | "bad-session";

/**
 * An adapter named in the configuration cannot be used. The message says which file, what was expected, what was found
 * and what to do.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { OutsideAdapterError } from "./outside_adapter_error.ts";
 *
 * const error = new OutsideAdapterError("no-adapter", "./my_panel.ts", "expected an export, found none: add one");
 * assertEquals(error.message, 'adapter "./my_panel.ts": expected an export, found none: add one');
 * ```
 */
export class OutsideAdapterError extends Error {
  /** `OutsideAdapterError`. */
  override name = "OutsideAdapterError";
  /** What is wrong, for programs. */
  readonly rule: OutsideAdapterRule;
  /** The module as the configuration names it. */
  readonly file: string;

  /**
   * Says what is wrong with a module.
   *
   * @param rule What is wrong, for programs.
   * @param file The module as configured.
   * @param message What was expected, what was found, and what to do.
   * @param cause What was thrown, if something was.
   */
  constructor(rule: OutsideAdapterRule, file: string, message: string, cause?: unknown) {
    super(`adapter ${JSON.stringify(file)}: ${message}`, cause === undefined ? undefined : { cause });
    this.rule = rule;
    this.file = file;
  }
}
