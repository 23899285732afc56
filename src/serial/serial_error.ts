/**
 * The names of everything that can be wrong with a serial line.
 *
 * @module
 */

/** What is wrong with a line. */
export type SerialRule =
  /** The device is not there: not plugged in, or another name. */
  | "no-such-device"
  /** The user of this process may not open the device. */
  | "no-rights"
  /** Another program has the device open, or holds its lock. */
  | "busy"
  /** The file is there, and is no serial port. */
  | "not-a-serial-port"
  /** The device does not take the settings: it kept others. */
  | "settings-refused"
  /** The device is there and does not work: it answers with an error, or not in time. */
  | "device-fails"
  /** The device went away while it was open. */
  | "unplugged"
  /** This process closed the line. */
  | "closed-here"
  /** Serial lines are not possible on this system. */
  | "not-supported";

/**
 * Something is wrong with a line. The message says what, where, and what to do.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SerialError } from "./serial_error.ts";
 *
 * assertEquals(new SerialError("busy", "in use").rule, "busy");
 * ```
 */
export class SerialError extends Error {
  /** Name of what is wrong, for counters and logs. */
  readonly rule: SerialRule;

  /**
   * Makes one.
   *
   * @param rule Name of what is wrong.
   * @param message In words, for a technician.
   */
  constructor(rule: SerialRule, message: string) {
    super(message);
    this.name = "SerialError";
    this.rule = rule;
  }
}
