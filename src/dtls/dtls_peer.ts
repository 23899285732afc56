/**
 * One peer of a DTLS socket: its handshake, its timers, its connection.
 *
 * @module
 */
import type { SecretKey } from "../keys/secret_key.ts";
import type { CertificateIdentity } from "./certificate_identity.ts";
import type { DtlsConnection } from "./dtls_connection.ts";
import type { DtlsEnd, DtlsRule } from "./dtls_end.ts";
import { type DtlsEngine, type HandshakeResult, MAX_MESSAGE } from "./dtls_engine.ts";
import type { Limits } from "./settings.ts";

/** What a {@link DtlsPeer} needs from the one who owns the socket. */
export interface PeerOwner {
  /** Times and sizes. */
  readonly limits: Limits;
  /** Sends a datagram to the peer. */
  transmit(datagram: Uint8Array): void;
  /** The handshake is done. */
  established(peer: DtlsPeer): void;
  /** It is over and everything is freed. `established` tells whether it ever came up. */
  ended(peer: DtlsPeer, end: DtlsEnd, established: boolean): void;
}

/** Messages that wait for a handler; more are lost, as they may be on the way. */
const MAX_WAITING = 16;
/** OpenSSL counts in real time, and a timer may fire a little early. */
const MIN_TIMER_MS = 10;

/** Owns an engine and frees it. Nothing that a peer sends, and no handler that fails, makes a method throw. */
export class DtlsPeer implements DtlsConnection {
  readonly peer: { readonly hostname: string; readonly port: number };
  /** Random of the ClientHello, at a server. */
  readonly helloRandom: Uint8Array;
  readonly #owner: PeerOwner;
  readonly #engine: DtlsEngine;
  readonly #deadline: ReturnType<typeof setTimeout>;
  #result: HandshakeResult | undefined;
  #end: DtlsEnd | undefined;
  #retransmit: ReturnType<typeof setTimeout> | undefined;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #onMessage: ((message: Uint8Array) => void) | undefined;
  #onClosed: ((end: DtlsEnd) => void) | undefined;
  readonly #waiting: Uint8Array[] = [];

