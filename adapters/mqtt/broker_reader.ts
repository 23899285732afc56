/**
 * The packets a publisher sends to a broker.
 *
 * Source: OASIS MQTT Version 5.0 (2019), the sections named below.
 *
 * @module
 */

/** A packet. */
export type PublisherPacket =
  | {
    kind: "connect";
    /** Protocol version: 5; 3 and 4 are those of before, of which only the client identifier is not read. */
    version: number;
    /** May be empty: the broker then gives one. */
    clientId: string;
    /** Seconds; 0 for none. */
    keepAlive: number;
    /** What the broker shall publish when the connection is lost. */
    will?: { topic: string; payload: Uint8Array };
  }
  | { kind: "publish"; topic: string; payload: Uint8Array; qos: number; retain: boolean; packetId: number }
  | { kind: "subscribe" | "unsubscribe"; packetId: number; topics: string[] }
  | { kind: "pingreq" }
  | { kind: "disconnect"; reason: number }
  /** The stream is no MQTT of a publisher: nothing behind this can be read. */
  | { kind: "malformed"; message: string };

/** Longest packet that is taken, in octets: CONNACK says so. */
export const LONGEST_PACKET: number = 256 * 1024;

/**
 * Cuts a publisher's stream into packets, whatever the chunk borders (2.1). Linear in the bytes; never throws. After a `malformed`
 * packet it is deaf: MQTT has no way to find the next one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { PublisherReader } from "./broker_reader.ts";
 *
 * const reader = new PublisherReader();
 * assertEquals(reader.feed(Uint8Array.of(0xc0)), []);
 * assertEquals(reader.feed(Uint8Array.of(0x00)), [{ kind: "pingreq" }]);
 * ```
 */
export class PublisherReader {
  #first: number | undefined;
  #length = 0;
  #shift = 1;
  #body: Uint8Array | undefined;
  #filled = 0;
  #deaf = false;

  /** Octets of an unfinished packet's body. */
  get buffered(): number {
    return this.#filled;
  }

