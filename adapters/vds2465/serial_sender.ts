/**
 * The panel's side of VdS 2465 in FT1.2 frames on a serial line: hands alarms to a receiving centre.
 *
 * @module
 */
import { LineSender } from "../../src/delivery/line_sender.ts";
import type { OutputEffect, OutputItem, OutputSession, Written } from "../contract.ts";
import { FT12_CONTROL, type Ft12Frame, ft12Function, writeFt12 } from "./ft12.ts";
import { hex, vdsErrorText } from "./names.ts";
import { readRecords, type VdsRecord, writeRecords } from "./record.ts";
import { readFields, writeFields } from "./record_fields.ts";
import { ST } from "./record_type.ts";
import { writtenItem } from "./sender_item.ts";
import { serialItem } from "./serial_item.ts";
import { SenderRequests } from "./sender_requests.ts";
import { Vds2465SerialFramer } from "./serial_framer.ts";
import type { Vds2465SerialSenderOptions } from "./serial_sender_options.ts";
import { inVdsWords, refusedBy, strayOf } from "./serial_sender_texts.ts";
import { TransmitterDesk, type VdsRequest } from "./transmitter_desk.ts";
import type { VdsTransmitterItem } from "./transmitter_item.ts";

const NOTHING = new Uint8Array();
/** Error code: cannot be done. */
const CANNOT = 0x02;
const ACK = Uint8Array.of(0x06), NAK = Uint8Array.of(0x15);
/** How long the confirmation of a poll that crossed with a frame of the centre may still come, ms. Ours. */
const CROSSING = 1000;
/** Idle time inside a frame after which it is given up, ms (C). */
const FRAME_GAP = 1000;

/** An alarm whose frame is confirmed and whose record is not. */
interface Unacknowledged {
  id: string;
  item: VdsTransmitterItem;
  by: number;
}

/**
 * Talks to a receiving centre as a panel does on its serial interface (vds2465.md §5).
 *
 * A new line is reset with SEND NORM, which is the poll as well, every 3.4 s; alarms wait until it is confirmed. An alarm goes
 * out as SEND NDAT. What is not confirmed is sent again, to the octet; then the alarm is `absent`, and polls ask for the
 * centre. FT1.2 confirmations carry no number: behind a frame that was sent more than once the confirmations of its copies
 * are waited for, see `LineSender`, which is the engine here.
 *
 * Frames of the centre are confirmed; one that comes in the place of a poll's confirmation counts for that. Queries, and
 * commands unless they are accepted, are answered with a record 11 in the confirmation. Commands and the centre's clock
 * are kept for {@link requests}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Vds2465SerialSender } from "./serial_sender.ts";
 *
 * const hex = Uint8Array.fromHex;
 * const sender = new Vds2465SerialSender();
 * assertEquals(sender.connected(0), [{ kind: "send", bytes: hex("6802026840024216") }]);
 * assertEquals(sender.feed(hex("6802026800020216"), 10), [{ kind: "present" }]);
 * const data = hex("05020001000122");
 * const [, send] = sender.offer({ id: "a", account: "", protocol: "vds2465", data, events: [], repeated: false }, 20);
 * assertEquals(send, { kind: "send", bytes: hex("68090968730205020001000122a016") });
 * assertEquals(sender.feed(hex("6802026800020216"), 30), [{ kind: "delivered", id: "a" }]);
 * ```
 */
export class Vds2465SerialSender implements OutputSession {
  readonly #options: Vds2465SerialSenderOptions;
  readonly #line: LineSender;
  readonly #requests = new SenderRequests();
  readonly #desk = new TransmitterDesk();
  #framer = new Vds2465SerialFramer();
  #up = false;
  /** The alarm on the line, until its frame is confirmed. */
  #onLine: VdsTransmitterItem | undefined;
  #unacknowledged: Unacknowledged | undefined;
  /** Until then a confirmation may come that must not be taken for an alarm's. */
  #crossingUntil: number | undefined;
  #lastByteAt = 0;
  #frames = 0;
  #unconfirmed = 0;

