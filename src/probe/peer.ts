/**
 * A raw end of a path: it seals what it is told, right or wrong, opens what comes, and keeps the sequence numbers.
 *
 * @module
 */
import type { Header } from "../ip/header.ts";
import { type Message, messageId, messageName, parseMessage, writeMessage } from "../ip/messages/mod.ts";
import { clearKeys, open, peekHandle, type PreparedKeys } from "../ip/seal.ts";
import { craft, type Faults } from "./craft.ts";
import { planOf } from "../ip/plan.ts";
import type { ProbeLink } from "./link.ts";
import type { Arrival, Door, Wire } from "./wire.ts";

/** A message by its members, or by number and octets. */
export type Spoken = Message | { readonly id: number; readonly data: Uint8Array };

/** What is to be otherwise in a datagram than the conversation would have it. */
export interface Changes extends Faults, Partial<Omit<Header, "messageId" | "length">> {
  /** Seal with these keys. */
  readonly keys?: PreparedKeys;
}

/** A datagram that came in, read as far as it could be. */
export interface Heard extends Arrival {
  /** Its connection handle; undefined when it is too short to have one. */
  readonly handle: number | undefined;
  /**
   * Which keys opened it; undefined when none did. `next` is a key that was made and not proved yet, `offered` the key in
   * use under the other hash.
   */
  readonly under?: "session" | "next" | "offered" | "previous" | "master" | "clear";
  /** Its header. */
  readonly header?: Header;
  /** Its message data. */
  readonly data?: Uint8Array;
  /** Its message; undefined when the data does not fit one. */
  readonly message?: Message;
}

/** A datagram that opened. */
export type Authentic = Heard & { readonly header: Header; readonly data: Uint8Array };

/** The number after this one; 16 bits, wraps to 0. */
export function after(sequence: number): number {
  return (sequence + 1) & 0xffff;
}

/** Whether a datagram opened under a key, not merely as clear text that everybody can write. */
export function isAuthentic(heard: Heard): heard is Authentic {
  return heard.header !== undefined && heard.under !== "clear";
}

/** Fresh random octets. */
export function randomOctets(n: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(n));
}

/** A random 16-bit number. */
export function randomSequence(): number {
  const [high = 0, low = 0] = randomOctets(2);
  return high << 8 | low;
}

/** What both ends of a probe have in common. */
export class Peer {
  /** The path. */
  readonly link: ProbeLink;
  /** Its sockets. */
  readonly wire: Wire;
  /** Connection handle in use. */
  handle: number;
  /** Keys in use. */
  keys: PreparedKeys;
  /** Keys made and not proved yet: they are in force with the first message under them. */
  next: PreparedKeys | undefined;
  /** Keys before the last change. */
  previous: PreparedKeys | undefined;
  /** TX of our next message. */
  tx: number;
  /** TX that the other end should use next. */
  rx: number;

  readonly #ownId: Uint8Array;
  /** Device ID that the other end should use. */
  readonly peerId: Uint8Array;

  /** Starts with the master set. */
  constructor(link: ProbeLink, side: "spt" | "rct", wire: Wire) {
    this.link = link;
    this.wire = wire;
    this.#ownId = side === "spt" ? link.sptDeviceId : link.rctDeviceId;
    this.peerId = side === "spt" ? link.rctDeviceId : link.sptDeviceId;
    this.handle = link.masterHandle;
    this.keys = link.master;
    this.tx = randomSequence();
    this.rx = link.profile.values.initialRx;
  }

  /** Number and octets of a message. */
  octetsOf(spoken: Spoken): { id: number; data: Uint8Array } {
    const { profile } = this.link;
    return "id" in spoken
      ? spoken
      : { id: messageId(profile, spoken.name), data: writeMessage(profile, spoken) };
  }

  /**
   * Seals a message with the next TX number, which is not used up by it.
   *
   * @param spoken The message.
   * @param changes What is to be otherwise.
   * @returns The datagram.
   */
  seal(spoken: Spoken, changes: Changes = {}): Uint8Array {
    const { profile } = this.link;
    const { id, data } = this.octetsOf(spoken);
    const header: Omit<Header, "length"> = {
      handle: changes.handle ?? this.handle,
      deviceId: changes.deviceId ?? this.#ownId,
      tx: (changes.tx ?? this.tx) & 0xffff,
      rx: (changes.rx ?? this.rx) & 0xffff,
      flags: changes.flags ?? profile.values.initialFlags,
      version: changes.version ?? profile.values.protocolVersion,
      messageId: id,
    };
    return craft(profile, changes.keys ?? this.keys, header, data, randomOctets, changes);
  }

  /** Seals and sends. */
  send(spoken: Spoken, changes: Changes = {}, door: Door = "main"): Uint8Array {
    const bytes = this.seal(spoken, changes);
    this.wire.send(bytes, door);
    return bytes;
  }

  /** Reads a datagram with every key there is. */
  read(arrival: Arrival): Heard {
    const { profile, master } = this.link;
    const handle = peekHandle(profile, arrival.bytes);
    const tries = [
      ["session", this.keys],
      ["next", this.next],
      ["offered", this.keys.withHash(this.keys.hash === "sha-256" ? "ripemd-256" : "sha-256")],
      // The key before the first session key is the master key, and goes by that name.
      ["master", master],
      ["previous", this.previous],
      ["clear", clearKeys],
    ] as const;
    for (const [under, keys] of tries) {
      if (keys === undefined) continue;
      const opened = open(profile, keys, arrival.bytes);
      if (!opened.ok) continue;
      const { header, data } = opened;
      const parsed = parseMessage(profile, header.messageId, data);
      return { ...arrival, handle, under, header, data, ...(parsed.ok ? { message: parsed.value } : {}) };
    }
    return { ...arrival, handle };
  }

  /** Whether this is a response, by its number. */
  isResponse({ header }: Authentic): boolean {
    return (header.messageId & this.link.profile.values.responseBit) !== 0;
  }

  /** Name of a message for a person: `POLL_RESP`, or `message 0x46`. */
  nameOf(id: number): string {
    return messageName(this.link.profile, id) ?? `message 0x${id.toString(16).padStart(2, "0")}`;
  }

  /** Result of a response by name, also when the rest of its data fits no message; undefined for other datagrams. */
  resultOf({ header, data, message }: Heard): string | undefined {
    const { profile } = this.link;
    if (header === undefined || (header.messageId & profile.values.responseBit) === 0) return undefined;
    if (message !== undefined) return "result" in message ? message.result : undefined;
    const id = data?.[0];
    return id === undefined ? undefined : planOf(profile).results.nameOf(id);
  }

  /** A datagram in a few words: `POLL_RESP acknowledge`. */
  describe(heard: Heard): string {
    if (heard.header === undefined) return `${heard.bytes.length} octets that open with no key`;
    const name = this.nameOf(heard.header.messageId);
    const said = this.resultOf(heard);
    const result = said === undefined ? "" : ` ${plainResult(said)}`;
    return `${name}${result}${heard.under === "clear" ? " in clear" : ""}`;
  }
}

/** `RESP_CMD_NOT_SUPPORTED` as `cmd not supported`. */
export function plainResult(result: string): string {
  return result.startsWith("RESP_0x")
    ? `result ${result.slice(5)}`
    : result.slice(5).toLowerCase().replaceAll("_", " ");
}
