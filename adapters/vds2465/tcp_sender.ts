/**
 * The transmitter's side of VdS 2465 over TCP, as an output of the gateway and as a simulated panel.
 *
 * @module
 */
import type { OutputEffect, OutputItem, OutputSession, Written } from "../contract.ts";
import { senderItem, writtenItem } from "./sender_item.ts";
import { SenderParts } from "./sender_parts.ts";
import { SenderRequests } from "./sender_requests.ts";
import { VdsKeys } from "./tcp_keys.ts";
import { type VdsTcpQuirks, VdsTcpSpoiler } from "./tcp_sender_quirks.ts";
import type { VdsRequest } from "./transmitter_desk.ts";
import {
  Vds2465Transmitter,
  type Vds2465TransmitterOptions,
  type VdsTransmitterEffect,
} from "./transmitter_session.ts";

/** Options of a {@link Vds2465TcpSender}. */
export interface Vds2465TcpSenderOptions extends Vds2465TransmitterOptions {
  /**
   * Random octets: the first transmit counter of each connection, so that recorded acknowledgements fit no later one.
   * Absent: the low 32 bits of the time.
   */
  random?: (octets: number) => Uint8Array;
  /**
   * For connections on demand: hangs up when there was nothing to send for this long, ms. Absent: the connection is
   * permanent [stehend].
   */
  hangUpAfterMs?: number;
  /** Commands of the centre are answered as done, or as not possible (error 02). @default {"refuse"} */
  commands?: "refuse" | "accept";
  /** What a faulty transmitter does, for tests only. */
  quirks?: VdsTcpQuirks;
}

/** Error code: cannot be done. */
const CANNOT = 0x02;
const NOTHING = new Uint8Array();
const LOST =
  "The connection to the centre ended. Check the network between, and that the centre is set to a permanent " +
  "connection for this site";

/**
 * Hands alarms in VdS 2465 to a receiving centre: a `Vds2465Transmitter` in the shape that every output has. What the centre
 * asks for, and no output effect tells, is kept for {@link requests}: commands, which are answered as `commands` says, and
 * the centre's time.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Vds2465TcpSender } from "./tcp_sender.ts";
 *
 * const hex = Uint8Array.fromHex;
 * const sender = new Vds2465TcpSender({ random: () => hex("000000a0"), serviceRequest: false });
 * sender.connected(0);
 * sender.feed(hex("0000000e0fffffffedfe0000000001010101"), 1); // synchronisation
 * const data = hex("0402110300" + "22");
 * sender.offer({ id: "a", account: "123456", protocol: "vds2465", data, events: [], repeated: false }, 2);
 * const effects = sender.feed(hex("0000000d10000000ec5d000000a1030100"), 3); // poll
 * assertEquals(effects[1], { kind: "send", bytes: hex("00000018000000a11fbe1000000104010b0402110300220356214365") });
 * assertEquals(sender.feed(hex("0000001310000001bd46000000a2040106040311030022"), 4)[0], { kind: "delivered", id: "a" });
 * ```
 */
export class Vds2465TcpSender implements OutputSession {
  readonly #options: Vds2465TcpSenderOptions;
  readonly #transmitter: Vds2465Transmitter;
  readonly #spoiler: VdsTcpSpoiler | undefined;
  readonly #requests = new SenderRequests();
  readonly #parts = new SenderParts();
  /** Since when there is nothing to send; undefined while there is, or no conversation. */
  #idleSince: number | undefined;
  #hangingUp = false;
  /** The centre has synchronised, and nothing was told that ends this. */
  #present = false;

  /**
   * Begins without a connection.
   *
   * @param options Ident number, key, waits.
   * @throws {RangeError} When the key is not one.
   */
  constructor(options: Vds2465TcpSenderOptions = {}) {
    this.#options = options;
    this.#transmitter = new Vds2465Transmitter(options);
    const { key, quirks } = options;
    const number = key?.number ?? 0;
    const keys = new VdsKeys(key === undefined ? {} : { [key.number]: key.key });
    this.#spoiler = quirks === undefined ? undefined : new VdsTcpSpoiler(quirks, keys, number);
  }

  /** True when an alarm can be offered now. */
  get ready(): boolean {
    return this.#transmitter.ready;
  }

