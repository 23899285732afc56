/**
 * What a line sender tells a technician.
 *
 * @module
 */
import type { OutputEffect } from "../../adapters/contract.ts";

/** Bytes from the AE that were dropped. */
export type StrayEffect = Extract<OutputEffect, { kind: "stray" }>;

/**
 * Text of `absent` / `disconnected`.
 *
 * @param inFlight Whether an alarm was waiting for its answer.
 * @returns The text.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { disconnectedText } from "./line_sender_messages.ts";
 *
 * assertStringIncludes(disconnectedText(true), "may or may not have it");
 * ```
 */
export function disconnectedText(inFlight: boolean): string {
  return "The connection to the AE ended" +
    (inFlight ? " before the alarm in flight was acknowledged. The AE may or may not have it." : ".") +
    " Check the AE and the network between; alarms wait in the journal.";
}

/**
 * Text of `absent` / `no-answer`.
 *
 * @param times How often it was sent.
 * @param waitMs How long each answer was waited for, in ms.
 * @param heartbeat Whether it was a heartbeat that stayed without an answer.
 * @returns The text.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { noAnswerText } from "./line_sender_messages.ts";
 *
 * assertStringIncludes(noAnswerText(4, 4000, true), "switched off");
 * ```
 */
export function noAnswerText(times: number, waitMs: number, heartbeat: boolean): string {
  return `The AE did not answer ${times} time(s) within ${waitMs} ms each. Check that the AE runs, that it listens on ` +
    "this line, and the cable. Alarms wait in the journal and flow again when it answers." +
    (heartbeat ? " An AE that knows no heartbeats needs them switched off for this output." : "");
}

/**
 * Text of `absent` / `invalid-answers`: an AE that says something, but neither ACK nor NAK.
 *
 * @param times How often it was sent.
 * @returns The text.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { invalidAnswersText } from "./line_sender_messages.ts";
 *
 * assertStringIncludes(invalidAnswersText(4), "baud rate");
 * ```
 */
export function invalidAnswersText(times: number): string {
  return `The AE gave no valid answer to a line sent ${times} time(s), only other octets than ACK and NAK. Check baud rate, ` +
    "parity and the answer format set in the AE. Alarms wait in the journal and flow again when it answers.";
}

/**
 * Text of `refused` / `nak-limit`.
 *
 * @param limit NAKs to each refused line.
 * @param lines The refused lines, counted from 1.
 * @param total Lines of the alarm.
 * @param line The first line, printable.
 * @param notes What the writer noted.
 * @returns The text.
 *
 * @example
 * ```ts
 * import { assertStringIncludes } from "@std/assert";
 * import { nakLimitText } from "./line_sender_messages.ts";
 *
 * assertStringIncludes(nakLimitText(20, [2], 3, "S011[…]", []), "line 2 of 3");
 * ```
 */
export function nakLimitText(
  limit: number,
  lines: number[],
  total: number,
  line: string,
  notes: string[],
): string {
  const which = total === 1 ? `line ${line}` : `line ${lines.join(", ")} of ${total}`;
  return `The AE answered ${which} with NAK ${limit} times. Compare the line with the format set in the AE: ` +
    `receiver and line digits, account length.${notes.map((note) => ` Note: ${note}`).join("")}`;
}

/** Text of `refused` / `not-ready`. */
export const NOT_READY_TEXT =
  "The alarm was offered while the output was busy or the AE absent. It is kept and offered again.";

/** Text of `refused` / `nothing-to-send`. */
export const NOTHING_TO_SEND_TEXT = "The alarm holds no event that this output can say.";

/**
 * A heartbeat that was NAKed and is taken for answered.
 *
 * @param times NAKs to it.
 * @returns The effect.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { heartbeatRefused } from "./line_sender_messages.ts";
 *
 * assertEquals(heartbeatRefused(3).rule, "heartbeat-refused");
 * ```
 */
export function heartbeatRefused(times: number): StrayEffect {
  return {
    kind: "stray",
    rule: "heartbeat-refused",
    message: `The AE answered the heartbeat with NAK ${times} times. It is alive, so alarms go on. ` +
      "If the AE knows no heartbeats, switch them off for this output.",
    raw: new Uint8Array([0x15]),
  };
}

/**
 * An answer that nothing waited for.
 *
 * @param kind The answer.
 * @param late Whether it was owed to a copy of a frame that is settled.
 * @returns The effect.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { strayAnswer } from "./line_sender_messages.ts";
 *
 * assertEquals(strayAnswer("ack", true).rule, "late-answer");
 * ```
 */
export function strayAnswer(kind: "ack" | "nak", late: boolean): StrayEffect {
  return {
    kind: "stray",
    rule: late ? "late-answer" : "unexpected-answer",
    message: `The AE sent ${kind.toUpperCase()} ` +
      (late ? "for a copy of a frame that is settled already" : "when no frame was waiting for an answer") +
      ". It was dropped and counts for nothing.",
    raw: octet(kind),
  };
}

/**
 * The answer that showed that the AE answers each frame twice.
 *
 * @param kind The answer.
 * @returns The effect.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { answersTwice } from "./line_sender_messages.ts";
 *
 * assertEquals(answersTwice("ack").rule, "answers-twice");
 * ```
 */
export function answersTwice(kind: "ack" | "nak"): StrayEffect {
  return {
    kind: "stray",
    rule: "answers-twice",
    message:
      `The AE answered one frame twice: a second ${kind.toUpperCase()} came. From now on, until the connection ends, ` +
      "every frame waits for a second answer, and that is dropped, so that it cannot pass for the answer to the next alarm. " +
      "Check whether the AE is set to answer twice, or a second program answers on this line.",
    raw: octet(kind),
  };
}

/**
 * Bytes that are no answer.
 *
 * @param raw The bytes.
 * @returns The effect.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { strayOctets } from "./line_sender_messages.ts";
 *
 * assertEquals(strayOctets(new Uint8Array([0x3f])).rule, "not-an-answer");
 * ```
 */
export function strayOctets(raw: Uint8Array): StrayEffect {
  return {
    kind: "stray",
    rule: "not-an-answer",
    message: `The AE sent ${raw.length} octet(s) that are neither ACK nor NAK. They were dropped. ` +
      "If this goes on, check the baud rate, parity and the answer format set in the AE.",
    raw,
  };
}

function octet(kind: "ack" | "nak"): Uint8Array {
  return Uint8Array.of(kind === "ack" ? 0x06 : 0x15);
}
