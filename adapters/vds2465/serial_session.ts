/**
 * The conversation with a panel that sends VdS 2465 in FT1.2 frames over a serial line.
 *
 * @module
 */
import type {
  AlarmOutcome,
  Framed,
  PanelCommand,
  PanelEffect,
  PanelSession,
  PanelSessionOptions,
  Refusal,
} from "../contract.ts";
import { answerRecords } from "./answer_records.ts";
import { tooLate, VdsCommands } from "./commands.ts";
import { dateTimeAt } from "./date_time.ts";
import { describeRecords } from "./describe.ts";
import { FT12_CONTROL, type Ft12Frame, ft12Function, writeFt12 } from "./ft12.ts";
import { hex, vdsErrorText } from "./names.ts";
import { readRecords, type VdsRecord, type VdsRecords, writeRecords } from "./record.ts";
import { readFields } from "./record_fields.ts";
import { ST } from "./record_type.ts";
import { SerialRepeats } from "./serial_repeats.ts";
import { Vds2465SerialFramer } from "./serial_framer.ts";
import { telegramAlarm, telegramIdent } from "./telegram_alarm.ts";

/** Options of a {@link Vds2465SerialSession}. */
export interface Vds2465SerialSessionOptions extends PanelSessionOptions {
  /**
   * Acknowledges alarms with a record 03 (and tests with 41 and the time), too, as over modems and towards receiving
   * centres. A Telenot panel is content with the frame's confirmation (vds2465.md §5, A).
   *
   * @default {false}
   */
  recordEcho?: boolean;
  /**
   * Time without a frame after which the line is taken for dead, ms. Panels poll every 3 to 3.4 s.
   *
   * @default {30_000}
   */
  deadAfterMs?: number;
  /**
   * How far the time sent to the device is ahead of UTC at an instant, ms.
   *
   * @default {() => 0}
   */
  utcOffsetMs?: (now: number) => number;
}

/** Idle time inside a frame after which it is given up, ms: shorter than the 3 s after which panels repeat (C). */
export const VDS_FRAME_GAP = 1000;
/** A frame of this side that is not confirmed goes out again after this time, ms (vds2465.md §5: about 3 s). */
export const VDS_CONFIRM_WAIT = 3500;
/** Times that a frame of this side is sent (vds2465.md §5: 3). */
export const VDS_ATTEMPTS = 3;
/** A command waits this long for the panel's poll, in whose place it is sent; then for a pause, ms (C). */
const POLL_WAIT = 4000;
/** The pause: commands collide with a panel's burst (vds2465.md §5, A). */
const QUIET = 400;
/** Frames that wait behind an alarm that is not settled. */
const MAX_FRAMES = 32;
/** Station address of frames that this side begins (vds2465.md §5: not evaluated). */
const ADDRESS = 1;

type Frame = Framed<Ft12Frame>;

/** The alarm that is being stored: the panel waits for its confirmation. */
interface Unsettled {
  ref: number;
  key: string;
  frame: Ft12Frame;
  telegram: VdsRecords;
}

/**
 * Talks to a panel that sends VdS 2465 in FT1.2 frames, as Telenot panels do on their serial interface (vds2465.md §5).
 *
 * Polls (SEND NORM) are confirmed. Data is confirmed at once when it holds no alarm, else only when {@link settle} says
 * that the alarm is accepted; if it failed there is no answer, and the panel repeats the frame after about 3 s. No negative
 * confirmation is sent: what panels do with one is not known. Until the alarm is settled nothing is confirmed, polls
 * neither, because the panel would take that for the alarm's confirmation; other data waits in order.
 *
 * The same frame again is one alarm: before the confirmation, next behind it within 12 s, and, if it carries a time (record
 * 50), within a minute. Silence for `deadAfterMs` closes the connection.
 *
 * Commands go out in the place of a confirmation when the panel polls, or in a pause of the line when it does not, three
 * times at most. One is done when the panel confirms the frame; a query when what it asks for has come, or not within the
 * time for a confirmation.
 *
 * Rules of refusals: those of `Vds2465SerialFramer` and `readRecords`, `control-field`, `too-many-waiting`; `panel-error`, an
 * error that answers no command; `echo-unanswered`, the acknowledgement of an alarm that the panel does not confirm.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Vds2465SerialSession } from "./serial_session.ts";
 *
 * const session = new Vds2465SerialSession({ defaultAccount: "000815" });
 * const ack = { kind: "send" as const, bytes: Uint8Array.fromHex("6802026800020216") };
 * assertEquals(session.feed(Uint8Array.fromHex("6802026840024216"), 0).at(-1), ack);
 * const [alarm] = session.feed(Uint8Array.fromHex("68090968730205020001000122a016"), 10);
 * assertEquals(alarm?.kind === "alarm" && alarm.alarm.events[0]?.label, "Burglary");
 * assertEquals(session.settle(1, "accepted", 20), [ack]);
 * ```
 */
