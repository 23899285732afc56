/**
 * Puts together what each side of a talk said in a packet capture.
 *
 * @module
 */
import type { CapturedPacket } from "./pcap_packets.ts";

/** What one side said to the other. */
export interface Direction {
  /** `192.0.2.7:40000 -> 192.0.2.1:10002`. */
  name: string;
  /** How. */
  transport: "tcp" | "udp";
  /** The side that connected; undefined when that was not captured. */
  connecting: boolean | undefined;
  /** The other side's port. */
  port: number;
  /** What it said: datagrams; or one run of octets for TCP, and more when octets between are missing. */
  parts: Uint8Array[];
}

/** Talks that are kept apart; the first ones. */
const MOST_DIRECTIONS = 1024;
const WRAP = 2 ** 32;

/**
 * Sorts packets by connection and side. TCP: repeats are dropped, what came out of order is put in order.
 *
 * @param packets The packets as captured.
 * @returns The sides that said anything, in the order in which they began.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { directionsOf } from "./pcap_directions.ts";
 *
 * const packet = (sequence: number, text: string) => ({
 *   transport: "tcp" as const, from: "192.0.2.7:40000", to: "192.0.2.1:7777", port: 7777, sequence, opens: undefined,
 *   payload: new TextEncoder().encode(text),
 * });
 * const [side] = directionsOf([packet(100, "al"), packet(104, "!"), packet(102, "ar"), packet(102, "ar")]);
 * assertEquals(side?.parts.map((part) => new TextDecoder().decode(part)), ["alar!"]);
 * ```
 */
export function directionsOf(packets: readonly CapturedPacket[]): Direction[] {
  const sides = new Map<string, { direction: Direction; packets: CapturedPacket[]; spoke: boolean }>();
  let number = 0;
  for (const packet of packets) {
    const { transport, from, to, port } = packet;
    const key = `${transport} ${from} ${to}`;
    let side = sides.get(key);
    // The same two ports again: a new connection.
    if (packet.opens !== undefined && side?.spoke === true) {
      sides.delete(key);
      sides.set(`${key} ${++number}`, side);
      side = undefined;
    }
    if (side === undefined) {
      if (sides.size >= MOST_DIRECTIONS) continue;
      const direction = { name: `${from} -> ${to}`, transport, connecting: undefined, port, parts: [] };
      side = { direction, packets: [], spoke: false };
      sides.set(key, side);
    }
    if (packet.opens !== undefined) side.direction.connecting = packet.opens === "connecting";
    side.spoke ||= packet.payload.length > 0;
    side.packets.push(packet);
  }
  const all = [...sides.values()];
  for (const { direction, packets } of all) {
    direction.parts = direction.transport === "udp" ? packets.map(({ payload }) => payload) : runsOf(packets);
  }
  return all.map(({ direction }) => direction).filter(({ parts }) => parts.length > 0);
}

/** The octets of a TCP stream in order. */
function runsOf(packets: readonly CapturedPacket[]): Uint8Array[] {
  const first = packets[0]?.sequence ?? 0;
  // Of a capture that began in the middle, what came before the first packet is before it here too.
  const place = ({ sequence }: CapturedPacket) => {
    const after = (sequence - first + WRAP) % WRAP;
    return after < WRAP / 2 ? after : after - WRAP;
  };
  const segments = packets.filter(({ payload }) => payload.length > 0)
    .map((packet) => ({ at: place(packet), payload: packet.payload }))
    .sort((a, b) => a.at - b.at);
  const runs: Uint8Array[][] = [];
  let next: number | undefined;
  for (const { at, payload } of segments) {
    if (next === undefined || at > next) runs.push([]);
    const fresh = payload.subarray(next === undefined || at > next ? 0 : next - at);
    next = Math.max(next ?? at, at + payload.length);
    if (fresh.length > 0) runs.at(-1)?.push(fresh);
  }
  return runs.map(joined);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
