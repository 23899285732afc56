/**
 * What an output says of an alarm that it cannot write.
 *
 * @module
 */

/** Why there is no line. */
export interface LineRefusal {
  /** Tells a refusal from a line. */
  ok: false;
  /** Kebab-case name of the rule. */
  rule: string;
  /** For the technician. */
  message: string;
}
