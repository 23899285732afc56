/**
 * Captures as Wireshark and tcpdump read them: classic pcap with times to the nanosecond, link type RAW (each
 * record begins with an IP header).
 *
 * A gateway sees datagrams and addresses, not frames: IP and UDP headers are made up around them, with correct
 * lengths and checksums.
 *
 * Source: the pcap file format as tcpdump.org describes it (draft-ietf-opsawg-pcap); RFC 791, 768, 8200.
 *
 * @module
 */
import { addressOctets } from "../ip/address_octets.ts";

/** A datagram with the ends it went between. */
export interface CapturedDatagram {
  /** When it was sent or received: ms since 1970, fractions welcome. */
  at: number;
  /** Who sent it. */
  from: CapturedEnd;
  /** Whom it was sent to. */
  to: CapturedEnd;
  /** What it said, without IP and UDP headers. */
  bytes: Uint8Array;
}

/** One end of a datagram's way. */
export interface CapturedEnd {
  /** An IPv4 or IPv6 address; anything else is written as the unspecified address. */
  hostname: string;
  /** UDP port. */
  port: number;
}

/** Most octets in a UDP datagram over IPv4: 65,535 less the IP and UDP headers. */
export const MAX_CAPTURED = 65_507;

const MAGIC_NANOSECONDS = 0xa1b23c4d;
const LINKTYPE_RAW = 101;
const SNAP_LENGTH = 0xffff;
const HEADER_OCTETS = 24;
const RECORD_OCTETS = 16;
const IPV4_OCTETS = 20;
const IPV6_OCTETS = 40;
const UDP_OCTETS = 8;
const UDP = 17;
const HOPS = 64;
const DONT_FRAGMENT = 0x4000;

/**
 * The first octets of a capture file (24):
 * `magic (4) | version 2.4 (2, 2) | zone 0 (4) | accuracy 0 (4) | longest record (4) | link type (4)`, little-endian.
 *
 * @returns The header; records follow it directly.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pcapHeader } from "./pcap.ts";
 *
 * assertEquals(pcapHeader().toHex(), "4d3cb2a1020004000000000000000000ffff000065000000");
 * ```
 */
export function pcapHeader(): Uint8Array {
  const header = new DataView(new ArrayBuffer(HEADER_OCTETS));
  header.setUint32(0, MAGIC_NANOSECONDS, true);
  header.setUint16(4, 2, true);
  header.setUint16(6, 4, true);
  header.setUint32(16, SNAP_LENGTH, true);
  header.setUint32(20, LINKTYPE_RAW, true);
  return new Uint8Array(header.buffer);
}

/**
 * One datagram as a record of a capture file:
 * `seconds (4) | nanoseconds (4) | octets here (4) | octets on the wire (4) | IP header | UDP header | datagram`.
 *
 * Addresses: IPv4-mapped IPv6 (`::ffff:192.0.2.1`) is written as IPv4. The unspecified address of a socket that listens
 * everywhere (`0.0.0.0`, `::`) stays unspecified, in the family of the other end. A host name, or anything that is no
 * address, is written as unspecified too: the port still tells the ends apart. If one end has an IPv4 address
 * and the other an IPv6 one, the record is IPv6, the IPv4 address mapped.
 *
 * @param datagram The datagram. A time before 1970 or after 2106, which the format cannot hold, becomes the nearest that
 * it can.
 * @returns The record.
 * @throws {RangeError} When there are more than {@link MAX_CAPTURED} octets, or a port is no port: errors of the caller.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pcapRecord } from "./pcap.ts";
 *
 * const record = pcapRecord({
 *   at: 1000.5,
 *   from: { hostname: "192.0.2.1", port: 40000 },
 *   to: { hostname: "::ffff:192.0.2.2", port: 50136 },
 *   bytes: new TextEncoder().encode("hi"),
 * });
 * assertEquals(record.length, 16 + 20 + 8 + 2);
 * assertEquals(record.subarray(0, 8).toHex(), "0100000020a10700"); // 1 s, 500,000 ns
 * assertEquals(record.subarray(28, 36).toHex(), "c0000201c0000202");
 * ```
 */
