/**
 * The transmitter's side of VdS 2465 over TCP: hands alarms to a receiving centre.
 *
 * @module
 */
import type { Framed, OutputEffect } from "../contract.ts";
import { hex, vdsErrorText } from "./names.ts";
import { readRecords, type VdsRecord, writeRecords } from "./record.ts";
import { readFields } from "./record_fields.ts";
import { ST, vdsRecordType } from "./record_type.ts";
import { Vds2465TcpFramer, type VdsTcpFrame } from "./tcp_framer.ts";
import { VdsKeys } from "./tcp_keys.ts";
import { VDS_TCP_ATTEMPTS, VdsTcpLink } from "./tcp_link.ts";
import { IK, PK_VDS2465, readTelegram, type VdsTelegram } from "./tcp_telegram.ts";
import { TransmitterDesk, type VdsRequest } from "./transmitter_desk.ts";
import { readItem, type VdsTransmission, type VdsTransmitterItem } from "./transmitter_item.ts";

/** Options of a {@link Vds2465Transmitter}. */
export interface Vds2465TransmitterOptions {
  /** Ident number for alarms that have none: 1 to 12 digits, assigned by the receiving centre. */
  ident?: string;
  /** Number (1 to 65534) and AES key, 16 octets or 32 hexadecimal digits; plain when absent. */
  key?: { number: number; key: Uint8Array | string };
  /**
   * Time without a telegram of the centre after which the last one is sent again, ms; centres poll every 3 to 8 s.
   *
   * @default {10_000}
   */
  answerMs?: number;
  /** Time for the acknowledgement of an alarm, ms; then the connection is given up. @default {30_000} */
  acknowledgeMs?: number;
  /** Asks for a poll (IK 7) when an alarm is offered between two polls. @default {true} */
  serviceRequest?: boolean;
}

/** What a transmitter wants done: what every output wants, and what the centre asks for. */
export type VdsTransmitterEffect = OutputEffect | VdsRequest;

/** Error code: record type unknown. */
const TYPE_UNKNOWN = 0xff;
const NOTHING = new Uint8Array();
const HANG_UP = Uint8Array.of(0, ST.HANG_UP);

interface InFlight {
  item: VdsTransmitterItem;
  /** When it was offered; the acknowledgement is awaited from then on, ms. */
  since: number;
  sent: boolean;
}

/**
 * Talks to a receiving centre over TCP (vds2465.md §6): waits for its synchronisation, answers its polls, and hands over one
 * alarm at a time.
 *
 * An alarm is `delivered` only when the centre has sent its records 02 back as 03 (a test: 41). An error (11) is
 * `refused`. Without an acknowledgement for `acknowledgeMs`, or without any telegram of the centre although the last one
 * was sent four times, it is `absent`, and the connection is closed. With a key, nothing but the centre's
 * synchronisation is taken in plain: a forged acknowledgement would lose an alarm.
 *
 * Life: {@link connected}, {@link feed} and {@link tick}, {@link offer} while {@link ready}, {@link finish} for a
 * connection on demand, {@link disconnected}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Vds2465Transmitter } from "./transmitter_session.ts";
 *
 * const transmitter = new Vds2465Transmitter({ ident: "123456" });
 * const hex = Uint8Array.fromHex;
 * transmitter.connected(0, 0xa0);
 * transmitter.feed(hex("0000000e0fffffffedfe0000000001010101"), 1); // synchronisation
 * transmitter.offer({ id: "a", records: hex("0402110300" + "22") }, 2);
 * transmitter.feed(hex("0000000d10000000ec5d000000a1030100"), 3); // poll
 * const effects = transmitter.feed(hex("0000001310000001bd46000000a2040106040311030022"), 4);
 * assertEquals(effects[0], { kind: "delivered", id: "a" });
 * ```
 */
