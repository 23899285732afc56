/**
 * The conversation with a Texecom communicator.
 *
 * @module
 */
import { AlarmQueue } from "../alarm_queue.ts";
import type { PanelEffect, PanelSessionOptions } from "../contract.ts";
import { LineSession } from "../line_session.ts";
import { lineWork } from "../line_work.ts";
import { TexecomFramer } from "./framer.ts";
import { lineAlarms } from "./line_alarms.ts";
import { acknowledgement, pollFlags, pollReply, type TexecomMessage } from "./message.ts";

/** Settings of {@link TexecomSession}. */
export interface TexecomSessionOptions extends PanelSessionOptions {
  /** Minutes after which the panel shall poll again, 1 to 255; 1 when absent. */
  pollMinutes?: number;
  /** After this many milliseconds of silence an unfinished line is given up; 2500 when absent. Our choice. */
  gapMs?: number;
}

/** Lines that wait behind one that is not settled. */
const MAX_WAITING = 32;

/**
 * One communicator's conversation: Contact ID lines and SIA lines are alarms, polls are answered at once, `+++` closes.
 *
 * A line is acknowledged (type digit, 0x06, CR LF) when every alarm in it is settled as accepted. If one failed,
 * nothing is sent, since the protocol has no negative answer that is known: the panel repeats the line after its own
 * time. Of a line repeated after such a failure only the alarms that failed are handed over again; the same line
 * again while it is open is a `repeat`. A line with a wrong checksum or parity is not answered either.
 *
 * Lines are handed over one at a time, in order; up to 32 wait, one more is refused as `too-many-waiting`.
 * Source: panel-formats.md §1.6 "Texecom", confidence A (an implementation, re-run).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { TexecomSession } from "./session.ts";
 *
 * const session = new TexecomSession();
 * const [alarm] = session.feed(new TextEncoder().encode("21AAA181130010013\r\n"), 0);
 * assertEquals(alarm?.kind === "alarm" && alarm.alarm.events[0]?.account, "1000");
 * const [answer] = session.settle(1, "accepted", 5);
 * assertEquals(answer?.kind === "send" && answer.bytes.toHex(), "32060d0a");
 * ```
 */
export class TexecomSession extends LineSession {
  /** Starts a conversation. @param options How lines are read and polls answered. */
  constructor(options: TexecomSessionOptions = {}) {
    super(texecomWork(options), options.gapMs ?? 2500);
  }
}

function texecomWork({ defaultAccount = "", pollMinutes = 1 }: TexecomSessionOptions) {
  /** The tag is the type digit, for the acknowledgement. */
  const queue = new AlarmQueue<"2" | "3">("lines", MAX_WAITING);
  return lineWork<TexecomMessage, "2" | "3">({
    framer: new TexecomFramer(),
    queue,
    take({ frame, raw, offset }): PanelEffect[] {
      if (frame.kind === "poll") {
        const account = frame.account === "" ? defaultAccount : frame.account;
        return [send(pollReply(pollMinutes)), poll(account, pollFlags(frame.flags))];
      }
      if (frame.kind === "end") return [{ kind: "close", reason: "the panel ended the session (+++)" }];
      const tag = frame.kind === "contact-id" ? "2" : "3";
      const alarms = lineAlarms(frame, raw, defaultAccount).map((alarm) => () => alarm);
      const effects = queue.take({ raw, offset, alarms, tag });
      if (alarms.length > 0) return effects;
      // While an alarm is being stored, the panel would take this acknowledgement for the alarm's.
      const answer = queue.busy ? [] : [send(acknowledgement(tag))];
      return [...answer, { kind: "poll", detail: "a line without events" }];
    },
    answer: ({ accepted, tag }) => accepted ? [send(acknowledgement(tag))] : [],
  });
}

function poll(account: string, flags: readonly string[]): PanelEffect {
  const detail = flags.length === 0 ? "no flags" : flags.join(", ");
  return { kind: "poll", ...(account === "" ? {} : { account }), detail };
}

function send(bytes: Uint8Array): PanelEffect {
  return { kind: "send", bytes };
}
