/**
 * The languages this program speaks, by the names that configurations use.
 *
 * @module
 */
import { ContactIdSession } from "../../adapters/contact_id/mod.ts";
import type { OutputSession, PanelSession } from "../../adapters/contract.ts";
import { SiaSession } from "../../adapters/sia/mod.ts";
import { surGardSession } from "../../adapters/sur_gard/mod.ts";
import { TexecomSession } from "../../adapters/texecom/mod.ts";
import type { OutputConfig } from "../config/rct_config.ts";
import type { InputConfig } from "../config/spt_config.ts";

/**
 * Starts a conversation with a panel.
 *
 * @param input The input it connected to.
 * @returns The session.
 * @throws {RangeError} When there is no such language; configurations are checked for that before.
 */
export function panelSession(input: InputConfig): PanelSession {
  const options = input.account === undefined ? {} : { defaultAccount: input.account };
  switch (input.language) {
    case "sia":
      return new SiaSession({
        ...options,
        ...(input.ackStyle === undefined ? {} : { ackStyle: input.ackStyle }),
      });
    case "contact-id":
      return new ContactIdSession(options);
    case "texecom":
      return new TexecomSession({
        ...options,
        ...(input.pollMinutes === undefined ? {} : { pollMinutes: input.pollMinutes }),
      });
    default:
      throw new RangeError(`no input language "${input.language}"`);
  }
}

/**
 * Starts a conversation with automation software.
 *
 * @param output The output.
 * @returns The session.
 * @throws {RangeError} When there is no such language; configurations are checked for that before.
 */
export function outputSession(output: OutputConfig): OutputSession {
  if (output.language !== "sur-gard") throw new RangeError(`no output language "${output.language}"`);
  const { receiver, line, waitMs, nakLimit, text } = output;
  return surGardSession({
    profile: line.length === 1 ? "sg-mlr2" : "sg-rrlll",
    receiver,
    line,
    waitMs,
    nakLimit,
    text,
    heartbeatMs: output.heartbeatMs ?? 0,
  });
}
