/**
 * Automation software that speaks Ademco 685.
 *
 * @module
 */
import { ademco685EventDrafts } from "../../adapters/ademco_685/decode.ts";
import { Ademco685Framer } from "../../adapters/ademco_685/framer.ts";
import type { Ademco685Message } from "../../adapters/ademco_685/message.ts";
import type { AeMeaning, FramedLanguage } from "./framed_ae.ts";
import { octetAnswers } from "./octet_answers.ts";

/**
 * Reads the lines of every variant: Contact ID, high speed, 4+2 and CAPS.
 *
 * @returns The language.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ademco685Ae } from "./ademco_685_ae.ts";
 *
 * const language = ademco685Ae();
 * const [item] = language.framer().feed(new TextEncoder().encode("\n11 1234 98 E130 01 C015 \r"));
 * assertEquals(item?.kind === "frame" && language.meaning(item.frame, item.raw).marked, true);
 * ```
 */
export function ademco685Ae(): FramedLanguage<Ademco685Message> {
  return { framer: () => new Ademco685Framer(), meaning, ...octetAnswers };
}

function meaning(message: Ademco685Message, raw: Uint8Array): AeMeaning {
  const account = "account" in message ? message.account : "";
  const kind = message.kind === "heartbeat"
    ? "heartbeat"
    : message.kind === "receiver-status"
    ? "other"
    : "alarm";
  const marked = message.kind === "contact-id" && message.messageType === "98";
  return { kind, account, events: ademco685EventDrafts(message, raw), marked };
}
