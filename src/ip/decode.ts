/**
 * Decoding one datagram for a person to read: what `tocsin decode` prints.
 *
 * @module
 */
import type { Decoded } from "../../adapters/contract.ts";
import { messageName, parseMessage } from "./messages/mod.ts";
import type { HashName, Ts50136Profile } from "./profile.ts";
import { clearKeys, open, type Opened, type OpenRule, type PreparedKeys } from "./seal.ts";

/** The shape printed by `tocsin decode`; `language` is `ip` and `offset` 0. */
export type DecodedDatagram = Decoded;

const NO_KEYS: readonly PreparedKeys[] = [];
const HASHES: readonly HashName[] = ["sha-256", "ripemd-256"];

/**
 * Decodes a datagram: as clear text first, then with each key; with both hashes, whichever the keys name.
 *
 * `message` holds the message name, the header fields (`handle`, `deviceId`, `tx`, `rx`, `flags`, `version`,
 * `messageId`, `length`), the payload fields, `hash: "ok"`, and `hashMethod` and `encryption`, which opened
 * it. Octets are hex, 64-bit times bigint in hex; the keys of ENCRYPT_KEY messages are left out and shown as `"(32
 * octets)"`. `events` is empty: the event data belongs to the adapters.
 *
 * @param profile The profile.
 * @param datagram One whole datagram.
 * @param keys Keys to try, in this order.
 * @returns The message, or the rule that was broken: one of `OpenRule` or of `Parsed`.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { decodeDatagram } from "./decode.ts";
 * import { reconstructed2020 } from "./profile.ts";
 *
 * const datagram = Uint8Array.fromHex(
 *   "7360372200112233445566778899aabbccddeeff0036001d000001110000a5a5a5a5a5a5" +
 *     "3355210a07d2d98cdf44a9cff4e61db19ffc4671da98e886ef3037753819fca7",
 * );
 * const decoded = decodeDatagram(reconstructed2020, datagram);
 * assert(decoded.ok);
 * assertEquals([decoded.message.name, decoded.message.tx, decoded.message.hash], ["POLL_MSG", 54, "ok"]);
 * ```
 */
export function decodeDatagram(
  profile: Ts50136Profile,
  datagram: Uint8Array,
  keys: readonly PreparedKeys[] = NO_KEYS,
): DecodedDatagram {
  const candidates = [clearKeys, ...keys].flatMap((key) => HASHES.map((hash) => key.withHash(hash)));
  let opener = clearKeys;
  let opened: Opened = open(profile, opener, datagram);
  for (const key of candidates.slice(1)) {
    if (opened.ok || opened.rule !== "unauthentic") break;
    const tried = open(profile, key, datagram);
    if (tried.ok || tried.rule === "bad-message-length") {
      opened = tried;
      opener = key;
    }
  }
  if (!opened.ok) return refused(opened.rule, explain(profile, opened.rule, datagram.length, keys.length));
  const { header, data } = opened;
  const parsed = parseMessage(profile, header.messageId, data);
  if (!parsed.ok) {
    const name = messageName(profile, header.messageId);
    return refused(parsed.rule, name === undefined ? parsed.message : `${parsed.message} (TX ${header.tx})`);
  }
  const { name, ...payload } = parsed.value;
  const { hash: hashMethod, encryption } = opener;
  const message = printable({ name, ...header, ...payload, hash: "ok", hashMethod, encryption }) as Record<
    string,
    unknown
  >;
  // HASH_SELECT_RESP has a member of the same name: the choice, which must not be lost.
  if ("hash" in payload) message.chosenHash = payload.hash;
  if ("encryption" in payload) message.chosenEncryption = payload.encryption;
  if ("key" in payload) message.key = `(${payload.key.length} octets)`;
  return { ok: true, language: "ip", offset: 0, message, events: [] };
}

function refused(rule: string, message: string): DecodedDatagram {
  return { ok: false, language: "ip", offset: 0, rule, message };
}

function explain(profile: Ts50136Profile, rule: OpenRule, length: number, keys: number): string {
  switch (rule) {
    case "datagram-too-short":
      return `The datagram has ${length} octets, too few for a header and a hash: it is cut off or of another protocol.`;
    case "datagram-too-long":
      return `The datagram has ${length} octets, more than the ${profile.values.maxReceive} that are looked at.`;
    case "not-whole-blocks":
      return `After the connection handle come ${
        length - profile.values.clearOctets
      } octets, not a multiple of 16.`;
    case "unauthentic":
      return keys === 0
        ? "The hash is wrong as clear text: the datagram is encrypted (give its key), damaged or forged."
        : `The hash is wrong as clear text and with each of the ${keys} keys: wrong key, damaged or forged.`;
    case "bad-message-length":
      return "The hash is right, but the message length reaches beyond the message: the peer's header has another layout.";
  }
}

/** Octets as hex, 64-bit numbers as hex, the rest as it is. */
function printable(value: unknown): unknown {
  if (value instanceof Uint8Array) return value.toHex();
  if (typeof value === "bigint") return value.toString(16).padStart(16, "0");
  if (Array.isArray(value)) return value.map(printable);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, printable(member)]));
  }
  return value;
}
