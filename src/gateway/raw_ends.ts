/**
 * The raw connections of one path: each has an end here, and they take turns on the path.
 *
 * @module
 */
import { MAX_WAITING, type RawCarried, RawEnd } from "../raw/raw_end.ts";
import type { RawFrame } from "../raw/frame.ts";
import type { RawEffect, RawReset } from "../raw/raw_effects.ts";
import type { TcpHandler } from "../transport/tcp.ts";
import { steadyClock } from "./clock.ts";
import type { RawLine } from "./raw_line.ts";
import { Wake } from "./wake.ts";

/** What is connected to an end: a panel, or its AE. */
export interface RawLocal {
  /** Sends octets there, together. */
  send(bytes: Uint8Array): void;
  /** Ends the connection when what was sent has gone out; does nothing where there is only a wire. */
  hangUp(): void;
}

/** What the owner of a connection is told. */
export interface RawConnectionEvents {
  /** Both ends have their lines. */
  opened?(): void;
  /** The other end does not open the line. */
  refused?(): void;
  /** Nothing more comes of it. */
  done?(): void;
}

/** A connection, and what is connected to it here. */
export class RawConnection {
  /** Its line. */
  readonly line: RawLine;
  /** What is connected; undefined as long as nothing is. */
  local: RawLocal | undefined;
  readonly #end: RawEnd;
  readonly #ends: RawEnds;
  readonly #events: RawConnectionEvents;
  #room: (() => void) | undefined;
  #wasOpen = false;

  /** For {@link RawEnds} only. */
  constructor(end: RawEnd, line: RawLine, ends: RawEnds, events: RawConnectionEvents) {
    this.#end = end;
    this.line = line;
    this.#ends = ends;
    this.#events = events;
  }

  /** Its end. */
  get end(): RawEnd {
    return this.#end;
  }

