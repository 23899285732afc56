/**
 * Reads a receiver's answers to a Texecom communicator.
 *
 * @module
 */
import type { AnswerReader } from "../../src/delivery/answer_reader.ts";
import { type AnswerPattern, PatternAnswerReader } from "../sender_answers.ts";

/**
 * Makes the reader: the type digit of the line in flight and 06 accept it; `[P]` 00, minutes and 06 answer a poll. The
 * answer of another type is stray. CR and LF between answers mean nothing. Source: panel-formats.md §1.6 "Texecom", A.
 *
 * @param inFlight First octet of the line that waits for its answer; undefined for none.
 * @param pollAgain Told of the minutes to the next poll.
 * @returns A reader.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { texecomAnswerReader } from "./sender_answers.ts";
 *
 * const told: number[] = [];
 * let inFlight = 0x32;
 * const reader = texecomAnswerReader(() => inFlight, (minutes) => told.push(minutes));
 * assertEquals(reader.feed(Uint8Array.fromHex("32060d0a")), [{ kind: "ack" }]);
 * inFlight = 0x50;
 * assertEquals(reader.feed(Uint8Array.fromHex("5b505d0005060d0a")), [{ kind: "ack" }]);
 * assertEquals(told, [5]);
 * ```
 */
export function texecomAnswerReader(
  inFlight: () => number | undefined,
  pollAgain: (minutes: number) => void,
): AnswerReader {
  const line = (type: number): AnswerPattern => ({
    octets: [type, 0x06],
    meaning: () => inFlight() === type ? "ack" : "stray",
  });
  const poll: AnswerPattern = {
    octets: [0x5b, 0x50, 0x5d, 0x00, undefined, 0x06],
    meaning: ([, , , , minutes = 0]) => {
      if (inFlight() !== 0x50) return "stray";
      pollAgain(minutes);
      return "ack";
    },
  };
  return new PatternAnswerReader([line(0x32), line(0x33), poll], [0x0d, 0x0a]);
}