export class Vds2465Transmitter {
  readonly #options: Vds2465TransmitterOptions;
  readonly #keys: VdsKeys;
  readonly #keyNumber: number;
  #framer = new Vds2465TcpFramer();
  #link: VdsTcpLink | undefined;
  #synced = false;
  /** When the centre must have synchronised. */
  #syncBy: number | undefined;
  #inFlight: InFlight | undefined;
  readonly #desk = new TransmitterDesk();
  #serviceRequest: boolean;
  #finishing = false;
  /** The centre has hung up: the connection ends when nothing is owed to it. */
  #centreDone = false;
  /** Hang-up was sent: the centre's next telegram, or its silence, ends the connection. */
  #hungUp = false;
  #now = Number.NEGATIVE_INFINITY;

  /**
   * Begins without a connection.
   *
   * @param options Ident number, key, waits.
   * @throws {RangeError} When the key is not one.
   */
  constructor(options: Vds2465TransmitterOptions = {}) {
    this.#options = options;
    const { key } = options;
    this.#keys = new VdsKeys(key === undefined ? {} : { [key.number]: key.key });
    this.#keyNumber = key?.number ?? 0;
    this.#serviceRequest = options.serviceRequest ?? true;
  }

  /** True when an alarm can be offered now. */
  get ready(): boolean {
    return this.#synced && this.#inFlight === undefined && !this.#finishing;
  }

