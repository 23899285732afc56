/**
 * The conversation of a receiver in D6500 mode with automation software.
 *
 * @module
 */
import { LineSender } from "../../src/delivery/line_sender.ts";
import { PROBATION_MS } from "../../src/delivery/line_sender_options.ts";
import { checkFigures } from "../check_figures.ts";
import { Bosch6500AnswerReader } from "./answer_reader.ts";
import { writeAlarm, type WriteBosch6500Options } from "./write_alarm.ts";
import { writeBosch6500 } from "./write_message.ts";

/** Settings of an output in D6500 mode. Times are in ms. */
export interface Bosch6500SessionOptions extends Partial<WriteBosch6500Options> {
  /** Receiver number, two letters or digits. @default {"01"} */
  receiver?: string;
  /** Line, one letter or digit; `0` is the receiver itself. @default {"1"} */
  line?: string;
  /** What commands of the AE are answered with: nothing, or the line `REJECT COMMAND`. They are never carried out. @default {"ignore"} */
  commands?: "ignore" | "reject";
  /** How long to wait for an answer; programmable in the receiver. @default {4000} */
  waitMs?: number;
  /** How often a line is sent without a valid answer before the AE is reported absent; the line is sent on after that. @default {4} */
  tries?: number;
  /** NAKs in a row to one line until the alarm is refused. @default {3} */
  nakLimit?: number;
  /** Idle time before a link test; 0 for an AE that does not answer them. @default {30000} */
  heartbeatMs?: number;
  /** See `LineSenderOptions.settleMs`. @default {waitMs + 500} */
  settleMs?: number;
  /** See `LineSenderOptions.probationMs`; 0 for an AE that is known to answer each line once. @default {1000} */
  probationMs?: number;
}

/**
 * Makes the session: a line sender with the D6500's rules (receiver-outputs.md §3.2 and §9, A).
 *
 * - An octet that is neither 0x06 nor 0x15, and silence: the same line again, until a valid answer comes. After `tries` the AE is reported
 *   absent and link tests take the line's place until one is acknowledged; without link tests the alarm itself goes on asking.
 * - Three NAKs in a row and the alarm is refused: kept, offered again later, and the ones behind it go on.
 * - Commands (`!T`, `!D`, `!K`) are reported, not carried out.
 *
 * Wait, tries and the period of the link test are programmable in the receiver: the figures here are ours.
 *
 * @param options Settings.
 * @returns The session.
 * @throws {RangeError} When receiver, line, header or trailer cannot be written, or a figure is negative.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bosch6500Session } from "./session.ts";
 *
 * const session = bosch6500Session({ header: 0x20 });
 * const [effect] = session.connected(0);
 * assertEquals(effect?.kind === "send" && new TextDecoder().decode(effect.bytes), " 1010           @    \x14");
 * ```
 */
export function bosch6500Session(options: Bosch6500SessionOptions = {}): LineSender {
  const { receiver = "01", line = "1", waitMs = 4000, tries = 4, nakLimit = 3, heartbeatMs = 30_000 } =
    options;
  if (!/^[0-9A-Z]{2}$/.test(receiver)) {
    throw new RangeError(`Receiver number ${JSON.stringify(receiver)} is not two digits, such as "01"`);
  }
  if (!/^[0-9A-Z]$/.test(line)) {
    throw new RangeError(`Line ${JSON.stringify(line)} is not one digit or capital letter, such as "1"`);
  }
  const { header, trailer = 0x14 } = options;
  if (header !== undefined && !(isControl(header) || header === 0x20)) {
    throw new RangeError(`header ${header} is not an octet from 0 to 0x20; 0x20 and 0x0A are in use`);
  }
  if (!isControl(trailer) || trailer === header) {
    throw new RangeError(
      `trailer ${trailer} is not an octet below 0x20 other than the header; 0x14 is usual`,
    );
  }
  const { settleMs = waitMs + 500, probationMs = PROBATION_MS } = options;
  const figures = { waitMs, tries, nakLimit, heartbeatMs, settleMs, probationMs };
  checkFigures(figures);
  const linkTest = writeBosch6500({ kind: "link-test", receiver, line: "0" }, options);
  const reject = writeBosch6500({ kind: "text", receiver, line: "0", text: " REJECT COMMAND" }, options);
  const reply = options.commands === "reject" && reject.ok ? reject.bytes : undefined;
  return new LineSender({
    ...figures,
    naksInARow: true,
    strayRepeats: true,
    heartbeat: linkTest.ok ? linkTest.bytes : undefined,
    reader: () => new Bosch6500AnswerReader(reply),
    write: (item) => writeAlarm(item, { ...options, receiver, line }),
  });
}

function isControl(octet: number): boolean {
  return Number.isInteger(octet) && octet >= 0 && octet < 0x20;
}
