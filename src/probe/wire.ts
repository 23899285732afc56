/**
 * The sockets of a probe: one to speak on, one to pretend to be somebody else.
 *
 * @module
 */
import { addressAllowed } from "../transport/address.ts";
import { openUdp, type UdpSocket } from "../transport/udp.ts";

/** Which of the probe's two ports: `main` for the conversation, `other` for what comes from a stranger's port. */
export type Door = "main" | "other";

/** A datagram that came in. */
export interface Arrival {
  /** Its octets. */
  readonly bytes: Uint8Array;
  /** Who sent it. */
  readonly from: Deno.NetAddr;
  /** At which port it came in. */
  readonly door: Door;
  /** When, ms of a clock that only goes forward. */
  readonly at: number;
}

/** Datagrams kept while nobody looks; later ones are dropped. */
const LARGEST_INBOX = 4096;
/** Datagrams sent before others get a turn. */
const BURST = 24;

/**
 * Two UDP ports and an inbox. Datagrams of other hosts than the peer are counted and dropped; nothing is ever sent to them.
 */
export class Wire {
  /** Datagrams from addresses that nobody asked. */
  strangers = 0;
  /** Where the latest of them came from. */
  lastStranger = "";

  readonly #host: string;
  readonly #main: UdpSocket;
  #other: UdpSocket | undefined;
  #peer: Deno.NetAddr | undefined;
  #inbox: Arrival[] = [];
  #wake: (() => void) | undefined;

  /**
   * Opens the main port.
   *
   * @param bind Where to bind; port 0 lets the system choose.
   * @param peer The one to speak to; undefined takes everybody until {@link settle}.
   * @throws {Error} When the port cannot be bound.
   */
  constructor(bind: { hostname: string; port: number }, peer?: Deno.NetAddr) {
    this.#host = bind.hostname;
    this.#peer = peer;
    this.#main = openUdp(bind, (bytes, from) => this.#arrive(bytes, from, "main"));
  }

  /** Port of the main socket. */
  get port(): number {
    return this.#main.port;
  }

  /** The one that is spoken to. */
  get peer(): Deno.NetAddr | undefined {
    return this.#peer;
  }

  /** From now on this is the peer, and no other host is heard. */
  settle(peer: Deno.NetAddr): void {
    this.#peer = peer;
  }

  /** Sends one datagram to the peer; nothing while there is none. */
  send(bytes: Uint8Array, door: Door = "main"): void {
    if (this.#peer === undefined) return;
    if (door === "main") return this.#main.send(bytes, this.#peer);
    this.#other ??= openUdp(
      { hostname: this.#host, port: 0 },
      (bytes, from) => this.#arrive(bytes, from, "other"),
    );
    this.#other.send(bytes, this.#peer);
  }

  /** Sends many, a few at a time, so that answers are read in between. */
  async sendAll(datagrams: Iterable<Uint8Array>, door: Door = "main"): Promise<number> {
    let sent = 0;
    for (const bytes of datagrams) {
      this.send(bytes, door);
      if (++sent % BURST === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    return sent;
  }

  /**
   * The next datagram in order of arrival.
   *
   * @param ms How long to wait for it.
   * @returns The datagram; undefined when none came.
   */
  async next(ms: number): Promise<Arrival | undefined> {
    if (this.#inbox.length === 0 && ms > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, ms);
      this.#wake = resolve;
      await promise;
      clearTimeout(timer);
      this.#wake = undefined;
    }
    return this.#inbox.shift();
  }

  /** Closes both ports. */
  async close(): Promise<void> {
    await Promise.all([this.#main.close(), this.#other?.close()]);
    this.#wake?.();
  }

  #arrive(bytes: Uint8Array, from: Deno.NetAddr, door: Door): void {
    // The port is the business of whoever reads: an answer from the wrong port is a finding.
    if (this.#peer !== undefined && !addressAllowed(from.hostname, [this.#peer.hostname])) {
      this.strangers++;
      this.lastStranger = `${from.hostname}:${from.port}`;
      return;
    }
    if (this.#inbox.length >= LARGEST_INBOX) return;
    this.#inbox.push({ bytes, from, door, at: performance.now() });
    this.#wake?.();
  }
}
