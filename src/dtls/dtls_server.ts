/**
 * The RCT's end of DTLS: lets in SPTs whose certificates a trusted CA has signed.
 *
 * @module
 */
import type { CertificateIdentity } from "./certificate_identity.ts";
import { clientHelloRandom } from "./client_hello.ts";
import { CookieCallbacks } from "./cookie_callbacks.ts";
import { Cookies } from "./cookies.ts";
import type { DtlsConnection } from "./dtls_connection.ts";
import { DtlsContext } from "./dtls_context.ts";
import type { DtlsEnd, DtlsRule } from "./dtls_end.ts";
import type { DtlsEngine } from "./dtls_engine.ts";
import { DtlsPeer } from "./dtls_peer.ts";
import { type DtlsSocket, openDtlsSocket } from "./dtls_socket.ts";
import { type Libssl, openLibssl } from "./libssl.ts";
import { type DtlsSettings, inRange, type Limits, limitsOf } from "./settings.ts";
import { equal } from "../ip/constant_time.ts";

/** What a {@link DtlsServer} is told. */
export interface DtlsServerOptions extends DtlsSettings {
  /** Address to bind, IPv4 or IPv6; `::` takes both. */
  hostname: string;
  /** Port to bind; 0 lets the system choose. */
  port: number;
  /** PEM files, and folders of them (`*.pem`, `*.crt`): the CAs whose SPTs may connect. */
  caFiles: readonly string[];
  /** Handshakes under way at once, 1–10000. @default {64} */
  maxHandshakes?: number;
  /** Connections open at once, 1–10000. @default {256} */
  maxConnections?: number;
  /** Told of each connection, when its handshake is done and its certificate verified. */
  onConnection: (connection: DtlsConnection) => void;
  /** Told of each peer that was refused or did not get through its handshake. */
  onRefused?: (refusal: DtlsRefusal) => void;
}

/** A peer that did not get in. */
export interface DtlsRefusal extends DtlsEnd {
  /** Where it is. */
  readonly peer: { readonly hostname: string; readonly port: number };
}

/** Ends of a connection whose handshake was done, but that nobody may have been told of. */
const NEVER_CONNECTED: ReadonlySet<DtlsRule> = new Set(["too-many-connections", "internal-error"]);

/**
 * A DTLS 1.2 server on a socket of its own.
 *
 * Costs nothing for a peer that has not shown, by a cookie, that it can receive at its address. A peer that restarts at
 * the same address and port replaces its own connection, after a cookie too (RFC 6347, 4.2.8).
 *
 * @example An RCT that answers every message with itself
 * ```ts ignore
 * import { DtlsServer } from "./dtls_server.ts";
 *
 * await using server = await DtlsServer.open({
 *   hostname: "0.0.0.0",
 *   port: 5684,
 *   certificateFile: "rct.pem",
 *   keyFile: "rct.key",
 *   caFiles: ["suppliers"],
 *   onConnection(connection) {
 *     console.log("connected:", connection.identity?.commonName);
 *     connection.onMessage = (message) => connection.send(message);
 *   },
 *   onRefused: ({ peer, rule, message }) => console.log("refused:", peer.hostname, rule, message),
 * });
 * ```
 */
export class DtlsServer implements AsyncDisposable {
  readonly #options: DtlsServerOptions;
  readonly #limits: Limits;
  readonly #maxHandshakes: number;
  readonly #maxConnections: number;
  readonly #lib: Libssl;
  readonly #callbacks: CookieCallbacks;
  /** Where `DTLSv1_listen` writes an address that a memory BIO does not know. */
  readonly #address: Deno.PointerValue;
  readonly #peers = new Map<string, DtlsPeer>();
  readonly #refused = new Map<DtlsRule, number>();
  #socket!: DtlsSocket;
  #context!: DtlsContext;
  #listener: DtlsEngine | undefined;
  #reloaded: Promise<unknown> = Promise.resolve();
  #handshakes = 0;
  #ignored = 0;
  #closed = false;

