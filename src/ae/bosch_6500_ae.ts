/**
 * Automation software for receivers in D6500 mode.
 *
 * @module
 */
import { bosch6500EventDrafts } from "../../adapters/bosch_6500/decode.ts";
import { Bosch6500Framer } from "../../adapters/bosch_6500/framer.ts";
import type { Bosch6500Message } from "../../adapters/bosch_6500/message.ts";
import type { AeMeaning, FramedLanguage } from "./framed_ae.ts";
import { octetAnswers } from "./octet_answers.ts";

/**
 * Reads Contact ID, SIA, Fast Format and pulse formats. Text and the receiver's own messages are `other`.
 *
 * @returns The language.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bosch6500Ae } from "./bosch_6500_ae.ts";
 *
 * const language = bosch6500Ae();
 * const [item] = language.framer().feed(new TextEncoder().encode("a011 123418113001015\x14"));
 * assertEquals(item?.kind === "frame" && language.meaning(item.frame, item.raw).account, "1234");
 * ```
 */
export function bosch6500Ae(): FramedLanguage<Bosch6500Message> {
  return { framer: () => new Bosch6500Framer(), meaning, ...octetAnswers };
}

function meaning(message: Bosch6500Message, raw: Uint8Array): AeMeaning {
  const account = "account" in message ? message.account : "";
  const kind = message.kind === "link-test"
    ? "heartbeat"
    : message.kind === "text" || message.kind === "receiver-event"
    ? "other"
    : "alarm";
  const marked = (message.kind === "contact-id" && message.messageType === "98") ||
    (message.kind === "sia-block" && message.block.startsWith("O"));
  const bare = message.kind === "sia-block"
    ? { bare: JSON.stringify({ ...message, block: message.block.slice(1) }) }
    : {};
  return { kind, account, events: bosch6500EventDrafts(message, raw), marked, ...bare };
}
