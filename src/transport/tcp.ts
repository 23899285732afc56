/**
 * TCP: bytes in, bytes out, nothing else. Listens for panels and automation software, or connects to them.
 *
 * @module
 */
import { addressAllowed } from "./address.ts";
import { dial, type DialTls } from "./dial.ts";
import { reconnect } from "./reconnect.ts";

/** One TCP connection, as the gateway sees it. */
export interface TcpConnection {
  /** Remote address and port, e.g. `127.0.0.1:40012`. */
  readonly peer: string;
  /** Queues bytes to be sent. Never throws; a peer that does not read is closed when {@link MAX_UNSENT} is reached. */
  send(bytes: Uint8Array): void;
  /** Closes after what is queued has been sent, at the latest after one second. */
  close(): void;
}

/** What the owner of a connection is told. */
export interface TcpHandler {
  /** Bytes arrived. The buffer belongs to the handler. Reading pauses until a returned promise settles. */
  data(bytes: Uint8Array): void | Promise<void>;
  /** The connection is gone. Called once. */
  closed(reason: string): void;
}

/** Octets that may wait unsent before a peer counts as stuck. */
export const MAX_UNSENT = 256 * 1024;

/** Something that can be shut. */
export interface Closable {
  /** Stops and resolves when nothing of it is left open. */
  close(): Promise<void>;
}

/** A listening socket. */
export interface TcpListener extends Closable {
  /** Bound address. */
  readonly hostname: string;
  /** Bound port. */
  readonly port: number;
  /** Connections open now. */
  readonly connections: number;
}

/** Options of {@link listenTcp}. */
export interface ListenOptions {
  hostname: string;
  /** 0 lets the system choose. */
  port: number;
  /** Connections held at once; a further one is closed at once. @default {64} */
  maxConnections?: number;
  /** Addresses or CIDR ranges that may connect; everyone when absent. */
  allow?: readonly string[];
  /** Told of connections that were turned away. */
  onRefused?: (peer: string, rule: "address-not-allowed" | "too-many-connections") => void;
}

class Connection implements TcpConnection {
  readonly peer: string;
  readonly #conn: Deno.Conn<Deno.NetAddr>;
  readonly #queue: Uint8Array[] = [];
  #unsent = 0;
  #writing = false;
  #closing = false;
  #closed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #reason = "closed by the peer";

  constructor(conn: Deno.Conn<Deno.NetAddr>) {
    this.#conn = conn;
    this.peer = `${conn.remoteAddr.hostname}:${conn.remoteAddr.port}`;
  }

