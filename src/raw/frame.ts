/**
 * What the two ends of a raw line say to each other inside TRANSPARENT messages.
 *
 * The standard leaves the octets of a TRANSPARENT message to the makers (PROFILE); this form is Tocsin's own choice, binary, and
 * begins with an octet that no text begins with, so that it is never taken for an envelope of remote control. Numbers are
 * big-endian.
 *
 * | octets | what |
 * |---|---|
 * | 0 | 9E |
 * | 1 | version 1 in the upper four bits, kind in the lower: 0 open, 1 opened, 2 data, 3 close, 4 reset |
 * | 2–5 | connection, chosen by the SPT; never 0 |
 * | 6–9 | running number of the message in its direction, from 0 |
 * | 10–13 | the sender's clock, ms; it goes forward only, where it begins does not matter |
 * | 14–17 | data: latest time of the receiver's clock at which the octets may still be passed on, ms; else 0 |
 * | 18 | data: 1 when octets of the same frame follow in the next message; else 0 |
 * | 19… | data: octets of the line; open: the line's name in UTF-8; reset: why, in UTF-8 |
 *
 * @module
 */
import { ENVELOPE_OCTETS } from "../remote/envelope.ts";

/** What a message is for. */
export type RawKind = "open" | "opened" | "data" | "close" | "reset";

/** One message. */
export interface RawFrame {
  /**
   * `open`: the SPT has a panel for the line named in `octets`. `opened`: the RCT has the AE for it. `data`: octets of the line, or
   * none to say that the end is there. `close`: the connection ended, everything before has been said. `reset`: it was cut.
   */
  kind: RawKind;
  /** Which connection: 1 to 2^32 - 1. The upper half is the same for all connections of one run of the SPT. */
  connection: number;
  /** Running number in this direction: 0 to 2^32 - 1. A message that comes again has the number that it had. */
  number: number;
  /** The sender's clock, ms modulo 2^32. */
  clock: number;
  /** data: latest time of the receiver's clock, ms modulo 2^32. */
  until: number;
  /** data: whether more of the same frame follows in the next message. */
  more: boolean;
  /** At most {@link RAW_OCTETS}. */
  octets: Uint8Array;
}

/** What octets turn out to be. */
export type RawReading =
  | { kind: "raw"; frame: RawFrame }
  /** Something else than this form: for whoever else takes TRANSPARENT messages. */
  | { kind: "foreign" }
  /** This form, and wrong. */
  | { kind: "unreadable"; message: string };

const HEAD = 19;
/** Octets of a line that one message carries, at most: with its head it is as long as the longest envelope. */
export const RAW_OCTETS: number = ENVELOPE_OCTETS - HEAD;

const MARK = 0x9e;
const VERSION = 1;
const KINDS: readonly RawKind[] = ["open", "opened", "data", "close", "reset"];

/**
 * Writes a message.
 *
 * @param frame The message.
 * @returns The octets, 900 at most.
 * @throws {RangeError} When there are more octets than fit: a mistake of the caller.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeRawFrame } from "./frame.ts";
 *
 * const octets = writeRawFrame({
 *   kind: "data",
 *   connection: 0x10002,
 *   number: 7,
 *   clock: 1000,
 *   until: 2500,
 *   more: false,
 *   octets: new Uint8Array([6]),
 * });
 * assertEquals(octets.toHex(), "9e12" + "00010002" + "00000007" + "000003e8" + "000009c4" + "00" + "06");
 * ```
 */
export function writeRawFrame(frame: RawFrame): Uint8Array {
  if (frame.octets.length > RAW_OCTETS) {
    throw new RangeError(`${frame.octets.length} octets, ${RAW_OCTETS} can be carried`);
  }
  const bytes = new Uint8Array(HEAD + frame.octets.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = MARK;
  bytes[1] = VERSION << 4 | KINDS.indexOf(frame.kind);
  view.setUint32(2, frame.connection);
  view.setUint32(6, frame.number);
  view.setUint32(10, frame.clock);
  view.setUint32(14, frame.until);
  bytes[18] = frame.more ? 1 : 0;
  bytes.set(frame.octets, HEAD);
  return bytes;
}

/**
 * Reads octets of a TRANSPARENT message.
 *
 * @param bytes The octets.
 * @returns What they are; `octets` of a frame are a copy. Never throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readRawFrame } from "./frame.ts";
 *
 * assertEquals(readRawFrame(new TextEncoder().encode('{"tocsin":"answer"}')), { kind: "foreign" });
 * assertEquals(readRawFrame(Uint8Array.of(0x9e, 0x12)), {
 *   kind: "unreadable",
 *   message: "2 octets, at least 19 are expected",
 * });
 * ```
 */
export function readRawFrame(bytes: Uint8Array): RawReading {
  if (bytes[0] !== MARK) return { kind: "foreign" };
  const unreadable = (message: string): RawReading => ({ kind: "unreadable", message });
  const second = bytes[1] ?? 0;
  if (bytes.length < HEAD) return unreadable(`${bytes.length} octets, at least ${HEAD} are expected`);
  if (second >> 4 !== VERSION) return unreadable(`version ${second >> 4}, ${VERSION} is known here`);
  if (bytes.length > HEAD + RAW_OCTETS) {
    return unreadable(`${bytes.length} octets, ${HEAD + RAW_OCTETS} are allowed`);
  }
  const kind = KINDS[second & 0xf];
  if (kind === undefined) return unreadable(`a kind of message that is not known here, ${second & 0xf}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const connection = view.getUint32(2);
  if (connection === 0) return unreadable("connection 0");
  const more = bytes[18] ?? 0;
  if (more > 1 || (more === 1 && kind !== "data")) return unreadable(`flags ${more}`);
  const octets = bytes.slice(HEAD);
  return {
    kind: "raw",
    frame: {
      kind,
      connection,
      number: view.getUint32(6),
      clock: view.getUint32(10),
      until: view.getUint32(14),
      more: more === 1,
      octets,
    },
  };
}
