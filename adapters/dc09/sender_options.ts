/**
 * How to send SIA DC-09.
 *
 * @module
 */
import type { Dc09Sealing } from "./message.ts";
import type { Dc09Quirks } from "./sender_quirks.ts";

/** Settings of `Dc09Sender`. Times are in ms. */
export interface Dc09SenderOptions {
  /** Account of supervision messages, and of alarms that have none. */
  account?: string;
  /** Receiver number R, 1 to 6 hexadecimal digits. Absent: no `R` is sent. */
  receiver?: string;
  /** Line number (account prefix) L, 1 to 6 hexadecimal digits; may be empty. @default {"0"} */
  line?: string;
  /** Key and random octets: everything is sent encrypted, with a timestamp. Absent: in clear. */
  sealing?: Dc09Sealing;
  /** Puts the time behind messages in clear, too. @default {false} */
  timestamps?: boolean;
  /**
   * Takes an answer in clear to an encrypted message. Whoever can reach the line can then acknowledge alarms that never
   * arrived.
   *
   * @default {false}
   */
  clearAnswers?: boolean;
  /** Each `send` is a datagram, and so is each `feed` (UDP). @default {false} */
  datagram?: boolean;
  /** How long to wait for an answer; 5 to 60 s are usual. @default {20000} */
  waitMs?: number;
  /** How often a message is sent when nothing comes back. @default {3} */
  tries?: number;
  /** NAKs to one message until it is refused. @default {2: sent again once} */
  nakLimit?: number;
  /** Idle time before a supervision message (NULL); any traffic begins it anew. 0 for none. @default {0} */
  supervisionMs?: number;
  /** Closes the connection behind each acknowledged alarm, as panels do that connect on demand. @default {false} */
  closeAfterAck?: boolean;
  /** First sequence number, 1 to 9999. @default {1} */
  firstSequence?: number;
  /** What a faulty transmitter does, for tests only. */
  quirks?: Dc09Quirks;
}
