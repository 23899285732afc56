/**
 * The DC-09 message: what a frame says.
 *
 * @module
 */
import { type Dc09Body, readBody, writeBody } from "./body.ts";
import { type Dc09Random, openBody, sealBody } from "./encryption.ts";
import { type Dc09Head, readHeadOf, writeHead } from "./head.ts";
import type { Dc09Key } from "./key.ts";
import { fromOctets, toOctets } from "./octets.ts";

/** A message, in clear or decrypted. */
export interface Dc09Message extends Dc09Head, Dc09Body {
  /** What was tolerated, by name; sorted. */
  quirks: string[];
}

/** What {@link parseDc09} found. */
export type Dc09Result =
  | {
    ok: true;
    /** The message. */
    message: Dc09Message;
    /** The key that opened it, when it was encrypted. */
    key?: Dc09Key;
  }
  | {
    ok: false;
    /** `bad-head`, `bad-cipher`, `no-key` or `wrong-key`. */
    rule: string;
    /** For the technician. */
    message: string;
    /** The head, if that could be read: enough to answer. */
    head?: Dc09Head;
  };

/**
 * Reads a message. Source: receiver-outputs.md §7 (A).
 *
 * @param content The frame's content, from the first `"` on.
 * @param keys Gives the keys to try for an encrypted message.
 * @returns The message; or the rule that refused it. Never throws.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { parseDc09 } from "./message.ts";
 *
 * const read = parseDc09(new TextEncoder().encode('"SIA-DCS"0001L#7303658550[#7303658550|NBA4]_11:52:09,05-07-2019'));
 * assert(read.ok);
 * assertEquals([read.message.line, read.message.data], ["", "#7303658550|NBA4"]);
 * assertEquals(read.message.timestamp, "11:52:09,05-07-2019");
 * ```
 */
export function parseDc09(
  content: Uint8Array,
  keys: (head: Dc09Head) => readonly Dc09Key[] = () => [],
): Dc09Result {
  const read = readHeadOf(fromOctets(content));
  if (!read.ok) return read;
  const { head, rest } = read;
  const opened = head.encrypted ? openBody(rest, head, keys(head)) : undefined;
  if (opened !== undefined && !opened.ok) return { ...opened, head };
  const body = readBody(opened?.body ?? rest);
  let { quirks } = body;
  if (read.quirks.length > 0 || quirks.length > 0 || opened !== undefined) {
    quirks = [...new Set([...read.quirks, ...opened?.quirks ?? [], ...quirks])].sort();
  }
  const { data, extended, timestamp, encoding } = body;
  const message: Dc09Message = timestamp === undefined
    ? { ...head, data, extended, encoding, quirks }
    : { ...head, data, extended, timestamp, encoding, quirks };
  return opened === undefined ? { ok: true, message } : { ok: true, message, key: opened.key };
}

/** What writing an encrypted message needs. */
export interface Dc09Sealing {
  /** The key. */
  key: Dc09Key;
  /** Random octets for the pad. */
  random: Dc09Random;
}

/**
 * Writes a message as the content of a frame; the inverse of {@link parseDc09}.
 *
 * @param message The message. Encrypted ones need a timestamp by the standard (receiver-outputs.md §7.1).
 * @param sealing Key and random octets; needed when `message.encrypted`.
 * @returns The content, for `writeFrame`.
 * @throws {RangeError} If a field cannot be written, or an encrypted message has no key or no timestamp.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeDc09 } from "./message.ts";
 *
 * const content = writeDc09({
 *   id: "ADM-CID", encrypted: false, sequence: "0001", line: "0", account: "1002",
 *   data: "#1002|1602 00 001", extended: [], encoding: "ascii",
 * });
 * assertEquals(new TextDecoder().decode(content), '"ADM-CID"0001L0#1002[#1002|1602 00 001]');
 * ```
 */
export function writeDc09(message: Dc09Head & Dc09Body, sealing?: Dc09Sealing): Uint8Array<ArrayBuffer> {
  const head = writeHead(message);
  const body = writeBody(message);
  if (!message.encrypted) return toOctets(`${head}[${body}`);
  if (sealing === undefined || message.timestamp === undefined) {
    throw new RangeError("Cannot write an encrypted DC-09 message without a key and a timestamp");
  }
  return toOctets(`${head}[${sealBody(body, sealing.key, sealing.random)}`);
}