  send(bytes: Uint8Array): void {
    if (this.#closing || this.#closed) return;
    this.#unsent += bytes.length;
    if (this.#unsent > MAX_UNSENT) return this.#end("the peer does not read");
    this.#queue.push(bytes);
    if (!this.#writing) void this.#drain();
  }

  close(): void {
    if (this.#closing || this.#closed) return;
    this.#closing = true;
    this.#reason = "closed by Tocsin";
    if (!this.#writing) return this.#end(this.#reason);
    this.#timer = setTimeout(() => this.#end(this.#reason), 1000);
  }

  async #drain(): Promise<void> {
    this.#writing = true;
    try {
      for (let bytes = this.#queue.shift(); bytes !== undefined; bytes = this.#queue.shift()) {
        for (let at = 0; at < bytes.length;) {
          at += await this.#conn.write(at === 0 ? bytes : bytes.subarray(at));
        }
        this.#unsent -= bytes.length;
      }
    } catch (error) {
      this.#end(describe(error));
    }
    this.#writing = false;
    if (this.#closing) this.#end(this.#reason);
  }

  async read(handler: TcpHandler): Promise<void> {
    const buffer = new Uint8Array(16 * 1024);
    try {
      for (;;) {
        const n = await this.#conn.read(buffer);
        if (n === null) break;
        const wait = handler.data(buffer.slice(0, n));
        if (wait !== undefined) await wait;
      }
    } catch (error) {
      if (!this.#closed) this.#reason = describe(error);
    }
    this.#end(this.#reason);
    handler.closed(this.#reason);
  }

  #end(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closing = true;
    this.#reason = reason;
    this.#queue.length = 0;
    clearTimeout(this.#timer);
    try {
      this.#conn.close();
    } catch { /* the system closed it first */ }
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Listens on a TCP port.
 *
 * @param options Where, how many, and who may connect.
 * @param accept Called for each connection; returns what is told of its bytes and end.
 * @returns The listener; its `close()` also closes every connection.
 * @throws {Error} When the port cannot be bound (in use, not allowed).
 */
export function listenTcp(
  options: ListenOptions,
  accept: (connection: TcpConnection) => TcpHandler,
): TcpListener {
  const listener = Deno.listen({ hostname: options.hostname, port: options.port });
  const open = new Map<Connection, Promise<void>>();
  const max = options.maxConnections ?? 64;
  const loop = (async () => {
    for (;;) {
      let conn: Deno.TcpConn;
      try {
        conn = await listener.accept();
      } catch (error) {
        if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) return;
        // Out of file descriptors, or a peer that left before it was accepted: wait instead of spinning.
        await new Promise((resolve) => setTimeout(resolve, 100));
        continue;
      }
      const host = conn.remoteAddr.hostname;
      const rule = options.allow !== undefined && !addressAllowed(host, options.allow)
        ? "address-not-allowed"
        : open.size >= max
        ? "too-many-connections"
        : undefined;
      if (rule !== undefined) {
        options.onRefused?.(`${host}:${conn.remoteAddr.port}`, rule);
        conn.close();
        continue;
      }
      // One small frame at a time is the rule here: waiting to fill a segment would only delay the alarm.
      conn.setNoDelay(true);
      conn.setKeepAlive(true);
      const connection = new Connection(conn);
      open.set(connection, connection.read(accept(connection)).finally(() => open.delete(connection)));
    }
  })();
  const address = listener.addr as Deno.NetAddr;
  return {
    hostname: address.hostname,
    port: address.port,
    get connections() {
      return open.size;
    },
    async close() {
      try {
        listener.close();
      } catch { /* closed before */ }
      await loop;
      for (const connection of open.keys()) connection.close();
      await Promise.all(open.values());
    },
  };
}

/** Options of {@link connectTcp}. */
export interface ConnectOptions {
  hostname: string;
  port: number;
  /** First pause before another attempt, ms; doubles up to `maxRetryMs`. @default {500} */
  retryMs?: number;
  /** Longest pause between attempts, ms. @default {15000} */
  maxRetryMs?: number;
  /** An attempt that takes longer has failed, ms. @default {15000} */
  connectMs?: number;
  /** Speaks TLS. */
  tls?: DialTls;
  /** For connections on demand: asked before each attempt, which waits for what it returns. */
  wanted?: () => Promise<void> | undefined;
  /** Asked when a connection has ended: true when it served its purpose, so that the next may come soon. */
  proven?: () => boolean;
  /** Told why an attempt failed. */
  onFailed?: (reason: string) => void;
}

/**
 * Keeps a TCP connection to a peer: connects, and connects again when it is lost. With TLS a certificate that cannot be
 * trusted is a failed attempt, told in words.
 *
 * @param options Where to, and how long to pause between attempts.
 * @param accept Called for each connection that comes up.
 * @returns Something to close.
 */
export function connectTcp(
  options: ConnectOptions,
  accept: (connection: TcpConnection) => TcpHandler,
): Closable {
  let current: Connection | undefined;
  const attempt = async (pauseMs: number, stop: AbortSignal): Promise<boolean> => {
    try {
      const { hostname, port, tls, connectMs = 15_000 } = options;
      current = new Connection(await dial({ hostname, port, tls, connectMs }, stop));
    } catch (error) {
      if (!stop.aborted) options.onFailed?.(describe(error));
      return false;
    }
    const since = performance.now();
    const handler = accept(current);
    if (stop.aborted) current.close();
    await current.read(handler);
    current = undefined;
    // A connection that lasted proves the peer well.
    return performance.now() - since > pauseMs || options.proven?.() === true;
  };
  const pauses = { retryMs: options.retryMs ?? 500, maxRetryMs: options.maxRetryMs ?? 15_000 };
  return reconnect(pauses, attempt, () => current?.close(), options.wanted);
}