  /** When {@link tick} wants to be called next; undefined while there is no connection. */
  get nextTick(): number | undefined {
    const times = [this.#syncBy, this.#link?.due, this.#acknowledgeBy].filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /**
   * A connection to the centre came up. The centre speaks first.
   *
   * @param now Milliseconds since the epoch.
   * @param firstCounter First transmit counter: a random number of 32 bits, another one for each connection, so that
   *   recorded acknowledgements fit no later one. The low 32 bits of the time when absent.
   */
  connected(now: number, firstCounter: number = now): VdsTransmitterEffect[] {
    this.#reset();
    this.#now = now;
    this.#link = new VdsTcpLink(this.#keys, firstCounter, this.#answerMs);
    this.#syncBy = now + VDS_TCP_ATTEMPTS * this.#answerMs;
    return [];
  }

  /** It went down: an alarm in flight comes back as `absent` with its id. */
  disconnected(_now: number): VdsTransmitterEffect[] {
    const effects: VdsTransmitterEffect[] = [];
    if (this.#inFlight !== undefined) {
      this.#absent(
        "disconnected",
        "The connection to the centre ended before it acknowledged the alarm",
        effects,
      );
    }
    this.#reset();
    return effects;
  }

  /**
   * Hands over one alarm; only while {@link ready}.
   *
   * @param transmission The alarm.
   * @param now Milliseconds since the epoch.
   * @returns `refused` when it cannot be sent: not ready, or the rules of `readItem`; else what is to be sent now, if
   *   anything.
   */
  offer(transmission: VdsTransmission, now: number): VdsTransmitterEffect[] {
    this.#clock(now);
    const { id } = transmission;
    const link = this.#link;
    if (!this.ready || link === undefined) {
      return [{
        kind: "refused",
        id,
        rule: "not-ready",
        message: "No alarm can be handed over now: wait for `ready`",
      }];
    }
    const read = readItem(transmission, this.#options.ident);
    if (!read.ok) return [{ kind: "refused", id, rule: read.rule, message: read.message }];
    this.#inFlight = { item: read.item, since: now, sent: false };
    // Between two polls; behind the synchronisation the first poll comes by itself.
    if (!this.#serviceRequest || link.lastSent === IK.SYNC_RESPONSE) return [];
    return [{ kind: "send", bytes: link.sendAside(IK.SERVICE_REQUEST) }];
  }

  /** Nothing more will be offered: hangs up (record FF) when nothing is in flight. For connections on demand. */
  finish(_now: number): VdsTransmitterEffect[] {
    this.#finishing = true;
    return [];
  }

  /**
   * Answers a command.
   *
   * @param ref The command's number.
   * @param outcome `done`, or an error code of record 11 (vds2465.md §3.5), e.g. 0x02 cannot be done.
   * @returns Nothing to do now: the answer goes out with the next telegram.
   */
  answerCommand(ref: number, outcome: "done" | number): VdsTransmitterEffect[] {
    this.#desk.answerCommand(ref, outcome);
    return [];
  }

  /** Takes bytes from the centre. Never throws. */
  feed(bytes: Uint8Array, now: number): VdsTransmitterEffect[] {
    this.#clock(now);
    const effects: VdsTransmitterEffect[] = [];
    for (const item of this.#framer.feed(bytes)) {
      const link = this.#link;
      if (link === undefined) return effects;
      if (item.kind === "frame") this.#takeFrame(item, link, now, effects);
      else effects.push({ kind: "stray", rule: item.rule, message: item.message, raw: item.raw });
    }
    if (this.#framer.lost && this.#link !== undefined) {
      this.#giveUp("no-vds2465", "The centre sends something that is no VdS 2465 over TCP", effects);
    }
    return effects;
  }

  /** Lets time pass: repeats, waits. */
  tick(now: number): VdsTransmitterEffect[] {
    this.#clock(now);
    const effects: VdsTransmitterEffect[] = [];
    const link = this.#link;
    if (link === undefined) return effects;
    if (this.#syncBy !== undefined && now >= this.#syncBy) {
      this.#giveUp("no-sync", "The centre did not begin the conversation. Check address and port", effects);
    } else if (this.#acknowledgeBy !== undefined && now >= this.#acknowledgeBy) {
      const wait = this.#acknowledgeMs / 1000;
      this.#giveUp(
        "no-acknowledgement",
        `The centre did not acknowledge the alarm within ${wait} s`,
        effects,
      );
    } else if (link.due !== undefined && now >= link.due) {
      const bytes = this.#hungUp ? undefined : link.repeat(now);
      if (bytes !== undefined) effects.push({ kind: "send", bytes });
      else if (this.#hungUp) this.#close("All alarms are delivered, and the centre was told so", effects);
      else {this.#giveUp(
          "no-answer",
          `No answer to a telegram that was sent ${VDS_TCP_ATTEMPTS} times`,
          effects,
        );}
    }
    return effects;
  }

  #takeFrame(
    { frame: { key, body }, raw }: Framed<VdsTcpFrame>,
    link: VdsTcpLink,
    now: number,
    effects: VdsTransmitterEffect[],
  ): void {
    const read = readTelegram(key, body, this.#keys);
    if (!read.ok) {
      effects.push({ kind: "stray", rule: read.rule, message: read.message, raw });
      if (read.rule === "unknown-key") this.#giveUp(read.rule, read.message, effects);
      return;
    }
    const { telegram } = read;
    if (telegram.ik === IK.SYNC_REQUEST) return this.#takeSync(telegram, link, raw, now, effects);
    if (key !== this.#keyNumber) {
      const message =
        `The centre sent a telegram with key number ${key} instead of ${this.#keyNumber}; it is not believed`;
      effects.push({ kind: "stray", rule: "wrong-key", message, raw });
      return;
    }
    if (telegram.pk !== PK_VDS2465 || !this.#synced) {
      effects.push({
        kind: "stray",
        rule: "unexpected",
        message: "A telegram that is not expected now",
        raw,
      });
      return;
    }
    this.#takeCounted(telegram, link, raw, now, effects);
  }

  #takeSync(
    telegram: VdsTelegram,
    link: VdsTcpLink,
    raw: Uint8Array,
    now: number,
    effects: VdsTransmitterEffect[],
  ): void {
    if (this.#synced) {
      const bytes = link.fit(telegram) === "repeat" && link.lastSent === IK.SYNC_RESPONSE
        ? link.again()
        : undefined;
      if (bytes !== undefined) effects.push({ kind: "send", bytes });
      else effects.push({ kind: "stray", rule: "unexpected", message: "The centre synchronises again", raw });
      return;
    }
    link.accept(telegram);
    link.key = this.#keyNumber;
    this.#synced = true;
    this.#syncBy = undefined;
    effects.push({ kind: "send", bytes: link.send(IK.SYNC_RESPONSE, Uint8Array.of(1), now) }, {
      kind: "present",
    });
  }

  #takeCounted(
    telegram: VdsTelegram,
    link: VdsTcpLink,
    raw: Uint8Array,
    now: number,
    effects: VdsTransmitterEffect[],
  ): void {
    const fit = link.fit(telegram);
    if (fit === "repeat") {
      // The centre has not got the answer.
      const bytes = link.again();
      if (bytes !== undefined) effects.push({ kind: "send", bytes });
      return;
    }
    if (fit === "stray") {
      effects.push({ kind: "stray", rule: "counter", message: "A telegram whose counters do not fit", raw });
      return;
    }
    if (fit === "next") {
      link.accept(telegram);
      this.#confirmSent(effects);
    }
    if (telegram.ik === IK.IK_UNKNOWN || telegram.ik === IK.PK_UNKNOWN) {
      // Not answered: the centre polls on. What it does not know is most likely the service request.
      this.#serviceRequest = false;
      effects.push({
        kind: "stray",
        rule: "not-understood",
        message: "The centre did not know a telegram's kind",
        raw,
      });
      link.heardAt(now);
      return;
    }
    if (telegram.ik === IK.PAYLOAD) this.#takePayload(telegram.payload, effects);
    if (this.#link === undefined) return;
    if (fit === "crossed") {
      const bytes = link.acceptCrossed(telegram, now);
      if (bytes !== undefined) effects.push({ kind: "send", bytes });
    } else this.#speak(link, now, effects);
  }

  /** The centre has read the last telegram: an alarm that wants no acknowledgement is so delivered. */
  #confirmSent(effects: VdsTransmitterEffect[]): void {
    const inFlight = this.#inFlight;
    if (inFlight === undefined || !inFlight.sent || inFlight.item.wantsAcknowledgement) return;
    this.#inFlight = undefined;
    effects.push({ kind: "delivered", id: inFlight.item.id });
  }

