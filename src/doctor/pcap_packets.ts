/**
 * Reads packet captures: classic pcap files, as `tcpdump -w` writes them, down to what TCP and UDP carry.
 *
 * Layout (draft-ietf-opsawg-pcap, A): `magic (4) | version (4) | 0 (8) | longest record (4) | link type (4)`, then records
 * `seconds (4) | fraction (4) | octets here (4) | octets on the wire (4) | packet`, in the byte order of the magic.
 *
 * @module
 */
import { addressText } from "../ip/address_octets.ts";

/** What one packet carries. */
export interface CapturedPacket {
  /** How. */
  transport: "tcp" | "udp";
  /** Sender, `192.0.2.7:40000` or `[2001:db8::7]:40000`. */
  from: string;
  /** Receiver, likewise. */
  to: string;
  /** The receiver's port. */
  port: number;
  /** What it carries, without headers. */
  payload: Uint8Array;
  /** TCP: the sequence number of its first octet. */
  sequence: number;
  /** TCP: the first packet of the side that connects, or of the other side. */
  opens: "connecting" | "accepting" | undefined;
}

/** Packets of a capture; or why it cannot be read. */
export type PcapRead = { ok: true; packets: CapturedPacket[]; skipped: number } | {
  ok: false;
  message: string;
};

/** Packets that are looked at: bounds the memory. */
const MOST_PACKETS = 100_000;
const FILE_HEADER = 24;
const RECORD_HEADER = 16;
/** Octets before the IP header by link type, and where its EtherType stands; -1: none. */
const LINKS: Readonly<Record<number, { octets: number; type: number }>> = {
  0: { octets: 4, type: -1 }, // loopback
  1: { octets: 14, type: 12 }, // Ethernet
  12: { octets: 0, type: -1 }, // raw IP, as some systems number it
  14: { octets: 0, type: -1 },
  101: { octets: 0, type: -1 }, // raw IP
  108: { octets: 4, type: -1 }, // loopback of OpenBSD
  113: { octets: 16, type: 14 }, // tcpdump -i any
  228: { octets: 0, type: -1 },
  229: { octets: 0, type: -1 },
  276: { octets: 20, type: 0 }, // tcpdump -i any, newer
};
const VLAN = new Set([0x8100, 0x88a8]);
const TCP = 6;
const UDP = 17;
/** IPv6 headers that may stand before TCP and UDP: hop-by-hop, routing, destination options. */
const EXTENSIONS = new Set([0, 43, 60]);
const SYN = 0x02;
const ACK = 0x10;

/**
 * Whether a file is a packet capture, of the classic kind or of the newer one (pcapng).
 *
 * @param file Its first octets.
 */
export function isPcap(file: Uint8Array): boolean {
  return /^(?:d4c3b2a1|a1b2c3d4|4d3cb2a1|a1b23c4d|0a0d0d0a.{8}(?:4d3c2b1a|1a2b3c4d))/.test(
    file.subarray(0, 12).toHex(),
  );
}

/**
 * Reads a capture. Never throws; a file that was cut off ends at its last whole packet.
 *
 * @param file The file.
 * @returns The packets in order, and how many were no TCP or UDP, or parts of larger ones; or what to do about a file that is
 *   not read.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { pcapHeader, pcapRecord } from "../capture/pcap.ts";
 * import { readPcap } from "./pcap_packets.ts";
 *
 * const ends = { from: { hostname: "192.0.2.7", port: 40000 }, to: { hostname: "192.0.2.1", port: 7777 } };
 * const record = pcapRecord({ at: 0, ...ends, bytes: new TextEncoder().encode("hi") });
 * const read = readPcap(Uint8Array.of(...pcapHeader(), ...record));
 * assert(read.ok);
 * assertEquals(read.packets.map(({ from, to, port }) => [from, to, port]), [["192.0.2.7:40000", "192.0.2.1:7777", 7777]]);
 * ```
 */
