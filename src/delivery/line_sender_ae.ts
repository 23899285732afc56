/**
 * The automation software's side of a line whose frames are answered with one octet, for tests and simulations.
 *
 * @module
 */
import type { Framer, Refusal } from "../../adapters/contract.ts";

/** How a {@link LineAe} answers what it receives. */
export type LineAeBehaviour =
  /** ACK at once. */
  | { kind: "ack" }
  /** NAK this many times, then ACK; the counting starts anew when the behaviour is set. */
  | { kind: "nak"; times: number }
  /** Another octet this many times, then ACK; counted likewise. */
  | { kind: "garbled"; times: number; octet?: number }
  /** Stalls: nothing. */
  | { kind: "silent" }
  /** ACK after a while, in ms. */
  | { kind: "late"; ms: number }
  /** These octets, then ACK. */
  | { kind: "noisy"; octets: Uint8Array }
  /** ACK twice. */
  | { kind: "twice" }
  /** Drops the connection without an answer. */
  | { kind: "drop" };

/** A line that the AE received. */
export interface LineAeRecord<F> {
  /** The line. */
  message: F;
  /** Its bytes. */
  raw: Uint8Array;
  /** When it was complete, ms since the epoch. */
  at: number;
  /** Whether it says of itself that it may be a repeat. */
  marked: boolean;
  /** Whether the same alarm, with or without mark, came before. Two events that are truly alike count too. */
  seenBefore: boolean;
}

/** What the AE does. */
export type LineAeEffect<F> =
  | { kind: "send"; bytes: Uint8Array }
  | { kind: "message"; record: LineAeRecord<F> }
  /** The connection is to be closed. */
  | { kind: "drop" }
  /** A line was not readable; answered with NAK, except noise. */
  | Refusal;

/** What makes a {@link LineAe} one of a language. */
export interface LineAeOptions<F> {
  /** Cuts the lines. */
  framer: Framer<F>;
  /** Whether a line only says that the receiver lives. */
  isHeartbeat: (message: F) => boolean;
  /** The line without its mark of a possible repeat, and whether it had one. @default {no marks} */
  unmarked?: (message: F) => { message: unknown; marked: boolean };
  /** How to answer alarms. @default {{ kind: "ack" }} */
  behaviour?: LineAeBehaviour;
  /** How to answer heartbeats, when not like alarms. */
  heartbeats?: LineAeBehaviour;
}

const ACK = 0x06;
const NAK = 0x15;

/**
 * Answers lines as an AE does, well or badly: one octet for each, 0x06 or 0x15 (receiver-outputs.md §1.3, §2.2, §3.2, A).
 *
 * It does no I/O: bytes and times (ms since the epoch) come in, effects go out.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LineFramer } from "../../adapters/line_framer.ts";
 * import { LineAe } from "./line_sender_ae.ts";
 *
 * const framer = new LineFramer<string>({
 *   name: "Echo", longest: 80, tooLong: "too-long", read: (frame) => ({ ok: true, frame }),
 * });
 * const ae = new LineAe({ framer, isHeartbeat: (line) => line === "@", behaviour: { kind: "nak", times: 1 } });
 * const line = new TextEncoder().encode("alarm\r");
 * assertEquals(ae.feed(line, 0).at(-1), { kind: "send", bytes: Uint8Array.of(0x15) });
 * assertEquals(ae.feed(line, 1).at(-1), { kind: "send", bytes: Uint8Array.of(0x06) });
 * assertEquals(ae.alarms.map(({ seenBefore }) => seenBefore), [false, true]);
 * ```
 */
export class LineAe<F> {
  /** Every line received, heartbeats included, in order. */
  readonly records: LineAeRecord<F>[] = [];
  readonly #options: LineAeOptions<F>;
  readonly #seen = new Set<string>();
  #behaviour: LineAeBehaviour;
  /** Answers other than ACK since the behaviour was set. */
  #refused = 0;
  #pending: number[] = [];

  /** Starts the AE. @param options Language and behaviour. */
  constructor(options: LineAeOptions<F>) {
    this.#options = options;
    this.#behaviour = options.behaviour ?? { kind: "ack" };
  }

  /** How alarms are answered; may be set at any time. */
  get behaviour(): LineAeBehaviour {
    return this.#behaviour;
  }
  set behaviour(behaviour: LineAeBehaviour) {
    this.#behaviour = behaviour;
    this.#refused = 0;
  }

  /** The lines that are alarms. */
  get alarms(): LineAeRecord<F>[] {
    return this.records.filter(({ message }) => !this.#options.isHeartbeat(message));
  }

  /** When {@link tick} has a late answer to send. */
  get nextTick(): number | undefined {
    return this.#pending.length === 0 ? undefined : Math.min(...this.#pending);
  }

  /** Takes bytes from the receiver. */
  feed(bytes: Uint8Array, now: number): LineAeEffect<F>[] {
    const effects: LineAeEffect<F>[] = [];
    for (const item of this.#options.framer.feed(bytes)) {
      if (item.kind === "refused") {
        effects.push(item);
        if (item.rule !== "noise") effects.push(send(NAK));
        continue;
      }
      effects.push({ kind: "message", record: this.#record(item.frame, item.raw, now) });
      const own = this.#options.isHeartbeat(item.frame) ? this.#options.heartbeats : undefined;
      effects.push(...this.#answer(own ?? this.#behaviour, now));
    }
    return effects;
  }

  /** Lets time pass: late answers. */
  tick(now: number): LineAeEffect<F>[] {
    const due = this.#pending.filter((at) => at <= now);
    this.#pending = this.#pending.filter((at) => at > now);
    return due.map(() => send(ACK));
  }

  /** The connection ended: half a line and answers still to come are forgotten; records stay. */
  disconnected(): void {
    this.#options.framer.flush();
    this.#pending = [];
  }

  #answer(behaviour: LineAeBehaviour, now: number): LineAeEffect<F>[] {
    switch (behaviour.kind) {
      case "ack":
        return [send(ACK)];
      case "nak":
        return [send(this.#refused++ < behaviour.times ? NAK : ACK)];
      case "garbled":
        return [send(this.#refused++ < behaviour.times ? behaviour.octet ?? 0x3f : ACK)];
      case "late":
        this.#pending.push(now + behaviour.ms);
        return [];
      case "noisy":
        return [{ kind: "send", bytes: behaviour.octets }, send(ACK)];
      case "twice":
        return [send(ACK, ACK)];
      case "drop":
        return [{ kind: "drop" }];
      case "silent":
        return [];
    }
  }

  #record(message: F, raw: Uint8Array, at: number): LineAeRecord<F> {
    const { message: bare, marked } = this.#options.unmarked?.(message) ?? { message, marked: false };
    const key = JSON.stringify(bare);
    const alarm = !this.#options.isHeartbeat(message);
    const seenBefore = alarm && this.#seen.has(key);
    if (alarm) this.#seen.add(key);
    const record = { message, raw, at, marked, seenBefore };
    this.records.push(record);
    return record;
  }
}

function send(...octets: number[]): { kind: "send"; bytes: Uint8Array } {
  return { kind: "send", bytes: Uint8Array.from(octets) };
}
