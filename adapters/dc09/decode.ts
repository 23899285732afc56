/**
 * Decodes streams of DC-09 for people to look at.
 *
 * @module
 */
import type { Decoded, Framed, Refusal, StreamDecoder } from "../contract.ts";
import { splitAccount } from "./account.ts";
import { dc09Meaning } from "./alarm.ts";
import { extendedName } from "./extended_data.ts";
import type { Dc09Frame } from "./frame.ts";
import { Dc09Framer } from "./framer.ts";
import { isAnswer } from "./head.ts";
import type { Dc09Key } from "./key.ts";
import { type Dc09Message, parseDc09 } from "./message.ts";

/** Settings of {@link dc09Decoder}. */
export interface Dc09DecoderOptions {
  /** Keys to try for encrypted messages; `dc09Keys` makes them of what is typed into panels. */
  key?: readonly Dc09Key[];
}

/**
 * Starts decoding a stream of DC-09 frames, of panels and receivers alike (language `dc09`).
 *
 * Without a key encrypted messages come out with their head only; with a wrong one as `wrong-key`. A key that is sent as
 * extended data (`K`) is not shown.
 *
 * @param options The keys.
 * @returns The decoder. Messages have the fields of `Dc09Message`, and `crc` and `quirks` of frame and message.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { dc09Decoder } from "./decode.ts";
 *
 * const bytes = new TextEncoder().encode('\n57150047"ADM-CID"0247R4F39L4F39#4F39[#4F39|3401 01 057]\r');
 * const [decoded] = dc09Decoder().feed(bytes);
 * assert(decoded?.ok);
 * assertEquals(decoded.message["quirks"], ["decimal-length"]);
 * assertEquals(decoded.events[0]?.user, "057");
 * ```
 */
export function dc09Decoder(options: Dc09DecoderOptions = {}): StreamDecoder {
  const framer = new Dc09Framer();
  const keys = options.key ?? [];

  function decode(item: Framed<Dc09Frame> | Refusal): Decoded {
    const { offset } = item;
    if (item.kind === "refused") {
      return { ok: false, language: "dc09", offset, rule: item.rule, message: item.message };
    }
    const { frame, raw } = item;
    const read = parseDc09(frame.content, () => keys);
    if (!read.ok && read.rule === "no-key") {
      const { head, message } = read;
      return {
        ok: true,
        language: "dc09",
        offset,
        message: { ...head, crc: frame.crc, note: message },
        events: [],
      };
    }
    if (!read.ok) return { ok: false, language: "dc09", offset, rule: read.rule, message: read.message };
    const { message } = read;
    const quirks = [...frame.quirks, ...message.quirks].sort();
    const events = isAnswer(message.id) ? [] : eventsOf(message, raw, quirks);
    return {
      ok: true,
      language: "dc09",
      offset,
      message: { ...shown(message), crc: frame.crc, quirks },
      events,
    };
  }

  return {
    feed: (bytes) => framer.feed(bytes).map(decode),
    end: () => framer.flush().map(decode),
  };
}

function eventsOf(message: Dc09Message, raw: Uint8Array, flags: readonly string[]) {
  const account = message.account ?? splitAccount(message.data).account ?? "";
  const meaning = dc09Meaning(message, { account, raw, flags });
  return meaning.kind === "alarm" ? meaning.alarm.events : [];
}

function shown(message: Dc09Message): Record<string, unknown> {
  const extended = message.extended.map(({ id, text }) => {
    const name = extendedName(id);
    return { id, ...(name === undefined ? {} : { name }), text: id === "K" ? "(a key, not shown)" : text };
  });
  return { ...message, extended };
}
