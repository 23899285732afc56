/**
 * What a receiver answers.
 *
 * @module
 */
import { type Dc09Random, sealBody } from "./encryption.ts";
import { type Dc09CrcForm, writeFrame } from "./frame.ts";
import type { Dc09Head } from "./head.ts";
import type { Dc09Key } from "./key.ts";
import { toOctets } from "./octets.ts";
import { writeTimestamp } from "./timestamp.ts";

/** How to write an answer. */
export interface Dc09AnswerOptions {
  /** The receiver's time, ms since 1970. */
  now: number;
  /** As the question had it. @default {"hex"} */
  crc?: Dc09CrcForm;
  /** The key that opened the question: the answer is then encrypted too. */
  sealing?: { key: Dc09Key; random: Dc09Random };
}

/**
 * Writes an ACK or a DUH: `"ACK"SSSS[R][L]#acct[]`, with the numbers of the question as they were spelled; parts that
 * were not there are left out. Encrypted: `"*ACK"…[` and pad, `|`, `]_time` in AES. Source: receiver-outputs.md §7.2 (A).
 *
 * @param id `ACK`: taken. `DUH`: understood as a message, but it cannot be processed.
 * @param head The question's head.
 * @param options Time, form, key.
 * @returns The complete frame. Never throws for a head that was read.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dc09Answer } from "./answer.ts";
 *
 * const head = { id: "NULL", encrypted: false, sequence: "0001", receiver: "1", line: "2", account: "1234" };
 * const bytes = dc09Answer("ACK", head, { now: 0 });
 * assertEquals(new TextDecoder().decode(bytes), '\nC7370014"ACK"0001R1L2#1234[]\r');
 * ```
 */
export function dc09Answer(
  id: "ACK" | "DUH",
  head: Dc09Head,
  options: Dc09AnswerOptions,
): Uint8Array<ArrayBuffer> {
  const { sequence, receiver, line, account } = head;
  const numbers = `${sequence}${receiver === undefined ? "" : `R${receiver}`}${
    line === undefined ? "" : `L${line}`
  }${account === undefined ? "" : `#${account}`}`;
  const { sealing, now, crc } = options;
  const content = sealing === undefined
    ? `"${id}"${numbers}[]`
    : `"*${id}"${numbers}[${sealBody(`]_${writeTimestamp(now)}`, sealing.key, sealing.random)}`;
  return writeFrame(toOctets(content), crc);
}

/**
 * Writes a NAK: `"NAK"0000R0L0A0[]_time`, never encrypted. A panel that gets it sets its clock's offset from the time and
 * sends again. Source: receiver-outputs.md §7.2 (A).
 *
 * @param options The time, and the form of the CRC.
 * @returns The complete frame.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dc09Nak } from "./answer.ts";
 *
 * const bytes = dc09Nak({ now: Date.UTC(2026, 0, 2, 12) });
 * assertEquals(new TextDecoder().decode(bytes), '\n10780025"NAK"0000R0L0A0[]_12:00:00,01-02-2026\r');
 * ```
 */
export function dc09Nak(options: { now: number; crc?: Dc09CrcForm }): Uint8Array<ArrayBuffer> {
  return writeFrame(toOctets(`"NAK"0000R0L0A0[]_${writeTimestamp(options.now)}`), options.crc);
}
