/**
 * The automation software's side of a DC-07 line, for tests and the demonstration.
 *
 * @module
 */
import type { Refusal } from "../contract.ts";
import { Dc07Framer } from "./framer.ts";
import { type Dc07Frame, TAB } from "./message.ts";
import { writeDc07 } from "./write_message.ts";

/** How the AE answers what it receives. */
export type Dc07AeBehaviour =
  /** ACK at once. */
  | { kind: "ack" }
  /** NAK this many times, then ACK; the counting starts anew when the behaviour is set. */
  | { kind: "nak"; times: number }
  /** Nothing. */
  | { kind: "silent" }
  /** ACK after a while, in ms. */
  | { kind: "late"; ms: number };

/** A frame that the AE received. */
export interface Dc07AeRecord {
  /** The frame. */
  frame: Dc07Frame;
  /** Its bytes. */
  raw: Uint8Array;
  /** When it was complete, ms since the epoch. */
  at: number;
  /** Whether the frame before it had the same octets: a repeat. */
  repeat: boolean;
}

/** What the simulator does. */
export type Dc07AeEffect =
  | { kind: "send"; bytes: Uint8Array }
  | { kind: "message"; record: Dc07AeRecord }
  /** A frame was not readable; answered with NAK, except noise. */
  | Refusal;

/** Settings of a {@link Dc07Ae}. */
export interface Dc07AeOptions {
  /** How to answer alarms. @default {{ kind: "ack" }} */
  behaviour?: Dc07AeBehaviour;
  /** How to answer link tests, when not like alarms. */
  linkTests?: Dc07AeBehaviour;
}

/**
 * Answers each frame with a frame: an ACK repeats its number, receiver and line; a NAK has number 0000, line 00
 * (receiver-outputs.md §4.1, A).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dc07Ae } from "./ae_simulator.ts";
 * import { dc07Line } from "./message.ts";
 *
 * const ae = new Dc07Ae();
 * const effects = ae.feed(new TextEncoder().encode("\n8EFA16v00430101[#1234|NBA98]\r"), 0);
 * const [, answer] = effects;
 * assertEquals(answer?.kind === "send" && dc07Line(answer.bytes), "<LF>B4A70B<TAB>00430101[]<CR>");
 * assertEquals(ae.alarms.length, 1);
 * ```
 */
export class Dc07Ae {
  /** Every frame received, link tests included, in order. */
  readonly records: Dc07AeRecord[] = [];
  readonly #framer = new Dc07Framer();
  readonly #linkTests: Dc07AeBehaviour | undefined;
  #behaviour: Dc07AeBehaviour;
  #naks = 0;
  #pending: { at: number; frame: Dc07Frame }[] = [];

  /** Starts the AE. @param options Behaviour. */
  constructor(options: Dc07AeOptions = {}) {
    this.#behaviour = options.behaviour ?? { kind: "ack" };
    this.#linkTests = options.linkTests;
  }

  /** How alarms are answered; may be set at any time. */
  get behaviour(): Dc07AeBehaviour {
    return this.#behaviour;
  }
  set behaviour(behaviour: Dc07AeBehaviour) {
    this.#behaviour = behaviour;
    this.#naks = 0;
  }

  /** The frames that are alarms. */
  get alarms(): Dc07AeRecord[] {
    return this.records.filter(({ frame }) => frame.data !== "");
  }

  /** When {@link tick} has a late answer to send. */
  get nextTick(): number | undefined {
    return this.#pending.length === 0 ? undefined : Math.min(...this.#pending.map(({ at }) => at));
  }

  /** Takes bytes from the receiver. */
  feed(bytes: Uint8Array, now: number): Dc07AeEffect[] {
    const effects: Dc07AeEffect[] = [];
    for (const item of this.#framer.feed(bytes)) {
      if (item.kind === "refused") {
        effects.push(item);
        if (item.rule !== "noise") effects.push(nak("01"));
        continue;
      }
      const { frame, raw } = item;
      const before = this.records.at(-1)?.raw;
      const repeat = before !== undefined && before.toHex() === raw.toHex();
      const record = { frame, raw, at: now, repeat };
      this.records.push(record);
      effects.push({ kind: "message", record });
      const own = frame.data === "" ? this.#linkTests : undefined;
      effects.push(...this.#answer(own ?? this.#behaviour, frame, now));
    }
    return effects;
  }

  /** Lets time pass: late answers. */
  tick(now: number): Dc07AeEffect[] {
    const due = this.#pending.filter(({ at }) => at <= now);
    this.#pending = this.#pending.filter(({ at }) => at > now);
    return due.map(({ frame }) => ack(frame));
  }

  /** The connection ended: half a frame and answers still to come are forgotten; records stay. */
  disconnected(): void {
    this.#framer.flush();
    this.#pending = [];
  }

  #answer(behaviour: Dc07AeBehaviour, frame: Dc07Frame, now: number): Dc07AeEffect[] {
    switch (behaviour.kind) {
      case "ack":
        return [ack(frame)];
      case "nak":
        return [this.#naks++ < behaviour.times ? nak(frame.receiver) : ack(frame)];
      case "late":
        this.#pending.push({ at: now + behaviour.ms, frame });
        return [];
      case "silent":
        return [];
    }
  }
}

function ack({ sequence, receiver, line }: Dc07Frame): Dc07AeEffect {
  return answer(sequence, receiver, line);
}

function nak(receiver: string): Dc07AeEffect {
  return answer("0000", receiver, "00");
}

function answer(sequence: string, receiver: string, line: string): Dc07AeEffect {
  const written = writeDc07({ type: TAB, sequence, receiver, line, data: "" });
  return { kind: "send", bytes: written.ok ? written.bytes : new Uint8Array() };
}
