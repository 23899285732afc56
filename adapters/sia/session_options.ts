/**
 * The settings of an input that takes SIA blocks.
 *
 * @module
 */
import type { PanelSessionOptions } from "../contract.ts";
import type { Quirk } from "../quirk.ts";
import type { QuirkChoice } from "../quirk_choice.ts";
import type { SiaAckStyle } from "./session_answer.ts";

/** Options of a `SiaSession`. */
export interface SiaSessionOptions extends PanelSessionOptions {
  /**
   * How answers are written: `40` (Galaxy Flex and others on TCP), `00` (older serial modules), `40-08` or `00-08` (early
   * Galaxy RS232 modules).
   *
   * @default {"40"}
   */
  ackStyle?: SiaAckStyle;
  /**
   * Acknowledges blocks that do not ask for it, too.
   *
   * @default {false}
   */
  alwaysAck?: boolean;
  /**
   * Reads event addresses as hexadecimal.
   *
   * @default {false}
   */
  hexAddress?: boolean;
  /**
   * Whether the receiving centre may send commands to the panel: `never`; `reverse-channel`, once a block of the panel
   * had that bit set; `always`, for panels that take commands without setting it, as Galaxy does.
   *
   * @default {"never"}
   */
  remote?: "never" | "reverse-channel" | "always";
  /**
   * What this family of panels does in its own way, by the name of a file in `quirks/`; by the first octets when absent.
   * Settings of the input go before its options.
   */
  quirks?: QuirkChoice;
  /** A quirk that is in no file here, as if `quirks` named it. */
  quirk?: Quirk;
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
 * import { siaQuirks } from "./quirks.ts";
 * import { siaQuirkOptions } from "./session_options.ts";
 *
 * const quirk = siaQuirks.find(({ name }) => name === "galaxy-rs232");
 * assertEquals(siaQuirkOptions(quirk), { ackStyle: "00" });
 * ```
 */
export function siaQuirkOptions(quirk: Quirk | undefined): SiaSessionOptions {
  if (quirk === undefined) return {};
  const { ackStyle, alwaysAck, hexAddress } = quirk.options;
  const style = (["40", "00", "40-08", "00-08"] as const).find((each) => each === ackStyle);
  return {
    ...(style === undefined ? {} : { ackStyle: style }),
    ...(typeof alwaysAck === "boolean" ? { alwaysAck } : {}),
    ...(typeof hexAddress === "boolean" ? { hexAddress } : {}),
  };
}