  /**
   * Begins without a line.
   *
   * @param options Ident number, waits.
   * @throws {RangeError} When the address is not 0 to 255.
   */
  constructor(options: Vds2465SerialSenderOptions = {}) {
    const { address = 2 } = options;
    if (!Number.isInteger(address) || address < 0 || address > 255) {
      throw new RangeError(`address is ${address}; expected 0 to 255`);
    }
    this.#options = options;
    const waitMs = options.waitMs ?? 3000;
    const pollMs = Math.max(1, options.pollMs ?? waitMs + 400);
    this.#line = new LineSender({
      write: (item) => this.#write(item),
      waitMs,
      // As long as an answer may take; shorter than the polls' interval, or on a bad line poll would follow poll, and no
      // alarm get its turn.
      settleMs: Math.max(0, Math.min(waitMs, pollMs - 400)),
      tries: options.tries ?? 3,
      nakLimit: 3,
      heartbeat: writeFt12({ control: FT12_CONTROL.SEND_NORM, address, data: NOTHING }),
      heartbeatMs: pollMs,
    });
  }

  /** True when an alarm can be offered: the centre confirms, and nothing is on the line. */
  get ready(): boolean {
    return this.#line.ready && this.#unacknowledged === undefined && this.#crossingUntil === undefined;
  }

  /** When {@link tick} wants to be called next; undefined while there is no line. */
  get nextTick(): number | undefined {
    const times = [this.#line.nextTick, this.#unacknowledged?.by, this.#crossingUntil]
      .filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** The line is there: it is reset. */
  connected(now: number): OutputEffect[] {
    const effects = this.#up ? this.disconnected(now) : [];
    this.#up = true;
    this.#framer = new Vds2465SerialFramer();
    return [...effects, ...this.#pass(this.#line.connected(now), now)];
  }

  /** It was lost: an alarm in flight comes back as `absent` with its id. */
  disconnected(now: number): OutputEffect[] {
    const id = this.#unacknowledged?.id;
    this.#up = false;
    const effects = this.#pass(this.#line.disconnected(now), now);
    this.#unacknowledged = undefined;
    this.#crossingUntil = undefined;
    if (id === undefined) return effects;
    return [inVdsWords({ kind: "absent", rule: "disconnected", message: "", id })];
  }

  /** Takes bytes from the centre. Never throws. */
  feed(bytes: Uint8Array, now: number): OutputEffect[] {
    const effects: OutputEffect[] = [];
    if (!this.#up || bytes.length === 0) return effects;
    if (this.#framer.buffered > 0 && now - this.#lastByteAt >= FRAME_GAP) {
      for (const item of this.#framer.flush()) this.#take(item, now, effects);
    }
    this.#lastByteAt = now;
    for (const item of this.#framer.feed(bytes)) this.#take(item, now, effects);
    return effects;
  }

  /** Lets time pass: repeats, polls. */
  tick(now: number): OutputEffect[] {
    if (this.#crossingUntil !== undefined && now >= this.#crossingUntil) this.#crossingUntil = undefined;
    const effects = this.#pass(this.#line.tick(now), now);
    const open = this.#unacknowledged;
    if (open === undefined || now < open.by) return effects;
    this.#unacknowledged = undefined;
    const wait = (this.#options.acknowledgeMs ?? 30_000) / 1000;
    const message =
      `The centre confirmed the alarm's frame, but sent no record 03 within ${wait} s. Check that it ` +
      "acknowledges alarms, or set that the frame's confirmation is enough";
    return [...effects, { kind: "absent", rule: "no-acknowledgement", message, id: open.id }];
  }

  /**
   * Hands over one alarm; it is sent at once.
   *
   * @param alarm The alarm.
   * @param now Milliseconds since the epoch.
   * @returns What is sent; or `refused` with a rule of `senderItem`, `too-long` or `not-ready`.
   */
  offer(alarm: OutputItem, now: number): OutputEffect[] {
    if (!this.ready) return [inVdsWords({ kind: "refused", id: alarm.id, rule: "not-ready", message: "" })];
    return this.#pass(this.#line.offer(alarm, now), now);
  }

  /** Takes out what the centre asked for since the last time: commands and its clock; at most the latest 64. */
  requests(): VdsRequest[] {
    return this.#requests.take();
  }

  /** Says what {@link offer} would send: the frame; `line` is its records in hexadecimal digits. Never throws. */
  preview(alarm: OutputItem, _now: number): Written {
    return this.#written(serialItem(alarm, this.#options.ident));
  }

  #write(alarm: OutputItem): Written {
    const read = serialItem(alarm, this.#options.ident);
    if (read.ok) this.#onLine = read.telegrams[0]?.item;
    return this.#written(read);
  }

  #written(read: ReturnType<typeof serialItem>): Written {
    const { address = 2 } = this.#options;
    return writtenItem(
      read,
      ({ payload: data }) => writeFt12({ control: FT12_CONTROL.SEND_DATA, address, data }),
    );
  }

  #take(item: ReturnType<Vds2465SerialFramer["feed"]>[number], now: number, effects: OutputEffect[]): void {
    if (item.kind === "refused") {
      effects.push(strayOf(item));
      return;
    }
    const { frame, raw } = item;
    const kind = ft12Function(frame);
    if (kind === "ack" || kind === "nak") {
      this.#answered(frame, kind, now, effects);
      this.#takeRecords(readRecords(frame.data).records, effects);
    } else if (kind === "other") {
      const message = `Nothing is known of control field ${hex(frame.control)}H, which the centre sent`;
      effects.push({ kind: "stray", rule: "control-field", message, raw });
    } else this.#request(frame, now, effects);
  }

  /** A confirmation. With an error in it the centre refuses what the frame says. */
  #answered(frame: Ft12Frame, kind: "ack" | "nak", now: number, effects: OutputEffect[]): void {
    const error = readRecords(frame.data).records.map(readFields).find((fields) => fields.kind === "error");
    const id = this.#onLine?.id;
    const passed = this.#pass(this.#line.feed(kind === "ack" ? ACK : NAK, now), now);
    if (error === undefined) {
      effects.push(...passed);
      return;
    }
    if (id === undefined) {
      const text = `The centre says: ${vdsErrorText(error.code)}. No alarm was on the line`;
      effects.push(...passed, { kind: "stray", rule: "error", message: text, raw: frame.data });
      return;
    }
    const taken = this.#unacknowledged?.id === id || passed.some(({ kind }) => kind === "delivered");
    this.#unacknowledged = undefined;
    effects.push(...passed.filter((effect) => effect.kind !== "delivered"));
    if (taken) effects.push(refusedBy(error.code, id));
  }

  /** A frame that the centre began: it is confirmed. */
  #request(frame: Ft12Frame, now: number, effects: OutputEffect[]): void {
    const { records, refused } = readRecords(frame.data);
    if (refused !== undefined) effects.push(strayOf(refused));
    // With no alarm on the line it stands in the place of the poll's confirmation, if one is awaited.
    const inSlot = records.length > 0 && this.#onLine === undefined && !this.#line.ready;
    if (inSlot) {
      const passed = this.#pass(this.#line.feed(ACK, now), now);
      effects.push(...passed.filter((effect) => effect.kind !== "stray"));
      // It may also have crossed with the poll, which is then confirmed all the same.
      this.#crossingUntil = now + CROSSING;
    }
    const errors = this.#takeRecords(records, effects);
    if (this.#unconfirmed < (this.#options.quirks?.unconfirmed ?? 0)) {
      this.#unconfirmed++;
      return;
    }
    const data = writeRecords(errors.slice(0, 1));
    const confirm = writeFt12({ control: FT12_CONTROL.ACK, address: frame.address, data });
    effects.push(...this.#pass([{ kind: "send", bytes: confirm }], now));
  }

  /** Takes what the centre says; returns the errors to answer with. */
  #takeRecords(records: readonly VdsRecord[], effects: OutputEffect[]): VdsRecord[] {
    const errors: VdsRecord[] = [];
    for (const record of records) {
      const open = this.#unacknowledged;
      if (record.type === ST.ECHO || record.type === ST.TEST_ACK) {
        if (open?.item.acknowledge(record) === true && open.item.delivered) {
          this.#unacknowledged = undefined;
          effects.push({ kind: "delivered", id: open.id });
        }
        continue;
      }
      const request = this.#desk.take(record);
      if (request !== undefined) this.#requests.add(request);
      const command = request?.kind === "command" && this.#options.commands !== "accept";
      if (!command && record.type !== ST.QUERY) continue;
      const [place = 0] = record.data;
      errors.push(
        writeFields({ kind: "error", at: { device: place >> 4, area: place & 0xf }, code: CANNOT }),
      );
    }
    // What it would answer with goes out in the confirmation, or not at all.
    this.#desk.clear();
    return errors;
  }

  #pass(effects: OutputEffect[], now: number): OutputEffect[] {
    const out: OutputEffect[] = [];
    for (const effect of effects) {
      const settled = effect.kind === "delivered" || effect.kind === "refused" ||
        (effect.kind === "absent" && effect.id !== undefined);
      const item = settled ? this.#onLine : undefined;
      if (settled) this.#onLine = undefined;
      const waits = this.#options.acknowledge === "record" && item?.wantsAcknowledgement === true;
      if (effect.kind === "delivered" && waits) {
        this.#unacknowledged = { id: effect.id, item, by: now + (this.#options.acknowledgeMs ?? 30_000) };
      } else if (effect.kind === "send") out.push({ kind: "send", bytes: this.#spoiled(effect.bytes) });
      else out.push(inVdsWords(effect));
    }
    return out;
  }

  /** The octets that go out; with a wrong checksum where a quirk says so. */
  #spoiled(bytes: Uint8Array): Uint8Array {
    const every = this.#options.quirks?.wrongChecksumEvery ?? 0;
    this.#frames++;
    if (every === 0 || this.#frames % every !== 0) return bytes;
    return bytes.with(bytes.length - 2, (bytes.at(-2) ?? 0) ^ 0xff);
  }
}
