/**
 * The conversation of an Ademco 685 receiver with automation software.
 *
 * @module
 */
import { LineSender } from "../../src/delivery/line_sender.ts";
import { PROBATION_MS } from "../../src/delivery/line_sender_options.ts";
import { checkFigures } from "../check_figures.ts";
import { type WriteAdemco685Options, writeAlarm } from "./write_alarm.ts";
import { writeAdemco685 } from "./write_message.ts";

/** Settings of an Ademco 685 output. Times are in ms. */
export interface Ademco685SessionOptions extends Partial<WriteAdemco685Options> {
  /** Receiver number, one digit or letter. @default {"1"} */
  receiver?: string;
  /** Line card group, one digit or letter; `0` is the receiver itself. @default {"1"} */
  line?: string;
  /** How long to wait for an answer. @default {2000} */
  waitMs?: number;
  /** How often a line is sent when nothing comes back; while the AE is absent, once each. @default {2} */
  tries?: number;
  /** NAKs to one line until the alarm is refused. @default {2} */
  nakLimit?: number;
  /** Idle time before a heartbeat; 45 s where a 685 has it switched on; 0 for none. @default {0} */
  heartbeatMs?: number;
  /** See `LineSenderOptions.settleMs`. @default {waitMs + 500} */
  settleMs?: number;
  /** See `LineSenderOptions.probationMs`; 0 for an AE that is known to answer each line once. @default {1000} */
  probationMs?: number;
}

/** The AE's question whether the receiver lives. */
const POLL = 0x53;
/** Further questions within this time are let pass (receiver-outputs.md §2.2, A). */
const POLL_QUIET_MS = 10_000;

/**
 * Makes the session: a line sender with the 685's figures (receiver-outputs.md §2.2 and §9, A).
 *
 * - 2 s for an answer, two transmissions, then the AE is absent; while it is, each alarm is sent once only, and the first ACK ends
 *   that. With heartbeats on, an absent AE is sent heartbeats instead.
 * - Two NAKs to one line and the alarm is refused: kept, offered again later, and the ones behind it go on. An MX8000 hands it to its
 *   backup device then.
 * - The AE's `S` is answered with `00 OKAY @` when nothing is in flight, and not again for 10 s. Whether AEs acknowledge that is not
 *   on record: the next line waits up to `waitMs` for it, so that it cannot pass for the answer to an alarm.
 *
 * @param options Settings.
 * @returns The session.
 * @throws {RangeError} When receiver or line card group is not one digit or letter, or a figure is negative.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ademco685Session } from "./session.ts";
 *
 * const session = ademco685Session();
 * session.connected(0);
 * const [reply] = session.feed(new TextEncoder().encode("S"), 10);
 * assertEquals(reply?.kind === "send" && new TextDecoder().decode(reply.bytes), "\n00 OKAY @\r");
 * ```
 */
export function ademco685Session(options: Ademco685SessionOptions = {}): LineSender {
  const { receiver = "1", line = "1", waitMs = 2000, tries = 2, nakLimit = 2, heartbeatMs = 0 } = options;
  for (const [name, value] of [["Receiver number", receiver], ["Line card group", line]] as const) {
    if (!/^[0-9A-Z]$/.test(value)) {
      throw new RangeError(
        `${name} ${JSON.stringify(value)} is not one digit or capital letter, such as "1"`,
      );
    }
  }
  const { settleMs = waitMs + 500, probationMs = PROBATION_MS } = options;
  const figures = { waitMs, tries, nakLimit, heartbeatMs, settleMs, probationMs };
  checkFigures(figures);
  const okay = writeAdemco685({ kind: "heartbeat", receiver: "0", line: "0" }, options);
  const heartbeat = okay.ok ? okay.bytes : undefined;
  return new LineSender({
    ...figures,
    triesWhileAbsent: 1,
    heartbeat,
    polls: heartbeat === undefined
      ? []
      : [{ byte: POLL, reply: heartbeat, quietMs: POLL_QUIET_MS, settleMs: waitMs }],
    write: (item) => writeAlarm(item, { ...options, receiver, line }),
  });
}