export function readPcap(file: Uint8Array): PcapRead {
  const magic = file.subarray(0, 4).toHex();
  if (magic === "0a0d0d0a") {
    return refused(
      "this is a pcapng capture, which is not read here: in Wireshark save it as pcap (File > Save As), " +
        "or editcap -F pcap IN OUT",
    );
  }
  if (!isPcap(file) || file.length < FILE_HEADER) {
    return refused("this is no packet capture, or only its beginning");
  }
  const little = magic === "d4c3b2a1" || magic === "4d3cb2a1";
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const type = view.getUint32(20, little) & 0x0fff_ffff;
  const link = LINKS[type];
  if (link === undefined) {
    return refused(
      `packets of link type ${type} are not read here: capture on an Ethernet interface, or with tcpdump -i any`,
    );
  }
  const packets: CapturedPacket[] = [];
  let skipped = 0;
  for (let at = FILE_HEADER; at + RECORD_HEADER <= file.length && packets.length < MOST_PACKETS;) {
    const octets = view.getUint32(at + 8, little);
    at += RECORD_HEADER;
    if (octets > file.length - at) break;
    const packet = readFrame(file.subarray(at, at + octets), link);
    if (packet === undefined) skipped++;
    else packets.push(packet);
    at += octets;
  }
  return { ok: true, packets, skipped };
}

function refused(message: string): PcapRead {
  return { ok: false, message };
}

function readFrame(frame: Uint8Array, link: { octets: number; type: number }): CapturedPacket | undefined {
  let at = link.octets;
  let type = link.type;
  while (type >= 0 && at <= frame.length && VLAN.has(word(frame, type))) {
    // A VLAN tag of four octets stands before the type proper.
    type = at + 2;
    at += 4;
  }
  const packet = frame.subarray(at);
  const version = octet(packet, 0) >> 4;
  return version === 4 ? readIpv4(packet) : version === 6 ? readIpv6(packet) : undefined;
}

function readIpv4(packet: Uint8Array): CapturedPacket | undefined {
  const header = (octet(packet, 0) & 0x0f) * 4;
  // Of a packet in parts only the first has ports, and what it says is not whole.
  if (header < 20 || (word(packet, 6) & 0x3fff) !== 0) return undefined;
  // Cards that cut large packets up themselves leave the length at zero; Ethernet pads short ones.
  const length = word(packet, 2) || packet.length;
  const address = (at: number) => packet.subarray(at, at + 4).join(".");
  return readTransport(octet(packet, 9), packet.subarray(header, length), address(12), address(16));
}

function readIpv6(packet: Uint8Array): CapturedPacket | undefined {
  const length = word(packet, 4) || packet.length - 40;
  const address = (at: number) => `[${addressText(packet.subarray(at, at + 16)) ?? "::"}]`;
  let next = octet(packet, 6);
  let rest = packet.subarray(40, 40 + length);
  while (EXTENSIONS.has(next) && rest.length >= 8) {
    next = octet(rest, 0);
    rest = rest.subarray((octet(rest, 1) + 1) * 8);
  }
  return readTransport(next, rest, address(8), address(24));
}

function readTransport(
  protocol: number,
  segment: Uint8Array,
  from: string,
  to: string,
): CapturedPacket | undefined {
  const header = protocol === UDP ? 8 : protocol === TCP ? (octet(segment, 12) >> 4) * 4 : 0;
  if (header < 8 || (protocol === TCP && header < 20) || segment.length < header) return undefined;
  const port = word(segment, 2);
  const flags = protocol === TCP ? octet(segment, 13) : 0;
  const end = protocol === UDP ? Math.max(header, word(segment, 4)) : segment.length;
  return {
    transport: protocol === UDP ? "udp" : "tcp",
    from: `${from}:${word(segment, 0)}`,
    to: `${to}:${port}`,
    port,
    payload: segment.subarray(header, end),
    // A SYN counts as an octet.
    sequence: protocol === TCP
      ? (word(segment, 4) * 0x10000 + word(segment, 6) + (flags & SYN ? 1 : 0)) % 2 ** 32
      : 0,
    opens: (flags & SYN) === 0 ? undefined : (flags & ACK) === 0 ? "connecting" : "accepting",
  };
}

function octet(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

function word(bytes: Uint8Array, at: number): number {
  return octet(bytes, at) << 8 | octet(bytes, at + 1);
}