  /** When {@link tick} wants to be called next; undefined while there is no connection. */
  get nextTick(): number | undefined {
    const times = [this.#transmitter.nextTick, this.#hangUpAt].filter((time) => time !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** A connection to the centre came up. The centre speaks first. */
  connected(now: number): OutputEffect[] {
    const effects = this.disconnected(now);
    const [a = 0, b = 0, c = 0, d = 0] = this.#options.random?.(4) ?? [];
    const counter = this.#options.random === undefined ? now : ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
    return [...effects, ...this.#pass(this.#transmitter.connected(now, counter), now)];
  }

  /** It went down: an alarm in flight comes back as `absent` with its id. So is a permanent connection told as lost. */
  disconnected(now: number): OutputEffect[] {
    const expected = this.#hangingUp || this.#options.hangUpAfterMs !== undefined;
    const effects = this.#pass(this.#transmitter.disconnected(now), now);
    if (this.#present && !expected) effects.push({ kind: "absent", rule: "disconnected", message: LOST });
    this.#present = false;
    return effects;
  }

  /** Takes bytes from the centre. Never throws. */
  feed(bytes: Uint8Array, now: number): OutputEffect[] {
    return this.#pass(this.#transmitter.feed(bytes, now), now);
  }

  /** Lets time pass: repeats, waits, hang-up. */
  tick(now: number): OutputEffect[] {
    const effects = this.#pass(this.#transmitter.tick(now), now);
    const due = this.#hangUpAt;
    if (due === undefined || now < due) return effects;
    return [...effects, ...this.finish(now)];
  }

  /**
   * Hands over one alarm; only while {@link ready}.
   *
   * @param alarm The alarm.
   * @param now Milliseconds since the epoch.
   * @returns `refused` with a rule of `senderItem` or `not-ready`; else what is to be sent now, if anything.
   */
  offer(alarm: OutputItem, now: number): OutputEffect[] {
    const { id } = alarm;
    const read = senderItem(alarm, this.#options.ident);
    if (!read.ok) return [{ kind: "refused", id, rule: read.rule, message: read.message }];
    if (!this.ready) return this.#transmitter.offer({ id, records: NOTHING }, now) as OutputEffect[];
    const first = this.#parts.start(id, read.telegrams, read.said);
    return this.#pass(this.#transmitter.offer({ id, records: first?.records ?? NOTHING }, now), now);
  }

  /**
   * Says what {@link offer} would send: `bytes` is the payload of each telegram, its records. Length, checksum, counters and cipher
   * come with the sending, when it is this side's turn to speak. `line` is the same in hexadecimal digits. Never throws.
   */
  preview(alarm: OutputItem, _now: number): Written {
    return writtenItem(senderItem(alarm, this.#options.ident), ({ payload }) => payload);
  }

  /** Nothing more will be offered on this connection: hangs up (record FF) when nothing is in flight. */
  finish(now: number): OutputEffect[] {
    this.#hangingUp = true;
    return this.#pass(this.#transmitter.finish(now), now);
  }

  /** Takes out what the centre asked for since the last time: commands and its clock; at most the latest 64. */
  requests(): VdsRequest[] {
    return this.#requests.take();
  }

  #pass(effects: VdsTransmitterEffect[], now: number): OutputEffect[] {
    const out: OutputEffect[] = [];
    let id: string | undefined;
    for (const effect of effects) {
      if (effect.kind === "present") this.#present = true;
      else if (effect.kind === "absent" || effect.kind === "close") this.#present = false;
      if (effect.kind === "command" || effect.kind === "clock") {
        this.#requests.add(effect);
        if (effect.kind === "command") {
          const outcome = this.#options.commands === "accept" ? "done" : CANNOT;
          // What it says of that are requests, never of an alarm: passed on from here they would end the one in hand.
          this.#transmitter.answerCommand(effect.ref, outcome);
        }
      } else if (effect.kind === "send" && this.#spoiler !== undefined) {
        const bytes = this.#spoiler.spoil(effect.bytes);
        if (bytes !== undefined) out.push({ kind: "send", bytes });
      } else {
        const told = this.#parts.take(effect);
        if (told !== undefined) out.push(told);
        if (effect.kind === "delivered" || effect.kind === "refused") id = effect.id;
      }
    }
    // Behind what has to be sent first.
    const next = this.#parts.next();
    if (next !== undefined && id !== undefined) out.push(...this.#follow(id, next.records, now));
    if (!this.ready) this.#idleSince = undefined;
    else this.#idleSince ??= now;
    if (this.#transmitter.nextTick === undefined) this.#hangingUp = false;
    return out;
  }

  /** The next telegram of an alarm; without a conversation the alarm goes back. */
  #follow(id: string, records: Uint8Array, now: number): OutputEffect[] {
    if (this.#transmitter.ready) return this.#pass(this.#transmitter.offer({ id, records }, now), now);
    return this.#pass([{ kind: "absent", rule: "disconnected", message: LOST, id }], now);
  }

  get #hangUpAt(): number | undefined {
    const { hangUpAfterMs } = this.#options;
    if (hangUpAfterMs === undefined || this.#idleSince === undefined || this.#hangingUp) return undefined;
    return this.#idleSince + hangUpAfterMs;
  }
}
