/** A DC-07 session and a simulated AE on one line, on virtual time; frames may be fragmented and the line may fall. */
import type { OutputEffect, OutputItem } from "../../../adapters/contract.ts";
import type { Dc07Ae } from "../../../adapters/dc07/ae_simulator.ts";
import type { Dc07Session } from "../../../adapters/dc07/session.ts";

export class VirtualLine {
  now = 1_000_000;
  readonly log: string[] = [];
  readonly delivered: string[] = [];
  readonly refused: string[] = [];
  readonly #queue: OutputItem[] = [];
  #inFlight: string | undefined;

  /** @param fragment Octets per chunk, both ways. */
  constructor(readonly session: Dc07Session, readonly ae: Dc07Ae, readonly fragment = Infinity) {}

  connect(): void {
    this.#apply(this.session.connected(this.now));
  }

  /** The line falls; what was on it is lost. */
  disconnect(): void {
    this.ae.disconnected();
    this.#apply(this.session.disconnected(this.now));
  }

  add(...items: OutputItem[]): void {
    this.#queue.push(...items);
    this.#pump();
  }

  /** Octets that reach the session from nowhere. */
  inject(bytes: Uint8Array): void {
    this.#apply(this.session.feed(bytes, this.now));
  }

  /** Lets virtual time pass, stopping at every timer of both sides. */
  pass(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const next = Math.min(this.session.nextTick ?? Infinity, this.ae.nextTick ?? Infinity);
      if (next > until) break;
      this.now = Math.max(this.now, next);
      for (const effect of this.ae.tick(this.now)) if (effect.kind === "send") this.#back(effect.bytes);
      this.#apply(this.session.tick(this.now));
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
    for (const chunk of this.#chunks(bytes)) {
      for (const effect of this.ae.feed(chunk, this.now)) {
        if (effect.kind === "send") this.#back(effect.bytes);
      }
    }
  }

  #back(bytes: Uint8Array): void {
    for (const chunk of this.#chunks(bytes)) this.#apply(this.session.feed(chunk, this.now));
  }

  #chunks(bytes: Uint8Array): Uint8Array[] {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += this.fragment) chunks.push(bytes.slice(at, at + this.fragment));
    return chunks;
  }
}

export function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** An alarm in Contact ID data. */
export function contactId(id: string, data: string): OutputItem {
  return { id, account: "", protocol: "contact-id", data: ascii(data), events: [], repeated: false };
}

/** An alarm in SIA data. */
export function sia(id: string, data: string): OutputItem {
  return { ...contactId(id, data), protocol: "sia" };
}
