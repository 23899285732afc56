/**
 * The packets a broker sends to a publisher.
 *
 * Source: OASIS MQTT Version 5.0 (2019), the sections named at each function.
 *
 * @module
 */
import { LONGEST_PACKET } from "./broker_reader.ts";

/**
 * CONNACK (3.2): accepted. It says that QoS 1 is the highest, and which packet is the longest.
 *
 * @param assigned The client identifier, for a client that has none; else absent.
 * @returns The packet.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { BrokerReader } from "./packet_reader.ts";
 * import { writeConnack } from "./broker_writer.ts";
 *
 * const [packet] = new BrokerReader().feed(writeConnack("client-1"));
 * assertEquals(packet?.kind === "connack" && [packet.reason, packet.limits.maximumQos], [0, 1]);
 * ```
 */
export function writeConnack(assigned?: string): Uint8Array {
  const longest = [LONGEST_PACKET >>> 24, LONGEST_PACKET >>> 16, LONGEST_PACKET >>> 8, LONGEST_PACKET];
  const id = new TextEncoder().encode(assigned?.slice(0, 32) ?? "");
  const properties = [0x24, 1, 0x27, ...longest, ...(id.length === 0 ? [] : [0x12, 0, id.length, ...id])];
  return packet(0x20, [0, 0, properties.length, ...properties]);
}

/**
 * CONNACK: not accepted.
 *
 * @param version Version of the client's CONNECT: one that is not 5 is answered in its own form.
 * @param reason Reason code of MQTT 5 (2.4).
 * @returns The packet.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeConnackRefused } from "./broker_writer.ts";
 *
 * assertEquals([...writeConnackRefused(4, 0x84)], [0x20, 2, 0, 1]);
 * ```
 */
export function writeConnackRefused(version: number, reason: number): Uint8Array {
  return version === 5 ? packet(0x20, [0, reason, 0]) : packet(0x20, [0, 1]);
}

/**
 * PUBACK (3.4).
 *
 * @param packetId That of the PUBLISH.
 * @param reason Reason code (2.4); 0: the broker has it.
 * @returns The packet.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writePuback } from "./broker_writer.ts";
 *
 * assertEquals(writePuback(10, 0x97).toHex(), "4003000a97");
 * ```
 */
export function writePuback(packetId: number, reason: number): Uint8Array {
  return packet(0x40, [packetId >>> 8, packetId, ...(reason === 0 ? [] : [reason])]);
}

/**
 * SUBACK (3.9) or UNSUBACK (3.11), with the same reason code for each topic.
 *
 * @param kind What is answered.
 * @param packetId Its packet identifier.
 * @param topics How many topics it names.
 * @param reason Reason code of each.
 * @returns The packet.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeSuback } from "./broker_writer.ts";
 *
 * assertEquals(writeSuback("subscribe", 1, 2, 0x83).toHex(), "90050001008383");
 * ```
 */
export function writeSuback(
  kind: "subscribe" | "unsubscribe",
  packetId: number,
  topics: number,
  reason: number,
): Uint8Array {
  const reasons = new Array<number>(topics).fill(reason);
  return packet(kind === "subscribe" ? 0x90 : 0xb0, [packetId >>> 8, packetId, 0, ...reasons]);
}

/**
 * DISCONNECT (3.14) of a broker.
 *
 * @param reason Reason code (2.4).
 * @returns The packet.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeDisconnect } from "./broker_writer.ts";
 *
 * assertEquals(writeDisconnect(0x82).toHex(), "e00182");
 * ```
 */
export function writeDisconnect(reason: number): Uint8Array {
  return packet(0xe0, [reason]);
}

/** PINGRESP (3.13). */
export const PINGRESP: Uint8Array = Uint8Array.of(0xd0, 0);

function packet(first: number, body: number[]): Uint8Array {
  const length: number[] = [];
  let rest = body.length;
  do {
    length.push(rest % 128 + (rest >= 128 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Uint8Array.from([first, ...length, ...body]);
}
