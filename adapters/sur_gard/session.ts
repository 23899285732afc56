/**
 * The conversation of a Sur-Gard receiver with automation software.
 *
 * @module
 */
import { ByteAnswerReader } from "../../src/delivery/answer_reader.ts";
import { LineSender } from "../../src/delivery/line_sender.ts";
import { PROBATION_MS } from "../../src/delivery/line_sender_options.ts";
import { checkFigures } from "../check_figures.ts";
import { type SurGardProfile, type SurGardProfileName, surGardProfiles } from "./profiles.ts";
import { writeAlarm } from "./write_alarm.ts";
import { writeSurGard } from "./write_message.ts";

/** Settings of a Sur-Gard output. Times are in ms. */
export interface SurGardSessionOptions {
  /** Receiver family. @default {"sg-mlr2"} */
  profile?: SurGardProfileName;
  /**
   * Characters of the line number, 1 to 7: System III options 10 and 11 and System 5 option 409 make receiver and line 3 to 9 digits
   * wide together (receiver-outputs.md §1.1, A). @default {1, sg-rrlll 3}
   */
  lineDigits?: number;
  /** Receiver number, two letters or digits. @default {"01"} */
  receiver?: string;
  /** Line number; gets zeros in front up to its width. @default {"1"} */
  line?: string;
  /** Put the text of SIA alarms into the line. @default {false} */
  text?: boolean;
  /** Also take the words `ACK` and `NAK` for answers. @default {false} */
  textAnswers?: boolean;
  /** How long to wait for an answer. @default {4000} */
  waitMs?: number;
  /** How often a line is sent when nothing comes back. @default {4} */
  tries?: number;
  /** NAKs to one line until the alarm is refused. @default {20, sg-rrlll 26} */
  nakLimit?: number;
  /** Idle time before a heartbeat; 0 for an AE that does not answer heartbeats. @default {30000} */
  heartbeatMs?: number;
  /** See `LineSenderOptions.settleMs`. @default {waitMs + 500} */
  settleMs?: number;
  /** See `LineSenderOptions.probationMs`; 0 for an AE that is known to answer each line once. @default {1000} */
  probationMs?: number;
}

/**
 * Makes the session: a line sender with Sur-Gard's figures (receiver-outputs.md §1.3, §1.4 and §9, A).
 *
 * An AE that acknowledges alarms but leaves heartbeats unanswered gets no alarms while heartbeats are on: as with the
 * receivers themselves, alarms flow after the first acknowledged heartbeat. Set `heartbeatMs` to 0 for such an AE.
 *
 * @param options Settings.
 * @returns The session.
 * @throws {RangeError} When the width is not 1 to 7, receiver or line cannot be written in it, or a figure is negative.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { surGardSession } from "./session.ts";
 *
 * const session = surGardSession({ receiver: "07" });
 * const [effect] = session.connected(0);
 * assertEquals(effect?.kind === "send" && new TextDecoder().decode(effect.bytes), "1011           @    \x14");
 * assertEquals(session.feed(new Uint8Array([0x06]), 50), [{ kind: "present" }]);
 * // For a second it is watched whether the AE answers twice.
 * assertEquals([session.ready, session.nextTick], [false, 1050]);
 * session.tick(1050);
 * assertEquals(session.ready, true);
 * ```
 */
export function surGardSession(options: SurGardSessionOptions = {}): LineSender {
  const profile: SurGardProfile = surGardProfiles[options.profile ?? "sg-mlr2"];
  const lineDigits = options.lineDigits ?? profile.lineDigits;
  const receiver = options.receiver ?? "01";
  const line = (options.line ?? "1").padStart(lineDigits, "0");
  if (!Number.isInteger(lineDigits) || lineDigits < 1 || lineDigits > 7) {
    throw new RangeError(`lineDigits is ${lineDigits}; expected 1 to 7, as the AE is set`);
  }
  if (!/^[0-9A-Za-z]{2}$/.test(receiver)) {
    throw new RangeError(
      `Receiver number ${JSON.stringify(receiver)} is not two letters or digits, such as "01"`,
    );
  }
  if (line.length !== lineDigits || !/^[0-9A-Za-z]+$/.test(line)) {
    throw new RangeError(
      `Line number ${JSON.stringify(line)} is not ${lineDigits} letter(s) or digit(s), as the AE is set`,
    );
  }
  const waitMs = options.waitMs ?? profile.waitMs;
  const figures = {
    waitMs,
    settleMs: options.settleMs ?? waitMs + 500,
    probationMs: options.probationMs ?? PROBATION_MS,
    tries: options.tries ?? profile.tries,
    nakLimit: options.nakLimit ?? profile.nakLimit,
    heartbeatMs: options.heartbeatMs ?? profile.heartbeatMs,
  };
  checkFigures(figures);
  const heartbeat = writeSurGard({
    kind: "heartbeat",
    receiver: profile.heartbeat.receiver ?? receiver,
    line: profile.heartbeat.line.padStart(lineDigits, "0").slice(-lineDigits),
  });
  const text = options.text ?? false, textAnswers = options.textAnswers ?? false;
  return new LineSender({
    ...figures,
    heartbeat: heartbeat.ok ? heartbeat.bytes : undefined,
    reader: () => new ByteAnswerReader({ textAnswers }),
    write: (item) => writeAlarm(item, { receiver, line, text }),
  });
}