export class Vds2465SerialSession implements PanelSession {
  readonly #options: Vds2465SerialSessionOptions;
  readonly #framer = new Vds2465SerialFramer();
  readonly #commands = new VdsCommands();
  #account = "";
  #unsettled: Unsettled | undefined;
  readonly #waiting: Frame[] = [];
  readonly #repeats = new SerialRepeats();
  #nextRef = 1;
  #lastByteAt = 0;
  #heardAt: number | undefined;
  #over = false;

  /** Starts a conversation. @param options How this panel is talked to. */
  constructor(options: Vds2465SerialSessionOptions = {}) {
    this.#options = options;
  }

  /** Takes bytes from the panel. Never throws. */
  feed(bytes: Uint8Array, now: number): PanelEffect[] {
    if (this.#over || bytes.length === 0) return [];
    const effects: PanelEffect[] = [];
    this.#heardAt ??= now;
    this.#endGap(now, effects);
    this.#lastByteAt = now;
    for (const item of this.#framer.feed(bytes)) this.#takeItem(item, now, effects);
    return effects;
  }

  /** Lets time pass: gaps in the stream, commands, a dead line. */
  tick(now: number): PanelEffect[] {
    const effects: PanelEffect[] = [];
    if (this.#over) return effects;
    this.#heardAt ??= now;
    this.#endGap(now, effects);
    if (now >= this.#deadAt(this.#heardAt)) {
      effects.push(...this.end(now));
      const reason =
        `No frame from the panel for ${
          this.#deadAfter / 1000
        } s. Check the cable, the panel's power and that ` +
        "its serial interface is switched on";
      effects.push({ kind: "close", reason });
      return effects;
    }
    effects.push(...this.#commands.expire(now));
    const due = this.#commandDue();
    if (due !== undefined && now >= due) this.#sendNext(now, effects);
    return effects;
  }

  /** When {@link tick} wants to be called next; at once (0) before the first call. */
  get nextTick(): number | undefined {
    if (this.#over) return undefined;
    if (this.#heardAt === undefined) return 0;
    const dead = this.#deadAt(this.#heardAt);
    const { deadline = dead } = this.#commands;
    return Math.min(dead, deadline, this.#gapEnd() ?? dead, this.#commandDue() ?? dead);
  }

  /** The panel's ident number, or the default; undefined before it has told one. */
  get account(): string | undefined {
    return this.#accountField().account;
  }

  /** Answers an `alarm` effect. A `ref` that is not waited for is ignored. */
  settle(ref: number, outcome: AlarmOutcome, now: number): PanelEffect[] {
    const effects: PanelEffect[] = [];
    const settled = this.#unsettled;
    if (this.#over || settled === undefined || settled.ref !== ref) return effects;
    this.#unsettled = undefined;
    if (outcome === "accepted") this.#acknowledge(settled, now, effects);
    while (this.#unsettled === undefined) {
      const frame = this.#waiting.shift();
      if (frame === undefined) break;
      this.#takeData(frame, now, effects);
    }
    return effects;
  }

  /**
   * Sends a command to the panel: its records, e.g. a 02 that arms an area, or a 50 that sets the clock
   * (`writeTelenotClock`). What cannot be sent is rejected: see {@link VdsCommands.add}.
   *
   * @param command Its id and records.
   * @param now Milliseconds since the epoch.
   * @returns Effects; the command's result comes once, here or later.
   */
  sendCommand(command: PanelCommand, now: number): PanelEffect[] {
    if (this.#over) return [tooLate(command)];
    const rejected = this.#commands.add(command, now);
    return [...rejected, ...this.tick(now)];
  }

  /** The connection ended: alarms that had come whole and waited are handed over all the same, commands are `closed`. */
  end(now: number): PanelEffect[] {
    if (this.#over) return [];
    const effects: PanelEffect[] = [];
    for (const item of this.#framer.flush()) this.#takeItem(item, now, effects);
    for (const frame of this.#waiting.splice(0)) {
      this.#unsettled = undefined;
      this.#takeData(frame, now, effects);
    }
    this.#over = true;
    effects.push(...this.#commands.close());
    return effects.filter(({ kind }) => kind !== "send");
  }

  #endGap(now: number, effects: PanelEffect[]): void {
    const gap = this.#gapEnd();
    if (gap === undefined || now < gap) return;
    for (const item of this.#framer.flush()) this.#takeItem(item, now, effects);
  }

  #takeItem(item: Frame | Refusal, now: number, effects: PanelEffect[]): void {
    if (item.kind === "refused") {
      effects.push(item);
      return;
    }
    this.#heardAt = now;
    const kind = ft12Function(item.frame);
    if (kind === "send-data") this.#takeRequest(item, now, effects);
    else if (kind === "ack" || kind === "nak") this.#takeAnswer(item, kind, now, effects);
    else {
      this.#repeats.heard(undefined);
      if (kind === "send-norm") this.#takePoll(item.frame, now, effects);
      else effects.push(unknownControl(item));
    }
  }

  #takePoll(frame: Ft12Frame, now: number, effects: PanelEffect[]): void {
    effects.push({ kind: "poll", ...this.#accountField(), detail: "poll (SEND NORM)" });
    if (this.#unsettled !== undefined) return;
    const { first } = this.#commands;
    // One that went out a moment ago crossed with this poll.
    const crossed = first?.sentAt !== undefined && now - first.sentAt < VDS_FRAME_GAP;
    const busy = first === undefined || first.confirmed || crossed;
    if (busy || !this.#sendNext(now, effects)) confirm(frame, effects);
  }

  #takeRequest(item: Frame, now: number, effects: PanelEffect[]): void {
    const unsettled = this.#unsettled;
    if (unsettled === undefined) {
      this.#takeData(item, now, effects);
      return;
    }
    const key = item.raw.toHex();
    if (key === unsettled.key || this.#waiting.some(({ raw }) => raw.toHex() === key)) {
      effects.push({ kind: "repeat", ref: unsettled.ref });
    } else if (this.#waiting.length < MAX_FRAMES) this.#waiting.push(item);
    else {
      effects.push({
        kind: "refused",
        offset: item.offset,
        rule: "too-many-waiting",
        message:
          `${MAX_FRAMES} frames wait already for an alarm to be stored. This one is not confirmed, so that the panel ` +
          "repeats it; check why storing takes so long",
        raw: item.raw,
      });
    }
  }

  /** Data, while no alarm is unsettled. */
  #takeData(item: Frame, now: number, effects: PanelEffect[]): void {
    const { frame, raw } = item;
    const key = raw.toHex();
    const again = this.#repeats.of(key, now);
    this.#repeats.heard(key);
    if (again !== undefined) {
      effects.push({ kind: "repeat", ref: again });
      confirm(frame, effects);
      return;
    }
    const telegram = this.#read(item, effects);
    this.#takeAsked(telegram, effects);
    if (this.#takeAlarm(item, telegram, effects)) return;
    effects.push({ kind: "poll", ...this.#accountField(), detail: describeRecords(telegram.records) });
    confirm(frame, effects);
  }

  /** An answer of the panel: to the command in flight, or to nothing. */
  #takeAnswer(item: Frame, kind: "ack" | "nak", now: number, effects: PanelEffect[]): void {
    const telegram = this.#read(item, effects);
    const command = this.#commands.first;
    const inFlight = command?.sentAt !== undefined && !command.confirmed;
    const error = telegram.records.map(readFields).find((fields) => fields.kind === "error");
    if (error !== undefined) {
      const why = refusalText(error.code);
      if (inFlight && kind === "ack") effects.push(...this.#commands.end("rejected", why));
      if (!inFlight || command.id === undefined) {
        const message = `Not in answer to a command. ${why}`;
        effects.push({ kind: "refused", offset: item.offset, rule: "panel-error", message, raw: item.raw });
      }
    } else if (inFlight && kind === "ack") {
      if (command.asked === undefined) effects.push(...this.#commands.end("done", "", telegram.records));
      else {
        command.confirmed = true;
        this.#takeAsked(telegram, effects);
      }
    }
    // Records in an answer are a surprise; an alarm among them is not lost. One that waits already comes first.
    if (this.#unsettled === undefined) this.#takeAlarm(item, telegram, effects);
    else if (telegramAlarm(telegram, { account: "", raw: item.raw }) !== undefined) {
      this.#takeRequest(item, now, effects);
    }
  }

  /** What a query asks for may come in the confirmation, or in the panel's next frame. */
  #takeAsked({ records }: VdsRecords, effects: PanelEffect[]): void {
    const { first } = this.#commands;
    if (first?.sentAt === undefined) return;
    if (records.some(({ type }) => type === first.asked)) {
      effects.push(...this.#commands.end("done", "", records));
    } else if (first.confirmed) {
      const error = records.map(readFields).find((fields) => fields.kind === "error");
      if (error !== undefined) effects.push(...this.#commands.end("rejected", refusalText(error.code)));
    }
  }

  #takeAlarm(item: Frame, telegram: VdsRecords, effects: PanelEffect[]): boolean {
    const { frame, raw } = item;
    const alarm = telegramAlarm(telegram, { account: this.#accountName(), raw: frame.data }, raw);
    if (alarm === undefined) return false;
    const ref = this.#nextRef++;
    this.#unsettled = { ref, key: raw.toHex(), frame, telegram };
    effects.push({ kind: "alarm", ref, alarm });
    return true;
  }

  #acknowledge({ ref, key, frame, telegram }: Unsettled, now: number, effects: PanelEffect[]): void {
    confirm(frame, effects);
    this.#repeats.confirmed(key, ref, telegram.records.some(({ type }) => type === ST.DATE_TIME), now);
    if (this.#options.recordEcho !== true) return;
    const clock = dateTimeAt(now, this.#options.utcOffsetMs?.(now));
    const answers = answerRecords(telegram.records, clock);
    if (answers.length === 0) return;
    this.#commands.addUrgent(answers, now);
    if (this.#commands.first?.attempts === 0) this.#sendNext(now, effects);
  }

  /** Sends the first command, if it has attempts left; false when nothing was sent. */
  #sendNext(now: number, effects: PanelEffect[]): boolean {
    effects.push(...this.#commands.expire(now));
    const command = this.#commands.first;
    if (command === undefined) return false;
    if (command.confirmed) {
      effects.push(
        ...this.#commands.end("done", "The panel has taken the query, and sent nothing that answers it"),
      );
      return false;
    }
    if (command.attempts >= VDS_ATTEMPTS) {
      const check =
        "Check the line in the direction to the panel, and that the panel takes commands on this interface";
      if (command.id === undefined) {
        effects.push({
          kind: "refused",
          offset: 0,
          rule: "echo-unanswered",
          message:
            `The panel did not confirm the acknowledgement of an alarm, sent ${VDS_ATTEMPTS} times. ${check}`,
          raw: writeRecords(command.records),
        });
      }
      const why = `The panel did not confirm it, sent ${VDS_ATTEMPTS} times. ${check}`;
      effects.push(...this.#commands.end("no-answer", why));
      return false;
    }
    this.#commands.sent(now);
    effects.push(request(command.records));
    return true;
  }

  #commandDue(): number | undefined {
    const command = this.#commands.first;
    if (command === undefined || this.#unsettled !== undefined) return undefined;
    const wait = command.id === undefined ? 0 : POLL_WAIT;
    const due = command.sentAt === undefined ? command.addedAt + wait : command.sentAt + VDS_CONFIRM_WAIT;
    return Math.max(due, this.#lastByteAt + QUIET);
  }

  #read({ frame, offset }: Frame, effects: PanelEffect[]): VdsRecords {
    // Behind the header of four octets, control field and address.
    const telegram = readRecords(frame.data, offset + 6);
    if (telegram.refused !== undefined) effects.push(telegram.refused);
    this.#account = telegramIdent(telegram.records) ?? this.#account;
    return telegram;
  }

  #accountName(): string {
    return this.#account === "" ? this.#options.defaultAccount ?? "" : this.#account;
  }

  #accountField(): { account?: string } {
    const account = this.#accountName();
    return account === "" ? {} : { account };
  }

  get #deadAfter(): number {
    return this.#options.deadAfterMs ?? 30_000;
  }

  #deadAt(heardAt: number): number {
    return heardAt + this.#deadAfter;
  }

  #gapEnd(): number | undefined {
    return this.#framer.buffered > 0 ? this.#lastByteAt + VDS_FRAME_GAP : undefined;
  }
}

/** CONFIRM ACK with the address of the frame it confirms; none for an answer. */
function confirm(frame: Ft12Frame, effects: PanelEffect[]): void {
  const kind = ft12Function(frame);
  if (kind === "ack" || kind === "nak") return;
  const { address } = frame;
  effects.push({
    kind: "send",
    bytes: writeFt12({ control: FT12_CONTROL.ACK, address, data: new Uint8Array() }),
  });
}

function request(records: readonly VdsRecord[]): PanelEffect {
  const data = writeRecords(records);
  return { kind: "send", bytes: writeFt12({ control: FT12_CONTROL.SEND_DATA, address: ADDRESS, data }) };
}

function refusalText(code: number): string {
  return `The panel answers: ${vdsErrorText(code)} (${
    hex(code)
  }H). Check the address, and that the panel allows commands ` +
    "on this interface";
}

function unknownControl({ frame, offset, raw }: Frame): Refusal {
  return {
    kind: "refused",
    offset,
    rule: "control-field",
    message:
      `A frame with control field ${
        hex(frame.control)
      }H, which nothing is known of. It is not answered; if the panel ` +
      "does not send alarms, tell us what panel it is",
    raw,
  };
}