  #takePayload(payload: Uint8Array, effects: VdsTransmitterEffect[]): void {
    const { records, refused } = readRecords(payload);
    if (refused !== undefined) {
      const { rule, message, raw } = refused;
      effects.push({ kind: "stray", rule, message, raw });
    }
    for (const record of records) this.#takeRecord(record, effects);
    if (records.some(({ type }) => type === ST.HANG_UP)) this.#centreDone = true;
  }

  #takeRecord(record: VdsRecord, effects: VdsTransmitterEffect[]): void {
    const fields = readFields(record);
    const item = this.#inFlight?.sent === true ? this.#inFlight.item : undefined;
    if (item?.acknowledge(record) === true) {
      if (!item.delivered) return;
      this.#inFlight = undefined;
      effects.push({ kind: "delivered", id: item.id });
    } else if (fields.kind === "error") this.#takeError(fields.code, fields.unknownType, record, effects);
    else if (record.type === ST.ECHO || record.type === ST.TEST_ACK) {
      const message = "An acknowledgement that no alarm waits for";
      effects.push({
        kind: "stray",
        rule: "unexpected-acknowledgement",
        message,
        raw: writeRecords([record]),
      });
    } else {
      const request = this.#desk.take(record);
      if (request !== undefined) effects.push(request);
    }
  }

  /** An error is the answer to the alarm in flight, unless it only concerns a record beside the alarm. */
  #takeError(
    code: number,
    unknownType: number | undefined,
    record: VdsRecord,
    effects: VdsTransmitterEffect[],
  ): void {
    const text = unknownType === undefined
      ? vdsErrorText(code)
      : `${vdsErrorText(code)}: ${hex(unknownType)}${nameOf(unknownType)}`;
    const item = this.#inFlight?.sent === true ? this.#inFlight.item : undefined;
    const beside = code === TYPE_UNKNOWN && unknownType !== ST.MESSAGE && unknownType !== ST.TEST;
    if (item === undefined || (beside && item.wantsAcknowledgement)) {
      effects.push({
        kind: "stray",
        rule: "error",
        message: `The centre says: ${text}`,
        raw: writeRecords([record]),
      });
      return;
    }
    this.#inFlight = undefined;
    const message =
      `The centre refused the alarm: ${text}. Check the ident number and what the centre expects of this site`;
    effects.push({ kind: "refused", id: item.id, rule: `error-${hex(code).toLowerCase()}`, message });
  }

  /** This side's turn: the alarm first, then an answer, then hang-up, else nothing to send. */
  #speak(link: VdsTcpLink, now: number, effects: VdsTransmitterEffect[]): void {
    const inFlight = this.#inFlight;
    if (inFlight !== undefined && !inFlight.sent) {
      inFlight.sent = true;
      const { id, payload } = inFlight.item;
      effects.push({ kind: "sent", id, line: payload.toHex(), attempt: 1 });
      effects.push({ kind: "send", bytes: link.send(IK.PAYLOAD, payload, now) });
      return;
    }
    const answer = this.#desk.next();
    if (answer !== undefined) {
      effects.push({ kind: "send", bytes: link.send(IK.PAYLOAD, writeRecords([answer]), now) });
      return;
    }
    const idle = inFlight === undefined && this.#desk.idle;
    if (this.#hungUp || (this.#centreDone && idle)) {
      const all = "All alarms are delivered, and the centre was told so";
      this.#close(this.#hungUp ? all : "The centre needs the connection no longer", effects);
      return;
    }
    this.#hungUp = this.#finishing && idle;
    const bytes = this.#hungUp ? link.send(IK.PAYLOAD, HANG_UP, now) : link.send(IK.POLL, NOTHING, now);
    effects.push({ kind: "send", bytes });
  }

  #giveUp(rule: string, message: string, effects: VdsTransmitterEffect[]): void {
    this.#absent(rule, message, effects);
    this.#close(message, effects);
  }

  #absent(rule: string, message: string, effects: VdsTransmitterEffect[]): void {
    const id = this.#inFlight?.item.id;
    this.#inFlight = undefined;
    effects.push({ kind: "absent", rule, message, ...(id === undefined ? {} : { id }) });
  }

  #close(reason: string, effects: VdsTransmitterEffect[]): void {
    this.#reset();
    effects.push({ kind: "close", reason });
  }

  /** Keeps waits their length when the clock is set back. */
  #clock(now: number): void {
    const back = this.#now - now;
    this.#now = now;
    if (!(back > 0 && Number.isFinite(back))) return;
    if (this.#syncBy !== undefined) this.#syncBy -= back;
    if (this.#inFlight !== undefined) this.#inFlight.since -= back;
    this.#link?.setBack(back);
  }

  #reset(): void {
    this.#framer = new Vds2465TcpFramer();
    this.#link = undefined;
    this.#synced = false;
    this.#syncBy = undefined;
    this.#inFlight = undefined;
    this.#desk.clear();
    this.#finishing = false;
    this.#centreDone = false;
    this.#hungUp = false;
  }

  get #acknowledgeBy(): number | undefined {
    return this.#inFlight === undefined ? undefined : this.#inFlight.since + this.#acknowledgeMs;
  }

  get #acknowledgeMs(): number {
    return this.#options.acknowledgeMs ?? 30_000;
  }

  get #answerMs(): number {
    return this.#options.answerMs ?? 10_000;
  }
}

function nameOf(type: number): string {
  const name = vdsRecordType(type)?.english;
  return name === undefined ? "" : ` (${name})`;
}
