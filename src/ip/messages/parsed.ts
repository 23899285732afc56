/**
 * What the messages have in common: results, flags, octets left over.
 *
 * @module
 */
import { planOf } from "../plan.ts";
import type { Result, Ts50136Profile } from "../profile.ts";

const IPV6_OCTETS = 16;

/**
 * What reading the data of a message came to. `rule` is one of `message-data-too-short`, `trailing-octets`,
 * `field-cut-short`, `empty-event-field`, `no-event-field`, `second-event-field`, `unknown-message`;
 * `message` says it to a technician.
 */
export type Parsed<T> = { ok: true; value: T } | { ok: false; rule: string; message: string };

/** A message that may carry octets that this edition does not know. */
export interface WithTrailing {
  /** Octets after the last one needed, kept as they came; absent when there are none. */
  trailing?: Uint8Array;
}

/** What every response has. */
export interface Response extends WithTrailing {
  /** The result code by name. */
  result: Result;
  /**
   * True when the response was the result octet alone: a refusal whose other members are zero and mean
   * nothing.
   */
  bare?: true;
}

/** A message with a flags octet. */
export interface WithFlags {
  /** True for the master set (kept), false for the session set (lost at the next setup). */
  master: boolean;
  /** The other bits of the flags octet; absent when they are 0. */
  reserved?: number;
}

/** Reads the octets of one message in order. */
export class DataReader {
  /** Where the next octet is taken. */
  at = 0;
  readonly #data: Uint8Array;
  readonly #little: boolean;

  /** Starts at the first octet of the message data. */
  constructor(profile: Ts50136Profile, data: Uint8Array) {
    this.#data = data;
    this.#little = planOf(profile).little;
  }

  /** The next `size` octets, copied; zeros where the data has ended. */
  octets(size: number): Uint8Array {
    const octets = new Uint8Array(size);
    octets.set(this.#data.subarray(this.at, this.at + size));
    this.at += size;
    return octets;
  }

  /** The next `size` octets as a number. */
  uint(size: number): number {
    const octets = this.#data;
    let value = 0;
    for (let i = 0; i < size; i++) {
      const octet = octets[this.at + (this.#little ? size - 1 - i : i)] ?? 0;
      value = value * 256 + octet;
    }
    this.at += size;
    return value;
  }
}

/**
 * Reads a message of fixed layout: checks the length, keeps what is left over.
 *
 * @param profile The profile; its `trailing` decides about octets left over.
 * @param name Name of the message, for the refusal.
 * @param data The message data.
 * @param size Octets the layout needs.
 * @param read Reads the members.
 * @returns The value, or `message-data-too-short`, or `trailing-octets` if the profile refuses them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 } from "../profile.ts";
 * import { readFixed } from "./parsed.ts";
 *
 * const short = readFixed(reconstructed2020, "VERSION_REQ", new Uint8Array(), 1, (data) => ({ version: data.uint(1) }));
 * assertEquals(short.ok ? "" : short.rule, "message-data-too-short");
 * ```
 */
export function readFixed<T extends object>(
  profile: Ts50136Profile,
  name: string,
  data: Uint8Array,
  size: number,
  read: (data: DataReader) => T,
): Parsed<T & WithTrailing> {
  if (data.length < size) return tooShort(name, data.length, size);
  if (data.length > size && profile.values.trailing === "refuse") {
    return trailingRefused(name, data.length, size);
  }
  const value: T & WithTrailing = read(new DataReader(profile, data));
  if (data.length > size) value.trailing = data.slice(size);
  return { ok: true, value };
}

/**
 * Reads a response of fixed layout, as {@link readFixed}. A lone result octet that is no acknowledgement is
 * taken as a bare refusal.
 *
 * @param profile The profile.
 * @param name Name of the message, for the refusal.
 * @param data The message data.
 * @param size Octets the layout needs, the result octet included.
 * @param read Reads the members after the result octet.
 * @returns The value or the refusal.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 } from "../profile.ts";
 * import { readResponse } from "./parsed.ts";
 *
 * const parsed = readResponse(reconstructed2020, "VERSION_RESP", new Uint8Array([2]), 2, (result, data) => ({
 *   result,
 *   version: data.uint(1),
 * }));
 * assertEquals(parsed, { ok: true, value: { result: "RESP_NEGATIVE_ACKNOWLEDGE", version: 0, bare: true } });
 * ```
 */
export function readResponse<T extends { result: Result }>(
  profile: Ts50136Profile,
  name: string,
  data: Uint8Array,
  size: number,
  read: (result: Result, data: DataReader) => T,
): Parsed<T & Response> {
  if (data.length === 0) return tooShort(name, 0, size);
  const reader = new DataReader(profile, data);
  const result = planOf(profile).results.nameOf(reader.uint(1));
  const bare = data.length === 1 && size > 1 && result !== "RESP_ACKNOWLEDGE";
  if (!bare && data.length < size) return tooShort(name, data.length, size);
  if (data.length > size && profile.values.trailing === "refuse") {
    return trailingRefused(name, data.length, size);
  }
  const value: T & Response = read(result, reader);
  if (bare) value.bare = true;
  else if (data.length > size) value.trailing = data.slice(size);
  return { ok: true, value };
}

/**
 * Writes the octets of one message: appends parts, then what is left over.
 *
 * @param parts The octets in order; `undefined` adds nothing.
 * @returns The message data.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { joined } from "./parsed.ts";
 *
 * assertEquals(joined([1], undefined, new Uint8Array([2, 3])).toHex(), "010203");
 * ```
 */
export function joined(...parts: (ArrayLike<number> | undefined)[]): Uint8Array {
  let size = 0;
  for (const part of parts) size += part?.length ?? 0;
  const octets = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    if (part === undefined) continue;
    octets.set(part, at);
    at += part.length;
  }
  return octets;
}

/**
 * Writes a response: its result, the members unless it is a bare refusal, what is left over.
 *
 * @param profile The profile.
 * @param response The response.
 * @param members The members after the result octet.
 * @returns The message data.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reconstructed2020 } from "../profile.ts";
 * import { writeResponse } from "./parsed.ts";
 *
 * assertEquals(writeResponse(reconstructed2020, { result: "RESP_ACKNOWLEDGE" }, [7]).toHex(), "0107");
 * assertEquals(writeResponse(reconstructed2020, { result: "RESP_ACKNOWLEDGE", bare: true }, [7]).toHex(), "01");
 * ```
 */
export function writeResponse(
  profile: Ts50136Profile,
  response: Response,
  ...members: ArrayLike<number>[]
): Uint8Array {
  const result = [planOf(profile).results.idOf(response.result)];
  return response.bare === true ? joined(result) : joined(result, ...members, response.trailing);
}

/** Writes an unsigned number of `size` octets. Throws RangeError when it does not fit. */
export function uint(profile: Ts50136Profile, value: number, size: number): number[] {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * size)) {
    throw new RangeError(`${value} does not fit ${size} octets`);
  }
  const octets: number[] = [];
  for (let i = 0; i < size; i++) octets.push(Math.floor(value / 2 ** (8 * i)) % 256);
  return planOf(profile).little ? octets : octets.reverse();
}