  /**
   * Reads the certificates and opens the socket.
   *
   * @param options Where, with which certificates, for whom.
   * @returns The running server.
   * @throws {DtlsError} (rejects) A {@link DtlsSetupRule}: the library or a file is missing or does not fit.
   * @throws {Error} (rejects) When the port cannot be bound.
   */
  static async open(options: DtlsServerOptions): Promise<DtlsServer> {
    const server = new DtlsServer(options);
    try {
      server.#context = await server.#load();
      server.#socket = openDtlsSocket(options, (datagram, from) => server.#receive(datagram, from));
    } catch (error) {
      server.#free();
      throw error;
    }
    return server;
  }

  private constructor(options: DtlsServerOptions) {
    const { maxHandshakes = 64, maxConnections = 256 } = options;
    inRange("maxHandshakes", maxHandshakes, 1, 10_000);
    inRange("maxConnections", maxConnections, 1, 10_000);
    this.#options = options;
    this.#limits = limitsOf(options);
    this.#maxHandshakes = maxHandshakes;
    this.#maxConnections = maxConnections;
    this.#lib = openLibssl(options.libraries);
    this.#address = this.#lib.BIO_ADDR_new();
    const now = () => performance.now();
    this.#callbacks = new CookieCallbacks(
      new Cookies(() => crypto.getRandomValues(new Uint8Array(32)), now()),
      now,
    );
  }

  /** Bound address. */
  get hostname(): string {
    return this.#socket.hostname;
  }

  /** Bound port. */
  get port(): number {
    return this.#socket.port;
  }

  /** The own certificate; who starts a server may want to warn of its end. */
  get identity(): CertificateIdentity {
    return this.#context.identity;
  }

  /** Connections open now. */
  get connections(): number {
    return this.#peers.size - this.#handshakes;
  }

  /** Handshakes under way now. */
  get handshakes(): number {
    return this.#handshakes;
  }

  /** Peers that did not get in, counted by rule. */
  get refused(): ReadonlyMap<DtlsRule, number> {
    return this.#refused;
  }

  /** Datagrams that were neither of a known peer nor the start of a handshake. */
  get ignored(): number {
    return this.#ignored;
  }

  /**
   * Reads certificate, key and CAs again; may be called as often as one likes. When the files hold something else than
   * before, handshakes under way are ended, because they would still be judged by the CAs of before, and the SPTs try
   * again. Connections stay.
   *
   * @returns True when something has changed.
   * @throws {DtlsError} (rejects) A {@link DtlsSetupRule}. Then everything stays as it was.
   */
  reload(): Promise<boolean> {
    // One after the other: of two at once, the one that read the older files might end last.
    const reloaded = this.#reloaded.then(() => this.#reload());
    this.#reloaded = reloaded.catch(() => {});
    return reloaded;
  }

  /** Says goodbye to every peer, and closes the socket. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const peer of [...this.#peers.values()]) peer.close();
    await this.#socket.close();
    this.#free();
  }

  /** {@link close} */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #reload(): Promise<boolean> {
    const context = await this.#load(this.#context);
    if (context === this.#context) return false;
    if (this.#closed) {
      context.free();
      return false;
    }
    this.#listener?.free();
    this.#listener = undefined;
    this.#context.free();
    this.#context = context;
    for (const peer of [...this.#peers.values()]) {
      if (!peer.established) {
        peer.finish(
          "trust-changed",
          "the CA certificates were read again during the handshake; the SPT has to try again",
        );
      }
    }
    return true;
  }

  #load(current?: DtlsContext): Promise<DtlsContext> {
    const { certificateFile, keyFile, caFiles } = this.#options;
    return DtlsContext.load(this.#lib, {
      role: "server",
      certificateFile,
      keyFile,
      caFiles,
      verify: true,
      limits: this.#limits,
      cookies: this.#callbacks,
    }, current);
  }

  #free(): void {
    this.#listener?.free();
    this.#context?.free();
    this.#callbacks.close();
    this.#lib.BIO_ADDR_free(this.#address);
  }

  #receive(datagram: Uint8Array, from: Deno.NetAddr): void {
    const key = `${from.hostname} ${from.port}`;
    const peer = this.#peers.get(key);
    const random = clientHelloRandom(datagram);
    if (peer !== undefined && (random === undefined || equal(random, peer.helloRandom))) {
      peer.feed(datagram);
    } else if (random !== undefined) {
      this.#hello(datagram, random, from, key);
    } else {
      this.#ignored++;
    }
  }

  /** A ClientHello: asks for a cookie, or starts the handshake of the peer that brings it back. */
  #hello(datagram: Uint8Array, random: Uint8Array, from: Deno.NetAddr, key: string): void {
    try {
      const engine = this.#listener ??= this.#context.newEngine();
      this.#callbacks.peer = key;
      const good = engine.listen(datagram, this.#address);
      if (!good) {
        for (const answer of engine.drain()) this.#socket.send(answer, from);
        return;
      }
      this.#listener = undefined;
      this.#peers.get(key)?.finish("replaced", "the SPT started again from the same address and port", true);
      const full = this.#full(from.hostname);
      if (full !== undefined) {
        engine.free();
        return this.#refuse({ peer: { hostname: from.hostname, port: from.port }, ...full });
      }
      this.#start(engine, random, from, key);
    } catch {
      // Out of memory, or a fault of ours: this ClientHello is lost, and will be repeated.
      this.#listener?.free();
      this.#listener = undefined;
      this.#ignored++;
    }
  }

  #start(engine: DtlsEngine, random: Uint8Array, from: Deno.NetAddr, key: string): void {
    const to = { hostname: from.hostname, port: from.port };
    const peer = new DtlsPeer(
      {
        limits: this.#limits,
        transmit: (answer) => this.#socket.send(answer, to),
        established: (connection) => {
          this.#handshakes--;
          const full = this.#noPlace(1);
          if (full !== undefined) return connection.finish(full.rule, full.message);
          this.#options.onConnection(connection);
        },
        ended: (_peer, end, established) => {
          this.#peers.delete(key);
          if (!established) this.#handshakes--;
          if (established ? NEVER_CONNECTED.has(end.rule) : end.rule !== "closed-here") {
            this.#refuse({ peer: to, ...end });
          }
        },
      },
      engine,
      to,
      random,
    );
    this.#peers.set(key, peer);
    this.#handshakes++;
    peer.start();
  }

  /**
   * Makes room for a handshake with an address, or says why there is none. When all places are taken, the address with the
   * most of them gives up its oldest: one that opens handshakes and leaves them cannot keep the others out.
   */
  #full(hostname: string): DtlsEnd | undefined {
    const noPlace = this.#noPlace(0);
    if (noPlace !== undefined) return noPlace;
    if (this.#handshakes < this.#maxHandshakes) return undefined;
    const message = `${this.#maxHandshakes} handshakes are under way already; the SPT has to try again`;
    const byAddress = new Map<string, DtlsPeer[]>();
    for (const peer of this.#peers.values()) {
      if (peer.established) continue;
      const same = byAddress.get(peer.peer.hostname);
      if (same === undefined) byAddress.set(peer.peer.hostname, [peer]);
      else same.push(peer);
    }
    const most = [...byAddress.values()].reduce((a, b) => b.length > a.length ? b : a);
    if (most.length <= (byAddress.get(hostname)?.length ?? 0) + 1) {
      return { rule: "too-many-handshakes", message };
    }
    most[0]!.finish("too-many-handshakes", message);
    return undefined;
  }

  /** Says that too many connections are open. `own`: how many of them are the one in question. */
  #noPlace(own: number): DtlsEnd | undefined {
    if (this.connections - own < this.#maxConnections) return undefined;
    return {
      rule: "too-many-connections",
      message: `${this.#maxConnections} connections are open already; the SPT has to try again`,
    };
  }

  #refuse(refusal: DtlsRefusal): void {
    this.#refused.set(refusal.rule, (this.#refused.get(refusal.rule) ?? 0) + 1);
    try {
      this.#options.onRefused?.(refusal);
    } catch {
      // Counted already; a handler that fails must not stop the socket.
    }
  }
}