  /** Octets came from the line; whoever reads it waits for a returned promise. */
  data(bytes: Uint8Array): Promise<void> | undefined {
    this.line.count("octets-in", bytes.length);
    this.apply(this.#end.feed(bytes, steadyClock()));
    if (this.#end.waiting < MAX_WAITING / 4 || this.#end.done) return undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#room = resolve;
    return promise;
  }

  /** What is connected here has ended in order. */
  ended(): void {
    this.local = undefined;
    this.apply(this.#end.lineEnded(steadyClock()));
  }

  /** Cuts it. @param tell False when the other end cannot be told. */
  cut(rule: RawReset, message: string, tell = true): void {
    this.apply(this.#end.cut(rule, message, steadyClock(), tell));
  }

  /** The line is there. */
  lineUp(local: RawLocal): void {
    this.local = local;
    this.#end.lineUp();
    this.apply([]);
  }

  /** What a TCP connection tells. */
  get handler(): TcpHandler {
    return { data: (bytes) => this.data(bytes), closed: () => this.ended() };
  }

  /** Does what the end wants done. */
  apply(effects: readonly RawEffect[]): void {
    for (const effect of effects) this.#do(effect);
    if (this.#end.waiting < MAX_WAITING / 4 || this.#end.done) {
      this.#room?.();
      this.#room = undefined;
    }
    this.#ends.moved();
  }

  #do(effect: RawEffect): void {
    const { line } = this;
    switch (effect.kind) {
      case "octets":
        line.count("octets-out", effect.bytes.length);
        line.flows();
        return this.local?.send(effect.bytes);
      case "carried":
        line.count("messages");
        return line.flows();
      case "opened":
        this.#wasOpen = true;
        line.count("opened");
        return this.#events.opened?.();
      case "close":
        return this.#hangUp();
      case "reset":
        line.reset(effect.rule, effect.message);
        if (effect.rule === "raw-refused" && !this.#wasOpen) this.#events.refused?.();
        return this.#hangUp();
      case "done":
        this.#ends.remove(this);
        this.#hangUp();
        return this.#events.done?.();
    }
  }

  #hangUp(): void {
    const { local } = this;
    this.local = undefined;
    local?.hangUp();
  }
}

/** The connections of one path. */
export class RawEnds {
  readonly #all = new Map<number, RawConnection>();
  readonly #wake = new Wake(() => this.#tick());
  readonly #ready: () => void;
  #closed = false;

  /** @param ready Told that there may be a message for the path. */
  constructor(ready: () => void) {
    this.#ready = ready;
  }

  /** Every connection, the oldest first. */
  get all(): RawConnection[] {
    return [...this.#all.values()];
  }

  /** One of them. */
  get(connection: number): RawConnection | undefined {
    return this.#all.get(connection);
  }

  /**
   * Adds a connection.
   *
   * @param line Its line.
   * @param connection Its number.
   * @param opens SPT: the line's name; undefined at the RCT.
   * @param events What the owner is told.
   */
  add(
    line: RawLine,
    connection: number,
    opens: string | undefined,
    events: RawConnectionEvents = {},
  ): RawConnection {
    const { maxDelayMs, gapMs } = line.config;
    const options = { connection, maxDelayMs, gapMs, framer: line.framer() };
    const end = new RawEnd(opens === undefined ? options : { ...options, opens }, steadyClock());
    const added = new RawConnection(end, line, this, events);
    this.#all.set(connection, added);
    line.count("connections");
    return added;
  }

  /** Whether there is a message for the path. */
  get wants(): boolean {
    if (this.#closed || this.#all.size === 0) return false;
    const now = steadyClock();
    return this.all.some(({ end }) => end.wants(now));
  }

  /** The next message for the path, of each connection in turn. */
  next(): { connection: number; data: Uint8Array } | undefined {
    if (this.#closed) return undefined;
    const now = steadyClock();
    for (const [connection, each] of this.#all) {
      const data = each.end.next(now);
      if (data === undefined) continue;
      // Behind the others.
      this.#all.delete(connection);
      this.#all.set(connection, each);
      return { connection, data };
    }
    return undefined;
  }

  /** What became of it. */
  answered(connection: number, how: RawCarried): void {
    const found = this.#all.get(connection);
    found?.apply(found.end.answered(how, steadyClock()));
  }

  /**
   * Takes a message of the other end.
   *
   * @param frame The message.
   * @returns Why it is refused; undefined when it is taken.
   */
  take(frame: RawFrame): string | undefined {
    const found = this.#all.get(frame.connection);
    if (found === undefined) {
      // What is not there any more has ended.
      const ends = frame.kind === "close" || frame.kind === "reset";
      return ends ? undefined : "there is no such connection";
    }
    const { refused, effects } = found.end.take(frame, steadyClock());
    found.apply(effects);
    return refused;
  }

  /** Cuts every connection. @param tell False when the other end cannot be told. */
  cut(message: string, tell = false): void {
    for (const each of this.all) each.cut("raw-ended", message, tell);
  }

  /** The path is a new one: each end shows soon that it is there. */
  probe(): void {
    const now = steadyClock();
    for (const { end } of this.all) end.probe(now);
    this.moved();
  }

  /** For {@link RawConnection}: it is done. */
  remove(each: RawConnection): void {
    this.#all.delete(each.end.connection);
  }

  /** For {@link RawConnection}: something changed. */
  moved(): void {
    if (this.#closed) return;
    if (this.wants) this.#ready();
    const now = steadyClock();
    const next = Math.min(...this.all.map(({ end }) => this.#due(end, now)));
    this.#wake.set(next === Infinity ? undefined : Date.now() + Math.max(0, next - now));
  }

  /** Cuts everything, and nothing more is done. */
  close(message: string): void {
    this.cut(message);
    this.#closed = true;
    this.#wake.clear();
  }

  /** A time that has passed would only spin: then it is the path that is waited for. */
  #due(end: RawEnd, now: number): number {
    const next = end.nextTick ?? Infinity;
    return next <= now && end.wants(now) ? Infinity : next;
  }

  #tick(): void {
    const now = steadyClock();
    for (const each of this.all) {
      const effects = each.end.tick(now);
      if (effects.length > 0) each.apply(effects);
    }
    this.moved();
  }
}
