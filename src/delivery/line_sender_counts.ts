/**
 * The counters of a line sender.
 *
 * @module
 */

/** What a `LineSender` counted since it was made. */
export interface LineSenderCounts {
  /** Alarm frames sent, repeats included. */
  frames: number;
  /** Alarm frames sent again on the same connection. */
  repeats: number;
  /** Heartbeats sent, repeats and probes included. */
  heartbeats: number;
  /** ACKs taken for a frame or heartbeat in flight. */
  acks: number;
  /** NAKs to a frame or heartbeat in flight. */
  naks: number;
  /** Answer timers that ran out. */
  timeouts: number;
  /** Alarms acknowledged in full. */
  delivered: number;
  /** Alarms refused: NAK limit reached, not writable, offered while not ready. */
  refused: number;
  /** Alarms written with a note, such as an account longer than the format has room for. */
  noted: number;
  /** ACKs and NAKs that belonged to nothing in flight. */
  strayAnswers: number;
  /** Octets that are no answer at all. */
  strayOctets: number;
  /** Questions of the AE that were answered. */
  polls: number;
  /** Commands and other things the AE said that are no answer. */
  remarks: number;
  /** Times the AE went from present to absent, or stayed mute on a new connection. */
  absences: number;
  /** Times the AE went from absent to present. */
  presences: number;
}

/**
 * Counters at zero.
 *
 * @returns A new object.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { noCounts } from "./line_sender_counts.ts";
 *
 * assertEquals(noCounts().delivered, 0);
 * ```
 */
export function noCounts(): LineSenderCounts {
  return {
    frames: 0,
    repeats: 0,
    heartbeats: 0,
    acks: 0,
    naks: 0,
    timeouts: 0,
    delivered: 0,
    refused: 0,
    noted: 0,
    strayAnswers: 0,
    strayOctets: 0,
    polls: 0,
    remarks: 0,
    absences: 0,
    presences: 0,
  };
}
