/**
 * Decodes datagrams of the IP protocol, with their alarms.
 *
 * @module
 */
import type { CarriedProtocol, Decoded } from "../../adapters/contract.ts";
import { decodeDatagram } from "../ip/decode.ts";
import { type Message, parseMessage } from "../ip/messages/mod.ts";
import { reconstructed2020 as profile } from "../ip/profile.ts";
import { clearKeys, open, type PreparedKeys, prepareKeys } from "../ip/seal.ts";
import { decodeEventData } from "./event_data.ts";

/** Session keys that are remembered: a capture of more is decoded in parts. */
const MOST_KEYS = 1000;

/**
 * Makes a decoder for the datagrams of a capture.
 *
 * It learns: an ENCRYPT_KEY_RESP that it can open gives the key of the datagrams behind it, so the master key is enough
 * for a capture that begins with a connection setup. Keys are never part of what it returns.
 *
 * @param keys Known keys: 16 octets for AES-128, 32 for AES-256 or, its first half, AES-128.
 * @returns A function that decodes one datagram; `offset` is handed through.
 */
export function ipDecoder(keys: readonly Uint8Array[]): (datagram: Uint8Array, offset: number) => Decoded {
  const known: PreparedKeys[] = [];
  const learn = (key: Uint8Array) => {
    if (known.length > MOST_KEYS) known.splice(0, known.length - MOST_KEYS);
    if (key.length >= 32) known.push(prepareKeys({ encryption: "aes-256", key, hash: "sha-256" }));
    known.push(prepareKeys({ encryption: "aes-128", key, hash: "sha-256" }));
  };
  for (const key of keys) learn(key);

  return (datagram, offset) => {
    const decoded: Decoded = { ...decodeDatagram(profile, datagram, known), offset };
    if (!decoded.ok) return decoded;
    const name = decoded.message["name"];
    if (name !== "ENCRYPT_KEY_RESP" && name !== "ENCRYPT_KEY_REQ" && name !== "EVENT_MSG") return decoded;
    const message = openAny(datagram, known);
    if (message?.name === "ENCRYPT_KEY_RESP" && message.result === "RESP_ACKNOWLEDGE") learn(message.key);
    // A key that the RCT brings of its own accord.
    if (message?.name === "ENCRYPT_KEY_REQ" && message.fromRct) learn(message.key);
    return message?.name === "EVENT_MSG" ? { ...decoded, events: message.fields.flatMap(eventsOf) } : decoded;
  };
}

function openAny(datagram: Uint8Array, known: readonly PreparedKeys[]): Message | undefined {
  for (const keys of [clearKeys, ...known]) {
    for (const hash of ["sha-256", "ripemd-256"] as const) {
      const opened = open(profile, keys.withHash(hash), datagram);
      if (!opened.ok) continue;
      const parsed = parseMessage(profile, opened.header.messageId, opened.data);
      return parsed.ok ? parsed.value : undefined;
    }
  }
  return undefined;
}

function eventsOf(field: { field: string; protocol?: string; data?: unknown }) {
  if (field.field !== "event" || field.protocol === undefined || !(field.data instanceof Uint8Array)) {
    return [];
  }
  return field.protocol.startsWith("protocol-")
    ? []
    : decodeEventData(field.protocol as CarriedProtocol, field.data);
}
