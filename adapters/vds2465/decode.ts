/**
 * Decodes captures of VdS 2465: records, serial lines, TCP.
 *
 * @module
 */
import type { Decoded, Framed, Refusal, StreamDecoder } from "../contract.ts";
import { recordToJson } from "./describe.ts";
import { vds2465EventDrafts } from "./event_draft.ts";
import { type Ft12Frame, ft12Function } from "./ft12.ts";
import { hex, vdsProtocolText } from "./names.ts";
import { readRecords, type VdsRecords } from "./record.ts";
import { ST, vdsRecordType } from "./record_type.ts";
import { Vds2465SerialFramer } from "./serial_framer.ts";
import { Vds2465TcpFramer, type VdsTcpFrame } from "./tcp_framer.ts";
import { type VdsKeyOptions, VdsKeys } from "./tcp_keys.ts";
import { IK, PK_VDS2465, readTelegram } from "./tcp_telegram.ts";

/** Records of one message at most, so that memory stays bounded. */
const MAX_RECORDS = 64;
const EVENTS: ReadonlySet<number> = new Set([ST.MESSAGE, ST.MESSAGE_NO_ACK, ST.STATUS, ST.TEST]);

const KINDS: Readonly<Record<number, string>> = {
  [IK.SYNC_REQUEST]: "synchronisation request",
  [IK.SYNC_RESPONSE]: "synchronisation response",
  [IK.POLL]: "poll",
  [IK.PAYLOAD]: "records",
  [IK.IK_UNKNOWN]: "error: kind unknown",
  [IK.PK_UNKNOWN]: "error: protocol unknown",
  [IK.SERVICE_REQUEST]: "service request",
};

/**
 * Starts decoding bare records (language `vds2465`), as event data of an EVENT_MSG holds them. A message is an event and
 * what stands behind it. Any octets can be taken for records, so this language is not for guessing.
 *
 * @returns The decoder. Rules: `truncated-record`, and `unknown-record` for a message without a single record of a known
 *   type.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { vds2465Decoder } from "./decode.ts";
 *
 * const decoder = vds2465Decoder();
 * assertEquals(decoder.feed(Uint8Array.fromHex("05021103000122" + "0356214365")), []);
 * const [decoded] = decoder.end();
 * assertEquals(decoded?.ok && decoded.events[0]?.label, "Burglary");
 * ```
 */
export function vds2465Decoder(): StreamDecoder {
  const language = "vds2465";
  /** Octets of the record that is not complete. */
  const held = new Uint8Array(2 + 255);
  let length = 0;
  /** Octets of the complete records of the message. */
  let message: number[] = [];
  let types: number[] = [];
  let offset = 0;

  function endMessage(rest: Uint8Array): Decoded[] {
    const raw = Uint8Array.from([...message, ...rest]);
    const start = offset;
    offset += message.length;
    message = [];
    const known = types.some((type) => {
      const found = vdsRecordType(type);
      return found !== undefined && found.opaque !== true;
    });
    const any = types.length > 0;
    types = [];
    const telegram = readRecords(raw, start);
    const decoded: Decoded[] = [];
    if (any && known) decoded.push(messageOf(language, start, {}, telegram, raw));
    else if (any) {
      const text =
        "No record here is of a type that is known. Check that these octets are VdS 2465 records, without framing";
      decoded.push({ ok: false, language, offset: start, rule: "unknown-record", message: text });
    }
    if (telegram.refused !== undefined) decoded.push(refusedOf(language, telegram.refused));
    return decoded;
  }

  function take(): Decoded[] {
    const type = held[1] ?? 0;
    const [last] = types.slice(-1);
    const hasEvent = types.some((each) => EVENTS.has(each));
    const starts = hasEvent &&
      (type === ST.PRIORITY || (EVENTS.has(type) && last !== undefined && !EVENTS.has(last)));
    const decoded = starts || types.length >= MAX_RECORDS ? endMessage(new Uint8Array()) : [];
    message.push(...held.subarray(0, length));
    types.push(type);
    length = 0;
    return decoded;
  }

  return {
    feed(bytes) {
      const decoded: Decoded[] = [];
      for (const octet of bytes) {
        held[length++] = octet;
        if (length >= 2 && length === 2 + (held[0] ?? 0)) decoded.push(...take());
      }
      return decoded;
    },
    end() {
      const rest = held.slice(0, length);
      length = 0;
      const decoded = endMessage(rest);
      offset += rest.length;
      return decoded;
    },
  };
}

