/**
 * Decodes what an Ademco 685 receiver sends to automation software.
 *
 * @module
 */
import type { EventDraft } from "../../src/event/alarm_event.ts";
import { contactIdEventDraft } from "../contact_id/event_draft.ts";
import type { Decoded, Framed, Refusal, StreamDecoder } from "../contract.ts";
import { scancomEventDrafts } from "../scancom/event_draft.ts";
import { Ademco685Framer, type Ademco685FramerOptions } from "./framer.ts";
import type { Ademco685Message } from "./message.ts";
import { receiverStatus } from "./receiver_status.ts";

/**
 * A decoder for the receiver's side of an Ademco 685 line. Events are made of Contact ID and high speed; pulse formats, whose codes are
 * each site's own, and the receiver's own messages give the message only.
 *
 * @param options The longest line.
 * @returns A fresh decoder. Its refusals are those of `Ademco685Framer`.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { ademco685Decoder } from "./decode.ts";
 *
 * const [decoded] = ademco685Decoder().feed(new TextEncoder().encode("\n11 1234 18 R401 02 U007 \r"));
 * assert(decoded?.ok);
 * assertEquals([decoded.events[0]?.code, decoded.events[0]?.user], ["401", "007"]);
 * ```
 */
export function ademco685Decoder(options: Ademco685FramerOptions = {}): StreamDecoder {
  const framer = new Ademco685Framer(options);
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
 * @returns The events; none for heartbeats, the receiver's own messages and pulse formats.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ademco685EventDrafts } from "./decode.ts";
 *
 * const events = ademco685EventDrafts(
 *   { kind: "high-speed", receiver: "1", line: "3", account: "8531", channels: "15155555", status: "7" },
 *   new Uint8Array(),
 * );
 * assertEquals(events.map(({ device }) => device), ["1", "3"]);
 * ```
 */
export function ademco685EventDrafts(message: Ademco685Message, raw: Uint8Array): EventDraft[] {
  switch (message.kind) {
    case "contact-id": {
      const { account, messageType, code, group, zone, address } = message;
      const qualifier = QUALIFIERS[message.qualifier];
      const options = address === undefined ? {} : { address };
      return [contactIdEventDraft({ account, messageType, qualifier, code, group, zone }, raw, options)];
    }
    case "high-speed": {
      const { account, channels, status } = message;
      return scancomEventDrafts({ account, channels, status }, raw);
    }
    default:
      return [];
  }
}

const QUALIFIERS = { E: 1, R: 3, P: 6 } as const;

function decoded(item: Framed<Ademco685Message> | Refusal): Decoded {
  const { offset } = item;
  if (item.kind === "refused") {
    return { ok: false, language: "ademco-685", offset, rule: item.rule, message: item.message };
  }
  const { frame, raw } = item;
  const meaning = frame.kind === "receiver-status"
    ? receiverStatus(frame.name, frame.channels, frame.status)
    : [];
  return {
    ok: true,
    language: "ademco-685",
    offset,
    message: { ...frame, ...(meaning.length === 0 ? {} : { meaning: meaning.join(", ") }) },
    events: ademco685EventDrafts(frame, raw),
  };
}
