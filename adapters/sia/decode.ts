/**
 * Decodes streams of SIA for people to look at.
 *
 * @module
 */
import type { Decoded, Framed, Refusal, StreamDecoder } from "../contract.ts";
import type { SiaBlock } from "./block.ts";
import { decodeCp437, displayText } from "./cp437.ts";
import { siaEventDrafts } from "./event_draft.ts";
import { parseEventPacket, type SiaPacket, type SiaPacketOptions } from "./event_packet.ts";
import { SiaFramer } from "./framer.ts";
import { siaFunction } from "./function_code.ts";
import { parseSiaText, SIA_MAX_TEXT } from "./text.ts";

/**
 * Starts decoding a stream of SIA blocks (language `sia`). Events carry the account of the last `#` block.
 *
 * @param options How to read addresses.
 * @returns The decoder. Messages have `code`, `function`, `ackRequest`, `reverseChannel` and, by function, `account`,
 *   `modifiers` and `events`, or `text` and `state`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { siaDecoder } from "./decode.ts";
 *
 * const [account] = siaDecoder().feed(Uint8Array.fromHex("46233032333439399f"));
 * assertEquals(account?.ok && account.message["account"], "023499");
 * ```
 */
export function siaDecoder(options: SiaPacketOptions = {}): StreamDecoder {
  const framer = new SiaFramer();
  let account = "";

  function decode(item: Framed<SiaBlock> | Refusal): Decoded {
    if (item.kind === "refused") {
      return { ok: false, language: "sia", offset: item.offset, rule: item.rule, message: item.message };
    }
    const { frame, offset, raw } = item;
    const { code, data, ackRequest, reverseChannel } = frame;
    const known = siaFunction(code);
    const kind = known?.kind;
    if (kind === "account") account = displayText(decodeCp437(data));
    const packet = kind === "event" ? parseEventPacket(data, options) : undefined;
    const isAlarm = code === "N" || code === "O"
      ? data.some((octet) => octet > 0x20)
      : (packet?.events.length ?? 0) > 0;
    return {
      ok: true,
      language: "sia",
      offset,
      message: {
        code,
        function: known?.name ?? "unknown function",
        ackRequest,
        reverseChannel,
        ...(packet !== undefined ? packetFields(packet) : code === "?" ? {} : dataFields(kind, data)),
      },
      events: packet !== undefined && isAlarm ? siaEventDrafts(packet, { account, code, raw }) : [],
    };
  }

  return {
    feed: (bytes) => framer.feed(bytes).map(decode),
    end: () => framer.flush().map(decode),
  };
}

/**
 * Starts decoding lines of SIA text (language `sia-text`), one message a line; empty lines are skipped.
 *
 * @param options How to read addresses.
 * @returns The decoder. Rules: those of `parseSiaText`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { siaTextDecoder } from "./decode.ts";
 *
 * const [line] = siaTextDecoder().feed(new TextEncoder().encode("#000010|NFA2\r\n"));
 * assertEquals(line?.ok && line.events[0]?.label, "Fire Alarm");
 * ```
 */
export function siaTextDecoder(options: SiaPacketOptions = {}): StreamDecoder {
  const line = new Uint8Array(SIA_MAX_TEXT + 1);
  let length = 0;
  let offset = 0;
  let start = 0;

  function endLine(): Decoded[] {
    const bytes = line.slice(0, length);
    length = 0;
    if (bytes.every((octet) => octet <= 0x20)) return [];
    const result = parseSiaText(bytes, options);
    const where = { language: "sia-text", offset: start };
    if (!result.ok) return [{ ok: false, ...where, rule: result.rule, message: result.message }];
    const { account, code, keepalive, packet } = result.message;
    const message = {
      code,
      function: siaFunction(code)?.name ?? "unknown function",
      ...(account === undefined ? {} : { account }),
      ...(keepalive ? { keepalive } : packetFields(packet)),
    };
    return [{ ok: true, ...where, message, events: result.events }];
  }

  return {
    feed(bytes) {
      const decoded: Decoded[] = [];
      for (const octet of bytes) {
        if (octet === 0x0a || octet === 0x0d) decoded.push(...endLine());
        else {
          if (length === 0) start = offset;
          // One more than is read, so that the line is refused as too long, once, at its end.
          if (length < line.length) line[length++] = octet;
        }
        offset++;
      }
      return decoded;
    },
    end: endLine,
  };
}

function packetFields(packet: SiaPacket): Record<string, unknown> {
  return {
    modifiers: packet.modifiers.map(({ name, value }) => ({ name, value })),
    events: packet.events,
    ...(packet.text === undefined ? {} : { text: packet.text }),
    ...(packet.unread.length === 0 ? {} : { unread: packet.unread }),
  };
}

function dataFields(kind: string | undefined, data: Uint8Array): Record<string, unknown> {
  if (data.length === 0) return {};
  const text = decodeCp437(data);
  if (kind === "account") return { account: displayText(text) };
  if (kind !== "text") return { data: displayText(text), dataHex: data.toHex() };
  // Galaxy leads with the state: + set, - restored, blank for neither (panel-formats.md §1.4, A: captures).
  const state = text.charAt(0);
  return { text: displayText(text), ...("+- ".includes(state) ? { state } : {}) };
}