export function pcapRecord(datagram: CapturedDatagram): Uint8Array {
  const { from, to, bytes } = datagram;
  if (bytes.length > MAX_CAPTURED) {
    throw new RangeError(`${bytes.length} octets do not fit a UDP datagram; ${MAX_CAPTURED} is the limit`);
  }
  const ends = oneFamily(address(from.hostname), address(to.hostname));
  const ipOctets = ends.from.length === 4 ? IPV4_OCTETS : IPV6_OCTETS;
  const udpOctets = UDP_OCTETS + bytes.length;
  const packet = ipOctets + udpOctets;
  const record = new Uint8Array(RECORD_OCTETS + packet);
  const view = new DataView(record.buffer);
  const { seconds, nanoseconds } = time(datagram.at);
  view.setUint32(0, seconds, true);
  view.setUint32(4, nanoseconds, true);
  view.setUint32(8, packet, true);
  view.setUint32(12, packet, true);

  const udpAt = RECORD_OCTETS + ipOctets;
  view.setUint16(udpAt, port(from));
  view.setUint16(udpAt + 2, port(to));
  view.setUint16(udpAt + 4, udpOctets);
  record.set(bytes, udpAt + UDP_OCTETS);
  // The pseudo-header: both addresses, the protocol, the length (RFC 768, RFC 8200 §8.1).
  const pseudo = sum(ends.from) + sum(ends.to) + UDP + udpOctets;
  const checksum = complement(pseudo + sum(record.subarray(udpAt)));
  view.setUint16(udpAt + 6, checksum === 0 ? 0xffff : checksum); // zero would mean: no checksum

  if (ipOctets === IPV4_OCTETS) writeIpv4(record.subarray(RECORD_OCTETS, udpAt), packet, ends);
  else writeIpv6(record.subarray(RECORD_OCTETS, udpAt), udpOctets, ends);
  return record;
}

/** Both addresses of a record, of 4 or of 16 octets. */
interface Ends {
  from: Uint8Array;
  to: Uint8Array;
}

function writeIpv4(header: Uint8Array, length: number, ends: Ends): void {
  const view = new DataView(header.buffer, header.byteOffset);
  view.setUint8(0, 0x45); // version 4, five words of header
  view.setUint16(2, length);
  view.setUint16(6, DONT_FRAGMENT);
  view.setUint8(8, HOPS);
  view.setUint8(9, UDP);
  header.set(ends.from, 12);
  header.set(ends.to, 16);
  view.setUint16(10, complement(sum(header)));
}

function writeIpv6(header: Uint8Array, payload: number, ends: Ends): void {
  const view = new DataView(header.buffer, header.byteOffset);
  view.setUint8(0, 0x60); // version 6
  view.setUint16(4, payload);
  view.setUint8(6, UDP);
  view.setUint8(7, HOPS);
  header.set(ends.from, 8);
  header.set(ends.to, 24);
}

/** Four octets for IPv4, plain or mapped; sixteen for IPv6; none for the unspecified address and for names. */
function address(hostname: string): Uint8Array {
  const [text = ""] = hostname.split("%"); // fe80::1%eth0: the zone is not part of the address
  const octets = addressOctets(text);
  if (octets === undefined) return new Uint8Array();
  const mapped = sum(octets.subarray(0, 10)) === 0 && octets[10] === 0xff && octets[11] === 0xff;
  const shortest = mapped ? octets.slice(12) : octets;
  return shortest.every((octet) => octet === 0) ? new Uint8Array() : shortest;
}

function oneFamily(from: Uint8Array, to: Uint8Array): Ends {
  const size = Math.max(4, from.length, to.length);
  return { from: widened(from, size), to: widened(to, size) };
}

function widened(octets: Uint8Array, size: number): Uint8Array {
  if (octets.length === size) return octets;
  const wide = new Uint8Array(size);
  if (octets.length > 0) {
    wide.fill(0xff, 10, 12);
    wide.set(octets, 12);
  }
  return wide;
}

function port(end: CapturedEnd): number {
  if (!Number.isInteger(end.port) || end.port < 0 || end.port > 0xffff) {
    throw new RangeError(`${end.port} is no UDP port`);
  }
  return end.port;
}

/** Milliseconds as whole seconds and nanoseconds, within what 32 bits hold. */
function time(at: number): { seconds: number; nanoseconds: number } {
  const latest = 0xffff_ffff;
  const ms = Number.isNaN(at) ? 0 : Math.min(Math.max(0, at), latest * 1000);
  const seconds = Math.floor(ms / 1000);
  // In two steps: nanoseconds since 1970 are more than a number holds exactly.
  const nanoseconds = Math.min(999_999_999, Math.round((ms - seconds * 1000) * 1e6));
  return { seconds, nanoseconds };
}

/** Sum of 16-bit words, an odd octet padded with zero (RFC 1071). 64 KiB sum to less than 2^31. */
function sum(octets: Uint8Array): number {
  let total = 0;
  for (let i = 0; i < octets.length; i += 2) total += (octets[i]! << 8) | (octets[i + 1] ?? 0);
  return total;
}

function complement(total: number): number {
  while (total > 0xffff) total = (total & 0xffff) + Math.floor(total / 0x10000);
  return ~total & 0xffff;
}
