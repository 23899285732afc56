/**
 * The conversation of a Sur-Gard receiver with automation software.
 *
 * @module
 */
import { ByteAnswerReader } from "../../src/delivery/answer_reader.ts";
import { LineSender } from "../../src/delivery/line_sender.ts";
import { type SurGardProfile, type SurGardProfileName, surGardProfiles } from "./profiles.ts";
import { writeAlarm } from "./write_alarm.ts";
import { writeSurGard } from "./write_message.ts";

/** Settings of a Sur-Gard output. Times are in ms. */
export interface SurGardSessionOptions {
  /** Receiver family. @default {"sg-mlr2"} */
  profile?: SurGardProfileName;
  /** Receiver number, two letters or digits. @default {"01"} */
  receiver?: string;
  /** Line number; gets zeros in front up to the family's width. @default {"1"} */
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
}

/**
 * Makes the session: a line sender with Sur-Gard's figures (receiver-outputs.md §1.3, §1.4 and §9, A).
 *
 * An AE that acknowledges alarms but leaves heartbeats unanswered gets no alarms while heartbeats are on: as with the
 * receivers themselves, alarms flow after the first acknowledged heartbeat. Set `heartbeatMs` to 0 for such an AE.
 *
 * @param options Settings.
 * @returns The session.
 * @throws RangeError when receiver or line cannot be written in the family's width, or a figure is negative.
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
 * assertEquals(session.ready, true);
 * ```
 */
export function surGardSession(options: SurGardSessionOptions = {}): LineSender {
  const profile: SurGardProfile = surGardProfiles[options.profile ?? "sg-mlr2"];
  const { lineDigits } = profile;
  const receiver = options.receiver ?? "01";
  const line = (options.line ?? "1").padStart(lineDigits, "0");
  if (!/^[0-9A-Za-z]{2}$/.test(receiver)) {
    throw new RangeError(
      `Receiver number ${JSON.stringify(receiver)} is not two letters or digits, such as "01"`,
    );
  }
  if (line.length !== lineDigits || !/^[0-9A-Za-z]+$/.test(line)) {
    throw new RangeError(
      `Line number ${
        JSON.stringify(line)
      } is not ${lineDigits} letter(s) or digit(s), as ${profile.name} has it`,
    );
  }
  const waitMs = options.waitMs ?? profile.waitMs;
  const figures = {
    waitMs,
    settleMs: options.settleMs ?? waitMs + 500,
    tries: options.tries ?? profile.tries,
    nakLimit: options.nakLimit ?? profile.nakLimit,
    heartbeatMs: options.heartbeatMs ?? profile.heartbeatMs,
  };
  for (const [name, value] of Object.entries(figures)) {
    if (!(value >= 0)) throw new RangeError(`${name} is ${value}; expected 0 or more`);
  }
  const heartbeat = writeSurGard({
    kind: "heartbeat",
    receiver: profile.heartbeat.receiver ?? receiver,
    line: profile.heartbeat.line,
  });
  const text = options.text ?? false, textAnswers = options.textAnswers ?? false;
  return new LineSender({
    ...figures,
    heartbeat: heartbeat.ok ? heartbeat.bytes : undefined,
    reader: () => new ByteAnswerReader({ textAnswers }),
    write: (item) => writeAlarm(item, { receiver, line, text }),
  });
}
