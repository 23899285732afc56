/**
 * The automation software's side of a Sur-Gard line, for tests and the demonstration.
 *
 * @module
 */
import type { Refusal } from "../contract.ts";
import { SurGardFramer, type SurGardFramerOptions } from "./framer.ts";
import type { SurGardMessage } from "./message.ts";

/** How the AE answers what it receives. */
export type AeBehaviour =
  /** ACK at once. */
  | { kind: "ack" }
  /** NAK this many times, then ACK; the counting starts anew when the behaviour is set. */
  | { kind: "nak"; times: number }
  /** Nothing. */
  | { kind: "silent" }
  /** ACK after a while, in ms. */
  | { kind: "late"; ms: number };

/** A line that the AE received. */
export interface AeRecord {
  /** The line. */
  message: SurGardMessage;
  /** Its bytes, terminator included. */
  raw: Uint8Array;
  /** When it was complete, ms since the epoch. */
  at: number;
  /**
   * `marked`: says itself that it may be a repeat (Contact ID message type 98, SIA block O). `unmarked`: the same bytes came
   * before, without such a mark. Two events that are truly alike count as `unmarked` too: the line cannot tell them apart.
   */
  repeat: "none" | "marked" | "unmarked";
  /** Whether the same alarm, with or without mark, came before. */
  seenBefore: boolean;
}

/** What the simulator does. */
export type AeEffect =
  | { kind: "send"; bytes: Uint8Array }
  | { kind: "message"; record: AeRecord }
  /** A line was not readable; answered with NAK, except noise. */
  | Refusal;

/** Settings of a {@link SurGardAe}. */
export interface SurGardAeOptions extends SurGardFramerOptions {
  /** How to answer alarms. @default {{ kind: "ack" }} */
  behaviour?: AeBehaviour;
  /** How to answer heartbeats, when not like alarms. */
  heartbeats?: AeBehaviour;
}

/**
 * Answers lines as an AE does: one octet for each, 0x06 or 0x15 (receiver-outputs.md §1.3, A). With `lineDigits` set it is as strict
 * about the length as the AE of source G3.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SurGardAe } from "./ae_simulator.ts";
 *
 * const ae = new SurGardAe();
 * const effects = ae.feed(new TextEncoder().encode("5011 187037E13001004\x14"), 0);
 * assertEquals(effects.map((effect) => effect.kind), ["message", "send"]);
 * assertEquals(ae.alarms[0]?.repeat, "none");
 * ```
 */
export class SurGardAe {
  /** Every line received, heartbeats included, in order. */
  readonly records: AeRecord[] = [];
  readonly #framer: SurGardFramer;
  readonly #heartbeats: AeBehaviour | undefined;
  readonly #seen = new Map<string, number>();
  #behaviour: AeBehaviour;
  #naks = 0;
  #pending: number[] = [];

  /** Starts the AE. @param options Behaviour and strictness. */
  constructor(options: SurGardAeOptions = {}) {
    const { behaviour, heartbeats, ...framer } = options;
    this.#framer = new SurGardFramer(framer);
    this.#behaviour = behaviour ?? { kind: "ack" };
    this.#heartbeats = heartbeats;
  }

  /** How alarms are answered; may be set at any time. */
  get behaviour(): AeBehaviour {
    return this.#behaviour;
  }
  set behaviour(behaviour: AeBehaviour) {
    this.#behaviour = behaviour;
    this.#naks = 0;
  }

  /** The lines that are alarms. */
  get alarms(): AeRecord[] {
    return this.records.filter(({ message }) => message.kind !== "heartbeat");
  }

  /** When {@link tick} has a late answer to send. */
  get nextTick(): number | undefined {
    return this.#pending.length === 0 ? undefined : Math.min(...this.#pending);
  }

  /** Takes bytes from the receiver. */
  feed(bytes: Uint8Array, now: number): AeEffect[] {
    const effects: AeEffect[] = [];
    for (const item of this.#framer.feed(bytes)) {
      if (item.kind === "refused") {
        effects.push(item);
        if (item.rule !== "noise") effects.push(send(NAK));
        continue;
      }
      const record = this.#record(item.frame, item.raw, now);
      effects.push({ kind: "message", record });
      const own = item.frame.kind === "heartbeat" ? this.#heartbeats : undefined;
      effects.push(...this.#answer(own ?? this.#behaviour, now));
    }
    return effects;
  }

  /** Lets time pass: late answers. */
  tick(now: number): AeEffect[] {
    const due = this.#pending.filter((at) => at <= now);
    this.#pending = this.#pending.filter((at) => at > now);
    return due.map(() => send(ACK));
  }

  /** The connection ended: half a line and answers still to come are forgotten; records stay. */
  disconnected(): void {
    this.#framer.flush();
    this.#pending = [];
  }

  #answer(behaviour: AeBehaviour, now: number): AeEffect[] {
    switch (behaviour.kind) {
      case "ack":
        return [send(ACK)];
      case "nak":
        return [send(this.#naks++ < behaviour.times ? NAK : ACK)];
      case "late":
        this.#pending.push(now + behaviour.ms);
        return [];
      case "silent":
        return [];
    }
  }

  #record(message: SurGardMessage, raw: Uint8Array, at: number): AeRecord {
    const marked = isMarked(message);
    const key = keyOf(message);
    const before = this.#seen.get(key) ?? 0;
    const alarm = message.kind !== "heartbeat";
    if (alarm) this.#seen.set(key, before + 1);
    const seenBefore = alarm && before > 0;
    const repeat = marked ? "marked" : seenBefore ? "unmarked" : "none";
    const record: AeRecord = { message, raw, at, repeat, seenBefore };
    this.records.push(record);
    return record;
  }
}

const ACK = 0x06;
const NAK = 0x15;

function send(octet: number): AeEffect {
  return { kind: "send", bytes: Uint8Array.of(octet) };
}

function isMarked(message: SurGardMessage): boolean {
  return (message.kind === "contact-id" && message.messageType === "98") ||
    (message.kind === "sia-block" && message.block.startsWith("O"));
}

/** The same for an alarm with and without its mark. */
function keyOf(message: SurGardMessage): string {
  if (message.kind === "contact-id") return JSON.stringify({ ...message, messageType: "" });
  if (message.kind === "sia-block") return JSON.stringify({ ...message, block: message.block.slice(1) });
  return JSON.stringify(message);
}
