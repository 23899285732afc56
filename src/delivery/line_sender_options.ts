/**
 * The parameters of a {@link LineSender}: what makes one output protocol differ from another, as data.
 *
 * @module
 */
import type { OutputItem, Written } from "../../adapters/contract.ts";
import type { AnswerReader } from "./answer_reader.ts";

/** An AE's question that is answered on the spot, outside the queue (the `S` of a 685). */
export interface Poll {
  /** The byte that asks. */
  byte: number;
  /** The answer. The AE does not acknowledge it. */
  reply: Uint8Array;
  /** Further questions within this time of an answer are let pass, in ms. */
  quietMs: number;
  /**
   * For an AE of which it is not known whether it acknowledges the answer: the answer waits until nothing is in flight, and
   * the next frame waits up to this long for an acknowledgement, in ms, and when it came for `probationMs` in case there is a
   * second. Otherwise those octets could be taken for the acknowledgement of an alarm. Absent: the AE does not acknowledge,
   * and the answer goes out at once.
   */
  settleMs?: number;
}

/** How long outputs that are answered with one octet watch whether the AE answers twice, in ms; the figure is ours. */
export const PROBATION_MS = 1000;

/** Parameters of a {@link LineSender}. Times are in ms. Defaults are Sur-Gard's, receiver-outputs.md §9. */
export interface LineSenderOptions {
  /** Writes an alarm as frames. Pure. */
  write: (item: OutputItem) => Written;
  /** Makes the reader of the AE's answers; a new one for each connection. @default {() => new ByteAnswerReader()} */
  reader?: () => AnswerReader;
  /** How long to wait for an answer. @default {4000} */
  waitMs?: number;
  /** How often a frame is sent when nothing comes back, the first time included. @default {4} */
  tries?: number;
  /**
   * The same while the AE is absent and no heartbeat is configured, so that alarms themselves have to ask (685: once
   * each). @default {tries}
   */
  triesWhileAbsent?: number;
  /** This many NAKs to one frame, and it is refused. @default {20} */
  nakLimit?: number;
  /**
   * This many NAKs to one heartbeat are taken for a sign of life: the AE answers, it only does not know heartbeats, and
   * alarms must not wait for that. @default {3}
   */
  heartbeatNakLimit?: number;
  /**
   * Whether only NAKs without silence between count up to the limit (Bosch 6500: three in a row). @default {false}
   */
  naksInARow?: boolean;
  /**
   * Whether octets that are no answer ask for the frame again, as silence does but without the wait (Bosch 6500: anything but
   * a valid ACK or NAK). The resend pauses as after a NAK, and counts as a try. @default {false}
   */
  strayRepeats?: boolean;
  /** The pause before a resend grows by this much with each NAK after the first. @default {100} */
  nakPauseMs?: number;
  /** The longest pause before a resend after a NAK. @default {1000} */
  nakPauseMaxMs?: number;
  /** The heartbeat frame; undefined for none. */
  heartbeat?: Uint8Array | undefined;
  /** A heartbeat is sent after this much idle time. @default {30000} */
  heartbeatMs?: number;
  /**
   * How long answers that are still owed are waited for after a frame was acknowledged that had to be sent more than once.
   * An AE that takes its time answers the copies as far apart as they were sent, hence the default.
   * Likewise the second answer of an AE that answers twice; that is waited for at least as long as `probationMs`.
   * See {@link LineSender}. @default {waitMs + 500}
   */
  settleMs?: number;
  /**
   * For links whose answers carry no number: behind the first heartbeat and the first alarm line that the AE answers on a
   * connection, how long the next frame waits to see whether a second answer comes, in ms. An AE that answers twice is then
   * waited for behind every frame, see {@link LineSender}. {@link PROBATION_MS} is a good value. 0: nothing is learned; for
   * answers that have numbers. @default {0}
   */
  probationMs?: number;
  /** Questions of the AE that are answered on the spot. @default {[]} */
  polls?: Poll[];
}
