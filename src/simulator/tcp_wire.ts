/**
 * A panel on TCP: it connects to the receiver, or the receiver to it.
 *
 * @module
 */
import { type PanelWire, reasonOf, type WireHandler } from "./wire.ts";

/** A panel that waits for its receiver to connect. */
export interface WaitingPanel {
  /** Where it listens. */
  readonly port: number;
  /** The next connection. Rejects when none comes in time, or {@link close} was called. */
  connect(): Promise<PanelWire>;
  /** Listens no longer. */
  close(): void;
}

/** How long a receiver may take to connect, or to accept, ms. */
const CONNECT_MS = 30_000;

/**
 * Connects to a receiver.
 *
 * @param hostname Its name or address.
 * @param port Its TCP port.
 * @returns The connection.
 * @throws {Error} When nobody accepts it.
 */
export async function connectTcpWire(hostname: string, port: number): Promise<PanelWire> {
  const signal = AbortSignal.timeout(CONNECT_MS);
  return new TcpWire(await Deno.connect({ hostname, port, signal }));
}

/**
 * Listens for the receiver, as panels do whose receiver dials in.
 *
 * @param port TCP port on all addresses; 0 lets the system choose.
 * @param waitMs How long {@link WaitingPanel.connect} waits.
 * @returns The listening panel.
 * @throws {Error} When the port cannot be bound.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { connectTcpWire, listenTcpWire } from "./tcp_wire.ts";
 *
 * const panel = listenTcpWire(0);
 * const receiver = await connectTcpWire("127.0.0.1", panel.port);
 * const wire = await panel.connect();
 * const heard = Promise.withResolvers<Uint8Array>();
 * receiver.start({ data: heard.resolve, closed: heard.reject });
 * wire.start({ data: () => {}, closed: () => {} });
 * await wire.send(Uint8Array.of(1));
 * assertEquals(await heard.promise, Uint8Array.of(1));
 * await Promise.all([wire.close(), receiver.close()]);
 * panel.close();
 * ```
 */
export function listenTcpWire(port: number, waitMs = CONNECT_MS): WaitingPanel {
  const listener = Deno.listen({ port });
  return {
    port: listener.addr.port,
    async connect() {
      const timer = setTimeout(() => listener.close(), waitMs);
      try {
        return new TcpWire(await listener.accept());
      } catch {
        throw new Error(`no receiver connected to port ${listener.addr.port} within ${waitMs / 1000} s`);
      } finally {
        clearTimeout(timer);
      }
    },
    close() {
      try {
        listener.close();
      } catch { /* it was, when nobody came */ }
    },
  };
}

class TcpWire implements PanelWire {
  readonly peer: string;
  readonly #conn: Deno.TcpConn;
  #reading: Promise<void> | undefined;
  #closed = false;

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    this.peer = `${conn.remoteAddr.hostname}:${conn.remoteAddr.port}`;
    // A panel that sends octet by octet does so on the wire, too.
    conn.setNoDelay(true);
  }

  start(handler: WireHandler): void {
    this.#reading ??= this.#read(handler);
  }

  async send(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }

  async close(): Promise<void> {
    this.#end();
    await this.#reading;
  }

  async #read(handler: WireHandler): Promise<void> {
    const buffer = new Uint8Array(4096);
    let reason = "the receiver closed it";
    try {
      for (let n = await this.#conn.read(buffer); n !== null; n = await this.#conn.read(buffer)) {
        handler.data(buffer.slice(0, n));
      }
    } catch (error) {
      reason = reasonOf(error);
    }
    if (this.#closed) return;
    this.#end();
    handler.closed(reason);
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      this.#conn.close();
    } catch { /* the system closed it first */ }
  }
}
