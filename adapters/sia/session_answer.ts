/**
 * The answers a receiver gives to SIA blocks.
 *
 * @module
 */

/**
 * How answers are written: header `40` as Galaxy panels on TCP expect it, `00` as older serial modules do; with `-08` the
 * function codes are 08 and 09 in place of the characters `8` and `9`, for early Galaxy RS232 modules.
 */
export type SiaAckStyle = "40" | "00" | "40-08" | "00-08";

const ANSWERS: Readonly<Record<SiaAckStyle, { ack: string; nak: string }>> = {
  "40": { ack: "403887", nak: "403986" },
  "00": { ack: "0038c7", nak: "0039c6" },
  "40-08": { ack: "4008b7", nak: "4009b6" },
  "00-08": { ack: "0008f7", nak: "0009f6" },
};

/**
 * The complete answer block, parity included (panel-formats.md §1.6, A; 08 and 09 §1.2, A for the values, C for
 * their header).
 *
 * @param style Header of the answer.
 * @param kind Positive or negative.
 * @returns Three octets, a new array each time.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { siaAnswer } from "./session_answer.ts";
 *
 * assertEquals(siaAnswer("40", "ack").toHex(), "403887");
 * assertEquals(siaAnswer("00", "nak").toHex(), "0039c6");
 * ```
 */
export function siaAnswer(style: SiaAckStyle, kind: "ack" | "nak"): Uint8Array {
  return Uint8Array.fromHex(ANSWERS[style][kind]);
}
