/** An output's session and a played AE on one line, on virtual time. The line falls when either side wants it, and comes again. */
import type { OutputEffect, OutputItem, OutputSession } from "../../adapters/contract.ts";
import type { AeEffect, AePeer, AeRecord } from "../../src/ae/ae_peer.ts";

/** Time until a connection that was closed is there again, and until a refused alarm is offered again. */
const AGAIN_MS = 500;

/** Octets on the line; to nobody: it is closed. */
type Parcel = { to: "ae" | "session"; bytes: Uint8Array } | { to: "nobody" };

export class AeLine {
  now = 1_800_000_000_000;
  readonly delivered: string[] = [];
  /** Outcomes other than `delivered`, with their rule. */
  readonly log: string[] = [];
  readonly records: AeRecord[] = [];
  readonly refusals: string[] = [];
  readonly queue: OutputItem[] = [];
  connections = 0;
  #up = false;
  #closing = false;
  #inFlight: string | undefined;
  readonly #onTheWay: Parcel[] = [];
  #carrying = false;
  #reconnectAt: number | undefined;

  constructor(readonly session: OutputSession, public ae: AePeer) {}

  get alarms(): AeRecord[] {
    return this.records.filter(({ kind }) => kind === "alarm");
  }

  connect(): void {
    this.#reconnectAt = undefined;
    this.#up = true;
    this.connections++;
    this.#fromAe(this.ae.connected(this.now));
    this.#apply(this.session.connected(this.now));
    this.#fall();
  }

  disconnect(): void {
    if (!this.#up) return;
    this.#up = false;
    this.#fromAe(this.ae.disconnected(this.now));
    this.#apply(this.session.disconnected(this.now));
  }

  add(...items: OutputItem[]): void {
    this.queue.push(...items);
    this.#pump();
    this.#fall();
  }

  /** Lets virtual time pass, stopping at every timer of both sides. */
  pass(ms: number): void {
    const until = this.now + ms;
    for (;;) {
      const aeTick = this.#up ? this.ae.nextTick ?? Infinity : Infinity;
      const next = Math.min(this.session.nextTick ?? Infinity, aeTick, this.#reconnectAt ?? Infinity);
      if (next > until) break;
      this.now = Math.max(this.now, next);
      if ((this.#reconnectAt ?? Infinity) <= this.now) this.connect();
      if (this.#up) this.#fromAe(this.ae.tick(this.now));
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
    while (this.#up && !this.#closing && this.session.ready && this.#inFlight === undefined) {
      const next = this.queue[0];
      if (next === undefined) return;
      this.#inFlight = next.id;
      this.#apply(this.session.offer(next, this.now));
    }
  }

  #do(effect: OutputEffect): void {
    switch (effect.kind) {
      case "send":
        return this.#carry({ to: "ae", bytes: effect.bytes });
      case "close":
        return this.#carry({ to: "nobody" });
      case "delivered":
        this.delivered.push(effect.id);
        this.queue.splice(this.queue.findIndex(({ id }) => id === effect.id), 1);
        this.#inFlight = undefined;
        return;
      case "refused":
      case "absent":
      case "stray":
        this.log.push(`${effect.kind} ${effect.rule}`);
        if (effect.kind !== "stray" && effect.id !== undefined) {
          this.#back(effect.id, effect.kind === "absent");
        }
    }
  }

  /** Kept, as the gateway does: one that was refused goes behind the others. */
  #back(id: string, repeated: boolean): void {
    const [item] = this.queue.splice(this.queue.findIndex((each) => each.id === id), 1);
    this.#inFlight = undefined;
    if (item === undefined) throw new Error(`${id} is not in the queue`);
    if (repeated) this.queue.unshift({ ...item, repeated });
    else this.queue.push(item);
  }

  #fromAe(effects: AeEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "record") this.records.push(effect.record);
      else if (effect.kind === "refused") this.refusals.push(effect.rule);
      else if (effect.kind === "close") this.#carry({ to: "nobody" });
      else this.#carry({ to: "session", bytes: effect.bytes });
    }
  }

  /** What is said first arrives first. */
  #carry(parcel: Parcel): void {
    this.#onTheWay.push(parcel);
    if (this.#carrying) return;
    this.#carrying = true;
    for (let next = this.#onTheWay.shift(); next !== undefined; next = this.#onTheWay.shift()) {
      if (!this.#up || this.#closing) continue;
      if (next.to === "nobody") this.#closing = true;
      else if (next.to === "ae") this.#fromAe(this.ae.feed(next.bytes, this.now));
      else this.#apply(this.session.feed(next.bytes, this.now));
    }
    this.#carrying = false;
  }

  #fall(): void {
    if (!this.#closing) return;
    this.disconnect();
    this.#closing = false;
    this.#reconnectAt = this.now + AGAIN_MS;
  }
}
