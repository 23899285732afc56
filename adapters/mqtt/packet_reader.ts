/**
 * The packets a broker sends to a publisher.
 *
 * Source: OASIS MQTT Version 5.0 (2019), the sections named below.
 *
 * @module
 */

/** What a broker says about itself in CONNACK; what it leaves out has the standard's default. */
export interface BrokerLimits {
  /** Highest QoS it takes. */
  maximumQos: number;
  /** Whether it keeps retained messages. */
  retainAvailable: boolean;
  /** Longest packet it takes, in octets. */
  maximumPacketSize: number;
  /** Its own keep alive, in seconds, where it has one. */
  keepAlive?: number;
}

/** A packet. */
export type BrokerPacket =
  | { kind: "connack"; reason: number; text: string; limits: BrokerLimits }
  | { kind: "puback"; packetId: number; reason: number; text: string }
  | { kind: "pingresp" }
  | { kind: "disconnect"; reason: number; text: string }
  /** The stream is no MQTT of a broker: nothing behind this can be read. */
  | { kind: "malformed"; message: string };

/** Longer packets are no answer to a publisher. */
const LONGEST = 16 * 1024;

/**
 * Cuts a broker's stream into packets, whatever the chunk borders (2.1). Linear in the bytes; never throws. After a
 * `malformed` packet it is deaf: MQTT has no way to find the next one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { BrokerReader } from "./packet_reader.ts";
 *
 * const reader = new BrokerReader();
 * assertEquals(reader.feed(Uint8Array.of(0x40, 0x02, 0x00)), []);
 * assertEquals(reader.feed(Uint8Array.of(0x0a)), [{ kind: "puback", packetId: 10, reason: 0, text: "" }]);
 * ```
 */
export class BrokerReader {
  #held: number[] = [];
  #deaf = false;

  /** Octets of an unfinished packet. */
  get buffered(): number {
    return this.#held.length;
  }

  /** Takes the next bytes. */
  feed(bytes: Uint8Array): BrokerPacket[] {
    const out: BrokerPacket[] = [];
    for (const octet of bytes) {
      if (this.#deaf) break;
      this.#held.push(octet);
      const packet = this.#packet();
      if (packet === undefined) continue;
      this.#held = [];
      this.#deaf = packet.kind === "malformed";
      out.push(packet);
    }
    return out;
  }

  #packet(): BrokerPacket | undefined {
    const held = this.#held;
    const first = held[0] ?? 0;
    if (!FIRST.has(first)) {
      const octet = `0x${first.toString(16).padStart(2, "0")}`;
      return malformed(`it begins with ${octet}, which no broker sends to a publisher`);
    }
    let length = 0, at = 1, shift = 1;
    for (;; at++) {
      const octet = held[at];
      if (octet === undefined) return undefined;
      length += (octet & 0x7f) * shift;
      shift *= 128;
      if (octet < 0x80) break;
      if (at === 4) return malformed("its length has more than four octets");
    }
    if (length > LONGEST) return malformed(`it has ${length} octets, expected at most ${LONGEST}`);
    if (held.length < at + 1 + length) return undefined;
    return readPacket(first, Uint8Array.from(held.slice(at + 1)));
  }
}

/** CONNACK, PUBACK, PINGRESP, DISCONNECT: all a publisher gets. */
const FIRST = new Set([0x20, 0x40, 0xd0, 0xe0]);

function readPacket(first: number, body: Uint8Array): BrokerPacket {
  const view = new DataView(body.buffer);
  switch (first) {
    case 0x20: {
      const flags = body[0], reason = body[1];
      if (flags === undefined || reason === undefined) return malformed("CONNACK is too short");
      const properties = readProperties(body, 2);
      if (properties === undefined) return malformed("the properties of CONNACK cannot be read");
      return { kind: "connack", reason, text: properties.text, limits: properties.limits };
    }
    case 0x40: {
      if (body.length < 2) return malformed("PUBACK is too short");
      const properties = readProperties(body, 3);
      if (properties === undefined) return malformed("the properties of PUBACK cannot be read");
      return { kind: "puback", packetId: view.getUint16(0), reason: body[2] ?? 0, text: properties.text };
    }
    case 0xd0:
      return { kind: "pingresp" };
    default: {
      const properties = readProperties(body, 1);
      return { kind: "disconnect", reason: body[0] ?? 0, text: properties?.text ?? "" };
    }
  }
}

/** Octets of the values of properties (2.2.2.2); strings and pairs have their length in front. */
const SIZES: Readonly<Record<number, number | "text" | "pair">> = {
  0x11: 4,
  0x12: "text",
  0x13: 2,
  0x15: "text",
  0x16: "text",
  0x1a: "text",
  0x1c: "text",
  0x1f: "text",
  0x21: 2,
  0x22: 2,
  0x24: 1,
  0x25: 1,
  0x26: "pair",
  0x27: 4,
  0x28: 1,
  0x29: 1,
  0x2a: 1,
};

/** Reads the properties at `at`; a packet may end before them. */
function readProperties(body: Uint8Array, at: number): { text: string; limits: BrokerLimits } | undefined {
  const limits: BrokerLimits = { maximumQos: 2, retainAvailable: true, maximumPacketSize: 0xffffffff };
  let text = "";
  if (body.length <= at) return { text, limits };
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  let length = 0, shift = 1, octet: number | undefined;
  do {
    octet = body[at++];
    if (octet === undefined || shift > 128 ** 3) return undefined;
    length += (octet & 0x7f) * shift;
    shift *= 128;
  } while (octet >= 0x80);
  const end = at + length;
  if (end > body.length) return undefined;
  while (at < end) {
    const id = body[at++] ?? 0;
    const size = SIZES[id];
    if (size === undefined) return undefined;
    let from = at;
    if (typeof size === "number") at += size;
    else {
      for (let strings = size === "pair" ? 2 : 1; strings > 0; strings--) {
        if (at + 2 > end) return undefined;
        from = at + 2;
        at = from + view.getUint16(at);
      }
    }
    if (at > end) return undefined;
    if (id === 0x13) limits.keepAlive = view.getUint16(from);
    else if (id === 0x24) limits.maximumQos = view.getUint8(from);
    else if (id === 0x25) limits.retainAvailable = view.getUint8(from) === 1;
    else if (id === 0x27) limits.maximumPacketSize = view.getUint32(from);
    else if (id === 0x1f) text = new TextDecoder().decode(body.subarray(from, at));
  }
  return { text, limits };
}

function malformed(what: string): BrokerPacket {
  return {
    kind: "malformed",
    message:
      `What came is no MQTT 5 packet: ${what}. Check that the port is that of a broker, without TLS, and that the ` +
      "broker speaks version 5.",
  };
}
