/**
 * What a receiving centre does with a device's records, whatever carries them.
 *
 * @module
 */
import type { CommandResult, PanelAlarm, PanelEffect } from "../contract.ts";
import { answerRecords } from "./answer_records.ts";
import { VdsCommands } from "./commands.ts";
import { dateTimeAt, type VdsDateTime } from "./date_time.ts";
import { describeRecords } from "./describe.ts";
import { vdsErrorText } from "./names.ts";
import { readRecords, type VdsRecord, writeRecords } from "./record.ts";
import { readFields, type VdsPlace, writeFields } from "./record_fields.ts";
import { ST } from "./record_type.ts";
import { telegramAlarm, telegramIdent } from "./telegram_alarm.ts";

/** How a centre treats a device. */
export interface VdsCentreOptions {
  /** Account for telegrams of a device that has not sent its ident number. */
  defaultAccount?: string;
  /**
   * The devices that are expected: ident number, and the number of its key (0 for plain). Leading zeros do not count. An
   * alarm of another ident number is taken and flagged `unlisted-ident`; one with another key `wrong-key`.
   */
  idents?: Readonly<Record<string, number>>;
  /** Ends the connection (record FF) when every alarm is acknowledged. @default {false} */
  onDemand?: boolean;
  /** How far the time sent to the device is ahead of UTC at an instant, ms. @default {() => 0} */
  utcOffsetMs?: (now: number) => number;
}

/** Where a payload came from. */
export interface VdsPayloadOrigin {
  /** Number of the key it was encrypted with; 0 for plain. */
  key: number;
  /** Offset of its first octet in the stream. */
  offset: number;
}

/** Alarms that may wait to be settled. */
const MAX_PENDING = 32;
/** Answers that may wait to be sent; a device that asks on and on without listening gets no more. */
const MAX_ANSWERS = 256;
/** Time for the answer to a command, ms (vds2465.md §6.5: as devices wait). */
const COMMAND_WAIT = 30_000;
/** The longest payload of a telegram. */
const MAX_PAYLOAD = 255;
/** Error code: cannot be done. */
const CANNOT = 0x02;
/** Record types that this side reads: what a query for record 55 is answered with. */
const SUPPORTED = [
  0x01,
  0x02,
  0x03,
  0x04,
  0x10,
  0x11,
  0x20,
  0x40,
  0x41,
  0x50,
  0x51,
  0x54,
  0x55,
  0x56,
  0x61,
  0xff,
];
const HANG_UP: VdsRecord = { type: ST.HANG_UP, data: new Uint8Array() };

interface Pending {
  key: string;
  records: readonly VdsRecord[];
}

/**
 * Takes the payloads of a device, hands over its alarms, and collects the records to answer with: acknowledgements for
 * settled alarms, answers to queries, commands, hang-up.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { VdsCentre } from "./centre.ts";
 * import { writeRecords } from "./record.ts";
 *
 * const centre = new VdsCentre();
 * const [alarm] = centre.take(Uint8Array.fromHex("05021103000122" + "0356214365"), { key: 0, offset: 0 }, 0);
 * assertEquals([alarm?.kind, centre.account, centre.nextRecords(1)], ["alarm", "123456", []]);
 * centre.accept(1, 2);
 * assertEquals(writeRecords(centre.nextRecords(2)).toHex(), "05031103000122");
 * ```
 */
export class VdsCentre {
  readonly #options: VdsCentreOptions;
  readonly #idents: ReadonlyMap<string, number> | undefined;
  readonly #pending = new Map<number, Pending>();
  readonly #answers: VdsRecord[] = [];
  readonly #waiting = new VdsCommands();
  #ident = "";
  #nextRef = 1;
  /** An alarm was acknowledged: an on-demand connection may end. */
  #served = false;
  #deviceDone = false;
  #hungUp = false;

  /** Begins with an unknown device. @param options How it is treated. */
  constructor(options: VdsCentreOptions = {}) {
    this.#options = options;
    const { idents } = options;
    this.#idents = idents && new Map(Object.entries(idents).map(([ident, key]) => [numeric(ident), key]));
  }