/**
 * Checks that `octets` has the size of its field. Throws RangeError when it has not: an error of the caller.
 */
export function sized(octets: Uint8Array, size: number, what: string): Uint8Array {
  if (octets.length !== size) throw new RangeError(`${what} has ${octets.length} octets, not ${size}`);
  return octets;
}

/**
 * An IP address in a field of the profile's size: 16 octets in a longer field come first, zeros after them
 * (PROFILE). Throws RangeError for any other size: an error of the caller.
 */
export function addressField(profile: Ts50136Profile, address: Uint8Array): Uint8Array {
  const size = profile.values.addressOctets;
  return address.length === IPV6_OCTETS && size > IPV6_OCTETS
    ? joined(address, new Uint8Array(size - IPV6_OCTETS))
    : sized(address, size, "the address");
}

/** Splits a flags octet: the bit that says master set, and the rest if any. */
export function readFlags(flags: number, masterFlag: number): WithFlags {
  const reserved = flags & ~masterFlag & 0xff;
  return { master: (flags & masterFlag) !== 0, ...(reserved === 0 ? {} : { reserved }) };
}

/** Joins a flags octet. */
export function writeFlags(flags: WithFlags, masterFlag: number): number {
  return (flags.master ? masterFlag : 0) | ((flags.reserved ?? 0) & ~masterFlag & 0xff);
}

function tooShort(name: string, length: number, size: number): Parsed<never> {
  return {
    ok: false,
    rule: "message-data-too-short",
    message: `${name} has ${length} octets of data, ${size} are needed. ` +
      "The peer speaks another edition or profile of the protocol: compare the profiles of both ends.",
  };
}

function trailingRefused(name: string, length: number, size: number): Parsed<never> {
  return {
    ok: false,
    rule: "trailing-octets",
    message: `${name} has ${length} octets of data, ${length - size} more than the ${size} it needs, ` +
      "and the profile refuses them. Set trailing to keep if the peer speaks a later edition.",
  };
}
