/**
 * A session and a simulated AE on one line, on virtual time: frames may be fragmented, and the line may fall, from either end.
 */
import type { OutputEffect, OutputItem, OutputSession } from "../../adapters/contract.ts";
import type { LineAe, LineAeBehaviour, LineAeEffect } from "../../src/delivery/line_sender_ae.ts";
import fc from "fast-check";

/** Time until a dropped connection is there again. */
const RECONNECT_MS = 500;

export class VirtualLine<F> {
  now = 1_000_000;
  readonly log: string[] = [];
  readonly delivered: string[] = [];
  readonly refused: string[] = [];
  readonly #queue: OutputItem[] = [];
  #inFlight: string | undefined;
  #dropped = false;
  #reconnectAt = Infinity;

  /** @param fragment Octets per chunk on the way to the AE. */
  constructor(readonly session: OutputSession, readonly ae: LineAe<F>, readonly fragment = Infinity) {}

  connect(): void {
    this.#reconnectAt = Infinity;
    this.#apply(this.session.connected(this.now));
    this.#fall();
  }

  /** The line falls; what was on it is lost. */
  disconnect(): void {
    this.ae.disconnected();
    this.#apply(this.session.disconnected(this.now));
  }

  add(...items: OutputItem[]): void {
    this.#queue.push(...items);
    this.#pump();
    this.#fall();
  }

  /** The AE says something of its own accord. */
  say(bytes: Uint8Array): void {
    this.#apply(this.session.feed(bytes, this.now));
    this.#fall();
  }

  /** Lets virtual time pass, stopping at every timer of both sides. */
  pass(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const { nextTick } = this.session;
      const next = Math.min(nextTick ?? Infinity, this.ae.nextTick ?? Infinity, this.#reconnectAt);
      if (next > until) break;
      this.now = Math.max(this.now, next);
      if (this.#reconnectAt <= this.now) this.connect();
      this.#fromAe(this.ae.tick(this.now));
      this.#apply(this.session.tick(this.now));
      this.#fall();
    }
    this.now = until;
  }

  #apply(effects: OutputEffect[]): void {
    for (const effect of effects) this.#do(effect);
    this.#pump();
  }

  #pump(): void {
    while (this.session.ready && this.#inFlight === undefined) {
      const next = this.#queue[0];
      if (next === undefined) return;
      this.#inFlight = next.id;
      this.#apply(this.session.offer(next, this.now));
    }
  }

  #do(effect: OutputEffect): void {
    if (effect.kind === "send") return this.#carry(effect.bytes);
    if (effect.kind === "sent") return;
    this.log.push(
      effect.kind === "absent" || effect.kind === "stray" ? `${effect.kind} ${effect.rule}` : effect.kind,
    );
    if (effect.kind === "delivered" || effect.kind === "refused") {
      this[effect.kind].push(effect.id);
      this.#queue.shift();
      this.#inFlight = undefined;
    } else if (effect.kind === "absent" && effect.id !== undefined) {
      const [head, ...rest] = this.#queue;
      if (head !== undefined) this.#queue.splice(0, Infinity, { ...head, repeated: true }, ...rest);
      this.#inFlight = undefined;
    }
  }

  #carry(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.#dropped; at += this.fragment) {
      this.#fromAe(this.ae.feed(bytes.slice(at, at + this.fragment), this.now));
    }
  }

  #fromAe(effects: LineAeEffect<F>[]): void {
    for (const effect of effects) {
      if (effect.kind === "drop") this.#dropped = true;
      else if (effect.kind === "send" && !this.#dropped) {
        this.#apply(this.session.feed(effect.bytes, this.now));
      }
    }
  }

  /** The AE has dropped the connection: it is there again after a while. */
  #fall(): void {
    if (!this.#dropped) return;
    this.disconnect();
    this.#dropped = false;
    this.#reconnectAt = this.now + RECONNECT_MS;
  }
}

/** An alarm in Contact ID data. */
export function contactId(id: string, data: string): OutputItem {
  return {
    id,
    account: "",
    protocol: "contact-id",
    data: new TextEncoder().encode(data),
    events: [],
    repeated: false,
  };
}

/** An alarm in SIA data. */
export function sia(id: string, data: string): OutputItem {
  return { ...contactId(id, data), protocol: "sia" };
}

/** What an AE may do that takes every line in the end. @param options Longest answer, NAKs in a row. */
export function anyBehaviour(options: { lateMs: number; naks: number }): fc.Arbitrary<LineAeBehaviour> {
  return fc.oneof(
    fc.constant({ kind: "ack" as const }),
    fc.record({ kind: fc.constant("nak" as const), times: fc.integer({ min: 0, max: options.naks }) }),
    fc.record({ kind: fc.constant("garbled" as const), times: fc.integer({ min: 1, max: 3 }) }),
    fc.constant({ kind: "silent" as const }),
    fc.record({ kind: fc.constant("late" as const), ms: fc.integer({ min: 1, max: options.lateMs }) }),
    fc.record({
      kind: fc.constant("noisy" as const),
      octets: fc.uint8Array({ min: 0x20, max: 0x7e, minLength: 1, maxLength: 3 }),
    }),
    fc.constant({ kind: "twice" as const }),
    fc.constant({ kind: "drop" as const }),
  );
}
