/**
 * Decodes a capture of a Texecom communicator.
 *
 * @module
 */
import type { Decoded, Framed, Refusal, StreamDecoder } from "../contract.ts";
import { TexecomFramer } from "./framer.ts";
import { lineAlarms } from "./line_alarms.ts";
import { pollFlags, type TexecomMessage } from "./message.ts";

/**
 * A decoder for what the panel sends: Contact ID lines, SIA lines, polls and `+++`.
 *
 * @returns A fresh decoder. Its refusals are those of `TexecomFramer`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { texecomDecoder } from "./decode.ts";
 *
 * const [decoded] = texecomDecoder().feed(new TextEncoder().encode("21AAA181130010013\r\n"));
 * assertEquals(decoded?.ok && decoded.events[0]?.account, "1000");
 * ```
 */
export function texecomDecoder(): StreamDecoder {
  const framer = new TexecomFramer();
  return {
    feed: (bytes) => framer.feed(bytes).map(decoded),
    end: () => framer.flush().map(decoded),
  };
}

function decoded(item: Framed<TexecomMessage> | Refusal): Decoded {
  const { offset } = item;
  if (item.kind === "refused") {
    return { ok: false, language: "texecom", offset, rule: item.rule, message: item.message };
  }
  return {
    ok: true,
    language: "texecom",
    offset,
    message: describe(item.frame),
    events: lineAlarms(item.frame, item.raw, "").flatMap(({ events }) => events),
  };
}

function describe(frame: TexecomMessage): Record<string, unknown> {
  switch (frame.kind) {
    case "contact-id":
      return {
        kind: frame.kind,
        ...frame.contactId,
        ...(frame.checksum === undefined ? {} : { checksum: frame.checksum }),
      };
    case "sia":
      return {
        kind: frame.kind,
        blocks: frame.blocks.map((it) => it.code + String.fromCharCode(...it.data)),
      };
    case "poll":
      return { kind: frame.kind, account: frame.account, flags: pollFlags(frame.flags) };
    case "end":
      return { kind: frame.kind };
  }
}
