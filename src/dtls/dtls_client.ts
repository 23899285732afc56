/**
 * The SPT's end of DTLS: connects to an RCT, shows its certificate, verifies the RCT's.
 *
 * @module
 */
import { addressAllowed } from "../transport/address.ts";
import type { CertificateIdentity } from "./certificate_identity.ts";
import type { DtlsConnection } from "./dtls_connection.ts";
import { DtlsContext } from "./dtls_context.ts";
import { DtlsError } from "./dtls_end.ts";
import { DtlsPeer } from "./dtls_peer.ts";
import { type DtlsSocket, openDtlsSocket } from "./dtls_socket.ts";
import { openLibssl } from "./libssl.ts";
import { type DtlsSettings, inRange, type Limits, limitsOf } from "./settings.ts";

/** What a {@link DtlsClient} is told. */
export interface DtlsClientOptions extends DtlsSettings {
  /** PEM files, and folders of them (`*.pem`, `*.crt`): the CAs of the RCTs it may connect to. */
  caFiles?: readonly string[];
  /**
   * False: connects to whoever answers, and hands over its master key without knowing to whom. For tests, and for RCTs
   * whose CA cannot be had. @default {true}
   */
  validateRct?: boolean;
  /**
   * Name that the RCT's certificate must be for (DNS name, or common name). Without it, every certificate of these CAs
   * passes, an SPT's too if the same CA signs them.
   */
  rctName?: string;
}

/**
 * Opens DTLS 1.2 connections, each on a socket of its own.
 *
 * @example
 * ```ts ignore
 * import { DtlsClient } from "./dtls_client.ts";
 *
 * await using client = await DtlsClient.open({
 *   certificateFile: "spt.pem",
 *   keyFile: "spt.key",
 *   caFiles: ["rct-ca.pem"],
 * });
 * const connection = await client.connect({ hostname: "192.0.2.10", port: 5684 });
 * connection.onMessage = (message) => console.log(message.length, "octets");
 * connection.send(new Uint8Array([1, 2, 3]));
 * ```
 */
export class DtlsClient implements AsyncDisposable {
  readonly #limits: Limits;
  readonly #context: DtlsContext;
  readonly #open = new Map<DtlsPeer, DtlsSocket>();
  readonly #closing = new Set<Promise<void>>();
  #closed = false;

  /**
   * Reads the certificates.
   *
   * @param options With which certificates.
   * @returns The client; to be closed.
   * @throws {DtlsError} (rejects) A {@link DtlsSetupRule}.
   */
  static async open(options: DtlsClientOptions): Promise<DtlsClient> {
    const limits = limitsOf(options);
    const { certificateFile, keyFile, caFiles = [], validateRct = true, rctName } = options;
    if (rctName !== undefined && (!validateRct || !/^[^\p{Cc}]+$/u.test(rctName))) {
      throw new DtlsError("bad-setting", "rctName has to be a name, and needs validateRct");
    }
    const context = await DtlsContext.load(openLibssl(options.libraries), {
      role: "client",
      certificateFile,
      keyFile,
      caFiles,
      verify: validateRct,
      ...(rctName === undefined ? {} : { peerName: rctName }),
      limits,
    });
    return new DtlsClient(limits, context);
  }

  private constructor(limits: Limits, context: DtlsContext) {
    this.#limits = limits;
    this.#context = context;
  }

  /** The own certificate. */
  get identity(): CertificateIdentity {
    return this.#context.identity;
  }

  /**
   * Connects.
   *
   * @param to The RCT's address (not a name) and port.
   * @param options `signal` gives up.
   * @returns The connection, when both ends have verified each other.
   * @throws {DtlsError} (rejects) A {@link DtlsRule}: no answer in time, or one end refused the other.
   * @throws {Error} (rejects) When no socket can be opened, or the reason of `signal`.
   */
  async connect(
    to: { hostname: string; port: number },
    options: { signal?: AbortSignal } = {},
  ): Promise<DtlsConnection> {
    const { signal } = options;
    signal?.throwIfAborted();
    inRange("port", to.port, 1, 65_535);
    if (!addressAllowed(to.hostname, [to.hostname])) {
      throw new DtlsError(
        "bad-setting",
        `"${to.hostname}" is no IP address; find the address of the name first`,
      );
    }
    if (this.#closed) throw new DtlsError("closed-here", "the DTLS client is closed");
    const { promise, resolve, reject } = Promise.withResolvers<DtlsConnection>();
    const engine = this.#context.newEngine();
    let socket: DtlsSocket;
    let heard = false;
    try {
      socket = openDtlsSocket(
        { hostname: to.hostname.includes(":") ? "::" : "0.0.0.0", port: 0 },
        (datagram, from) => {
          // Someone else's datagrams are nobody's business here; the peer's own ones are checked by DTLS.
          if (from.port !== to.port || !addressAllowed(from.hostname, [to.hostname])) return;
          heard = true;
          peer.feed(datagram);
        },
      );
    } catch (error) {
      engine.free();
      throw error;
    }
    const peer = new DtlsPeer(
      {
        limits: this.#limits,
        transmit: (datagram) => socket.send(datagram, to),
        established: resolve,
        ended: (ended, end, established) => {
          this.#open.delete(ended);
          const closing = socket.close().finally(() => this.#closing.delete(closing));
          this.#closing.add(closing);
          if (established) return;
          reject(
            new DtlsError(end.rule, end.rule === "timeout" && !heard ? silent(to, socket) : end.message),
          );
        },
      },
      engine,
      to,
    );
    this.#open.set(peer, socket);
    const abort = () => peer.close();
    signal?.addEventListener("abort", abort);
    peer.start();
    try {
      const connection = await promise;
      signal?.throwIfAborted();
      return connection;
    } catch (error) {
      // Nothing of it is left open when the caller goes on.
      await Promise.all(this.#closing);
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    const first = !this.#closed;
    this.#closed = true;
    for (const peer of [...this.#open.keys()]) peer.close();
    await Promise.all(this.#closing);
    if (first) this.#context.free();
  }

  /** {@link close} */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

function silent(to: { hostname: string; port: number }, socket: DtlsSocket): string {
  const system = socket.sendError === undefined ? "" : ` The system said: ${socket.sendError}.`;
  return `no answer from the RCT at ${to.hostname}, UDP port ${to.port}: check address and port, and that the ` +
    `firewalls between let UDP through.${system}`;
}
