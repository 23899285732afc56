/**
 * One connection of played automation software, without I/O: the shape that all languages have.
 *
 * @module
 */
import type { Refusal } from "../../adapters/contract.ts";
import type { EventDraft } from "../event/alarm_event.ts";

/** A message that the automation software got, and what became of it. */
export interface AeRecord {
  /** `alarm`: of a site. `heartbeat`: a sign of life. `other`: all else, such as the receiver's own messages. */
  kind: "alarm" | "heartbeat" | "other";
  /** Account, as far as the message tells one; may be empty. */
  account: string;
  /** The events it was decoded into; may be none. */
  events: EventDraft[];
  /** The message in one printable line. */
  text: string;
  /** Its octets as they came. */
  raw: Uint8Array;
  /** When it was complete, ms since the epoch. */
  at: number;
  /**
   * `marked`: the message says so itself, or has the number or identity of the one before. `unmarked`: the same came before
   * and nothing says that this is a repeat; two alarms that are truly alike count too.
   */
  repeat: "none" | "marked" | "unmarked";
  /** What was answered, in words. */
  answer: string;
  /** Whether the answer said: I have it. */
  taken: boolean;
}

/** What a peer wants done. */
export type AeEffect =
  /** Send these octets. `answers` is the message that they answer; absent when the AE speaks of its own accord. */
  | { kind: "send"; bytes: Uint8Array; answers?: AeRecord }
  /** A message came. Its answer, if there is one, is in the same list. */
  | { kind: "record"; record: AeRecord }
  /** Octets that could not be read. */
  | Refusal
  /** Close the connection. */
  | { kind: "close"; reason: string };

/** One connection of the automation software, whatever its language. Times are ms since the epoch. */
export interface AePeer {
  /** The connection came up. In some languages the AE speaks first. */
  connected(now: number): AeEffect[];
  /** It went down: only records and refusals come of it. */
  disconnected(now: number): AeEffect[];
  /** Takes octets. Never throws. */
  feed(bytes: Uint8Array, now: number): AeEffect[];
  /** Lets time pass. */
  tick(now: number): AeEffect[];
  /** When {@link tick} wants to be called next; undefined when there is no timer. */
  readonly nextTick: number | undefined;
}
