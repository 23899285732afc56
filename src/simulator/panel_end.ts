/**
 * The panel's end of its connections: a sender's session on real wires.
 *
 * @module
 */
import type { OutputEffect, OutputItem, OutputSession } from "../../adapters/contract.ts";
import { Wake } from "../gateway/wake.ts";
import type { FaultyLine } from "./line_faults.ts";
import { type PanelWire, reasonOf } from "./wire.ts";

/** What a {@link PanelEnd} works with. */
export interface PanelEndParts {
  /** Puts frames on the wire. */
  line: FaultyLine;
  /** Nothing that the receiver says is heard. */
  deaf: boolean;
  /** Told of every effect but `send` and `close`. */
  onEffect: (effect: OutputEffect) => void;
  /** Told when a frame was spoiled. */
  onSpoiled: () => void;
  /** Told when a connection ended, and why. */
  onEnd: (reason: string) => void;
}

/** A frame on its way to a wire. */
interface Outgoing {
  wire: PanelWire;
  bytes: Uint8Array;
  /** A frame of an alarm that was not sent before. */
  first: boolean;
}

/**
 * Carries a session's effects to a wire and back, one wire at a time. While frames are being sent the session's clock stands
 * still: on a slow line its waits begin when the frame is out.
 */
export class PanelEnd {
  readonly #session: OutputSession;
  readonly #parts: PanelEndParts;
  readonly #wake = new Wake(() => {
    if (this.#sendingSince === undefined) this.#apply(this.#session.tick(this.#now()));
  });
  readonly #outgoing: Outgoing[] = [];
  /** Since when frames are being sent. */
  #sendingSince: number | undefined;
  #draining: Promise<void> = Promise.resolve();
  /** How long the session's clock stood still in all, ms. */
  #stoodStill = 0;
  #wire: PanelWire | undefined;
  readonly #closing: Promise<void>[] = [];
  /** The attempt that the last `sent` effect told, until its `send` comes. */
  #announced: number | undefined;
  #poke: (() => void) | undefined;

  constructor(session: OutputSession, parts: PanelEndParts) {
    this.#session = session;
    this.#parts = parts;
  }

  /** There is a connection. */
  get up(): boolean {
    return this.#wire !== undefined;
  }

  /** An alarm can be offered. */
  get ready(): boolean {
    return this.#session.ready;
  }

  /** Takes a connection. */
  connect(wire: PanelWire): void {
    this.#wire = wire;
    wire.start({
      data: (bytes) => {
        if (wire === this.#wire && !this.#parts.deaf) this.#apply(this.#session.feed(bytes, this.#now()));
      },
      closed: (reason) => {
        if (wire === this.#wire) this.hangUp(reason);
      },
    });
    this.#apply(this.#session.connected(this.#now()));
  }

  /** Ends the connection, from whichever side. */
  hangUp(reason: string): void {
    const wire = this.#wire;
    if (wire === undefined) return;
    this.#wire = undefined;
    this.#outgoing.length = 0;
    this.#closing.push(wire.close().catch(() => {}));
    this.#parts.onEnd(reason);
    this.#apply(this.#session.disconnected(this.#now()));
  }

  /** Resolves when every connection that ended is closed, and nothing is on its way to one. */
  async closed(): Promise<void> {
    if (!this.up) await this.#draining;
    await Promise.all(this.#closing.splice(0));
  }

  /** Hands an alarm to the session. */
  offer(item: OutputItem): void {
    this.#apply(this.#session.offer(item, this.#now()));
  }

  /** Says something that the session does not know of, and waits until it is out. */
  async say(bytes: Uint8Array, ms: number): Promise<void> {
    if (this.#wire !== undefined) this.#send(bytes, this.#wire, false);
    await this.until(() => this.#sendingSince === undefined, ms);
  }

  /** Waits until something holds. @returns False when it did not in time. */
  async until(holds: () => boolean, ms: number): Promise<boolean> {
    const end = Date.now() + ms;
    while (!holds()) {
      const left = end - Date.now();
      if (left <= 0) return false;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, left);
      this.#poke = resolve;
      await promise;
      clearTimeout(timer);
      this.#poke = undefined;
    }
    return true;
  }

  #apply(effects: OutputEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "send") {
        const first = this.#announced === 1;
        this.#announced = undefined;
        if (this.#wire !== undefined) this.#send(effect.bytes, this.#wire, first);
      } else if (effect.kind === "close") this.hangUp(effect.reason);
      else {
        if (effect.kind === "sent") this.#announced = effect.attempt;
        this.#parts.onEffect(effect);
      }
    }
    this.#arm();
    this.#poke?.();
  }

  #arm(): void {
    const { nextTick } = this.#session;
    const asleep = this.#sendingSince !== undefined || this.#wire === undefined;
    if (asleep || nextTick === undefined) this.#wake.clear();
    else this.#wake.set(nextTick + this.#stoodStill);
  }

  #now(): number {
    return (this.#sendingSince ?? Date.now()) - this.#stoodStill;
  }

  #send(bytes: Uint8Array, wire: PanelWire, first: boolean): void {
    this.#outgoing.push({ wire, bytes, first });
    if (this.#sendingSince !== undefined) return;
    this.#sendingSince = Date.now();
    this.#draining = this.#drain();
  }

  async #drain(): Promise<void> {
    for (let next = this.#outgoing.shift(); next !== undefined; next = this.#outgoing.shift()) {
      const { wire, bytes, first } = next;
      const alive = () => wire === this.#wire;
      try {
        const how = alive() ? await this.#parts.line.send(wire, bytes, first, alive) : "sent";
        if (how === "spoiled") this.#parts.onSpoiled();
        if (how === "cut" && alive()) this.hangUp("the panel cut it behind a frame");
      } catch (error) {
        if (alive()) this.hangUp(reasonOf(error));
      }
    }
    this.#stoodStill += Date.now() - (this.#sendingSince ?? Date.now());
    this.#sendingSince = undefined;
    this.#arm();
    this.#poke?.();
  }
}
