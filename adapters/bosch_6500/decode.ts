/**
 * Decodes what a receiver in D6500 mode sends to automation software.
 *
 * @module
 */
import type { EventDraft } from "../../src/event/alarm_event.ts";
import { contactIdEventDraft } from "../contact_id/event_draft.ts";
import type { Decoded, Framed, Refusal, StreamDecoder } from "../contract.ts";
import { scancomEventDrafts } from "../scancom/event_draft.ts";
import { sLineEvents } from "../sia/s_line_events.ts";
import { eventMeaning, receiverEvent } from "./event_codes.ts";
import { Bosch6500Framer, type Bosch6500FramerOptions } from "./framer.ts";
import type { Bosch6500Message } from "./message.ts";

/**
 * A decoder for the receiver's side of a line in D6500 mode. Events are made of Contact ID, SIA and Fast Format; pulse formats, whose
 * codes are each site's own, text and the receiver's own messages give the message only.
 *
 * @param options The trailer and the longest line.
 * @returns A fresh decoder. Its refusals are those of `Bosch6500Framer`.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { bosch6500Decoder } from "./decode.ts";
 *
 * const [decoded] = bosch6500Decoder().feed(new TextEncoder().encode("S011[#1234|Nri1/BA01]\x14"));
 * assert(decoded?.ok);
 * assertEquals(decoded.events[0]?.label, "Burglary Alarm");
 * ```
 */
export function bosch6500Decoder(options: Bosch6500FramerOptions = {}): StreamDecoder {
  const framer = new Bosch6500Framer(options);
  return {
    feed: (bytes) => framer.feed(bytes).map(decoded),
    end: () => framer.flush().map(decoded),
  };
}

/**
 * The neutral events of one line.
 *
 * @param message The line.
 * @param raw Its bytes.
 * @returns The events; none for link tests, text, the receiver's own messages, pulse formats and other types.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bosch6500EventDrafts } from "./decode.ts";
 *
 * const events = bosch6500EventDrafts(
 *   { kind: "fast-format", receiver: "01", line: "1", account: "8531", channels: "15155555", status: "7" },
 *   new Uint8Array(),
 * );
 * assertEquals(events.map(({ device }) => device), ["1", "3"]);
 * ```
 */
export function bosch6500EventDrafts(message: Bosch6500Message, raw: Uint8Array): EventDraft[] {
  switch (message.kind) {
    case "contact-id": {
      const { account, messageType, code, group, zone } = message;
      const qualifier = QUALIFIERS[message.qualifier];
      return [contactIdEventDraft({ account, messageType, qualifier, code, group, zone }, raw)];
    }
    case "sia-block":
      return sLineEvents(message, raw);
    case "fast-format": {
      const { account, channels, status } = message;
      return scancomEventDrafts({ account, channels, status }, raw);
    }
    default:
      return [];
  }
}

const QUALIFIERS = { 1: 1, 3: 3, 6: 6, E: 1, R: 3, P: 6 } as const;

function decoded(item: Framed<Bosch6500Message> | Refusal): Decoded {
  const { offset } = item;
  if (item.kind === "refused") {
    return { ok: false, language: "bosch-6500", offset, rule: item.rule, message: item.message };
  }
  const { frame, raw } = item;
  const meaning = frame.kind === "pulse"
    ? eventMeaning(frame.event)
    : frame.kind === "receiver-event"
    ? receiverEvent(frame.detail)
    : undefined;
  return {
    ok: true,
    language: "bosch-6500",
    offset,
    message: { ...frame, ...(meaning === undefined ? {} : { meaning }) },
    events: bosch6500EventDrafts(frame, raw),
  };
}
