/**
 * What a sender that plays a panel tells a technician.
 *
 * @module
 */

/**
 * Text of `absent` / `disconnected`.
 *
 * @param inFlight Whether an alarm was on its way.
 * @returns The text.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { receiverGoneText } from "./panel_sender_messages.ts";
 *
 * assertStringIncludes(receiverGoneText(true), "may or may not have it");
 * ```
 */
export function receiverGoneText(inFlight: boolean): string {
  return inFlight
    ? "The connection ended before the alarm was acknowledged. The receiver may or may not have it: send it again."
    : "The connection to the receiver ended.";
}

/**
 * Text of `absent` / `no-answer`.
 *
 * @param times How often a frame is sent at most.
 * @param waitMs How long each answer was waited for, in ms.
 * @returns The text.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { silentReceiverText } from "./panel_sender_messages.ts";
 *
 * assertStringIncludes(silentReceiverText(4, 2500), "2500 ms");
 * ```
 */
export function silentReceiverText(times: number, waitMs: number): string {
  return `The receiver did not answer a frame that was sent up to ${times} times, within ${waitMs} ms each. Check that ` +
    "it expects this language on this port or line, and its log.";
}

/**
 * Text of `refused` / `nak-limit`.
 *
 * @param times How often the frame was rejected.
 * @param line The frame, printable.
 * @returns The text.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { refusedFrameText } from "./panel_sender_messages.ts";
 *
 * assertStringIncludes(refusedFrameText(4, "NBA1"), "NBA1");
 * ```
 */
export function refusedFrameText(times: number, line: string): string {
  return `The receiver rejected ${line} ${times} times. Compare the account and the format with what it expects; if it ` +
    "could not store the alarm, its log says why.";
}

/**
 * Text of `stray` effects.
 *
 * @param rule The rule.
 * @param octets How many octets.
 * @returns The text.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { strayText } from "./panel_sender_messages.ts";
 *
 * assertStringIncludes(strayText("not-an-answer", 3), "3 octet");
 * ```
 */
export function strayText(rule: string, octets: number): string {
  if (rule === "late-answer") {
    return "The receiver answered a copy of a frame that was answered before. It counts for nothing.";
  }
  return rule === "unexpected-answer"
    ? "The receiver sent an answer when no frame was waiting for one. It counts for nothing."
    : `The receiver sent ${octets} octet(s) that are no answer in this language. They were dropped; check which language ` +
      "it speaks, and on a serial line speed and parity.";
}