/**
 * Starts decoding the octets of a serial line (language `vds2465-serial`).
 *
 * @returns The decoder. Rules: those of `Vds2465SerialFramer` and `truncated-record`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { vds2465SerialDecoder } from "./decode.ts";
 *
 * const [poll] = vds2465SerialDecoder().feed(Uint8Array.fromHex("6802026840024216"));
 * assertEquals(poll?.ok && poll.message["frame"], "send-norm");
 * ```
 */
export function vds2465SerialDecoder(): StreamDecoder {
  const language = "vds2465-serial";
  const framer = new Vds2465SerialFramer();

  function decode(item: Framed<Ft12Frame> | Refusal): Decoded[] {
    if (item.kind === "refused") return [refusedOf(language, item)];
    const { frame, offset } = item;
    const head = { frame: ft12Function(frame), control: hex(frame.control), address: hex(frame.address) };
    const telegram = readRecords(frame.data, offset + 6);
    return whole(language, offset, head, telegram, frame.data);
  }

  return {
    feed: (bytes) => framer.feed(bytes).flatMap(decode),
    end: () => framer.flush().flatMap(decode),
  };
}

/**
 * Starts decoding one direction of a TCP connection (language `vds2465-tcp`).
 *
 * @param options `keys`: AES keys by key number, as 32 hexadecimal digits or 16 octets; encrypted telegrams without one
 *   are refused as `unknown-key`.
 * @returns The decoder. Rules: those of `Vds2465TcpFramer` and `readTelegram`, and `truncated-record`.
 * @throws {RangeError} When a key is not one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { vds2465TcpDecoder } from "./decode.ts";
 *
 * const decoder = vds2465TcpDecoder({ keys: { 7: "00112233445566778899aabbccddeeff" } });
 * const [sync] = decoder.feed(Uint8Array.fromHex("000700103959120d0c89aa67cc349e2573bb68f7"));
 * assertEquals(sync?.ok && sync.message["telegram"], "synchronisation response");
 * ```
 */
export function vds2465TcpDecoder(options: { keys?: VdsKeyOptions } = {}): StreamDecoder {
  const language = "vds2465-tcp";
  const keys = new VdsKeys(options.keys);
  const framer = new Vds2465TcpFramer();

  function decode(item: Framed<VdsTcpFrame> | Refusal): Decoded[] {
    if (item.kind === "refused") return [refusedOf(language, item)];
    const { frame, offset } = item;
    const read = readTelegram(frame.key, frame.body, keys);
    if (!read.ok) return [{ ok: false, language, offset, rule: read.rule, message: read.message }];
    const { key, tc, rc, ik, pk, payload } = read.telegram;
    const whose = pk === PK_VDS2465 ? {} : { protocol: vdsProtocolText(pk) };
    const head = { telegram: KINDS[ik] ?? `kind ${ik}`, key, tc, rc, ik, pk, ...whose };
    if (ik === IK.PAYLOAD && pk === PK_VDS2465) {
      // Behind key number, length and the fields of the telegram.
      return whole(language, offset, head, readRecords(payload, offset + 17), payload);
    }
    const message = payload.length === 0 ? head : { ...head, payload: payload.toHex() };
    return [{ ok: true, language, offset, message, events: [] }];
  }

  return {
    feed: (bytes) => framer.feed(bytes).flatMap(decode),
    end: () => framer.flush().flatMap(decode),
  };
}

/** A frame's message and, behind it, the refusal of a record that was cut off. */
function whole(
  language: string,
  offset: number,
  head: Record<string, unknown>,
  telegram: VdsRecords,
  raw: Uint8Array,
): Decoded[] {
  const decoded = messageOf(language, offset, head, telegram, raw);
  return telegram.refused === undefined ? [decoded] : [decoded, refusedOf(language, telegram.refused)];
}

function messageOf(
  language: string,
  offset: number,
  head: Record<string, unknown>,
  telegram: VdsRecords,
  raw: Uint8Array,
): Decoded {
  return {
    ok: true,
    language,
    offset,
    message: telegram.records.length === 0 ? head : { ...head, records: telegram.records.map(recordToJson) },
    events: vds2465EventDrafts(telegram, { account: "", raw }),
  };
}

function refusedOf(language: string, { offset, rule, message }: Refusal): Decoded {
  return { ok: false, language, offset, rule, message };
}
