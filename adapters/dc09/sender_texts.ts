/**
 * What a DC-09 transmitter tells a technician.
 *
 * @module
 */
import type { OutputEffect } from "../contract.ts";

/** Text of `refused` / `duh`. */
export const DUH_TEXT =
  "The receiver understood the message and cannot process it (DUH): it does not know the account, the key or the " +
  "kind of message. Set up this account in the receiver, with the same key";

/** Text of `refused` / `not-ready`. */
export const NOT_READY_TEXT = "No alarm can be sent now: wait for `ready`";

/**
 * A NAK that came together with one before it, which the message was sent again for.
 *
 * @param sequence Number of the message.
 * @returns The effect.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { repeatedNak } from "./sender_texts.ts";
 *
 * assertEquals(repeatedNak("0001").kind, "stray");
 * ```
 */
export function repeatedNak(sequence: string): OutputEffect {
  return {
    kind: "stray",
    rule: "repeated-answer",
    message:
      `The receiver answered message ${sequence} with NAK twice at once. The second was there before the message ` +
      "went out again, and counts for nothing",
    raw: new Uint8Array(),
  };
}

/**
 * Text of `refused` / `nak-limit`.
 *
 * @param sequence Number of the message.
 * @param naks NAKs to it.
 * @returns The text.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { nakText } from "./sender_texts.ts";
 *
 * assertStringIncludes(nakText("0001", 2), "clock");
 * ```
 */
export function nakText(sequence: string, naks: number): string {
  return `The receiver answered message ${sequence} with NAK ${naks} times. It could not store the message, or the ` +
    "clocks differ, although its time was taken over. Check the receiver's clock and what it says of this account; the " +
    "alarm is kept";
}

/**
 * Text of `absent` / `no-answer`.
 *
 * @param supervision True when a supervision message was not answered.
 * @param times How often it was sent.
 * @param waitMs How long each was waited for.
 * @returns The text.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { noAnswerText } from "./sender_texts.ts";
 *
 * assertStringIncludes(noAnswerText(false, 3, 20_000), "3 times, 20 s apart");
 * ```
 */
export function noAnswerText(supervision: boolean, times: number, waitMs: number): string {
  return `No answer to the ${
    supervision ? "supervision message" : "alarm"
  }, which was sent ${times} times, ` +
    `${
      waitMs / 1000
    } s apart. Check the receiver's address, port and transport (TCP or UDP), and that it knows the account`;
}

/**
 * A supervision message that was refused, and so is answered.
 *
 * @param rule How it was refused.
 * @returns The effect.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { supervisionRefused } from "./sender_texts.ts";
 *
 * assertEquals(supervisionRefused("duh").kind, "stray");
 * ```
 */
export function supervisionRefused(rule: string): OutputEffect {
  return {
    kind: "stray",
    rule: "supervision-refused",
    message: `The receiver is there, but does not take supervision messages (${rule}). Switch them off here`,
    raw: new Uint8Array(),
  };
}
