/**
 * The settings of an input that takes Contact ID.
 *
 * @module
 */
import type { PanelSessionOptions } from "../contract.ts";
import type { Quirk } from "../quirk.ts";
import type { QuirkChoice } from "../quirk_choice.ts";
import type { Letters } from "./digits.ts";

/** Settings of `ContactIdSession`. */
export interface ContactIdSessionOptions extends PanelSessionOptions {
  /** Digits of the account, 4 when absent. */
  accountDigits?: number;
  /** What letters stand for; `auto` when absent. `dtmf` for a board that hands over raw telephone tones. */
  letters?: Letters;
  /**
   * `digits`: plain messages, glued together or one a line. `text`: any form of `parseContactIdText`, one a line or in
   * brackets, each answered in its own way.
   *
   * @default {"digits"}
   */
  input?: "digits" | "text";
  /**
   * What this family of panels does in its own way, by the name of a file in `quirks/`; by the first octets when absent.
   * Settings of the input go before its options.
   */
  quirks?: QuirkChoice;
  /** A quirk that is in no file here, as if `quirks` named it. */
  quirk?: Quirk;
  /** After this many milliseconds of silence an unfinished line is taken as ended; 1000 when absent. Our choice. */
  gapMs?: number;
}

/**
 * The options of a quirk that the session knows.
 *
 * @param quirk The quirk; none gives no options.
 * @returns The options; others, and those of the wrong kind, are left out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { contactIdQuirks } from "./quirks.ts";
 * import { contactIdQuirkOptions } from "./session_options.ts";
 *
 * const quirk = contactIdQuirks.find(({ name }) => name === "climax");
 * assertEquals(contactIdQuirkOptions(quirk), { input: "text" });
 * ```
 */
export function contactIdQuirkOptions(quirk: Quirk | undefined): ContactIdSessionOptions {
  if (quirk === undefined) return {};
  const { accountDigits, input, letters } = quirk.options;
  return {
    ...(typeof accountDigits === "number" ? { accountDigits } : {}),
    ...(input === "text" || input === "digits" ? { input } : {}),
    ...(letters === "auto" || letters === "digits" || letters === "dtmf" ? { letters } : {}),
  };
}