  /** Takes the next bytes. */
  feed(bytes: Uint8Array): PublisherPacket[] {
    const out: PublisherPacket[] = [];
    for (let at = 0; at < bytes.length && !this.#deaf;) {
      if (this.#body === undefined) this.#head(bytes[at++] ?? 0, out);
      else {
        const part = bytes.subarray(at, at + this.#length - this.#filled);
        this.#body.set(part, this.#filled);
        this.#filled += part.length;
        at += part.length;
      }
      if (this.#body !== undefined && this.#filled === this.#length) this.#end(out);
    }
    return out;
  }

  #head(octet: number, out: PublisherPacket[]): void {
    if (this.#first === undefined) {
      this.#first = octet;
      if (FIRST.has(octet) || octet >> 4 === 3) return;
      const hex = `0x${octet.toString(16).padStart(2, "0")}`;
      return this.#fail(`it begins with ${hex}, which no publisher sends`, out);
    }
    this.#length += (octet & 0x7f) * this.#shift;
    if (octet >= 0x80 && this.#shift === 128 ** 3) {
      return this.#fail("its length has more than four octets", out);
    }
    this.#shift *= 128;
    if (octet >= 0x80) return;
    if (this.#length > LONGEST_PACKET) {
      return this.#fail(`it has ${this.#length} octets, expected at most ${LONGEST_PACKET}`, out);
    }
    this.#body = new Uint8Array(this.#length);
  }

  #end(out: PublisherPacket[]): void {
    const first = this.#first ?? 0;
    const read = readPacket(first, new Fields(this.#body ?? new Uint8Array()));
    this.#first = undefined;
    this.#body = undefined;
    this.#length = this.#filled = 0;
    this.#shift = 1;
    if (typeof read === "string") this.#fail(read, out);
    else if (read !== undefined) out.push(read);
  }

  #fail(what: string, out: PublisherPacket[]): void {
    this.#deaf = true;
    out.push({
      kind: "malformed",
      message: `What came is no MQTT 5 packet: ${what}. Check that the output speaks MQTT, without TLS.`,
    });
  }
}

/** CONNECT, PUBACK, SUBSCRIBE, UNSUBSCRIBE, PINGREQ, DISCONNECT with their flags (2.1.3); those of PUBLISH differ. */
const FIRST = new Set([0x10, 0x40, 0x82, 0xa2, 0xc0, 0xe0]);

/** The fields of a packet. What is missing reads as nothing, and is told by {@link Fields.short}. */
class Fields {
  /** The packet ended too early. */
  short = false;
  readonly #octets: Uint8Array;
  #at = 0;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  get left(): number {
    return this.#octets.length - this.#at;
  }

  u8(): number {
    return this.take(1)[0] ?? 0;
  }

  u16(): number {
    return this.u8() << 8 | this.u8();
  }

  take(count: number): Uint8Array {
    if (count > this.left) this.short = true;
    const part = this.#octets.slice(this.#at, this.#at + count);
    this.#at += part.length;
    return part;
  }

  /** Octets behind their length (1.5.6). */
  binary(): Uint8Array {
    return this.take(this.u16());
  }

  text(): string {
    return new TextDecoder().decode(this.binary());
  }

  /** Properties (2.2.2) are of no use to a broker that only takes. */
  skipProperties(): void {
    let length = 0, shift = 1, octet: number;
    do {
      octet = this.u8();
      length += (octet & 0x7f) * shift;
      shift *= 128;
    } while (octet >= 0x80 && shift <= 128 ** 3);
    this.take(length);
  }
}

/** @returns The packet; undefined for one that asks for nothing; what is wrong with it. */
function readPacket(first: number, fields: Fields): PublisherPacket | string | undefined {
  const kind = first >> 4;
  const read = kind === 1 ? connect(fields) : kind === 3 ? publish(first, fields) : other(kind, fields);
  return fields.short ? `a packet of kind ${kind} is too short` : read;
}

/** CONNECT (3.1). */
function connect(fields: Fields): PublisherPacket | string {
  const name = fields.text();
  const version = fields.u8();
  if (name !== "MQTT" && name !== "MQIsdp") return "CONNECT does not name MQTT";
  const flags = fields.u8();
  const keepAlive = fields.u16();
  if (version !== 5) return { kind: "connect", version, clientId: "", keepAlive };
  fields.skipProperties();
  const clientId = fields.text();
  if ((flags & 0x04) === 0) return { kind: "connect", version, clientId, keepAlive };
  fields.skipProperties();
  const will = { topic: fields.text(), payload: fields.binary() };
  // User name and password behind it are nobody's business here.
  return { kind: "connect", version, clientId, keepAlive, will };
}

/** PUBLISH (3.3). */
function publish(first: number, fields: Fields): PublisherPacket | string {
  const qos = first >> 1 & 3;
  const topic = fields.text();
  const packetId = qos > 0 ? fields.u16() : 0;
  fields.skipProperties();
  if (topic === "") return "PUBLISH has no topic, and topic aliases were not offered";
  if (qos === 3 || (qos > 0 && packetId === 0)) return "PUBLISH has no valid QoS or packet identifier";
  return {
    kind: "publish",
    topic,
    payload: fields.take(fields.left),
    qos,
    retain: (first & 1) === 1,
    packetId,
  };
}

function other(kind: number, fields: Fields): PublisherPacket | undefined {
  switch (kind) {
    case 8:
    case 10: {
      const packetId = fields.u16();
      fields.skipProperties();
      const topics: string[] = [];
      while (fields.left > 0 && !fields.short) {
        topics.push(fields.text());
        if (kind === 8) fields.u8();
      }
      return { kind: kind === 8 ? "subscribe" : "unsubscribe", packetId, topics };
    }
    case 12:
      return { kind: "pingreq" };
    case 14:
      return { kind: "disconnect", reason: fields.left > 0 ? fields.u8() : 0 };
    default:
      return undefined;
  }
}
