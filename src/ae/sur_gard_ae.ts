/**
 * Automation software that speaks Sur-Gard.
 *
 * @module
 */
import { surGardEventDrafts } from "../../adapters/sur_gard/decode.ts";
import { SurGardFramer, type SurGardFramerOptions } from "../../adapters/sur_gard/framer.ts";
import type { SurGardMessage } from "../../adapters/sur_gard/message.ts";
import type { AeMeaning, FramedLanguage } from "./framed_ae.ts";
import { octetAnswers } from "./octet_answers.ts";

/**
 * Reads lines of both widths, or of one only: then it is as strict about the length as the AE of source G3
 * (receiver-outputs.md §1.7).
 *
 * @param options Width of the line number, if only one is taken.
 * @returns The language.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { surGardAe } from "./sur_gard_ae.ts";
 *
 * const language = surGardAe({ lineDigits: 3 });
 * const [item] = language.framer().feed(new TextEncoder().encode("5011 187037E13001004\x14"));
 * assertEquals(item?.kind === "refused" && item.rule, "wrong-line-width");
 * ```
 */
export function surGardAe(options: SurGardFramerOptions = {}): FramedLanguage<SurGardMessage> {
  return { framer: () => new SurGardFramer(options), meaning, ...octetAnswers };
}

function meaning(message: SurGardMessage, raw: Uint8Array): AeMeaning {
  const account = "account" in message ? message.account : "";
  const kind = message.kind === "heartbeat"
    ? "heartbeat"
    : message.kind === "receiver-status"
    ? "other"
    : "alarm";
  const marked = (message.kind === "contact-id" && message.messageType === "98") ||
    (message.kind === "sia-block" && message.block.startsWith("O"));
  const bare = message.kind === "sia-block"
    ? { bare: JSON.stringify({ ...message, block: message.block.slice(1) }) }
    : {};
  return { kind, account, events: surGardEventDrafts(message, raw), marked, ...bare };
}