  /** The device's account: its ident number, or the default; may be empty. */
  get account(): string {
    return this.#ident === "" ? this.#options.defaultAccount ?? "" : this.#ident;
  }

  /** Commands to the device. */
  get commands(): VdsCommands {
    return this.#waiting;
  }

  /** True when the device needs the connection no longer, and nothing is owed to it. */
  get done(): boolean {
    return this.#deviceDone && this.#pending.size === 0 && this.#answers.length === 0;
  }

  /** True when hang-up was sent and nothing came since that is to be settled: the device's answer ends the connection. */
  get closing(): boolean {
    return this.#hungUp && this.#pending.size === 0;
  }

  /** A sign of life, as an effect. */
  poll(detail: string): PanelEffect {
    return { kind: "poll", ...(this.account === "" ? {} : { account: this.account }), detail };
  }

  /**
   * Takes a payload.
   *
   * @param payload Records.
   * @param origin Where they came from.
   * @param now Milliseconds since the epoch.
   * @returns `alarm`, `repeat`, `poll`, results of commands, and refusals: `truncated-record`, `too-many-waiting`,
   *   `panel-error`. Never throws.
   */
  take(payload: Uint8Array, { key, offset }: VdsPayloadOrigin, now: number): PanelEffect[] {
    const effects: PanelEffect[] = [];
    this.#hungUp = false;
    const telegram = readRecords(payload, offset);
    if (telegram.refused !== undefined) effects.push(telegram.refused);
    this.#ident = telegramIdent(telegram.records) ?? this.#ident;
    for (const record of telegram.records) this.#takeRecord(record, telegram.records, offset, now, effects);
    const context = { account: this.account, raw: payload, flags: this.#identFlags(key) };
    const alarm = telegramAlarm(telegram, context);
    if (alarm !== undefined) effects.push(this.#alarm(alarm, telegram.records, offset));
    else effects.push(this.poll(describeRecords(telegram.records)));
    return effects;
  }

  /** The alarm that waits with this payload; undefined when there is none. */
  pendingRef(payload: Uint8Array): number | undefined {
    const key = payload.toHex();
    for (const [ref, pending] of this.#pending) if (pending.key === key) return ref;
    return undefined;
  }

  /** An alarm was accepted: its acknowledgement may go out. False for an alarm that does not wait. */
  accept(ref: number, now: number): boolean {
    const accepted = this.#pending.get(ref);
    if (accepted === undefined) return false;
    this.#pending.delete(ref);
    this.#served = true;
    this.#answers.push(...answerRecords(accepted.records, this.#clock(now)));
    return true;
  }

  /** Whether an alarm waits to be settled. */
  isPending(ref: number): boolean {
    return this.#pending.has(ref);
  }

  /** The device has heard the last telegram: a command that is not answered, e.g. a time, is so done. */
  heard(): CommandResult[] {
    const { first } = this.#waiting;
    const answered = first !== undefined && (first.asked !== undefined || wantsEcho(first.records));
    return first?.sentAt === undefined || answered ? [] : this.#waiting.end("done", "");
  }

  /** Gives up commands that were not answered, or could not be sent, in time. */
  expire(now: number): CommandResult[] {
    const { first } = this.#waiting;
    const late = this.#waiting.expire(now);
    if (first?.sentAt === undefined || now - first.sentAt < COMMAND_WAIT) return late;
    const why = `The device did not answer it within ${COMMAND_WAIT / 1000} s. Check that it takes commands`;
    return [...this.#waiting.end("no-answer", why), ...late];
  }

  /**
   * What is to be sent now: as many of the answers as a telegram holds, or a command; behind the last answer of an
   * on-demand connection hang-up.
   *
   * @param now Milliseconds since the epoch.
   * @returns The records; none when there is nothing to send.
   */
  nextRecords(now: number): VdsRecord[] {
    const records: VdsRecord[] = [];
    let length = 2 + HANG_UP.data.length;
    for (let next = this.#answers[0]; next !== undefined; next = this.#answers[0]) {
      length += 2 + next.data.length;
      if (length > MAX_PAYLOAD && records.length > 0) break;
      records.push(next);
      this.#answers.shift();
    }
    const command = this.#waiting.first;
    if (records.length === 0 && command !== undefined && command.sentAt === undefined) {
      this.#waiting.sent(now);
      return [...command.records];
    }
    const ends = this.#options.onDemand === true && this.#served && !this.#hungUp &&
      this.#pending.size === 0 &&
      this.#answers.length === 0 && command === undefined && length <= MAX_PAYLOAD;
    if (!ends) return records;
    this.#hungUp = true;
    return [...records, HANG_UP];
  }

  #alarm(alarm: PanelAlarm, records: readonly VdsRecord[], offset: number): PanelEffect {
    const waiting = this.pendingRef(alarm.raw);
    if (waiting !== undefined) return { kind: "repeat", ref: waiting };
    if (this.#pending.size >= MAX_PENDING) {
      return {
        kind: "refused",
        offset,
        rule: "too-many-waiting",
        message:
          `${MAX_PENDING} alarms wait already to be stored. This one is not acknowledged, so that the device sends it ` +
          "again; check why storing takes so long",
        raw: alarm.raw,
      };
    }
    const ref = this.#nextRef++;
    this.#pending.set(ref, { key: alarm.raw.toHex(), records });
    return { kind: "alarm", ref, alarm };
  }

  /** What a record asks of this side, besides being an alarm, and which command it answers. */
  #takeRecord(
    record: VdsRecord,
    all: readonly VdsRecord[],
    offset: number,
    now: number,
    effects: PanelEffect[],
  ): void {
    const fields = readFields(record);
    const { first } = this.#waiting;
    const inFlight = first?.sentAt !== undefined;
    if (inFlight && record.type === first.asked) effects.push(...this.#waiting.end("done", "", all));
    else if (fields.kind === "hang-up") this.#deviceDone = true;
    else if (fields.kind === "query") this.#answer(this.#answerQuery(fields.at, fields.asked, now));
    else if (record.type === ST.ECHO) this.#endCommand(record, all, effects);
    else if (fields.kind === "error") {
      const advice = `${vdsErrorText(fields.code)}. Check the address, and that the device allows commands`;
      if (inFlight) effects.push(...this.#waiting.end("rejected", `The device answers: ${advice}`));
      else {effects.push({
          kind: "refused",
          offset,
          rule: "panel-error",
          message: `The device answers a telegram that is no command with an error: ${advice}`,
          raw: writeRecords([record]),
        });}
    }
  }

  #answer(record: VdsRecord): void {
    if (this.#answers.length < MAX_ANSWERS) this.#answers.push(record);
  }

  #answerQuery({ device, area }: VdsPlace, asked: number, now: number): VdsRecord {
    const at = { device, area };
    if (asked === ST.SUPPORTED) return writeFields({ kind: "supported", at, types: SUPPORTED });
    if (asked === ST.DATE_TIME) return writeFields({ kind: "date-time", at: this.#clock(now) });
    return writeFields({ kind: "error", at, code: CANNOT });
  }

  /** The device sends a command's record 02 back as 03; what else is in the telegram is its answer. */
  #endCommand(echo: VdsRecord, all: readonly VdsRecord[], effects: PanelEffect[]): void {
    const { first } = this.#waiting;
    if (first?.sentAt === undefined) return;
    const key = echo.data.toHex();
    if (!first.records.some(({ type, data }) => type === ST.MESSAGE && data.toHex() === key)) return;
    const more = all.filter(({ type }) => type !== ST.ECHO && type !== ST.IDENT);
    effects.push(...this.#waiting.end("done", "", more));
  }

  #identFlags(key: number): string[] {
    if (this.#idents === undefined) return [];
    const expected = this.#idents.get(numeric(this.account));
    if (expected === undefined) return ["unlisted-ident"];
    return expected === key ? [] : ["wrong-key"];
  }

  #clock(now: number): VdsDateTime {
    return dateTimeAt(now, this.#options.utcOffsetMs?.(now));
  }
}

function wantsEcho(records: readonly VdsRecord[]): boolean {
  return records.some(({ type }) => type === ST.MESSAGE);
}

/** An ident number without leading zeros. */
function numeric(ident: string): string {
  return ident.replace(/^0+(?=.)/, "");
}
