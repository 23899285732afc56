/**
 * Decodes what a DC-07 receiver sends to automation software, and what that answers.
 *
 * @module
 */
import type { EventDraft } from "../../src/event/alarm_event.ts";
import { parseEventData as parseContactId } from "../contact_id/event_data.ts";
import { contactIdEventDraft } from "../contact_id/event_draft.ts";
import type { Decoded, Framed, Refusal, StreamDecoder } from "../contract.ts";
import { parseEventData as parseScancom } from "../scancom/event_data.ts";
import { scancomEventDrafts } from "../scancom/event_draft.ts";
import { siaEventDrafts } from "../sia/event_draft.ts";
import { parseEventPacket } from "../sia/event_packet.ts";
import { Dc07Framer } from "./framer.ts";
import { type Dc07Frame, dc07Meaning, type Dc07Message } from "./message.ts";

/**
 * A decoder for both directions of a DC-07 line. Events are made of SIA, of Contact ID (type `a`) and of Fast Format (`f`
 * and `g`); other formats, whose codes are each receiver's own, and the receiver's own messages (line 00) give the
 * message only.
 *
 * @returns A fresh decoder. Its refusals are those of `Dc07Framer`.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { dc07Decoder } from "./decode.ts";
 *
 * const [decoded] = dc07Decoder().feed(new TextEncoder().encode("\n0A9D17\t00020101[#1234|NBA015]\r"));
 * assert(decoded?.ok);
 * assertEquals(decoded.events[0]?.label, "Burglary Alarm");
 * assertEquals(decoded.message.sequence, "0002");
 * ```
 */
export function dc07Decoder(): StreamDecoder {
  const framer = new Dc07Framer();
  return {
    feed: (bytes) => framer.feed(bytes).map(decoded),
    end: () => framer.flush().map(decoded),
  };
}

/**
 * The neutral events of one frame.
 *
 * @param message The frame.
 * @param raw Its bytes.
 * @returns The events; none for answers, link tests, the receiver's own messages and formats that are not known here.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dc07EventDrafts } from "./decode.ts";
 *
 * const [event] = dc07EventDrafts(
 *   { type: "a", sequence: "0001", receiver: "01", line: "01", data: "#1234|18140107007" },
 *   new Uint8Array(),
 * );
 * assertEquals([event?.code, event?.area, event?.user], ["401", "07", "007"]);
 * ```
 */
export function dc07EventDrafts(message: Dc07Message, raw: Uint8Array): EventDraft[] {
  const found = /^#([^|]*)\|(.*)$/s.exec(message.data);
  if (found === null || message.line === "00") return [];
  const [, account = "", payload = ""] = found;
  switch (message.type) {
    case "a": {
      const read = parseContactId(octetsOf(account + payload));
      if (!read.ok) return [];
      return [contactIdEventDraft({ ...read.contactId, account }, raw)];
    }
    case "f":
    case "g": {
      const digits = payload.replaceAll(" ", "");
      const channelCount = message.type === "f" ? 8 : 16;
      if (digits.length !== channelCount + 1) return [];
      const read = parseScancom(octetsOf(`#${account}|${digits}`), { channelCount });
      return read.ok
        ? scancomEventDrafts({ ...read.scancom, account: account.trim() }, raw, { flags: read.flags })
        : [];
    }
    default: {
      if (!/^[NOEL]/.test(payload)) return [];
      const packet = parseEventPacket(payload.slice(1));
      return packet.events.length === 0
        ? []
        : siaEventDrafts(packet, { account, code: payload.charAt(0), raw });
    }
  }
}

function decoded(item: Framed<Dc07Frame> | Refusal): Decoded {
  const { offset } = item;
  if (item.kind === "refused") {
    return { ok: false, language: "dc07", offset, rule: item.rule, message: item.message };
  }
  const { frame, raw } = item;
  const { flags, ...message } = frame;
  return {
    ok: true,
    language: "dc07",
    offset,
    message: {
      kind: MEANINGS[dc07Meaning(frame)],
      ...message,
      type: frame.type === "\t" ? "TAB" : frame.type,
      ...(flags.length === 0 ? {} : { flags }),
    },
    events: dc07EventDrafts(frame, raw),
  };
}

/** The same octets are an ACK from the AE and a link test from the receiver. */
const MEANINGS = { ack: "ack-or-link-test", nak: "nak", data: "data" } as const;

function octetsOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
