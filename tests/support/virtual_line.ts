/**
 * A session and a simulated AE on one line, on virtual time: frames may be fragmented, and the line may fall, from either end.
 */
import type { OutputEffect, OutputItem, OutputSession } from "../../adapters/contract.ts";

/** Time until a dropped connection is there again. */
const RECONNECT_MS = 500;

/** What a {@link VirtualLine} looks at of what an AE does. */
type AeEffect = { kind: "send"; bytes: Uint8Array } | { kind: "drop" | "message" | "refused" };

/** What a {@link VirtualLine} needs of an AE. */
export interface SimulatedAe {
  readonly nextTick: number | undefined;
  feed(bytes: Uint8Array, now: number): AeEffect[];
  tick(now: number): AeEffect[];
  disconnected(): void;
}

export class VirtualLine {
  now = 1_000_000;
  readonly log: string[] = [];
  readonly delivered: string[] = [];
  readonly refused: string[] = [];
  readonly #queue: OutputItem[] = [];
  #inFlight: string | undefined;
  #dropped = false;
  #reconnectAt = Infinity;

  /**
   * @param fragment Octets per chunk on the way to the AE.
   * @param answerFragment Octets per chunk on the way back, for AEs that answer in frames.
   */
  constructor(
    readonly session: OutputSession,
    readonly ae: SimulatedAe,
    readonly fragment = Infinity,
    readonly answerFragment = Infinity,
  ) {}

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

  #fromAe(effects: AeEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "drop") this.#dropped = true;
      else if (effect.kind === "send" && !this.#dropped) this.#back(effect.bytes);
    }
  }

  #back(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += this.answerFragment) {
      this.#apply(this.session.feed(bytes.slice(at, at + this.answerFragment), this.now));
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
