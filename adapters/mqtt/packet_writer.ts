/**
 * The packets an MQTT 5 publisher sends.
 *
 * Source: OASIS MQTT Version 5.0 (2019), the sections named at each function.
 *
 * @module
 */

/** Collects the octets of a packet. */
class Octets {
  readonly #parts: number[] = [];

  u8(value: number): this {
    this.#parts.push(value & 0xff);
    return this;
  }

  u16(value: number): this {
    return this.u8(value >>> 8).u8(value);
  }

  u32(value: number): this {
    return this.u16(value >>> 16).u16(value);
  }

  raw(octets: Iterable<number>): this {
    for (const octet of octets) this.#parts.push(octet);
    return this;
  }

  /** Octets behind their length (1.5.6). */
  binary(octets: Uint8Array): this {
    if (octets.length > 0xffff) throw new RangeError("more than 65535 octets in one field of MQTT");
    return this.u16(octets.length).raw(octets);
  }

  text(text: string): this {
    return this.binary(new TextEncoder().encode(text));
  }

  /** A whole behind its length (1.5.5). */
  counted(part: Octets): this {
    return this.raw(variable(part.#parts.length)).raw(part.#parts);
  }

  packet(first: number): Uint8Array {
    return Uint8Array.from([first, ...variable(this.#parts.length), ...this.#parts]);
  }
}

/** Variable byte integer (1.5.5). */
function variable(value: number): number[] {
  const octets: number[] = [];
  do {
    const rest = Math.floor(value / 128);
    octets.push((value % 128) + (rest > 0 ? 128 : 0));
    value = rest;
  } while (value > 0);
  return octets;
}

/** Where and as what a message is published. */
export interface MqttMessage {
  /** Topic, without wildcards. */
  topic: string;
  /** What is published. */
  payload: Uint8Array;
  /** Whether the broker keeps it for those who subscribe later. */
  retain: boolean;
}

/** Who connects, and what the broker shall say when the connection is lost. */
export interface MqttConnect {
  /** Client identifier. */
  clientId: string;
  /** Seconds; 0 for none. */
  keepAlive: number;
  /** User name. */
  username?: string;
  /** Password. */
  password?: Uint8Array;
  /** Published by the broker when this connection ends without a word. */
  will?: MqttMessage;
}

/**
 * CONNECT (3.1): a clean start, as the journal and not the broker holds what was not delivered.
 *
 * @param connect Who connects.
 * @returns The packet.
 * @throws {RangeError} When a field has more than 65535 octets.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeConnect } from "./packet_writer.ts";
 *
 * assertEquals(writeConnect({ clientId: "a", keepAlive: 30 }).toHex(), "100e00044d5154540502001e00000161");
 * ```
 */
export function writeConnect(connect: MqttConnect): Uint8Array {
  const { clientId, keepAlive, username, password, will } = connect;
  const flags = (username === undefined ? 0 : 0x80) | (password === undefined ? 0 : 0x40) |
    (will === undefined ? 0 : 0x0c | (will.retain ? 0x20 : 0)) | 0x02;
  const octets = new Octets().text("MQTT").u8(5).u8(flags).u16(keepAlive).counted(new Octets()).text(
    clientId,
  );
  if (will !== undefined) octets.counted(new Octets()).text(will.topic).binary(will.payload);
  if (username !== undefined) octets.text(username);
  if (password !== undefined) octets.binary(password);
  return octets.packet(0x10);
}

/**
 * PUBLISH with QoS 1 (3.3): JSON in UTF-8, and said to be so.
 *
 * @param message The message.
 * @param packetId 1 to 65535; comes back in PUBACK.
 * @returns The packet.
 * @throws {RangeError} When the topic has more than 65535 octets.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writePublish } from "./packet_writer.ts";
 *
 * const packet = writePublish({ topic: "a/b", payload: new Uint8Array([0x7b, 0x7d]), retain: false }, 10);
 * assertEquals(packet[0], 0x32);
 * assertEquals(packet.subarray(2, 9).toHex(), "0003612f62000a");
 * ```
 */
export function writePublish(message: MqttMessage, packetId: number): Uint8Array {
  const { topic, payload, retain } = message;
  const properties = new Octets().u8(0x01).u8(1).u8(0x03).text("application/json");
  return new Octets().text(topic).u16(packetId).counted(properties).raw(payload).packet(retain ? 0x33 : 0x32);
}

/** PINGREQ (3.12). */
export const PINGREQ: Uint8Array = Uint8Array.of(0xc0, 0);
