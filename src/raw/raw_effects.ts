/**
 * What one end of a raw connection wants done.
 *
 * @module
 */

/** An effect of a `RawEnd`. */
export type RawEffect =
  /** Send these to the line, together. */
  | { kind: "octets"; bytes: Uint8Array }
  /** So many octets of the line have arrived at the other end, in one message. */
  | { kind: "carried"; octets: number }
  /** The other end has its line: the connection is through. */
  | { kind: "opened" }
  /** The other end's line has ended in order: close ours when what was sent has gone out. */
  | { kind: "close" }
  /** The connection is cut. What waited is dropped, in both directions; a TCP connection is to be closed. */
  | { kind: "reset"; rule: RawReset; message: string }
  /** Nothing more comes of this end: it can be forgotten. */
  | { kind: "done" };

/** Why a connection was cut. */
export type RawReset =
  /** Octets could not be carried within the longest delay. */
  | "raw-late"
  /** Octets came too late from the other end. */
  | "raw-came-late"
  /** The other end took no octets, or did not open its line. */
  | "raw-refused"
  /** The other end has cut it. */
  | "raw-far-reset"
  /** A message of the other end is missing, or does not fit here. */
  | "raw-out-of-step"
  /** The other end's line did not come up in time. */
  | "raw-not-opened"
  /** More octets came from the line than can wait. */
  | "raw-too-much"
  /** This end has cut it: the path failed, the line is gone, the gateway stops. */
  | "raw-ended";

/** What is said to a message of the other end. */
export interface RawTaken {
  /** Why it is refused; undefined when it is taken. A refused message ends the connection at both ends. */
  refused: string | undefined;
  effects: RawEffect[];
}
