/**
 * UDP to one peer: one socket, and only the peer's own datagrams count.
 *
 * @module
 */
import { reconnect } from "./reconnect.ts";
import type { Closable, TcpConnection, TcpHandler } from "./tcp.ts";
import { openUdp } from "./udp.ts";

/** Options of {@link connectUdp}. */
export interface UdpClientOptions {
  /** Finds the peer's address, until it is stopped; asked again every five minutes, as a name may move. */
  resolve: (stop: AbortSignal) => Promise<Deno.NetAddr>;
  /** First pause before the socket is opened again, ms. @default {500} */
  retryMs?: number;
  /** Longest pause, ms. @default {15000} */
  maxRetryMs?: number;
  /** Told why there is no socket. */
  onFailed?: (reason: string) => void;
  /** Told of datagrams of others. */
  onRefused?: (peer: string) => void;
}

const RESOLVE_AGAIN_MS = 300_000;

/**
 * Opens a socket for one peer. It looks like a connection that is up as soon as the address is known: each `send` is one
 * datagram, each call of `data` too.
 *
 * @param options Where to.
 * @param accept Called when the socket is open.
 * @returns Something to close.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { connectUdp } from "./udp_client.ts";
 *
 * const { promise, resolve } = Promise.withResolvers<string>();
 * const to = { transport: "udp", hostname: "127.0.0.1", port: 9 } as const;
 * const client = connectUdp({ resolve: () => Promise.resolve(to) }, ({ peer }) => {
 *   resolve(peer);
 *   return { data: () => {}, closed: () => {} };
 * });
 * assertEquals(await promise, "127.0.0.1:9");
 * await client.close();
 * ```
 */
export function connectUdp(
  options: UdpClientOptions,
  accept: (connection: TcpConnection) => TcpHandler,
): Closable {
  let hangUp: ((reason: string) => void) | undefined;
  const attempt = async (_pauseMs: number, stop: AbortSignal): Promise<boolean> => {
    try {
      await serve(options, accept, stop, (end) => hangUp = end);
      return true;
    } catch (error) {
      if (!stop.aborted) options.onFailed?.(error instanceof Error ? error.message : String(error));
      return false;
    } finally {
      hangUp = undefined;
    }
  };
  const pauses = { retryMs: options.retryMs ?? 500, maxRetryMs: options.maxRetryMs ?? 15_000 };
  return reconnect(pauses, attempt, () => hangUp?.("closed by Tocsin"));
}

async function serve(
  options: UdpClientOptions,
  accept: (connection: TcpConnection) => TcpHandler,
  stop: AbortSignal,
  ends: (end: (reason: string) => void) => void,
): Promise<void> {
  let to = await options.resolve(stop);
  stop.throwIfAborted();
  const ended = Promise.withResolvers<string>();
  ends(ended.resolve);
  // The socket comes first: whoever accepts may send at once.
  const owner: { handler?: TcpHandler } = {};
  const own = to.hostname.includes(":") ? "::" : "0.0.0.0";
  const socket = openUdp({ hostname: own, port: 0 }, (bytes, from) => {
    if (from.hostname === to.hostname && from.port === to.port) void owner.handler?.data(bytes);
    else options.onRefused?.(`${from.hostname}:${from.port}`);
  });
  let resolving = false;
  const timer = setInterval(() => {
    // One question at a time: without a name server they would pile up.
    if (resolving) return;
    resolving = true;
    // Of the other family of addresses: this socket cannot reach it.
    const move = (found: Deno.NetAddr) => {
      if (found.hostname.includes(":") === to.hostname.includes(":")) to = found;
      else ended.resolve("the peer has moved");
    };
    options.resolve(stop).then(move, () => {}).finally(() => resolving = false);
  }, RESOLVE_AGAIN_MS);
  const handler = owner.handler = accept({
    peer: `${to.hostname}:${to.port}`,
    send: (bytes) => socket.send(bytes, to),
    close: () => ended.resolve("closed by Tocsin"),
  });
  const reason = await ended.promise;
  clearInterval(timer);
  await socket.close();
  handler.closed(reason);
}