  /**
   * @param owner Who has the socket.
   * @param engine The DTLS state; from now on owned.
   * @param peer Where the peer is.
   * @param helloRandom Random of its ClientHello, at a server.
   */
  constructor(
    owner: PeerOwner,
    engine: DtlsEngine,
    peer: { hostname: string; port: number },
    helloRandom: Uint8Array = new Uint8Array(),
  ) {
    this.#owner = owner;
    this.#engine = engine;
    this.peer = { hostname: peer.hostname, port: peer.port };
    this.helloRandom = helloRandom.slice();
    const { handshakeMs } = owner.limits;
    this.#deadline = setTimeout(() =>
      this.finish(
        "timeout",
        `the handshake with ${peer.hostname}:${peer.port} did not end within ${handshakeMs / 1000} s`,
      ), handshakeMs);
  }

  get identity(): CertificateIdentity | undefined {
    return this.#shown().identity;
  }

  get verified(): boolean {
    return this.#shown().verified;
  }

  get cipherSuite(): string {
    return this.#shown().suite.name;
  }

  get masterKey(): SecretKey {
    return this.#shown().masterKey;
  }

  get open(): boolean {
    return this.established && this.#end === undefined;
  }

  /** Whether the handshake is done. */
  get established(): boolean {
    return this.#result !== undefined;
  }

  get onMessage(): ((message: Uint8Array) => void) | undefined {
    return this.#onMessage;
  }

  set onMessage(handler: ((message: Uint8Array) => void) | undefined) {
    this.#onMessage = handler;
    if (handler === undefined) return;
    for (const message of this.#waiting.splice(0)) this.#guard(() => handler(message));
  }

  get onClosed(): ((end: DtlsEnd) => void) | undefined {
    return this.#onClosed;
  }

  set onClosed(handler: ((end: DtlsEnd) => void) | undefined) {
    this.#onClosed = handler;
    if (this.#end !== undefined) handler?.(this.#end);
  }

  /** Starts the handshake, or goes on with it after a ClientHello with a good cookie. */
  start(): void {
    this.#step();
  }

  /** Takes a datagram of the peer. */
  feed(datagram: Uint8Array): void {
    this.#guard(() => {
      if (this.#end !== undefined) return;
      this.#engine.feed(datagram);
      this.#step();
    });
  }

  send(message: Uint8Array): void {
    if (message.length === 0 || message.length > MAX_MESSAGE) {
      throw new RangeError(`a message over DTLS has 1-${MAX_MESSAGE} octets, not ${message.length}`);
    }
    if (!this.open) return;
    const failed = this.#engine.write(message);
    this.#flush();
    if (failed !== undefined) this.finish(failed.rule, failed.message, true);
  }

  close(): void {
    this.finish("closed-here", "closed by Tocsin");
  }

  /**
   * Ends it, whatever its state. Does nothing when it has ended.
   *
   * @param rule Why.
   * @param message The same in words.
   * @param silently True: without telling the peer.
   */
  finish(rule: DtlsRule, message: string, silently = false): void {
    if (this.#end !== undefined) return;
    const end = this.#end = { rule, message };
    clearTimeout(this.#deadline);
    clearTimeout(this.#retransmit);
    clearTimeout(this.#idle);
    this.#waiting.length = 0;
    if (!silently) {
      this.#engine.shutdown();
      this.#flush();
    }
    this.#engine.free();
    this.#owner.ended(this, end, this.established);
    try {
      this.#onClosed?.(end);
    } catch {
      // The connection is gone: there is nothing left that a failing handler could be told by.
    }
  }

  #shown(): HandshakeResult {
    if (this.#result === undefined) throw new TypeError("the handshake is not done");
    return this.#result;
  }

  #step(): void {
    this.#guard(() => {
      if (!this.established) this.#handshake();
      if (this.#end === undefined && this.established) this.#read();
      if (this.#end === undefined) this.#arm();
    });
  }

  #handshake(): void {
    const result = this.#engine.handshake();
    this.#flush();
    if (result === "pending") return;
    if ("rule" in result) return this.finish(result.rule, result.message, true);
    this.#result = result;
    clearTimeout(this.#deadline);
    this.#heard();
    this.#owner.established(this);
  }

  #read(): void {
    while (this.#end === undefined) {
      const found = this.#engine.read();
      // The last flight again, if the peer has missed it; an alert.
      this.#flush();
      if (found === "none") return;
      if ("rule" in found) return this.finish(found.rule, found.message, found.rule !== "closed-by-peer");
      this.#heard();
      if (this.#onMessage !== undefined) this.#onMessage(found);
      else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(found);
    }
  }

  #flush(): void {
    for (const datagram of this.#engine.drain()) this.#owner.transmit(datagram);
  }

  #heard(): void {
    const { idleMs } = this.#owner.limits;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(
      () => this.finish("idle", `no message from ${this.peer.hostname} for ${idleMs / 1000} s`),
      idleMs,
    );
  }

  #arm(): void {
    clearTimeout(this.#retransmit);
    const ms = this.#engine.timeout();
    if (ms === undefined) return;
    this.#retransmit = setTimeout(() =>
      this.#guard(() => {
        const failed = this.#engine.expire();
        this.#flush();
        if (failed !== undefined) this.finish(failed.rule, failed.message, true);
        else this.#arm();
      }), Math.max(MIN_TIMER_MS, ms));
  }

  /** A fault of ours, or of a handler, must end this connection and no other. Its text stays here: it might hold octets. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      const kind = error instanceof Error ? error.name : typeof error;
      this.finish("internal-error", `a fault in Tocsin ended the connection (${kind}); please report it`);
    }
  }
}
