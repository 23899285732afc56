/**
 * Decodes what a Sur-Gard receiver sends to automation software.
 *
 * @module
 */
import type { EventDraft } from "../../src/event/alarm_event.ts";
import { contactIdEventDraft } from "../contact_id/event_draft.ts";
import type { Decoded, Framed, Refusal, StreamDecoder } from "../contract.ts";
import { scancomEventDrafts } from "../scancom/event_draft.ts";
import { siaEventDrafts } from "../sia/event_draft.ts";
import { sLineEvents } from "../sia/s_line_events.ts";
import { SurGardFramer, type SurGardFramerOptions } from "./framer.ts";
import type { SurGardMessage } from "./message.ts";
import { receiverStatus } from "./receiver_status.ts";

/**
 * A decoder for the receiver's side of a Sur-Gard line. Events are made of Contact ID (id `5`), SIA (ids `3` and `S`)
 * and fast format (id `8`); pulse formats, whose codes are each receiver's own, and the receiver's own status give the message
 * only. Lines of both widths are read, one digit of line number or three.
 *
 * @param options Width of the line number; when absent it is found out.
 * @returns A fresh decoder. Its refusals are those of `SurGardFramer`.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { surGardDecoder } from "./decode.ts";
 *
 * const [decoded] = surGardDecoder().feed(new TextEncoder().encode("S011[#1234|Nri1/BA01]\x14"));
 * assert(decoded?.ok);
 * assertEquals(decoded.events[0]?.label, "Burglary Alarm");
 * assertEquals(decoded.message.block, "Nri1/BA01");
 * ```
 */
export function surGardDecoder(options: SurGardFramerOptions = {}): StreamDecoder {
  const framer = new SurGardFramer(options);
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
 * @returns The events; none for heartbeats, the receiver's own status, pulse formats and unknown ids.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { surGardEventDrafts } from "./decode.ts";
 *
 * const [event] = surGardEventDrafts(
 *   { kind: "sia-event", receiver: "01", line: "1", account: "1234", code: "OP", address: "0007" },
 *   new Uint8Array(),
 * );
 * assertEquals(event?.user, "0007");
 * ```
 */
export function surGardEventDrafts(message: SurGardMessage, raw: Uint8Array): EventDraft[] {
  switch (message.kind) {
    case "contact-id": {
      const { account, messageType, code, group, zone } = message;
      const qualifier = QUALIFIERS[message.qualifier];
      return [contactIdEventDraft({ account, messageType, qualifier, code, group, zone }, raw)];
    }
    case "sia-event": {
      const { account, code, address } = message;
      const event = { code, modifiers: {}, ...(address === "" ? {} : { address }) };
      return siaEventDrafts({ modifiers: [], events: [event], unread: [] }, { account, code: "N", raw });
    }
    case "sia-block":
      return message.id === "0" ? [] : sLineEvents(message, raw);
    case "fast-format": {
      const { account, channels, status } = message;
      return scancomEventDrafts({ account, channels, status }, raw);
    }
    default:
      return [];
  }
}

const QUALIFIERS = { E: 1, R: 3, P: 6 } as const;

function decoded(item: Framed<SurGardMessage> | Refusal): Decoded {
  const { offset } = item;
  if (item.kind === "refused") {
    return { ok: false, language: "sur-gard", offset, rule: item.rule, message: item.message };
  }
  const { frame, raw } = item;
  const meaning = frame.kind === "receiver-status" ? receiverStatus(frame.event, frame.detail) : undefined;
  return {
    ok: true,
    language: "sur-gard",
    offset,
    message: { ...frame, ...(meaning === undefined ? {} : { meaning }) },
    events: surGardEventDrafts(frame, raw),
  };
}
